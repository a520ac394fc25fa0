"""What people get wrong and what strangers try: a clear answer or none, and nothing changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.core.facts import (
    Answered,
    ClockStarted,
    Noted,
    Opened,
    SeveritySet,
    Snoozed,
    StepAssigned,
    StepDone,
    StepSkipped,
)
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.matrix.between import Between, Changed, Meddling, Passed
from tests.peers.peer import Peer, PeerError
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]

LONGEST = 48_000
"""Bytes of the longest message that is carried out."""

WRONG = {
    "an unknown command": ("!donne D1", r"I do not know !donne\. Did you mean !done\?.*!done ID \[RESULT\]"),
    "a word that is like none": ("!xyzzy", r"I do not know !xyzzy\. !help shows"),
    "a wrong argument": ("!severity purple", r"purple is no severity.*Write: !severity S"),
    "a missing argument": ("!skip D2", r"Missing: the reason.*Write: !skip ID REASON"),
    "too many arguments": ("!next all of it", r"takes nothing after it.*Write: !next"),
    "an unknown step": ("!done D9 seen", r"There is no step D9\."),
    "an unknown question": ("!fact weather sunny", r"There is no question weather\. Questions: personal-data"),
    "a wrong answer": ("!fact processor perhaps", r"processor does not take perhaps\. Answer yes, no or unknown"),
    "an unknown clock": ("!aware GDPR-99 now", r"There is no clock GDPR-99 here\. Clocks: "),
    "a time in the future": ("!aware FR-LOPMI 2099-01-01 10:00", r"lies in the future; it is"),
    "an ambiguous date": ("!aware FR-LOPMI 03/04 10:00", r"03/04 10:00 reads two ways.*\d{4}-04-03.*\d{4}-03-04"),
    "an hour that never was": ("!aware FR-LOPMI 2026-03-29 02:30", r"did not exist: clocks went forward"),
    "an unknown person": ("!assign D1 nobody", r"I do not know nobody\. Use a name from here"),
    "a clock that does not run": ("!snooze FR-LOPMI 2h", r"does not count down"),
    "a control character": ("!note one\u0007two", r"control character \(U\+0007\), so it was not carried out"),
    "a mark from right to left": ("!note one\u202etwo", r"changes the order of text \(U\+202E\), so it was not"),
    "half a command of the desk": ("!open", r"Missing: a title.*Write: !open TITLE"),
    "an unknown playbook": ("!open Host --playbook nothing", r"There is no playbook nothing.*provider-hit"),
    "an unknown option": ("!open Host --frobnicate", r"There is no option --frobnicate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    homeserver: Homeserver
    bot: Bot
    control: Talk
    leader: Talk
    """Who leads, in the incident's room."""
    observer: Talk
    """Who may only read, in the same room."""
    relabel: Relabel


class Relabel:
    """Once switched on, what the observer says comes to the bot under the leader's name: a homeserver that lies."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def meddle(self, request: Passed) -> Meddling:
        return Changed(by=self._changed) if request.method == "GET" and request.path.startswith("sync") else None

    def _changed(self, answer: Any) -> Any:
        for room in answer.get("rooms", {}).get("join", {}).values():
            for event in room.get("timeline", {}).get("events", ()):
                if event["type"] == "m.room.encrypted":
                    event["sender"] = self.names.get(event["sender"], event["sender"])
        return answer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One bot and one incident for the whole file; the last test opens the bot's own store."""
    alice, olga = await register(homeserver, "alice"), await register(homeserver, "olga")
    cellule = await register(homeserver, "cellule")
    relabel = Relabel()
    async with Between(homeserver.url) as between:
        between.meddle = relabel.meddle
        people = {alice.user: ["admin", "coordinator"], olga.user: ["observer"]}
        bot = Bot(tmp_path_factory.mktemp("bot"), homeserver, cellule, people, url=between.url)
        met = [bot.user]
        async with bot, Peer(homeserver, alice, meet=met) as a, Peer(homeserver, olga, meet=met) as o:
            control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
            await control.ask("!open Host down --playbook provider-hit", "Host down")
            leader = control.in_room((await a.wait_room(inviter=bot.user, known=[control.room])).id)
            await leader.hear("Start here")
            await leader.ask(f"!invite {olga.user}", "is invited")
            await o.wait_room(inviter=bot.user)
            await leader.ask("!note in order", "^Noted")
            # It comes half a minute after who came late; from then on nothing is said or written down by itself.
            await leader.hear("^Brief for those")
            observer = Talk(peer=o, room=leader.room, bot=bot.user)
            yield Scene(
                homeserver=homeserver, bot=bot, control=control, leader=leader, observer=observer, relabel=relabel
            )


LONGEST_TEXT = LONGEST - len("!note ")


@pytest.mark.parametrize("name", WRONG)
async def test_a_mistake_gets_a_clear_answer_and_changes_nothing(scene: Scene, name: str) -> None:
    typed, expected = WRONG[name]
    before = await scene.leader.entries()
    await scene.leader.ask(typed, expected)
    assert await scene.leader.entries() == before


