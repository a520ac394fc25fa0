"""What the guide asks one person next: of what is open, what is theirs to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import assert_never

from bot.core.clocks.rules import Suspected
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.people.roster import Right, has_right
from bot.core.replies.subjects import Clocks, Questions, Steps
from bot.core.replies.turn import steps_of

Item = Clocks | Questions | Steps
"""One clock, question or step."""


def next_item(incident: Incident, user: UserId, asked: Collection[str]) -> Item | None:
    """Return what to ask *user* next that was not *asked*; None when nothing is left, or they only look on.

    What the law counts from goes first; then questions, since an answer may bring steps or take some away; then steps.
    """
    roles = incident.roster.get(user, frozenset())
    if incident.status is Status.CLOSED or not has_right(roles, Right.ACT):
        return None
    clocks: Iterable[Item] = _to_start(incident, user) if has_right(roles, Right.CLOCK) else ()
    questions = (Questions(questions=(question.name,)) for question in incident.open_questions())
    steps = (Steps(steps=(step.id,)) for step in steps_of(incident, user))
    items: Iterable[Item] = (*clocks, *questions, *steps)
    return next((item for item in items if id_of(item) not in asked), None)


def _to_start(incident: Incident, user: UserId) -> Iterator[Clocks]:
    """Return the clocks that nobody started and that *user* is reminded of."""
    for clock in incident.clocks():
        if isinstance(clock.state, Suspected) and user in (incident.owners(clock.rule) or (user,)):
            yield Clocks(rules=(clock.rule.id,))


def id_of(item: Item) -> str:
    """Return the id of what is asked."""
    match item:
        case Clocks(rules=ids) | Questions(questions=ids) | Steps(steps=ids):
            return ids[0]
        case _:
            assert_never(item)
