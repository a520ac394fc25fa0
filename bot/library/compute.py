"""One legal clock computed apart from any incident: what `cellule clock` answers."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.core.clocks import Rule, due_time, ladder, limit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A rule, an awareness time, and what follows. Moments are in UTC."""

    rule: Rule
    zone: ZoneInfo
    aware: datetime
    due: datetime | None
    """The strict due time; None when the law gives no figure."""
    legal_limit: datetime | None
    """The last moment the law allows, never before *due*; None when it counts otherwise than in hours."""
    reminders: tuple[tuple[str, datetime], ...]
    """Name and moment of every reminder that still lies after *aware*, earliest first."""


def compute(rule: Rule, aware: datetime, zone: ZoneInfo, calendar: AbstractSet[date]) -> Computed:
    """Compute *rule* from *aware*; *calendar* holds the public holidays of *zone*."""
    aware = aware.astimezone(UTC)
    due = due_time(rule.length, aware, zone, calendar)
    rungs = () if due is None else ladder(due)
    return Computed(
        rule=rule,
        zone=zone,
        aware=aware,
        due=due,
        legal_limit=limit_of(rule, aware),
        reminders=tuple((name, at) for name, at in rungs if at > aware),
    )


def to_json(computed: Computed) -> Mapping[str, str | list[str] | None]:
    """Return the answer as JSON's own types, under the names of the contract."""
    return {
        "rule": computed.rule.id,
        "aware": _utc(computed.aware),
        "due": _utc(computed.due),
        "due_local": _local(computed.due, computed.zone),
        "legal_limit": _local(computed.legal_limit, computed.zone),
        "reminders": [_iso(at) for _, at in computed.reminders],
        "source": computed.rule.source,
    }


def to_lines(computed: Computed) -> tuple[str, ...]:
    """Return the answer as `name: value` lines, in local time; what the law does not give is a dash."""
    zone = computed.zone
    rungs = ", ".join(f"{name} {_local(at, zone)}" for name, at in computed.reminders)
    rule = computed.rule
    rows = (
        ("rule", rule.id),
        ("aware", _local(computed.aware, zone)),
        ("due", _local(computed.due, zone)),
        ("legal_limit", _local(computed.legal_limit, zone)),
        ("reminders", rungs),
        (
            "source",
            f"{rule.source} ({rule.source_url}, {rule.read_on}, {rule.proof})",
        ),
    )
    return tuple(f"{name}: {value or '-'}" for name, value in rows)


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else _iso(moment)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
