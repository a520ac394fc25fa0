"""Polls and reactions in Element X's engine, strict: it reads them, votes, and is understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.rust import RustPeer, Shown
from tests.servers import register

pytestmark = [pytest.mark.peer, pytest.mark.long]


async def test_an_incident_is_opened_and_answered_by_tapping(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator"]})

    def poll(words: str) -> Callable[[Shown], bool]:
        return lambda shown: shown.sender == bot.user and bool(shown.answers) and words in shown.text

    def said(words: str) -> Callable[[Shown], bool]:
        return lambda shown: shown.sender == bot.user and not shown.answers and words in shown.text

    async with bot, RustPeer(homeserver, alice) as phone:
        control = await phone.room_of(bot.user)
        await phone.say(control, "!open Host down")
        playbooks = await phone.wait(control, poll("Which playbook?"))
        await phone.vote(control, playbooks.event, id_of(playbooks, "provider"))
        room = await phone.room_of(bot.user, known=(control,))

        await phone.say(room, "!fact insured")
        insured = await phone.wait(room, poll("insured"))
        assert list(insured.answers.values()) == ["yes", "no", "unknown"]
        await phone.vote(room, insured.event, id_of(insured, "yes"))
        await phone.wait(room, said("insured = yes"))
        tapped = await phone.wait(room, lambda shown: shown.event == insured.event and bool(shown.votes))
        assert tapped.votes == {id_of(insured, "yes"): [alice.user]}

        await phone.say(room, "!step P1")
        step = await phone.wait(room, lambda shown: shown.sender == bot.user and shown.text.startswith("P1"))
        await phone.react(room, step.event, "\U0001f44d\U0001f3fd")
        await phone.wait(room, said("Done?"))

        # A minute after the answer, as long as it may be corrected.
        await phone.wait(room, lambda shown: shown.event == insured.event and shown.is_over)
        assert [await phone.unread(one) for one in (control, room)] == [0, 0]


def id_of(poll: Shown, words: str) -> str:
    return next(id for id, text in poll.answers.items() if words in text)
