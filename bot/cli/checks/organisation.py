"""What `cellule check` says of the organisation: what incidents will not ask, and which clocks it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.cli.checks.findings import Finding, error, ok, warning
from bot.cli.tongue import count, said, say
from bot.config import Config, ConfigError
from bot.config.organisation import REGIMES, profile_of
from bot.core.clocks.rules import CONTRACT, Rule, in_force
from bot.core.people.roster import Role
from bot.library.calendar import days_of
from bot.library.dates import Calendar, dates_of

_SUBJECT = "organisation"


def look_at_people(config: Config) -> Finding:
    """Say whether somebody decides for the organisation, as the law wants it of whoever answers for the data."""
    deciding = sum(Role.MANAGEMENT in roles for roles in config.people.values())
    if deciding:
        return ok("people", say("check.people.deciding", count=deciding))
    return warning("people", say("check.people.nobody_decides"))


def look_at_organisation(config: Config, rows: Sequence[Rule], calendar: Calendar, now: datetime) -> Iterator[Finding]:
    """Yield what is known beforehand, and each body of law of a sector of which no clock runs today."""
    if config.organisation is None:
        yield ok(_SUBJECT, say("check.organisation.unknown"))
        return
    zone, profile = config.locale.timezone, profile_of(config.organisation)
    try:
        days_of(config.organisation, now, zone)
        dates = dates_of(config.organisation, calendar)
    except ConfigError as unknown:
        yield error(_SUBJECT, "; ".join(map(said, unknown.problems)))
        return
    standing = in_force(rows, now.astimezone(zone).date()).values()
    brought = sorted(rule.id for rule in (*standing, *profile.contracts) if rule.regime in {*profile.regimes, CONTRACT})
    place = "/".join(filter(None, (config.organisation.country, config.organisation.region)))
    told = [say("check.organisation.known", answers=count("check.answers", len(profile.answers)), place=place)]
    told += [say("check.organisation.clocks", clocks=", ".join(brought))] if brought else []
    told += [say("check.organisation.calendar", dates=count("check.dates", len(dates)))] if dates else []
    yield ok(_SUBJECT, "; ".join(told))
    running = {rule.regime for rule in standing}
    for sector in sorted(config.organisation.sectors):
        for regime in (regime for regime in REGIMES[sector] if regime not in running):
            off = ", ".join(dict.fromkeys(rule.name for rule in rows if rule.regime == regime))
            clocks = off or say("check.organisation.no_clock")
            yield warning(_SUBJECT, say("check.organisation.off", sector=sector, clocks=clocks))
