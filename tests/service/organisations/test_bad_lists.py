"""Lists as they come on the worst day: the same one spelled otherwise, two at once, a shorter one, one of faults."""

from __future__ import annotations

import re

import pytest

from bot.core.incident import Incident
from bot.core.names import UserId
from bot.ports import Message
from tests.core.build import ALICE, DAVE
from tests.service.cascades import children_of, firms, open_cascade, send
from tests.service.shell import Shell

OPEN = "!cascade open Host down"
LISTED = firms(4).replace("Firm", "Étude")


async def send_as(shell: Shell, text: str, encoding: str, *, sender: UserId = ALICE) -> None:
    file = await send(shell, text, sender=sender)
    shell.chat.media[file] = text.encode(encoding)


def parents(shell: Shell) -> list[Incident]:
    return [one for one in shell.service.books.incidents() if one.cascade is not None]


async def asked(shell: Shell, text: str, command: str = OPEN, *, sender: UserId = ALICE) -> tuple[str, Message]:
    """Let somebody ask for a list, and return what is shown and the message by which the other will confirm it."""
    await send(shell, text, sender=sender)
    shown = await shell.type(command, room=shell.control_room, sender=sender)
    number = re.search(r"!confirm \d+", shown)
    assert number is not None, shown
    other = DAVE if sender == ALICE else ALICE
    return shown, shell.message(number[0], room=shell.control_room, sender=other)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
async def test_the_same_list_in_another_encoding_under_another_title_opens_nothing(shell: Shell, encoding: str) -> None:
    async with shell.life():
        parent = await open_cascade(shell, LISTED, title="Hébergeur tombé")
        head, *lines = LISTED.split("\n")
        await send_as(shell, "\r\n".join((head, *reversed(lines))), encoding)
        told = await shell.type("!cascade open Panne", room=shell.control_room)
        assert told.startswith("Nothing new")
        assert len(shell.service.books.incidents()) - 1 == len(children_of(shell, parent.id)) == 4


async def test_the_same_list_with_an_accent_less_opens_nothing_and_says_nothing_otherwise(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, LISTED)
        await send(shell, LISTED.replace("É", "E"))
        shown = await shell.type("!cascade open Hote tombe", room=shell.control_room)
        assert "!confirm" not in shown
        assert "Étude" not in shown
        assert len(shell.service.books.incidents()) == 5
        assert children_of(shell, parent.id)[0].organisation == "Étude 1"


async def test_of_5000_lines_with_300_faults_the_first_are_told_while_others_are_served(shell: Shell) -> None:
    head, *lines = firms(5_000).split("\n")
    faulty = [line.replace("@d", "d") if number < 300 else line for number, line in enumerate(lines)]
    async with shell.life():
        await send(shell, "\n".join((head, *faulty)))
        both = (shell.message(OPEN, room=shell.control_room), shell.message("!list", room=shell.control_room))
        await shell.receive(*both)
        first, second = [one.body for one in shell.said(shell.control_room)][-2:]
        assert "No incident that you may see" in first
        assert second.startswith("Nothing was opened: firms.csv has 300 mistakes.")
        assert "line 2: d1:firm.example begins with no Matrix id" in second
        assert second.count("\n- line ") == 20
        assert "… and 280 more" in second
        assert shell.service.books.incidents() == ()


@pytest.mark.parametrize("title", ["Host down", "Something else"])
async def test_two_coordinators_at_once_with_the_same_list_open_each_room_once(shell: Shell, title: str) -> None:
    async with shell.life():
        _, first = await asked(shell, firms(6))
        _, second = await asked(shell, firms(6), f"!cascade open {title} ", sender=DAVE)
        await shell.receive(first, second)
        (parent,) = parents(shell)
        assert len(children_of(shell, parent.id)) == 6
        assert sum("Nothing new" in one.body for one in shell.said(shell.control_room)) == 1


async def test_two_coordinators_at_once_with_two_lists_open_each_room_once_and_see_what_changed(shell: Shell) -> None:
    async with shell.life():
        _, first = await asked(shell, firms(6))
        _, second = await asked(shell, firms(6, first=4), sender=DAVE)
        await shell.receive(first, second)
        (parent,) = parents(shell)
        assert len(children_of(shell, parent.id)) == 6
        # Which of them came first, the threads that read them decide.
        (shown,) = [one.body for one in shell.said(shell.control_room) if "Something changed meanwhile" in one.body]
        assert "asks to open 3 organisations" in shown
        assert "3 organisations are not in this list. They stay as they are:\nFirm " in shown
        for sender in (ALICE, DAVE):
            await shell.type("!confirm 3", room=shell.control_room, sender=sender)
        assert [child.organisation for child in children_of(shell, parent.id)] == [f"Firm {n}" for n in range(1, 10)]


async def test_who_has_a_room_by_another_list_is_told_before_a_second_one_is_opened(shell: Shell) -> None:
    async with shell.life():
        _, first = await asked(shell, firms(6))
        _, second = await asked(shell, firms(8, first=5), "!cascade open Something else", sender=DAVE)
        await shell.receive(first, second)
        (parent,) = parents(shell)
        (shown,) = [one.body for one in shell.said(shell.control_room) if "Something changed meanwhile" in one.body]
        assert "2 organisations have a room in another open incident already" in shown
        assert f"Firm 5 ({parent.codename}), Firm 6 ({parent.codename})" in shown


async def test_a_newer_list_with_fewer_lines_takes_nobody_away_and_names_who_is_missing(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(20))
        await send(shell, firms(10))
        told = await shell.type(OPEN, room=shell.control_room)
        assert "10 organisations are not in this list. They stay as they are:\nFirm 11, " in told
        assert "Firm 18, … (+2)" in told
        assert "!confirm" not in told
        assert len(children_of(shell, parent.id)) == 20


async def test_a_firm_twice_under_two_names_is_told_before_it_gets_two_rooms(shell: Shell) -> None:
    async with shell.life():
        shown, _ = await asked(shell, firms(4) + "\nFirm Two;@c2:firm.example;@d2:firm.example;health")
        assert "The same people under several names. Is it one organisation?" in shown
        assert "- Firm 2, Firm Two" in shown
        assert shell.service.books.incidents() == ()


async def test_an_id_of_somebody_elses_firm_is_told_before_it_reads_along(shell: Shell) -> None:
    async with shell.life():
        shown, _ = await asked(shell, firms(4).replace("@d2:", "@d3:"))
        assert "Does each id belong there?" in shown
        assert "- @d3:firm.example: Firm 2, Firm 3" in shown
        parent = await open_cascade(shell, firms(4))
        shown, _ = await asked(shell, firms(4).replace("@d2:", "@d3:"))
        assert "- @d3:firm.example: Firm 2, Firm 3" in shown
        assert UserId("@d3:firm.example") not in children_of(shell, parent.id)[1].roster
