"""A flood for very many rooms on a homeserver with its default limits: what is due still comes next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.core.clocks.rules import Running, ladder, wall_time
from bot.core.evolve import fold
from bot.core.facts import DeskFact, Fact
from bot.core.names import RoomId, RuleId, UserId
from bot.demo.homeserver import Homeserver
from bot.ports import Content, Say, Task
from tests.bots import Bot
from tests.patience import starved_s
from tests.peers.peer import Peer
from tests.peers.views import Message
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]

MANY = 100
"""Messages, at five seconds each: more than the test lasts."""
REMINDERS = ("T-24", "T-12", "T-6")
"""Of the ladder, at least six seconds apart; the one at 48 hours comes when its clock is hardly started."""
LAST_HOURS = 6
"""What the last of them tells; one of before that was said late may tell the same."""
REMINDER = r"GDPR-33-1(?:: | CNIL: (?:was )?due [^,]+, )(?:in (\d+)\s*h|in|overdue)"
"""Alone, or in a line beside clocks that nobody started."""
A_TOKEN = timedelta(seconds=5)
"""How often Synapse lets a message through."""


async def queue_flood(bot: Bot, room: str, reader: str) -> None:
    """Put messages for very many rooms into the outbox of a bot that does not run; here they are all in one room."""
    flood = [
        Task(
            id=f"{number:032x}",
            lane=f"flood{number}",
            action=Say(
                content=Content(body=f"bulletin {number}", html=""),
                room=RoomId(room),
                readers=frozenset({UserId(reader)}),
            ),
            bulk=True,
        )
        for number in range(MANY)
    ]
    async with bot.open_store() as store, store.transaction() as tx:
        await tx.queue(flood)


async def said_at(talk: Talk, since: datetime) -> list[datetime]:
    """Return when the homeserver took each message of the bot in the room of *talk*."""
    path = f"/_matrix/client/v3/rooms/{talk.room}/messages?dir=b&limit=500"
    events: Sequence[Any] = (await talk.peer.request("GET", path))["chunk"]
    sent = [_moment(event) for event in events if event["type"] == "m.room.encrypted" and event["sender"] == talk.bot]
    return [at for at in sent if at > since]


def hours_left(reminder: Message) -> int:
    found = re.search(REMINDER, reminder.text or "")
    assert found is not None
    return int(found[1] or 0)


def due_times(facts: Sequence[Fact | DeskFact]) -> list[datetime]:
    """Return when the reminders that the test waits for are due on the wall."""
    incident = fold(fact for fact in facts if isinstance(fact, get_args(Fact)))
    assert incident is not None
    state = incident.clock_states[RuleId("GDPR-33-1")]
    assert isinstance(state, Running)
    assert state.due is not None
    hours = dict(ladder(state.due))
    return [wall_time(state, incident.pace, hours[name]) for name in REMINDERS]


def _moment(event: Any) -> datetime:
    return datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)


async def test_in_a_flood_under_default_limits_a_due_reminder_is_the_next_message(
    limited_homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, cellule = await register(limited_homeserver), await register(limited_homeserver, "cellule")
    bot = Bot(tmp_path, limited_homeserver, cellule, {alice.user: ["admin", "coordinator", "dpo"]})
    async with bot, Peer(limited_homeserver, alice, meet=[bot.user]) as peer:
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        assert await bot.stop() == 0
        await queue_flood(bot, control.room, alice.user)
        begun, waited = datetime.now(UTC), starved_s(limited_homeserver)
        await bot.start()
        started = await talk.ask("!aware GDPR-33-1 -22h", "GDPR-33-1 runs")
        rung = [started]
        # On a busy machine several may ring as one message, one may be said once more, and one may be late.
        while rung[-1] is started or hours_left(rung[-1]) >= LAST_HOURS:
            rung.append(await talk.hear(REMINDER, after=rung[-1].id))
        path = f"/_matrix/client/v3/rooms/{talk.room}/event/"
        came = [_moment(await peer.request("GET", path + event.id)) for event in rung[1:]]
        flood, ours = await said_at(control, begun), await said_at(talk, begun)
        starved = timedelta(seconds=starved_s(bot, limited_homeserver) - waited)
        # What rings in this drill may take every token: once it is closed, they are the flood's.
        await talk.ask("!close")
        await control.hear("bulletin ")
        assert await bot.stop() == 0
        due = due_times(await bot.facts())
    rang = [(when, min(at for at in came if at >= when)) for when in due]
    lateness = [at - when for when, at in rang]
    overtaken = [sum(when < sent < at for sent in flood) for when, at in rang]
    # Clocks that nobody started ring as well: whatever else is said in the incident's room takes a token of its own.
    tokens = [1 + sum(when < sent < at for sent in ours) for when, at in rang]
    print([late.total_seconds() for late in lateness], tokens, overtaken, starved, len(flood))  # noqa: T201 - the figures
    assert len(flood) < MANY, "the flood is limited"
    # One may have been on its way when the reminder came due.
    assert max(overtaken) <= 1
    slack = timedelta(seconds=2) + starved
    assert all(late < number * A_TOKEN + slack for late, number in zip(lateness, tokens, strict=True))