async def test_the_same_title_within_a_minute_opens_nothing_new(scene: Scene) -> None:
    await scene.control.ask("!open Twice --playbook provider-hit", "Twice")
    rooms = {room.id for room in await scene.leader.peer.rooms()}
    answer = await scene.control.ask("!open twice --playbook provider-hit", "less than a minute ago")
    assert "Nothing new was opened" in (answer.text or "")
    await scene.leader.peer.wait_room(inviter=scene.bot.user, known=[scene.control.room, scene.leader.room])
    listed = await scene.control.ask("!list", "Incidents")
    assert (listed.text or "").count("wice") == 1
    assert len({room.id for room in await scene.leader.peer.rooms()} - rooms) <= 1


async def test_a_command_of_another_kind_of_room_says_where_it_belongs(scene: Scene) -> None:
    await scene.control.ask("!done D1", "belongs in the room of an incident")
    await scene.control.ask("7", "No list is waiting for a number")


async def test_a_missing_right_is_named(scene: Scene) -> None:
    before = await scene.leader.entries()
    await scene.observer.ask("!done D1 I may not", "needs the role")
    await scene.observer.ask("!note neither", "needs the role")
    await scene.observer.ask("!aware FR-LOPMI now", "needs the role")
    await scene.observer.ask("!close", "needs the role admin or coordinator")
    await scene.observer.ask("!status", "Progress")
    assert await scene.leader.entries() == before


async def test_the_longest_message_is_kept_a_longer_one_is_refused_and_60_kb_cannot_be_sent(scene: Scene) -> None:
    before = await scene.leader.entries()
    with pytest.raises(PeerError, match=r"413|large"):
        await scene.leader.say("!note " + "y" * 60_000)
    largest = await say_the_largest(scene.leader)
    answer = await scene.leader.hear("too long: at most 48000 bytes", after=largest)
    assert "Nothing was changed" in (answer.text or "")
    assert await scene.leader.entries() == before
    await scene.leader.ask("!note " + "x" * LONGEST_TEXT, "^Noted")
    assert await scene.leader.entries() == before + 1


async def say_the_largest(talk: Talk) -> str:
    """Send the largest command that still fits into an event of the homeserver, to a hundred bytes."""
    for size in range(49_500, LONGEST, -100):
        try:
            return await talk.say("!note " + "y" * size)
        except PeerError:
            continue
    raise AssertionError("nothing longer than what is accepted can be sent at all")


async def test_a_command_in_clear_is_passed_over_in_silence_and_logged(scene: Scene) -> None:
    clear = await scene.leader.peer.send_clear(scene.leader.room, {"msgtype": "m.text", "body": "!note in clear"})
    await scene.bot.wait_log("plain message passed over")
    await only_answers(scene, after=clear)


async def test_a_command_under_a_name_that_is_not_its_senders_is_dropped_in_silence_and_logged(scene: Scene) -> None:
    scene.relabel.names = {scene.observer.peer.user: scene.leader.peer.user}
    forged = await scene.observer.say("!note forged")
    await scene.bot.wait_log("not from a device of its sender")
    scene.relabel.names = {}
    await only_answers(scene, after=forged)


async def test_an_invitation_of_a_stranger_is_declined_and_logged(scene: Scene) -> None:
    async with Peer(scene.homeserver, await register(scene.homeserver, "mallory")) as mallory:
        room = await mallory.create_room(invite=[scene.bot.user])
        await mallory.wait_member(room, scene.bot.user, "leave")
        await mallory.send(room, "!help")
        assert [event for event in await mallory.timeline(room) if event.sender == scene.bot.user and event.text] == []
    await scene.bot.wait_log("the inviter is not one of our people")
    await only_answers(scene, after=None)


async def only_answers(scene: Scene, *, after: str | None) -> None:
    """See that the bot says nothing since *after* but the answer to what is asked now."""
    start = after or await scene.leader.say("nothing to do")
    answer = await scene.leader.ask("!timeline 50", "Entry")
    # What fills more than a screen stands whole in a thread, too: that may have come by now, or not.
    assert [said.id for said in await scene.leader.heard(after=start) if said.relates_to is None] == [answer.id]
    assert all(word not in (answer.text or "") for word in ("in clear", "forged"))


async def test_a_closed_incident_refuses_what_would_change_it(scene: Scene) -> None:
    await scene.leader.ask("!close", "Closed")
    before = await scene.leader.sealed()
    for typed in ("!note too late", "!done D1", "!aware FR-LOPMI now", "!severity low", "!fact processor no", "!ack"):
        await scene.leader.ask(typed, r"This incident is closed\. !resume opens it again")
    assert await scene.leader.entries() == before


async def test_in_the_end_the_store_holds_what_was_carried_out_and_nothing_else(scene: Scene) -> None:
    assert await scene.bot.stop() == 0
    facts = await scene.bot.facts()
    notes = [fact.text for fact in facts if isinstance(fact, Noted)]
    titles = [fact.title for fact in facts if isinstance(fact, Opened)]
    assert set(notes) <= {"in order", "x" * LONGEST_TEXT}
    assert set(titles) <= {"Host down", "Twice"}
    assert len(set(notes)) == len(notes)
    assert len(set(titles)) == len(titles)
    acts = StepDone | StepSkipped | StepAssigned | Answered | ClockStarted | Snoozed | SeveritySet
    assert [fact for fact in facts if isinstance(fact, acts)] == []
