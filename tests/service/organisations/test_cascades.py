"""One provider falls: a room for each organisation of a list, exactly once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ports
from bot.core.cascade import Going
from bot.core.clocks.rules import Running
from bot.core.facts import CascadeExtended, RoomRefused, RoomRetried
from bot.core.incident import Status
from bot.core.language import Language
from bot.core.names import EventId, RoomId, RuleId, UserId
from bot.core.people.roster import Role
from bot.core.playbook import Playbook
from bot.ports import Batch, Content, RefusedError, RoomPlan, Task, UnreachableError
from bot.service.organisations.feeding import PROGRESS_REST
from bot.service.organisations.tally import AHEAD
from tests.core.build import ALICE, BOB, ERIN, HOUSE, MINUTE
from tests.patience import PATIENCE_S
from tests.service.cascades import children_of, confirmed, firms, open_cascade, order, parent_of, rooms_of, send
from tests.service.meddling import SameRooms
from tests.service.shell import Shell

MANY = 200
KILLS = 60
TURNS = 200_000
SEED = 20261126


class SomeRefused(SameRooms):
    """Refuses every third room of organisations until it is told otherwise."""

    refuses = True

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.asked: list[str] = []

    async def create_room(self, plan: RoomPlan) -> RoomId:
        self.asked.append(plan.name)
        if self.refuses and len(set(self.asked)) % 3 == 0:
            raise RefusedError("M_FORBIDDEN")
        return await super().create_room(plan)


class Counting(SameRooms):
    """Notes how many rooms are made at once."""

    at_once = most = 0

    async def create_room(self, plan: RoomPlan) -> RoomId:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return await super().create_room(plan)


async def progress(shell: Shell) -> str:
    """Return what the progress says once it has come to rest, seen as its last edit."""
    await shell.pass_time(PROGRESS_REST)
    parent = parent_of(shell)
    assert parent.room is not None
    assert parent.cascade is not None
    shown = [said for said in shell.chat.rooms[parent.room].said if "rooms are open" in said.content.body]
    first, *others = [said.event for said in shown if said.event == parent.cascade.progress]
    assert not others
    return [said.content.body for said in shown if first in (said.event, said.content.replaces)][-1]


# --- opening ------------------------------------------------------------------------------------------------


async def test_while_very_many_rooms_are_made_the_progress_is_edited_once_in_a_while(shell: Shell) -> None:
    async with shell.life():
        rows = "".join(f"Firm {number};{ERIN}\n" for number in range(40))
        parent = await open_cascade(shell, f"organisation;people\n{rows}")
        edits = [said for said in shell.said(parent.room) if said.replaces and "rooms are open" in said.body]
        assert edits == [], "the first word of it, and no edit before its time"
        await shell.pass_time(PROGRESS_REST)
        edits = [said for said in shell.said(parent.room) if said.replaces and "rooms are open" in said.body]
        assert len(edits) == 1


async def test_one_row_waits_to_show_the_progress_and_none_once_all_of_it_is_shown(shell: Shell) -> None:
    async def waiting() -> int:
        return len([task for task in await shell.store.tasks() if task.kind is ports.ShowProgress])

    async with shell.life():
        await open_cascade(shell, firms(40))
        assert await waiting() == 1
        assert await progress(shell) == "All 40 rooms are open."
        assert await waiting() == 0


async def test_each_organisation_gets_a_room_with_its_own_people_and_nobody_else(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(3))
        children = children_of(shell, parent.id)
        assert [child.organisation for child in children] == ["Firm 1", "Firm 2", "Firm 3"]
        assert [shell.chat.rooms[child.room].present for child in children if child.room] == [
            {f"@c{n}:firm.example", f"@d{n}:firm.example"} for n in (1, 2, 3)
        ]
        assert len({child.codename for child in (*children, parent)}) == 4
        assert all(child.card for child in children)
        assert {child.answers["organisation"] for child in children} == {"Firm 1", "Firm 2", "Firm 3"}  # type: ignore[index]
        assert parent.roster.keys() > {ALICE, BOB}
        control = [content.body for content in shell.said(shell.control_room)][-2:]
        assert "Host down" in control[0]
        assert (
            control[1]
            == f"From firms.csv: 3 organisations, a room for each. The room {parent.codename} shows how far that is."
        )
        assert await progress(shell) == "All 3 rooms are open."


async def test_the_row_decides_on_language_clock_answers_and_columns(shell: Shell) -> None:
    text = (
        "organisation,people,language,aware,personal-data,Contract\n"
        f"Dupont,{ERIN},fr,2026-11-24 09:00,oui,A-1\n"
        f"Smith,{ERIN} coordinator,,,,\n"
    )
    async with shell.life():
        parent = await open_cascade(shell, text, options="--severity crisis --drill")
        dupont, smith = sorted(
            (one for one in shell.service.books.incidents() if one.parent == parent.id),
            key=lambda one: one.organisation,
        )
        assert (dupont.language, smith.language) == (Language("fr"), Language("en"))
        assert dupont.columns["Contract"] == "A-1"
        assert smith.columns == {"people": f"{ERIN} coordinator"}
        assert dupont.answers == {"organisation": "Dupont", "personal-data": "yes"}
        clock = dupont.clock(RuleId("GDPR-33-1"))
        assert dupont.room is not None
        assert "firms.csv" in await shell.type("!chronologie", room=dupont.room, sender=ERIN)
        assert clock is not None
        assert isinstance(clock.state, Running)
        assert clock.state.aware == shell.clock.now() - timedelta(hours=1)
        assert smith.clock_states == {}
        assert {(one.drill, one.pace, one.severity) for one in (dupont, smith, parent)} == {
            (True, 3600, parent.severity)
        }
        assert dupont.roster == {ERIN: {Role.COORDINATOR}}


async def test_only_so_many_are_asked_for_at_once_and_all_of_it_is_bulk_but_what_people_wait_for(shell: Shell) -> None:
    async with shell.life():
        await send(shell, firms(30))
    shell.chat = counting = Counting(shell)
    rows: dict[str, Task] = {}
    async with shell.life():
        message = await confirmed(shell, "!cascade open Host down")
        await shell.service.receive(Batch(events=(message,), token="s-open"))
        for _ in range(TURNS):
            rows |= {task.id: task for task in await shell.store.tasks()}
            await asyncio.sleep(0)
            if len(rooms_of(shell, shell.service.books.incidents())) == 31 and not shell.service.drain.lanes.waiting:
                break
        assert 1 < counting.most <= AHEAD
        await shell.settle()
        assert len(children_of(shell, parent_of(shell).id)) == 30
    children = {child.id for child in children_of(shell, parent_of(shell).id)}
    of_children = [task for task in rows.values() if task.lane in children]
    assert {task.kind for task in of_children} == {ports.CreateRoom, ports.ShowCard, ports.Say, ports.PinCard}
    assert all(task.bulk for task in of_children)
    assert not any(task.bulk for task in rows.values() if task.lane not in children)


async def test_what_rings_in_a_room_of_very_many_is_no_bulk(shell: Shell) -> None:
    text = f"organisation,people,aware\nDupont,{ERIN},2026-11-21 10:30\n"
    async with shell.life():
        parent = await open_cascade(shell, text)
        (child,) = (one for one in shell.service.books.incidents() if one.parent == parent.id)
        shell.chat.faults.extend([UnreachableError("away")] * 100)
        shell.clock.advance(timedelta(hours=1))
        await shell.settle()
        rings = [task for task in await shell.store.tasks() if task.kind is ports.Ring]
        assert [task.lane for task in rings] == [child.id]
        assert not rings[0].bulk


async def test_the_same_list_twice_changes_nothing_and_one_more_is_one_room_more(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(20))
        before = rooms_of(shell, children_of(shell, parent.id))
        count = shell.service.books.count(parent.id)
        assert await order(shell, "!cascade open HOST down") == (
            f"Nothing new: every organisation of the list is in {parent.codename} already. "
            "For another incident of the same ones: the same command with --new."
        )
        assert shell.service.books.count(parent.id) == count
        await send(shell, firms(20) + "\n FIRM  1 ;@x:firm.example", name="clients.CSV")
        twice = await order(shell, "!cascade open Host down")
        assert "line 22: FIRM 1 is in line 2 already" in twice
        await send(shell, firms(21))
        answer = await order(shell, "!cascade open Host down")
        assert "1 organisation, a room for each" in answer
        assert f"Already in {parent.codename}: 20 organisations." in answer
        after = rooms_of(shell, children_of(shell, parent.id))
        assert (len(before), len(after)) == (20, 21)
        assert max(Counter(after).values()) == 1
        assert await progress(shell) == "All 21 rooms are open."


async def until_read(shell: Shell) -> None:
    """Go on until the list is read, and not a turn further: a thread does that, and takes its own time."""
    async with asyncio.timeout(PATIENCE_S):
        while not shell.service.cascades.feeder.parents():  # noqa: ASYNC110 - each turn of the loop is to be seen
            await asyncio.sleep(0)


async def test_a_kill_at_any_moment_leaves_exactly_those_that_are_missing(shell: Shell) -> None:
    seed = random.Random(SEED)
    async with shell.life():
        await send(shell, firms(MANY))
        message = await confirmed(shell, "!cascade open Host down")
        await shell.service.receive(Batch(events=(message,), token="s-open"))
        await until_read(shell)
    found = set()
    for _ in range(KILLS):
        async with shell.life(turns=seed.randrange(1, 6)):
            incidents = [incident for incident in shell.service.books.incidents() if incident.parent]
            found.add((len(incidents), len(rooms_of(shell, incidents))))
    assert len({facts for facts, rooms in found if facts != rooms}) > 10, "it was killed in the middle, often"
    async with shell.life():
        parent = parent_of(shell)
        children = children_of(shell, parent.id)
        assert len(children) == MANY
        assert len(rooms_of(shell, children)) == len(set(rooms_of(shell, children))) == MANY
        assert {child.status for child in children} == {Status.OPEN}
        for child in children:
            assert child.room is not None
            cards = [content for content in shell.said(child.room) if "Host down" in content.body.split("\n", 2)[:2]]
            assert len(cards) == 1
        assert await progress(shell) == f"All {MANY} rooms are open."
    history = await shell.store.history(parent.id)
    assert sum(isinstance(recorded.fact, CascadeExtended) for recorded in history) == 1


# --- pause, resume, cancel ----------------------------------------------------------------------------------


async def begin(shell: Shell, number: int) -> None:
    """Ask for *number* rooms, and go on until some of them are there and some are not."""
    await send(shell, firms(number))
    message = await confirmed(shell, "!cascade open Host down")
    await shell.service.receive(Batch(events=(message,), token="s-begin"))
    for _ in range(TURNS):
        parents = shell.service.cascades.feeder.parents()
        if parents and parents[0].cascade and parents[0].cascade.progress and opened(shell):
            assert opened(shell) < number
            return
        await asyncio.sleep(0)
    raise AssertionError("no room is opened")


def opened(shell: Shell) -> int:
    return len(children_of(shell, parent_of(shell).id))


async def say(shell: Shell, command: str) -> str:
    """Type in the parent's room, and return all that is new there."""
    room = parent_of(shell).room
    assert room is not None
    known = len(shell.said(room))
    await shell.receive(shell.message(command, room=room))
    return "\n".join(content.body for content in shell.said(room)[known:])


