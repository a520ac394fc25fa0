"""A file of ours in the hands of Element Web's engine, which refuses unsigned devices: it opens whole."""

from __future__ import annotations

from itertools import count

import pytest

from bot.core.names import UserId
from bot.demo.homeserver import Homeserver
from bot.demo.seen import events
from bot.matrix.account.cross_signing import ensure_identity
from bot.ports import Attachment, Content
from tests.fakes.vault import MemoryVault
from tests.matrix.attachments import kept_by
from tests.matrix.people import Town
from tests.matrix.strict import room_with, say
from tests.peers.peer import Peer
from tests.peers.views import File
from tests.servers import register

pytestmark = [pytest.mark.peer, pytest.mark.slow]

WORD = "Archaeopteryx"
CSV = Attachment(name=f"{WORD}, été 2026 — «final».csv", mime="text/csv", data=f"{WORD};é;🔥\r\n".encode() * 500)
FILES = (
    CSV,
    Attachment(name="échéance.ics", mime="text/calendar", data=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    Attachment(name="empty.md", mime="text/markdown", data=b""),
    Attachment(name="every byte", mime="application/octet-stream", data=bytes(range(256)) * 3000),
)


async def test_a_strict_client_saves_every_file_as_it_was(homeserver: Homeserver, town: Town) -> None:
    bot = await town.bot()
    await ensure_identity(bot.client, MemoryVault(), is_recoverable=False)
    async with Peer(homeserver, await register(homeserver, "alice"), meet=[bot.user]) as alice:
        room, numbers = await room_with(bot, alice), map(str, count())
        for file in FILES:
            await say(bot, alice, room, Content(body=file.name, html="", file=file), next(numbers))
            heard = await alice.wait_for(room, f"^{file.name}$", sender=bot.user)
            assert (heard.encrypted, heard.msgtype, heard.mentions) == (True, "m.file", {})
            assert await alice.file(heard) == File(name=file.name, mime=file.mime, data=file.data)
        caption = Content(
            body=f"all of {WORD}",
            html=f"<b>all</b> of {WORD}",
            mentions=(UserId(alice.user),),
            thread=await say(bot, alice, room, Content(body="root", html=""), next(numbers)),
            file=CSV,
        )
        await say(bot, alice, room, caption, next(numbers))
        captioned = await alice.wait_for(room, "^all of", sender=bot.user, thread=caption.thread)
        assert captioned.mentioned == {alice.user}
        assert captioned.formatted_body == caption.html
        assert (await alice.file(captioned)).name == CSV.name
    assert {event.type for event in await events(homeserver.database) if event.id == captioned.id} == {
        "m.room.encrypted"
    }
    kept = await kept_by(homeserver)
    assert {len(file.data) for file in FILES} <= {len(held) for held in kept}, "the uploads lie there"
    assert [held for held in kept if WORD.encode() in held] == []
