"""Files in the outbox: handed out once, and never in the way of a message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.names import InputId
from bot.ports import Attachment, BusyError, ChatError, RefusedError, UnreachableError
from bot.service.outcome import Outcome
from bot.service.tasks import file_task, incident_address
from tests.core.build import ALICE
from tests.service.shell import Shell

FILE = Attachment(name="register.csv", mime="text/csv", data=b"a,b\n")


async def hand_out(shell: Shell) -> None:
    """Queue the file for the incident's room, as an answer would."""
    task = file_task(InputId("$asked"), 7, incident_address(shell.incident()), FILE)
    async with shell.service.ledger.deciding:
        await shell.service.ledger.commit(InputId("$asked"), Outcome(tasks=(task,)))
    await shell.settle()


async def test_a_file_is_handed_out_under_its_name_to_the_people_of_the_incident(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await hand_out(shell)
        assert shell.chat.files_of(shell.room, ALICE) == (FILE,)
        assert shell.said()[-1].body == "register.csv"
    assert [task for task in await shell.store.tasks() if task.content and task.content.file] == []


async def test_a_file_whose_sending_was_not_confirmed_is_one_message_also_after_a_crash(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.lost = 1
        await hand_out(shell)
    async with shell.life():
        await shell.pass_time(timedelta(minutes=1))
        assert shell.chat.files_of(shell.room, ALICE) == (FILE,)


@pytest.mark.parametrize("fault", [UnreachableError("HTTP 502"), BusyError(timedelta(minutes=5))])
async def test_a_media_repository_that_fails_holds_no_message_up(shell: Shell, fault: ChatError) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(fault)
        await hand_out(shell)
        assert await shell.type("!note meanwhile")
        assert shell.chat.files_of(shell.room, ALICE) == ()
        await shell.pass_time(timedelta(minutes=6))
        assert shell.chat.files_of(shell.room, ALICE) == (FILE,)


async def test_while_a_file_rests_the_card_is_not_forgotten(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(BusyError(timedelta(minutes=5)))
        await hand_out(shell)
        await shell.type("!done D1")
        await shell.pass_time(timedelta(seconds=5))
        assert shell.said()[-1].replaces
        assert shell.chat.files_of(shell.room, ALICE) == ()


async def test_a_message_that_fails_still_holds_what_comes_after_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.faults.extend([UnreachableError("down")] * 2)
        await hand_out(shell)
        await shell.receive(shell.message("!done D1", room=shell.room), shell.message("!done D2", room=shell.room))
        await shell.pass_time(timedelta(minutes=1))
        answers = [content.body for content in shell.said()[before:] if not content.replaces and not content.file]
        assert ["D1" in answers[0], "D2" in answers[1]] == [True, True]
        assert shell.chat.files_of(shell.room, ALICE) == (FILE,)


@pytest.mark.parametrize(("language", "told"), [("en", "could not send what you asked"), ("fr", "pas pu envoyer ici")])
async def test_a_file_the_homeserver_will_never_take_is_told_in_the_room(
    shell: Shell, language: str, told: str
) -> None:
    async with shell.life():
        await shell.open(options=f"--playbook provider-hit --lang {language}")
        shell.chat.faults.append(RefusedError("M_TOO_LARGE"))
        await hand_out(shell)
        assert told in shell.said()[-1].body
        await shell.pass_time(timedelta(minutes=10))
        assert shell.chat.files_of(shell.room, ALICE) == ()