async def test_a_pause_opens_no_more_over_a_restart_too_and_resume_goes_on(shell: Shell) -> None:
    async with shell.life():
        await begin(shell, MANY)
        assert "alice paused the opening of rooms" in await say(shell, "!cascade pause")
        paused = opened(shell)
        assert 0 < paused < MANY
        assert "Paused." in await progress(shell)
        assert await say(shell, "!cascade pause") == (
            "The opening of rooms is paused already. !cascade resume goes on."
        )
    async with shell.life():
        assert opened(shell) == paused
        assert f"{paused} of {MANY} rooms are open." in await say(shell, "!cascade")
        await say(shell, "!cascade reprendre")
        assert opened(shell) == MANY
        assert await progress(shell) == f"All {MANY} rooms are open."
        assert await say(shell, "!cascade pause") == "Every organisation has its room already."
        assert await say(shell, "!cascade resume") == "Every organisation has its room already."


async def test_a_cancel_leaves_what_is_there_and_can_be_taken_back(shell: Shell) -> None:
    async with shell.life():
        await begin(shell, MANY)
        assert "stopped the opening of rooms" in await say(shell, "!cascade annuler")
        left = opened(shell)
        assert left < MANY
        assert "Stopped;" in await progress(shell)
        assert "stopped already" in await say(shell, "!cascade cancel")
        assert "stopped already" in await say(shell, "!cascade pause")
        await send(shell, firms(MANY))
        await order(shell, "!cascade open Host down")
        await send(shell, firms(MANY + 1))
        assert "Stopped;" in await order(shell, "!cascade open Host down")
        assert opened(shell) == left
        await say(shell, "!cascade resume")
        assert opened(shell) == MANY + 1


