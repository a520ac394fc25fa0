"""What `cellule check` says of the organisation: what incidents will not ask, and which clocks it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.cli.findings import Finding, count, error, ok, warning
from bot.config import Config, ConfigError
from bot.config.organisation import REGIMES, profile_of
from bot.core.clocks.rules import CONTRACT, Rule, in_force
from bot.core.people.roster import Role
from bot.library.calendar import days_of
from bot.library.dates import Calendar, dates_of

_SUBJECT = "organisation"
_NO_MANAGEMENT = (
    "nobody has the role management, who decides for the organisation: the coordinator of each incident does it"
)


def look_at_people(config: Config) -> Finding:
    """Say whether somebody decides for the organisation, as the law wants it of whoever answers for the data."""
    deciding = sum(Role.MANAGEMENT in roles for roles in config.people.values())
    return ok("people", f"management: {deciding}") if deciding else warning("people", _NO_MANAGEMENT)


def look_at_organisation(config: Config, rows: Sequence[Rule], calendar: Calendar, now: datetime) -> Iterator[Finding]:
    """Yield what is known beforehand, and each body of law of a sector of which no clock runs today."""
    if config.organisation is None:
        yield ok(_SUBJECT, "not described: every incident asks for name, insurer, contacts; see config.example.yaml")
        return
    zone, profile = config.locale.timezone, profile_of(config.organisation)
    try:
        days_of(config.organisation, now, zone)
        dates = dates_of(config.organisation, calendar)
    except ConfigError as unknown:
        yield error(_SUBJECT, "; ".join(map(str, unknown.problems)))
        return
    standing = in_force(rows, now.astimezone(zone).date()).values()
    brought = sorted(rule.id for rule in (*standing, *profile.contracts) if rule.regime in {*profile.regimes, CONTRACT})
    place = "/".join(filter(None, (config.organisation.country, config.organisation.region)))
    told = f"{count(len(profile.answers), 'answer')} given beforehand, holidays of {place}"
    told += f"; clocks in every incident: {', '.join(brought)}" if brought else ""
    yield ok(_SUBJECT, f"{told}; calendar: {count(len(dates), 'date')}" if dates else told)
    running = {rule.regime for rule in standing}
    for sector in sorted(config.organisation.sectors):
        for regime in (regime for regime in REGIMES[sector] if regime not in running):
            off = ", ".join(dict.fromkeys(rule.name for rule in rows if rule.regime == regime))
            text = f"sector {sector}: its clocks ({off or 'none in this catalogue'}) are off or not valid today"
            yield warning(_SUBJECT, f"{text}; `cellule clocks list` says why, clocks.enable switches on")
