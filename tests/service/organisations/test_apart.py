"""Whatever organisations and whoever coordinates them do: no word of one is in the room of another."""

from __future__ import annotations

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.build import ALICE, HOUSE, MINUTE, ROOM
from tests.core.cascades import person_of, row
from tests.service.organisations.scene import Organisations, room_of

FIRMS = ("Alpha", "Beta", "Gamma")
WORDS = {"Alpha": "quetzal", "Beta": "narwhal", "Gamma": "axolotl"}
"""What each says; nobody else does, and whoever coordinates never repeats it."""
BY_A_FIRM = ("!question why {word}?", "!questions", "!questions 1", "!faq", "!list", "!timeline 20", "!help", "!ack")
REPLIES = ("Why {word}?", "seen", "thanks")
BY_WHO_LEADS = (
    *("!answer 1 so", "!answer 1,2,3 so", "!answer 2 --faq so", '!answer 1,3 --faq="A question" so'),
    *("!questions", "!questions 2", "!faq", "!bulletin news", "!bulletin --to organisation=Beta news"),
    *("!bulletin correct 1 {organisation}", "!bulletin withdraw 2", "!bulletin list", "!bulletin 1"),
)
ACTS = st.one_of(
    st.tuples(st.sampled_from(FIRMS), st.sampled_from(BY_A_FIRM)),
    st.tuples(st.sampled_from(FIRMS), st.sampled_from(REPLIES)),
    st.tuples(st.just(""), st.sampled_from(BY_WHO_LEADS)),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, min_size=4, max_size=14))
def test_no_word_of_an_organisation_is_in_the_room_of_another(acts: list[tuple[str, str]]) -> None:
    asyncio.run(_played(acts))


async def _played(acts: list[tuple[str, str]]) -> None:
    shell = Organisations(HOUSE)
    await shell.lay(map(row, FIRMS))
    async with shell.life():
        await shell.lead("!bulletin first")
        for firm, typed in acts:
            await _do(shell, firm, typed)
        await shell.pass_time(5 * MINUTE)
        for firm in FIRMS:
            heard = " ".join(one.body + one.html for one in shell.said(room_of(firm))).casefold()
            strange = [word for other, word in WORDS.items() if other != firm and word in heard]
            named = [other for other in FIRMS if other != firm and other.casefold() in heard]
            assert not strange + named


async def _do(shell: Organisations, firm: str, typed: str) -> None:
    if not firm:
        await shell.lead(typed)
        return
    room, sender = room_of(firm), person_of(firm)
    told = [one.event for one in shell.chat.rooms[room].said if one.content.body.startswith(("Bulletin", "Answer"))]
    # An organisation may name itself: then nothing in its words is kept for others.
    body = typed.replace("{word}", f"{firm} {WORDS[firm]}")
    await shell.type(body, room=room, sender=sender, reply_to=told[-1] if typed in REPLIES and told else None)


def test_whoever_coordinates_reads_them_all() -> None:
    """The words that are looked for do reach the parent's room, and their own."""

    async def played() -> None:
        shell = Organisations(HOUSE)
        await shell.lay(map(row, FIRMS))
        async with shell.life():
            for firm in FIRMS:
                await _do(shell, firm, BY_A_FIRM[0])
            await shell.pass_time(5 * MINUTE)
            said = " ".join(one.body for one in shell.said(ROOM))
            assert all(word in said for word in WORDS.values())
            await shell.type("!answer 1,2,3 so", room=ROOM, sender=ALICE)
            assert all(word in shell.said(room_of(firm))[-1].body for firm, word in WORDS.items())

    asyncio.run(played())
