from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.incident import Status
from bot.ports import Batch, BusyError, RefusedError, Transaction, UnreachableError
from bot.service.tasks import CARD_REST
from tests.core.build import MINUTE
from tests.service.meddling import Meddling
from tests.service.shell import DEVICE, Shell

# --- exactly once ----------------------------------------------------------------------------------------


async def test_the_same_event_twice_is_one_command(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        message = shell.message("!note once", room=shell.room)
        await shell.receive(message)
        count, said = shell.service.books.count(incident.id), len(shell.said())
        await shell.receive(message)
        assert shell.service.books.count(incident.id) == count
        assert len(shell.said()) == said


async def test_a_message_under_the_name_of_another_is_not_carried_out_and_its_sender_is_told(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        first = replace(shell.message("!note once", room=shell.room), origin="of the first")
        await shell.receive(first)
        count = shell.service.books.count(shell.incident().id)
        await shell.receive(replace(first, body="!note something else", origin="of another"))
        assert shell.service.books.count(shell.incident().id) == count
        assert "under the name of another one" in shell.said()[-1].body


async def test_what_was_received_before_a_crash_is_applied_after_it(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        note = shell.message("!note kept", room=shell.room)
    await shell.store.receive(Batch(events=(note,), token="s99"))
    async with shell.life():
        await shell.settle()
        history = await shell.store.history(incident.id)
        assert [recorded.device for recorded in history if str(recorded.input) == str(note.id)] == [DEVICE]
        assert sum("kept" in content.body or "Noted" in content.body for content in shell.said()) == 1


async def test_a_message_that_nothing_waits_for_is_kept_with_its_answer_in_one_go(shell: Shell) -> None:
    async with shell.life() as service:
        await shell.open()
        before = len(shell.said())
        await service.receive(Batch(events=(shell.message("!note kept", room=shell.room),), token="s99"))
        assert await shell.store.waiting() == ()
        assert (await shell.store.sync_token(), len(await shell.store.tasks())) == ("s99", 1)
    async with shell.life():
        assert [content.body for content in shell.said()[before:]] == ["Noted in the timeline."]


async def test_a_message_that_cannot_be_kept_leads_to_nothing_until_it_comes_again(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shell.life() as service:
        incident = await shell.open()
        before, count = len(shell.said()), service.books.count(incident.id)
        batch = Batch(events=(shell.message("!note kept", room=shell.room),), token="s99")
        with monkeypatch.context() as full:
            full.setattr(shell.store, "transaction", _full_disk)
            with pytest.raises(OSError, match="full"):
                await service.receive(batch)
        assert await shell.store.sync_token() != "s99"
        assert service.books.count(incident.id) == count
        await service.receive(batch)
        await shell.settle()
        assert service.books.count(incident.id) == count + 1
        assert [content.body for content in shell.said()[before:]] == ["Noted in the timeline."]


def _full_disk() -> AbstractAsyncContextManager[Transaction]:
    raise OSError("full")


async def test_an_answer_whose_delivery_was_not_confirmed_is_one_message(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.lost = 1
        await shell.receive(shell.message("!note twice?", room=shell.room))
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert len(shell.said()) == before + 1


async def test_what_an_earlier_run_left_is_looked_for_before_it_is_said(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.lost = 1
        await shell.receive(shell.message("!note twice?", room=shell.room))
        left = {task.id for task in await shell.store.tasks()}
        assert not left & shell.chat.doubted
    async with shell.life():
        assert left
        assert left <= shell.chat.doubted


async def test_a_room_whose_making_was_not_confirmed_is_one_room(shell: Shell) -> None:
    async with shell.life():
        command = shell.message("!open Host down --playbook provider-hit", room=shell.control_room)
        shell.chat.lost = 2
        await shell.receive(command)
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert len(shell.chat.rooms) == 2
        assert shell.incident().status is Status.OPEN


async def test_a_limited_answer_waits_as_long_as_the_server_says_and_keeps_its_order(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.faults.append(BusyError(timedelta(seconds=7)))
        await shell.receive(*(shell.message(f"!done {step}", room=shell.room) for step in ("D1", "D2")))
        assert len(shell.said()) == before
        # One message in seven seconds, as far as we know.
        await shell.pass_time(timedelta(seconds=15))
        answers = [content.body for content in shell.said()[before:] if not content.replaces]
        assert ["D1" in answers[0], "D2" in answers[1]] == [True, True]


async def test_a_server_that_is_away_loses_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.faults.extend([UnreachableError("down")] * 12)
        await shell.receive(shell.message("!note patience", room=shell.room))
        await shell.pass_time(timedelta(minutes=20))
        assert len(shell.said()) == before + 1


async def test_an_answer_the_server_refuses_for_good_holds_nothing_up(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(RefusedError("M_BAD_JSON"))
        await shell.receive(shell.message("!note lost", room=shell.room))
        assert "I could not send what you asked for here (M_BAD_JSON)" in shell.said()[-1].body
        assert await shell.type("!note next") == "Noted in the timeline."


async def test_what_is_refused_twice_says_nothing_more(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = shell.said()
        shell.chat.faults.extend([RefusedError("M_BAD_JSON")] * 2)
        await shell.receive(shell.message("!note lost", room=shell.room))
        await shell.pass_time(timedelta(hours=1))
        assert shell.said() == before
        assert await shell.store.tasks() == ()


async def test_a_refused_invitation_is_told_in_the_room(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(RefusedError("M_FORBIDDEN"))
        await shell.receive(shell.message("!invite @guest:firm.example it", room=shell.room))
        assert "@guest:firm.example is not invited: the server refuses it (M_FORBIDDEN)" in shell.said()[-1].body


# --- the card --------------------------------------------------------------------------------------------


async def test_several_changes_are_one_edit_of_the_card(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for typed in ("!done D1", "!done D2", "!severity crisis"):
            await shell.type(typed)
        await shell.pass_time(CARD_REST)
        edits = [content for content in shell.said() if content.replaces]
        assert len(edits) == 1
        assert edits[0].replaces == shell.incident().card


async def test_a_card_that_went_stale_under_way_is_followed_by_another(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!done D1")
        shell.chat = shell.service.performer.chat = Meddling(shell)
        await shell.pass_time(2 * CARD_REST)
        edits = [content.body for content in shell.said() if content.replaces]
        assert len(edits) == 2
        assert edits[0] != edits[1]
