"""One legal clock computed apart from any incident: what `cellule clock` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.cli.catalogue import find, ids_on
from bot.core.clocks.lengths import EarlierOf, due_time
from bot.core.clocks.rules import Rule, ladder, limit_of, soft_line
from bot.core.language import ENGLISH
from bot.library.moments import MomentError, read_moment

_PENDING = "a proposal, not in force; no day is known"
_NOT_FOR_ALL = "not for all whom it binds, see the source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A rule, an awareness time, and what follows. Moments are in UTC."""

    rule: Rule
    zone: ZoneInfo
    aware: datetime
    classified: datetime | None
    """The second moment, of a rule that has two."""
    due: datetime | None
    """The strict due time; None when the law gives no figure."""
    legal_limit: datetime | None
    """The last moment the law allows, never before *due*; None when it counts otherwise than in hours."""
    aim: datetime | None
    """The soft line; None when the rule has none before its due time."""
    reminders: tuple[tuple[str, datetime], ...]
    """Name and moment of every reminder that still lies after *aware*, earliest first."""


def compute(
    rule: Rule, aware: datetime, zone: ZoneInfo, calendar: AbstractSet[date], second: datetime | None = None
) -> Computed:
    """Compute *rule* from *aware*; *calendar* holds the public holidays of *zone*, *second* is a classification."""
    aware = aware.astimezone(UTC)
    due = due_time(rule.length, aware, zone, calendar, second)
    rungs = () if due is None else ladder(due)
    return Computed(
        rule=rule,
        zone=zone,
        aware=aware,
        classified=None if second is None else second.astimezone(UTC),
        due=due,
        legal_limit=limit_of(rule, aware, zone, calendar, second),
        aim=soft_line(rule, aware, due),
        reminders=tuple((name, at) for name, at in rungs if at > aware),
    )


def to_json(computed: Computed) -> Mapping[str, str | list[str] | None]:
    """Return the answer as JSON's own types, under the names of the contract; what does not apply is left out."""
    more = {
        "classified": _utc(computed.classified),
        "aim": _utc(computed.aim),
        "off": None if computed.rule.why_off is None else computed.rule.why_off.to(ENGLISH),
        "pending": None if computed.rule.valid_from else _PENDING,
        "limit_note": _NOT_FOR_ALL if _rests(computed) else None,
    }
    return {
        "rule": computed.rule.id,
        "aware": _utc(computed.aware),
        "due": _utc(computed.due),
        "due_local": _local(computed.due, computed.zone),
        "legal_limit": _local(computed.legal_limit, computed.zone),
        "reminders": [_iso(at) for _, at in computed.reminders],
        "source": computed.rule.source,
        **{name: text for name, text in more.items() if text is not None},
    }


def to_lines(computed: Computed) -> tuple[str, ...]:
    """Return the answer as aligned lines for a person, in local time with the offset."""
    rule, zone = computed.rule, computed.zone
    rungs = [f"{name:<5}{_shown(at, zone)}" for name, at in computed.reminders]
    rows = (
        ("rule", [f"{rule.id}  {rule.title.to(ENGLISH)}"]),
        *_standing_rows(rule),
        ("aware", [_shown(computed.aware, zone)]),
        *([("classified", [_shown(computed.classified, zone)])] if computed.classified else []),
        ("due", ["none: the law gives no figure" if computed.due is None else _shown(computed.due, zone)]),
        *([("our aim", [f"{_shown(computed.aim, zone)} (no limit of the law)"])] if computed.aim else []),
        _limit_row(computed),
        ("reminders", rungs or ["-"]),
        ("source", [rule.source, f"{rule.source_url} (read on {rule.read_on}, proof {rule.proof})"]),
    )
    return tuple(f"{name if place == 0 else '':<13}{line}" for name, lines in rows for place, line in enumerate(lines))


def _limit_row(computed: Computed) -> tuple[str, list[str]]:
    """Return the last moment of the law; what some may not use does not bear that name."""
    if computed.legal_limit is None:
        return "legal limit", ["-"]
    shown = _shown(computed.legal_limit, computed.zone)
    return ("later end", [f"{shown} ({_NOT_FOR_ALL})"]) if _rests(computed) else ("legal limit", [shown])


def _rests(computed: Computed) -> bool:
    """Say whether the end was moved off a weekend or a holiday, which the text grants to some only."""
    due, limit = computed.due, computed.legal_limit
    if due is None or limit is None or not computed.rule.rests_on_closed_days:
        return False
    return due.astimezone(computed.zone).date() < limit.astimezone(computed.zone).date()


def _standing_rows(rule: Rule) -> list[tuple[str, list[str]]]:
    """Return the warning that no incident watches *rule* by itself, if that is so."""
    if rule.valid_from is None:
        return [("pending", [_PENDING])]
    return [] if rule.why_off is None else [("off", [rule.why_off.to(ENGLISH)])]


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.isoformat(' ', 'seconds' if local.second else 'minutes')}"


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else _iso(moment)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule and its moments, fit to compute."""

    rule: Rule
    aware: datetime
    classified: datetime | None


class UnknownRuleError(Exception):
    """No row of that name is valid on that day; the message names those that are."""


def ask(rules: Sequence[Rule], name: str, aware: str, classified: str | None, zone: ZoneInfo) -> Asked:
    """Read what a person asks.

    Raises:
        MomentError: a time cannot be read, or a classification does not fit.
        UnknownRuleError: no row is called *name* on that day.
    """
    start = _read("--aware", aware, zone)
    second = None if classified is None else _read("--classified", classified, zone)
    day = start.astimezone(zone).date()
    rule = find(rules, name, day)
    if rule is None:
        raise UnknownRuleError(f"no rule {name} is known for that day; known are: {', '.join(ids_on(rules, day))}")
    if second is not None:
        _check_second(rule, start, second)
    return Asked(rule=rule, aware=start, classified=second)


def _check_second(rule: Rule, start: datetime, second: datetime) -> None:
    if not isinstance(rule.length, EarlierOf):
        raise MomentError(f"--classified: {rule.name} runs from one moment only; leave it out")
    if second < start:
        raise MomentError("--classified: it lies before --aware; nobody classifies what they do not know of")


def _read(flag: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return read_moment(text, zone)
    except MomentError as wrong:
        raise MomentError(f"{flag}: {wrong}") from wrong
