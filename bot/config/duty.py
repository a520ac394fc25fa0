"""Rotas: for each role, who is on duty in turn, a week each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from bot.config.reading import Spot, Wrong, nearest, read_group, shown
from bot.config.reading import key as row
from bot.config.values import user_id
from bot.core.duty.rota import Rota
from bot.core.names import UserId
from bot.core.people.roster import Role
from bot.sentences.told import Told

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOBODY = "nobody"
MOST_WEEKS = 104
_LIKE = '{weeks: ["@alice:example.org"], since: 2026-11-30, change: "monday 09:00"}'
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
_CHANGE = re.compile(rf"({'|'.join(DAYS)}) +((?:[01][0-9]|2[0-3]):[0-5][0-9])", re.IGNORECASE)


def weeks(value: object) -> tuple[UserId | None, ...]:
    """Return whose each week is, in turn; at least one, and not more than two years of them."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_WEEKS:
        raise Wrong("mistake.weeks", most=MOST_WEEKS)
    return tuple(None if one == NOBODY else user_id(one) for one in value)


def day(value: object) -> date:
    """Return a day, which YAML takes for one itself unless it stands in quotes."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if type(found) is not date or not _FIRST <= found < _LAST:
        raise Wrong("mistake.day")
    return found


def change(value: object) -> tuple[int, time]:
    """Return a day of the week, Monday being 0, and an hour."""
    found = _CHANGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Wrong("mistake.change", value=shown(value))
    return DAYS.index(found[1].lower()), time.fromisoformat(found[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaKeys:
    """A rota as it is written."""

    weeks: tuple[UserId | None, ...] = field(metadata=row(weeks, Told("mistake.write.weeks")))
    since: date = field(metadata=row(day, Told("mistake.write.since")))
    change: tuple[int, time] = field(default=(0, time(9)), metadata=row(change))


def read_duty(written: object, spot: Spot) -> Mapping[Role, Rota]:
    """Return the rota of each role that has one; tells every problem it finds. Nothing written is none."""
    if not isinstance(written, dict):
        if written is not None:
            spot.tell("mistake.duty", like=_LIKE)
        return {}
    found = {name: _rota(name, keys, spot.inside(name)) for name, keys in written.items()}
    return {role: rota for role in Role if (rota := found.get(role)) is not None}


def _rota(name: object, written: object, spot: Spot) -> Rota | None:
    if name not in list(Role):
        spot.tell("mistake.role", value=shown(name), known=", ".join(Role), near=nearest(name, Role))
        return None
    keys = read_group(RotaKeys, written, spot)
    if keys is None:
        return None
    weekday, hour = keys.change
    if keys.since.weekday() != weekday:
        before = keys.since - timedelta(days=(keys.since.weekday() - weekday) % 7)
        spot.inside("since").tell("mistake.since", given=DAYS[keys.since.weekday()], wanted=DAYS[weekday], like=before)
        return None
    return Rota(weeks=keys.weeks, since=keys.since, hour=hour)
