"""Who came by a door acknowledges and notes, and no more, until somebody compared emoji with them."""

from __future__ import annotations

import pytest

from bot.core.names import InputId
from bot.ports import VerificationEnd, VerificationEnded
from tests.core.build import ALICE, DAVE, HOUR, MINUTE
from tests.service.answers.test_polls import vote
from tests.service.cascades import send
from tests.service.guests import COUNSEL, Doorway


@pytest.fixture
def shell() -> Doorway:
    return Doorway()


@pytest.mark.parametrize(
    "typed",
    ["!status", "!help", "!next", "!fact personal-data yes", "!aware GDPR-33-1 now", "!door it Friend",
     "!invite @friend:example.org it", "!close over", "!who",
     "!confirm 1", "!verify Counsel yes 0471", "!door 1 close"],
)  # fmt: skip
async def test_before_they_are_proved_they_do_nothing(shell: Doorway, typed: str) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        before = await shell.store.history(shell.incident().id)
        said = await shell.type(typed, sender=COUNSEL)
        assert "First alice has to compare emoji with you" in said
        assert await shell.store.history(shell.incident().id) == before


async def test_they_acknowledge_and_note(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        assert "oted" in await shell.type("!note counsel is here", sender=COUNSEL)
        assert "compare emoji" not in await shell.type("!ack", sender=COUNSEL)


async def test_nor_by_taps_and_replies(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        await shell.type("!fact insured")
        before = await shell.store.history(shell.incident().id)
        assert "compare emoji" in await vote(shell, "yes", sender=COUNSEL)
        assert "compare emoji" in await shell.reply("yes", "Insured?", sender=COUNSEL)
        assert "compare emoji" in await shell.reply("skip no time", "Start here", sender=COUNSEL)
        await send(shell, "name,address\n", sender=COUNSEL, room=shell.room)
        assert await shell.store.history(shell.incident().id) == before
        await shell.proves()
        assert "compare emoji" not in await vote(shell, "yes", sender=COUNSEL)


async def test_a_confirmation_is_none_of_theirs(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1 now")
        asked = await shell.type("!close all is back")
        assert "needs a second person" in asked
        (ring,) = [content for content in shell.rings() if content.body == asked]
        assert COUNSEL not in ring.mentions
        assert "compare emoji" in await shell.type("!confirm 1", sender=COUNSEL)
        assert shell.incident().status.value == "open"
        await shell.proves()
        assert "second person" in await shell.type("!confirm 1", sender=COUNSEL) or "Closed" in shell.said()[-1].body


async def test_the_emoji_are_shown_to_who_vouched_and_to_who_leads(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        asked = await shell.compares()
        assert "Is it really Counsel?" in asked
        assert "!verify k4f7qz yes 0471" in asked
        (ring,) = [content for content in shell.rings() if content.body == asked]
        assert set(ring.mentions) == {ALICE, DAVE}
        assert "compare emoji" in await shell.type("!verify k4f7qz yes 0471", sender=COUNSEL)
        assert "0471" not in await shell.type("!verify k4f7qz yes 0000")
        assert shell.verifications.verdicts == []
        assert "it is the same" in await shell.type("!verify k4f7qz yes 0471")
        assert shell.verifications.verdicts == [("v1", True)]


async def test_once_proved_they_may_what_their_role_may(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        await shell.pass_time(MINUTE)
        await shell.proves()
        assert "Counsel is proved: alice compared emoji" in "\n".join(content.body for content in shell.said())
        assert "compare emoji" not in await shell.type("!status", sender=COUNSEL)
        assert "personal" in await shell.type("!fact personal-data yes", sender=COUNSEL)
        assert (await shell.facts()).count("GuestProved") == 1


@pytest.mark.parametrize("end", [VerificationEnd.MISMATCH, VerificationEnd.TIMED_OUT, VerificationEnd.CANCELLED])
async def test_emoji_that_were_not_compared_prove_nobody(shell: Doorway, end: VerificationEnd) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        now = shell.clock.now()
        news = VerificationEnded(
            id=InputId("ended"),
            user=COUNSEL,
            end=end,
            received_at=now,
            master=None,
            by=ALICE,
            room=None,
            was_shown=True,
        )
        await shell.receive(news)
        await shell.look_at_door()
        assert "GuestProved" not in await shell.facts()
        assert "k4f7qz" in shell.said()[-1].body or "Counsel" in shell.said()[-1].body


async def test_what_was_compared_before_they_came_proves_nobody(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in(made=False)
        await shell.joins()
        await shell.proves()
        await shell.type("!door 1 close")
        await shell.look_at_door()
        await shell.pass_time(HOUR)
        await shell.let_in(made=False)
        assert shell.incident().doors[2].user == COUNSEL
        begun = len(shell.verifications.begun)
        assert not shell.incident().doors[2].is_proved
        await shell.joins()
        assert len(shell.verifications.begun) == begun + 1
        assert "compare emoji" in await shell.type("!status", sender=COUNSEL)
        await shell.proves()
        assert shell.incident().doors[2].is_proved
