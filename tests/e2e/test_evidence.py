"""A picture as evidence on a real homeserver: taken in, handed over, acknowledged after a kill, and exported whole."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.console import cellule as console
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk
from tests.uploads import upload

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 6_000
NAME = "ransom-note-of-firm.png"


async def test_a_picture_is_taken_in_handed_over_and_exported_with_its_custody(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, bob, cellule = [await register(homeserver, name) for name in ("alice", "bob", "cellule")]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo"]}
    folder = tmp_path / "police"
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

        content = await upload(homeserver, alice, PICTURE, name=NAME, body="!evidence")
        sent = await a.send_event(room.room, "m.room.message", {**content, "msgtype": "m.image"})
        digest = sha256(PICTURE).hexdigest()
        taken = await room.hear(f"^E1 · {NAME}\n1.5 MB, SHA-256 {digest}\nSent by alice", after=sent)
        await room.ask("the screen of the file server", "^E1 comes from: the screen", reply_to=taken.id)
        await room.ask("!evidence", "^That is E1 already", reply_to=sent)
        handed = await room.ask(f"!evidence 1 handed {bob.user}", r"^alice\S* handed E1")

        await bot.kill()
        await bot.start()
        acknowledging = room.of(b)
        await acknowledging.ask("received", r"^bob\S* has E1 now", reply_to=handed.id)
        shown = await room.ask("!evidence 1", "^E1 · ")
        assert "Acknowledged: bob" in (shown.text or "")

        codename = (await room.states())["m.room.name", ""]["name"]
        exported = await console("evidence", "export", codename, "--config", bot.config, "--to", folder)
        assert exported.code == 0, exported.err
        assert (folder / "E1.bin").read_bytes() == PICTURE
        assert digest in (folder / "fiche.txt").read_text("utf-8")
        for secret in (NAME, "file server", digest):
            assert secret not in bot.log.read_text("utf-8")
        kept = b"".join(path.read_bytes() for path in bot.state.iterdir() if path.is_file())
        assert PICTURE[100:200] not in kept
