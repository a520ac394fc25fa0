"""Lists of organisations: who may send them, which one is meant, what is told of those that cannot be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.facts import CascadeExtended, EncryptedFile, FileOffered
from bot.core.names import UserId
from bot.core.people.roster import Role
from bot.papers.tables import TableError, read_table
from bot.ports import MOST_FETCHED, RefusedError, UnreachableError
from bot.service.organisations.cascading import MOST_ATTEMPTS, Extended
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOUSE
from tests.service.cascades import children_of, firms, open_cascade, order, parent_of, send
from tests.service.meddling import SameRooms
from tests.service.shell import BOT, Shell


async def test_without_a_list_it_is_said_how(shell: Shell) -> None:
    async with shell.life():
        for room in (shell.control_room, shell.direct_room(DAVE)):
            assert "Send the list of organisations here first" in await shell.type(
                "!cascade open Host down", room=room, sender=DAVE
            )
        await send(shell, firms(2))
        # Neither somebody else's, nor one of another room, nor an old one.
        assert "first" in await shell.type("!cascade open Host down", room=shell.control_room, sender=DAVE)
        assert "first" in await shell.type("!cascade open Host down", room=shell.direct_room(ALICE))
        await shell.pass_time(timedelta(hours=1))
        assert "first" in await order(shell, "!cascade open Host down")
        assert shell.service.books.incidents() == ()


async def test_a_list_in_a_direct_room_is_answered_there(shell: Shell) -> None:
    async with shell.life():
        room = shell.direct_room(DAVE)
        await send(shell, firms(2), room=room, sender=DAVE)
        asked = await shell.type("!cascade ouvrir Panne", room=room, sender=DAVE, thread="$root")
        answers = [content for content in shell.said(room) if "2 organisations" in content.body]
        assert [content.thread for content in answers] == ["$root"]
        # All who lead see what is asked; whoever of them confirms is answered where they did.
        (ring,) = [content for content in shell.said(shell.control_room) if content.rings]
        assert (ring.body, ring.mentions) == (asked, (ALICE,))
        assert "nor the one to go" in await shell.type("!confirm 1", room=room, sender=DAVE)
        await shell.type("!confirmer 1", room=shell.control_room)
        assert any("2 organisations, a room for each" in content.body for content in shell.said(shell.control_room))
        parent = parent_of(shell)
        assert parent.opened_by == DAVE
        assert len(children_of(shell, parent.id)) == 2
        (extended,) = [
            one.fact for one in await shell.store.history(parent.id) if isinstance(one.fact, CascadeExtended)
        ]
        assert (extended.by, extended.confirmed_by) == (DAVE, ALICE)


async def test_who_leads_alone_in_the_house_is_told_who_could_open_a_cascade() -> None:
    people = {user: roles for user, roles in HOUSE.people.items() if user != DAVE}
    shell = Shell(replace(HOUSE, people=people))
    async with shell.life():
        await send(shell, firms(2))
        assert "The operator can do it" in await shell.type("!cascade open Host down", room=shell.control_room)
        assert shell.service.books.incidents() == ()


async def test_other_files_and_those_of_others_are_none_of_ours(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        assert incident.room is not None
        await send(shell, firms(2), name="photo.png")
        await send(shell, firms(2), sender=ERIN)
        await send(shell, firms(2), sender=UserId("@mallory:example.org"))
        await send(shell, firms(2), room=incident.room)
        assert shell.service.books.desk.files == {}
        for _ in range(100):
            await send(shell, firms(1))
        desk = await shell.store.history("desk")
        offered = [record.fact for record in desk if isinstance(record.fact, FileOffered)]
        assert [fact.by for fact in offered if not fact.is_list] == [ALICE]
        assert 0 < sum(fact.is_list for fact in offered) <= 100


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("TOO_LARGE", "firms.csv is too large"),
        ("DAMAGED", "firms.csv is not what was sent"),
        ("M_NOT_FOUND", "The homeserver does not give me firms.csv"),
    ],
)
async def test_a_list_that_cannot_be_had_is_told(shell: Shell, fault: str, told: str) -> None:
    async with shell.life():
        await send(shell, firms(2))
        shell.chat.faults.append(RefusedError(fault))
        assert told in await order(shell, "!cascade open Host down")


async def test_a_list_is_asked_for_again_and_at_last_given_up(shell: Shell) -> None:
    async with shell.life():
        await send(shell, firms(2))
        shell.chat.faults.extend([UnreachableError("x")] * 2)
        await order(shell, "!cascade open Host down")
        await shell.pass_time(timedelta(minutes=5))
        await order(shell, "!cascade open Host down")
        assert len(children_of(shell, parent_of(shell).id)) == 2
        await send(shell, firms(2))

    class NoMedia(SameRooms):
        async def fetch(self, file: EncryptedFile, *, most: int = MOST_FETCHED) -> bytes:
            raise UnreachableError("away")

    shell.chat = NoMedia(shell)
    async with shell.life():
        await order(shell, "!cascade open Elsewhere")
        await shell.pass_time(timedelta(minutes=10) * MOST_ATTEMPTS)
        assert shell.said(shell.control_room)[-1].body == "The homeserver does not give me firms.csv. Send it again."


async def test_a_list_that_is_no_table_or_has_mistakes_opens_nothing(shell: Shell) -> None:
    async with shell.life():
        with pytest.raises(TableError):
            read_table(b"", "warm.xlsx")  # what reads it is loaded once
        await send(shell, firms(2), name="firms.xlsx")
        assert "firms.xlsx cannot be read" in await order(shell, "!cascade open Host down")
        await send(shell, f"client;people\nDupont;{ERIN}\nDurand;erin\n;{BOT}")
        told = await order(shell, "!cascade open Host down")
        assert "line 3: erin begins with no Matrix id" in told
        assert "line 4: the organisation is missing" in told
        assert f"line 4: {BOT} is this bot" in told
        assert shell.service.books.incidents() == ()


async def test_an_unknown_playbook_and_a_title_that_was_just_taken_are_refused(shell: Shell) -> None:
    async with shell.life():
        await send(shell, firms(2))
        assert "There is no playbook nosuch" in await shell.type(
            "!cascade open Host down --playbook nosuch", room=shell.control_room
        )
        await shell.open("Host down")
        told = await order(shell, "!cascade open Host down")
        assert "opened less than a minute ago" in told


@pytest.mark.parametrize(
    ("over", "told"),
    [("read_organisations", "firms.csv cannot be read"), ("weigh", "failed at comparing firms.csv with what is there")],
)
async def test_a_list_we_trip_over_is_told_and_stops_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, over: str, told: str
) -> None:
    def trip(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(f"bot.service.organisations.cascading.{over}", trip)
    async with shell.life():
        await send(shell, firms(2))
        assert told in await order(shell, "!cascade open Host down")


async def test_who_adds_to_a_cascade_means_its_playbook(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2), options="--playbook mailbox")
        await send(shell, firms(3))
        await order(shell, "!cascade open Host down")
        assert [child.playbook.id for child in children_of(shell, parent.id)] == ["mailbox"] * 3


async def test_a_drill_with_the_title_of_an_incident_is_another(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2))
        await shell.pass_time(timedelta(minutes=2))
        await send(shell, firms(3))
        await order(shell, "!cascade open Host down --drill")
        assert [child.drill for child in children_of(shell, parent.id)] == [False] * 2
        assert sum(incident.drill for incident in shell.service.books.incidents()) == 4


# --- rooms and rights ---------------------------------------------------------------------------------------


async def test_each_word_has_its_rooms_and_its_right(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open("Something else")
        assert incident.room is not None
        assert "This incident has no list of organisations" in await shell.type("!cascade pause", room=incident.room)
        assert "opened in the control room" in await shell.type("!cascade open X", room=incident.room)
        assert "room of an incident" in await shell.type("!cascade pause", room=shell.control_room)
        assert "needs the role" in await shell.type("!cascade", room=shell.control_room, sender=ERIN)
        parent = await open_cascade(shell, firms(2), title="Host down")
        assert parent.room is not None
        assert "admin or coordinator" in await shell.type("!cascade pause", room=parent.room, sender=BOB)
        assert "All 2 rooms are open." in await shell.type("!cascade status", room=parent.room, sender=BOB)


async def test_help_has_the_commands_of_very_many_only_where_they_are_some_use(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(1))
        (child,) = children_of(shell, parent.id)
        assert parent.room is not None
        assert child.room is not None
        (lead,) = (user for user, roles in child.roster.items() if Role.COORDINATOR in roles)
        words = ("!cascade", "!bulletin", "!rollup")
        there = await shell.type("!help", room=child.room, sender=lead)
        assert "!done" in there
        assert not [word for word in words if word in there]
        here = await shell.type("!help", room=parent.room)
        assert [word for word in words if word in here] == [*words]
        assert "!cascade" in await shell.type("!help", room=shell.control_room)
        assert "{organisation}" in await shell.type("!help bulletin", room=parent.room), "as it is typed"


async def test_in_the_room_of_an_organisation_the_house_is_neither_named_nor_opened_for(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(1))
        (child,) = children_of(shell, parent.id)
        assert child.room is not None
        (lead,) = (user for user, roles in child.roster.items() if Role.COORDINATOR in roles)
        told = await shell.type("!invite nobody", room=child.room, sender=lead)
        assert "@d1:firm.example" in told
        assert ALICE not in told
        assert "I do not know bob" in await shell.type("!invite bob", room=child.room, sender=lead)
        refused = await shell.type("!open Mine --playbook mailbox", room=child.room, sender=lead)
        assert "This room is your organisation's" in refused
        assert len(shell.service.books.incidents()) == 2
        assert "!open" not in await shell.type("!help", room=child.room, sender=lead)


async def test_who_is_not_on_the_parents_roster_cannot_add_to_it(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2))
        assert parent.room is not None
        await shell.type(f"!remove {CAROL}", room=parent.room)
        await send(shell, firms(3), sender=CAROL)
        told = await shell.type("!cascade open Host down", room=shell.control_room, sender=CAROL)
        assert "needs the role" in told
        assert len(children_of(shell, parent.id)) == 2


# --- the operator's console ---------------------------------------------------------------------------------


async def test_the_console_does_the_same(shell: Shell) -> None:
    from bot.core.commands import OpenCascade
    from bot.core.errors import NotAllowed

    async with shell.life() as service:
        command = OpenCascade(title="Host down")
        done = await service.cascades.open(command, "firms.csv", firms(5).encode(), ALICE)
        assert isinstance(done, Extended)
        await shell.settle()
        assert len(children_of(shell, done.parent)) == done.new == 5
        again = await service.cascades.open(command, "firms.csv", firms(6).encode(), ALICE)
        assert isinstance(again, Extended)
        assert (again.parent, again.new, again.known) == (done.parent, 1, 5)
        wrong = await service.cascades.open(command, "firms.csv", b"client;people\nDupont;erin", ALICE)
        assert isinstance(wrong, tuple)
        assert len(wrong) == 1
        with pytest.raises(NotAllowed):
            await service.cascades.open(command, "firms.csv", firms(5).encode(), ERIN)
        control = [content.body for content in shell.said(shell.control_room)]
        assert "5 organisations, a room for each" in control[-2] + control[-1] + control[-3]
