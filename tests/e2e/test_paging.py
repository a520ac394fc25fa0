"""A reminder that nobody answers, on a real homeserver: its page arrives once, over a kill, without content."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiohttp import web

from bot.core.facts import Paged, PageResult, PageTried
from bot.core.people.contacts import Way
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.mailserver import Mailbox, mail_server
from tests.patience import eventually
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk
from tests.web import running

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

TITLE = "Zanzibar payroll encrypted"
PERSON = "+33600000077"


@dataclass(slots=True)
class Topic:
    """What a receiver of ntfy's calls got."""

    got: list[tuple[str, bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((request.path, await request.read()))
        return web.json_response({"id": "x"})


@asynccontextmanager
async def silent_room(
    homeserver: Homeserver, folder: Path, mail: int, push: str | None
) -> AsyncIterator[tuple[Bot, Talk]]:
    """Run a bot, open an incident whose first reminder is a minute away, and say nothing more in it."""
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    more = {
        "channels": {
            "after": "1m",
            "mail": {"server": f"localhost:{mail}", "from": "cellule@example.org", "security": "none"},
            "ntfy": None if push is None else {"server": push},
        },
        "contacts": {alice.user: {"mail": "someone@example.net", "ntfy": "topic-7", "sms": PERSON}},
    }
    bot = Bot(folder, homeserver, cellule, {alice.user: ["admin", "coordinator", "dpo"]}, more=more)
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask(f"!open {TITLE} --playbook provider-hit", "Zanzibar")
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.hear("Start here")
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        started = await talk.ask("!aware GDPR-33-1 -23h58m", "GDPR-33-1 runs")
        await talk.hear("GDPR-33-1: .*!ack", after=started.id, within_s=400)
        yield bot, talk


def words_of_content(texts: list[str]) -> set[str]:
    """Return the words of the room that no page may have: of its title, its steps, its people."""
    found = set(re.findall(r"[A-Za-z]{6,}", " ".join(texts)))
    return {word.casefold() for word in found} | {"zanzibar", "payroll", "alice"}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("when", ["before it is handed over", "before it is answered"])
async def test_a_page_arrives_once_over_a_kill_and_has_no_content(
    homeserver: Homeserver, tmp_path: Path, when: str
) -> None:
    box, topic, port = Mailbox(), Topic(), free_port()
    app = web.Application()
    app.router.add_post("/{path:.*}", topic.take)
    is_whole = when == "before it is handed over"
    async with running(app) as push, silent_room(homeserver, tmp_path, port, push if is_whole else None) as (bot, talk):
        if is_whole:
            await bot.wait_log("a page by mail is not taken yet")
            await bot.kill()
            async with mail_server(box, port=port):
                await bot.start()
                await eventually(lambda: bool(box.messages), bot.tail)
                await bot.wait_log("a page by mail: accepted")
        else:
            box.taken = bot.kill
            async with mail_server(box, port=port):
                await eventually(lambda: not bot.is_running, bot.tail)
                box.taken = None
                await bot.start()
                told = await talk.hear("was not reached outside this room")
                assert PERSON in str(told.text)
        said = [str(one.text) for one in await talk.heard()]
        name = (await talk.states())["m.room.name", ""]["name"]
        assert await bot.stop() == 0
        facts = await bot.facts()

    (envelope,) = box.messages
    assert [path for path, _ in topic.got] == (["/topic-7"] if is_whole else [])
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == mail.get_content().strip() == f"{name}: you are awaited."
    assert {body.decode() for _, body in topic.got} <= {f"{name}: you are awaited."}
    received = f"{envelope.content!r} {topic.got!r}".casefold()
    content = words_of_content(said) - set(re.findall(r"[a-z]{6,}", f"{name} awaited".casefold()))
    ours = {"example", "cellule", "someone", "content", "subject", "message", "version", "submitted", "generated"}
    assert not {word for word in content - ours if re.search(rf"\b{word}\b", received)}
    assert len([fact for fact in facts if isinstance(fact, Paged)]) == 1
    results = {fact.way: fact.result for fact in facts if isinstance(fact, PageTried)}
    assert results[Way.MAIL] is (PageResult.ACCEPTED if is_whole else PageResult.UNKNOWN)
