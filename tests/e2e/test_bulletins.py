"""Three organisations on a real homeserver: each reads its bulletins and answers once, over kills, and no other's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.facts import CascadeRow, Member, Opened
from bot.core.names import InputId, UserId
from bot.core.people.roster import Role
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.core.cascades import extended, row
from tests.e2e.test_cascade import NAME
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk, unread
from tests.uploads import upload

pytestmark = [pytest.mark.peer, pytest.mark.slow]
PAPER = b"May we restart? Not yet."
NAMES = ("Alpha", "Beta", "Gamma")


def rows_for(people: Sequence[Account]) -> tuple[CascadeRow, ...]:
    members = (Member(user=UserId(person.user), roles=(Role.COORDINATOR,)) for person in people)
    return tuple(replace(row(name), people=(member,)) for name, member in zip(NAMES, members, strict=True))


async def lay(bot: Bot, rows: tuple[CascadeRow, ...]) -> None:
    """Put organisations under the incident that is open, as a list does. The bot must not be running."""
    (parent,) = [fact for fact in await bot.facts() if isinstance(fact, Opened)]
    async with bot.open_store() as store, store.transaction() as tx:
        listed = extended(*rows, at=datetime.now(UTC))
        await tx.append(parent.incident, (listed,), input=InputId("$list"), device=None)


async def asked_and_answered(bot: Bot, parent: Talk, talks: Sequence[Talk]) -> None:
    """Have each ask, one of them by a reply, and be answered over a kill."""
    alpha, beta, _ = talks
    told = await alpha.hear("Second for")
    await alpha.ask("Which link?", "Sent on as question 1", reply_to=told.id)
    await beta.ask("!question Who pays?", "Sent on as question 2")
    await bot.kill()
    await bot.start()
    shown = await parent.hear("Asked by organisations: 2 questions")
    assert "1 Alpha, on bulletin 2: Which link?\n- 2 Beta: Who pays?" in str(shown.text)
    await parent.ask("!answer 1,2 So it is", "Answer to 1, 2 sent to: Alpha, Beta")
    await alpha.hear(r"“Which link\?”\n\nSo it is")
    heard = await beta.hear(r"“Who pays\?”\n\nSo it is")
    assert beta.peer.user in heard.mentioned


async def test_each_reads_its_own_once_and_nothing_of_the_others(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, dave, cellule = [await register(homeserver, name) for name in ("alice", "dave", "cellule")]
    people = [await register(homeserver, name.casefold()) for name in NAMES]
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator"], dave.user: ["coordinator"]})
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(bot)
        lead = await stack.enter_async_context(Peer(homeserver, alice, meet=[bot.user]))
        control = Talk(peer=lead, room=(await lead.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit", "Host down")
        parent = control.in_room((await lead.wait_room(inviter=bot.user, known=[control.room])).id)
        second = await stack.enter_async_context(Peer(homeserver, dave, meet=[bot.user]))
        await second.wait_room(inviter=bot.user)
        await parent.hear("Start here")
        await bot.stop()
        await lay(bot, rows_for(people))
        clients = [await stack.enter_async_context(Peer(homeserver, one, meet=[bot.user])) for one in people]
        await bot.start()
        talks = [Talk(peer=one, room=(await one.wait_room(inviter=bot.user)).id, bot=bot.user) for one in clients]
        for talk in talks:
            await talk.hear("Start here")

        await parent.ask_with(second, "!bulletin Cut the link of {organisation}.\n\n{sector}", "Now: 3 organisations")
        for name, talk in zip(NAMES, talks, strict=True):
            heard = await talk.hear(f"Cut the link of {name}")
            assert (heard.msgtype, (heard.mentions or {}).get("room")) == ("m.text", True)
            assert talk.peer.user in heard.mentioned
        await talks[0].ask("!ack", "acknowledged bulletin 1")
        await lead.send_event(parent.room, "m.room.message", await upload(homeserver, alice, PAPER, name=NAME))
        told = await parent.ask("!bulletin --with Second for {organisation}", r"!confirm \d+")
        assert "With it, a file: " in str(told.text)
        await parent.of(second).say(re.findall(r"!confirm \d+", str(told.text))[0])
        await bot.kill()
        await bot.start()
        for name, talk in zip(NAMES, talks, strict=True):
            told = await talk.hear(f"Second for {name}")
            assert (await talk.peer.file(await talk.hear(NAME, after=told.id))).data == PAPER

        await asked_and_answered(bot, parent, talks)
        asked = await parent.say("!rollup")
        assert "3 silent" in str((await parent.hear("^Roll-up of", after=asked)).text)
        picture = await lead.file(await parent.hear(r"rollup-.*\.png", after=asked))
        assert (picture.mime, picture.data[:4]) == ("image/png", b"\x89PNG")
        for name, talk in zip(NAMES, talks, strict=True):
            said = [str(message.text) for message in await talk.heard()]
            assert [text.split("\n")[0] for text in said if "Second for" in text or "Cut" in text] == [
                "Bulletin 1",
                "Bulletin 2",
            ]
            others = [other for other in NAMES if other != name]
            assert not [other for other in others for text in said if other.casefold() in text.casefold()]
            assert await unread(talk.peer, bot.user) == []