async def test_a_closed_parent_opens_no_more_rooms_until_it_is_open_again(shell: Shell) -> None:
    async with shell.life():
        await begin(shell, MANY)
        await say(shell, "!close over")
        left = opened(shell)
        assert left < MANY
        assert "closed" in await say(shell, "!cascade resume")
        await say(shell, "!resume")
        assert opened(shell) == MANY


class Unshown(SameRooms):
    """Takes the progress only the second time."""

    has_refused = False

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        if not self.has_refused and "rooms are open" in content.body:
            self.has_refused = True
            raise RefusedError("M_FORBIDDEN")
        return await super().say(room, content, txn=txn, readers=readers)


async def test_a_progress_that_could_not_be_shown_is_shown_the_next_time(shell: Shell) -> None:
    async with shell.life():
        await send(shell, firms(30))
    shell.chat = strict = Unshown(shell)
    async with shell.life():
        await order(shell, "!cascade open Host down")
        assert strict.has_refused
        await shell.pass_time(MINUTE)
        assert await progress(shell) == "All 30 rooms are open."


async def test_a_refused_room_is_counted_and_tried_again_when_asked(shell: Shell) -> None:
    async with shell.life():
        await send(shell, firms(30))
    shell.chat = picky = SomeRefused(shell)
    async with shell.life():
        await order(shell, "!cascade open Host down")
        parent = parent_of(shell)
        refused = [child for child in children_of(shell, parent.id) if child.room_refused]
        assert refused
        assert {child.room_refused for child in refused} == {"M_FORBIDDEN"}
        told = await progress(shell)
        assert f"{30 - len(refused)} of 30 rooms are open." in told
        assert f"{len(refused)} rooms were refused" in told
        control = [content.body for content in shell.said(shell.control_room)]
        assert not [body for body in control if "reference" in body]
        asked = len(picky.asked)
    async with shell.life():
        assert len(picky.asked) == asked
        picky.refuses = False
        await say(shell, "!cascade resume")
        assert await progress(shell) == "All 30 rooms are open."
        assert await say(shell, "!cascade resume") == "Every organisation has its room already."
    history = [record.fact for record in await shell.store.history(refused[0].id)]
    assert sum(isinstance(fact, RoomRefused) for fact in history) == 1
    assert sum(isinstance(fact, RoomRetried) for fact in history) == 1


