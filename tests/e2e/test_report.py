"""The record handed out on a real homeserver: read by a strict client, whole, and what the console writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from bot.papers.record import verify_record
from tests.bots import Bot
from tests.console import cellule as console
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_the_dpo_gets_both_files_decrypts_them_and_the_console_writes_the_same(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, bob, cellule = [await register(homeserver, name) for name in ("alice", "bob", "cellule")]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo"]}
    async with (
        Bot(tmp_path, homeserver, cellule, people) as bot,
        Peer(homeserver, alice, meet=[bot.user]) as a,
        Peer(homeserver, bob, meet=[bot.user]) as b,
    ):
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit", "opened")
        room = control.in_room((await a.wait_room(inviter=bot.user, known=[control.room])).id)
        await b.wait_room(inviter=bot.user)
        await room.hear("Start here")
        await room.ask("!decide cut the VPN because they are in it", "^Decision 1 is kept")

        dpo = room.of(b)
        said = await dpo.ask("!report", "^The record: ")
        sent = [await dpo.hear(rf"^record-[0-9-]+\.{kind}$", after=said.id) for kind in ("pdf", "html")]
        pdf, page = [await b.file(message) for message in sent]
        assert verify_record.check(pdf.data)[0][0] == "whole"
        assert verify_record.attached(pdf.data)["report.html"] == page.data
        assert "cut the VPN" in page.data.decode()

        codename = (await room.states())["m.room.name", ""]["name"]
        written = tmp_path / "written.pdf"
        exported = await console("record", "export", codename, "--config", bot.config, "--to", written)
        assert exported.code == 0, exported.err
        assert written.read_bytes() == pdf.data
        assert "cut the VPN" not in bot.log.read_text("utf-8")
