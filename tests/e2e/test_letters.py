"""A list of clients, encrypted, on a real homeserver: a letter for each in one encrypted archive, and its log."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk
from tests.uploads import upload

pytestmark = [pytest.mark.peer, pytest.mark.slow]

CLIENTS = "Nom;Courriel\n" + "".join(f"Société {number};c{number}@client.example\n" for number in range(1, 31))


async def test_thirty_clients_get_a_letter_each_and_the_log_survives_a_kill(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, cellule = [await register(homeserver, name) for name in ("alice", "cellule")]
    people = {alice.user: ["admin", "coordinator", "dpo"]}
    async with (
        Bot(tmp_path, homeserver, cellule, people) as bot,
        Peer(homeserver, alice, meet=[bot.user]) as peer,
    ):
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.hear("!open")
        await control.ask("!open Host down --playbook provider-hit")
        room = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await room.hear("Start here")
        for name in ("organisation", "siren", "address", "representative"):
            await room.ask(f"!fact {name} the {name}", "the " + name)
        await room.ask("!draft client-mandate", "TLP:AMBER")
        await room.ask("!draft client-mandate reviewed", "found right by")
        await room.ask("!draft client-mandate frozen", "One letter for each client")

        await peer.send_event(
            room.room, "m.room.message", await upload(homeserver, alice, CLIENTS.encode("cp1252"), name="clients.csv")
        )
        asked = await room.say("!letters client-mandate")
        await room.hear("30 letters of client-mandate version 1", after=asked)
        archive = await peer.file(await room.hear(r"client-mandate-v1\.zip", after=asked))
        with ZipFile(BytesIO(archive.data)) as packed:
            letters = {name: packed.read(name) for name in packed.namelist()}
        assert len(letters) == 30
        seventh = Document(BytesIO(letters["0007-societe-7.docx"]))
        assert any(paragraph.text == "Client, controller: Société 7" for paragraph in seventh.paragraphs)

        await room.ask("!sent 1-29 email", "29 of 30 told")
        await bot.kill()
        await bot.start()
        await room.ask("!letters", r"Left \(1\), by number: 30 Société 30")
        asked = await room.say("!letters log")
        log = (await peer.file(await room.hear(r"letters-.*\.csv", after=asked))).data.decode("utf-8-sig")
        assert all(sha256(data).hexdigest() in log for data in letters.values())
        assert "Société" not in bot.log.read_text("utf-8")
