"""One organisation of a cascade: its incident begins like any other, with the people of its row and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache

from bot.core.cascade import Amendment, Cascade
from bot.core.codenames import pick_codename
from bot.core.desk import Desk, House, incident_id, rules_for
from bot.core.facts import Caller, CascadeRow, ClockStarted, Opened
from bot.core.incident import Incident, Status
from bot.core.names import IncidentId, InputId, RuleId
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.told import ORGANISATION
from bot.core.people.profile import Profile, prefill
from bot.core.playbook import Playbook

AWARENESS = RuleId("GDPR-33-1")
"""The clock that an awareness time of the list starts."""


def cascade_of(incident: Incident) -> Cascade:
    """Return the organisations of *incident*; raises NoCascade."""
    if incident.cascade is None:
        raise NoCascade
    return incident.cascade


def merged_ids(parent: Incident) -> frozenset[IncidentId]:
    """Return the incidents of organisations that are part of another one: nothing is told to or counted of them."""
    return frozenset(child_id(parent.id, key) for key in (parent.cascade.merged if parent.cascade else ()))


def firms_of(parent: Incident, children: Iterable[Incident]) -> tuple[Incident, ...]:
    """Return *children*, each organisation once."""
    merged = merged_ids(parent)
    return tuple(child for child in children if child.id not in merged)


class Stage(Enum):
    """How far the room of an organisation is."""

    OPENING = auto()
    REFUSED = auto()
    OPEN = auto()


def amendments_for(parent: Incident, child: Incident) -> tuple[Amendment, ...]:
    """Return the corrections of its line that have still to come to *child*, the oldest first.

    A room that is not made yet, or is closed, waits. One that was opened later began with the line as it was then.
    """
    if parent.cascade is None or child.status is not Status.OPEN:
        return ()
    corrections = parent.cascade.amendments.get(child.key, ())
    return tuple(one for one in corrections if one.number > child.amended)


def stage_of(child: Incident) -> Stage:
    """Return how far the room of *child* is; what is closed or purged waits for none."""
    if child.room is not None or child.closed_at is not None:
        return Stage.OPEN
    return Stage.REFUSED if child.room_refused else Stage.OPENING


def child_input(parent: IncidentId, key: str) -> InputId:
    """Return what opens the incident of an organisation: the same whenever it is asked for, so it opens once."""
    return InputId(f"cascade:{parent}:{key}")


@lru_cache(maxsize=20_000)
def child_id(parent: IncidentId, key: str) -> IncidentId:
    """Return the incident of an organisation, be it there or not."""
    return incident_id(child_input(parent, key))


def open_child(
    parent: Incident, row: CascadeRow, house: House, desk: Desk, now: datetime
) -> tuple[Opened, *tuple[ClockStarted, ...]]:
    """Open the incident of an organisation of *parent*, its clock started if the list says since when it runs.

    Only the organisation knows since when it knows: what the list says of it counts, and waits for its word.

    What the house is, its people, profile and contracts, is nothing of the organisation's.
    """
    input, bare = child_input(parent.id, row.key), replace(house, profile=Profile())
    playbook = _playbook(parent, row, house)
    profile = Profile(answers={ORGANISATION: row.organisation, **row.answers})
    opened = Opened(
        at=now,
        by=parent.opened_by,
        incident=incident_id(input),
        codename=pick_codename(input, desk.codenames(), row.language),
        title=parent.title,
        severity=parent.severity,
        language=row.language,
        zone=parent.zone.key,
        pace=parent.pace,
        drill=parent.drill,
        playbook=playbook,
        rules=rules_for(bare, playbook, now),
        closed_days=house.closed_days,
        members=row.people,
        prefilled=prefill(profile, playbook),
        quiet=house.quiet,
        parent=parent.id,
        organisation=row.organisation,
        columns=row.columns,
        caller=_caller(parent, row, house),
        key=row.key if row.called else "",
        amended=parent.cascade.amended if parent.cascade else 0,
    )
    if row.aware is None or all(rule.id != AWARENESS for rule in opened.rules):
        return (opened,)
    by, source = parent.opened_by, row.source
    return (opened, ClockStarted(at=now, rule=AWARENESS, aware=row.aware, by=by, source=source, proposed=True))


def _caller(parent: Incident, row: CascadeRow, house: House) -> Caller:
    """Return who calls the organisation in: the body of the parent's room, and those of it who are in the row."""
    own = parent.roster.keys() | house.people.keys()
    people = tuple(member.user for member in row.people if member.user in own)
    return Caller(organisation=parent.answers.get(ORGANISATION, ""), people=people)


def _playbook(parent: Incident, row: CascadeRow, house: House) -> Playbook:
    """Return the playbook in the row's language, or in another; one that the house has no more gives way."""
    wanted = "" if parent.cascade is None else parent.cascade.playbook
    others = (book for (id, _), book in house.playbooks.items() if id == wanted)
    return house.playbooks.get((wanted, row.language)) or next(others, parent.playbook)