async def test_what_got_its_room_before_its_turn_to_be_asked_for_again_is_not_asked_for(shell: Shell) -> None:
    async with shell.life() as service:
        parent = await open_cascade(shell, firms(3))
        child, feeder = children_of(shell, parent.id)[0], service.cascades.feeder
        feeder._tallies.of(parent.id).retries.append(child.id)
        feeder._woken.set()
        await shell.settle()
        assert not feeder._tallies.of(parent.id).retries
        assert not any(isinstance(record.fact, RoomRetried) for record in await shell.store.history(child.id))


async def test_there_is_nothing_to_resume_while_rooms_are_opened(shell: Shell) -> None:
    async with shell.life():
        await begin(shell, MANY)
        assert "and none was refused: there is nothing to resume." in await say(shell, "!cascade resume")


async def test_an_organisation_whose_incident_cannot_be_opened_counts_as_refused_and_holds_up_no_other() -> None:
    class Broken(Mapping[tuple[str, Language], Playbook]):
        is_mended = False

        def __getitem__(self, key: tuple[str, Language]) -> Playbook:
            if key == ("provider-hit", Language("fr")) and not self.is_mended:
                raise RuntimeError("broken")
            return HOUSE.playbooks[key]

        def __iter__(self) -> Iterator[tuple[str, Language]]:
            return iter(HOUSE.playbooks)

        def __len__(self) -> int:
            return len(HOUSE.playbooks)

    playbooks = Broken()
    shell = Shell(replace(HOUSE, playbooks=playbooks))
    async with shell.life():
        text = f"client;people;lang\nFirm 1;{ERIN};en\nFirm 2;{ERIN};fr\nFirm 3;{ERIN};en"
        await open_cascade(shell, text)
        told = (await progress(shell)).splitlines()
        assert told[0] == "2 of 3 rooms are open."
        assert told[1].startswith("1 room was refused")
        playbooks.is_mended = True
        await say(shell, "!cascade resume")
        assert await progress(shell) == "All 3 rooms are open."


async def test_the_pace_is_told_once_it_is_known(shell: Shell) -> None:
    async with shell.life():
        await begin(shell, MANY)
        await say(shell, "!cascade pause")
        shell.clock.advance(timedelta(seconds=30))
        feeder, parent = shell.service.cascades.feeder, parent_of(shell)
        shown = feeder.progress(parent)
        assert shown.going is Going.PAUSED
        assert shown.per_minute == pytest.approx((shown.done - 1) * 2)
        shell.clock.advance(timedelta(minutes=5))
        assert feeder.progress(parent).per_minute is None
