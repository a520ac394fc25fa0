"""Somebody without an account comes by a door, with Element Web's engine in strict mode, and is gone at the end."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.door import people
from tests.door.running import Running, a_door
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]

POLL_S = 0.2
PASSWORD = "five-words-of-a-list"
TITLE = "Host down, payroll out of reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A bot with a door, and Alice, who leads, in the control room and in an incident's."""

    homeserver: Homeserver
    bot: Bot
    door: Running
    control: Talk
    alice: Talk

    async def link(self, typed: str) -> str:
        """Return the secret of the link that Alice is given."""
        said = await self.alice.ask(typed, r"Door \d+")
        found = re.search(re.escape(self.door.page) + r"#(\S+)", said.text or "")
        assert found is not None
        return found[1]

    async def newcomer(self, secret: str) -> Account:
        """Make an account as the page does."""
        status, claim = await self.door.claim(secret)
        assert status == 200, claim
        status, made = await people.sign_up(
            self.door.session, claim["homeserver"], claim["token"], claim["name"], password=PASSWORD
        )
        assert status == 200, made
        await self.door.came(secret)
        return Account(user=made["user_id"], localpart=claim["name"], password=PASSWORD)

    async def gone(self, account: Account) -> None:
        """Wait until nobody can log in with *account* any more."""
        status = 200
        while status != 403:
            status, _ = await people.log_in(self.door.session, self.homeserver, account.localpart, account.password)
            await asyncio.sleep(POLL_S)


@asynccontextmanager
async def staged(homeserver: Homeserver, folder: Path) -> AsyncIterator[Scene]:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    (folder / "door").mkdir()
    async with a_door(folder / "door", homeserver) as door:
        doors = {"socket": str(folder / "door" / "door.sock"), "page": door.page}
        bot = Bot(folder, homeserver, cellule, {alice.user: ["admin", "coordinator"]}, more={"doors": doors}, pace=1)
        async with bot, Peer(homeserver, alice, meet=[bot.user]) as a:
            control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
            await control.say(f"!open {TITLE} --playbook provider-hit --severity crisis --drill")
            room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
            talk = Talk(peer=a, room=room, bot=bot.user)
            await talk.hear("Start here")
            yield Scene(homeserver=homeserver, bot=bot, door=door, control=control, alice=talk)


def same(shown: Sequence[tuple[str, str]], asked: str) -> bool:
    return " · ".join(f"{sign} {name}" for sign, name in shown) in asked


async def test_a_guest_is_let_in_proved_and_taken_out(open_homeserver: Homeserver, tmp_path: Path) -> None:
    async with staged(open_homeserver, tmp_path) as scene:
        alice, bot = scene.alice, scene.bot.user
        before = await alice.say("said before they came")
        secret = await scene.link("!door legal Avocat externe 2h")
        picture = await alice.peer.wait_for(alice.room, r"door-1\.png", sender=bot)
        assert (await alice.peer.file(picture)).data.startswith(b"\x89PNG")
        account = await scene.newcomer(secret)
        async with Peer(scene.homeserver, account, meet=[bot]) as peer:
            guest = Talk(peer=peer, room=(await peer.wait_room(inviter=bot)).id, bot=bot)
            assert guest.room == alice.room
            told = await alice.hear("Not proved yet")
            assert "Avocat externe" in (told.text or "")
            assert alice.peer.user in str(told.mentions)
            brief = await guest.hear("Brief for those")
            refused = await guest.ask("!aware GDPR-33-1", "compare emoji with you")
            assert "alice" in (refused.text or "")
            await guest.ask("!note counsel is here", "[Nn]oted")
            assert "not proved" in ((await alice.ask("!who", "Avocat externe")).text or "")
            shown = await peer.accept_verification(bot)
            asked = await alice.hear("Is it really Avocat externe")
            assert same(shown, asked.text or "")
            typed = re.search(r"!verify \S+ yes \d{4}", asked.text or "")
            assert typed is not None
            await alice.ask(typed[0], "it is the same")
            await peer.compare(same=True)
            assert (await peer.verified(bot))[0] == "done"
            await alice.hear(r"Avocat externe.* is proved")
            await guest.ask("!next", ".")
            assert [room.id for room in await peer.rooms() if room.membership == "join"] == [guest.room]
            assert before not in [event.id for event in await peer.timeline(guest.room) if event.text]
            # What was said while they were coming may have been said before anybody knew their device.
            seen = await peer.timeline(guest.room)
            later = seen[[event.id for event in seen].index(brief.id) :]
            assert [event.failure for event in later if event.sender == bot and event.failure is not None] == []
            await alice.ask("!door 1 close", "is out")
            await alice.peer.wait_member(alice.room, account.user, "leave")
            after = await alice.say("said after they went")
            assert after not in [event.id for event in await peer.timeline(guest.room)]
            await alice.hear("is out")
        await scene.gone(account)
        assert secret not in scene.bot.tail(10_000)


async def test_who_had_an_account_is_put_out_with_a_session_that_lives(
    open_homeserver: Homeserver, tmp_path: Path
) -> None:
    """The door is killed before the bot asked it who came; somebody else tries the link afterwards."""
    async with staged(open_homeserver, tmp_path) as scene:
        alice, bot = scene.alice, scene.bot.user
        secret = await scene.link("!door legal Avocat externe 2h")
        account = await register(scene.homeserver, "counsel")
        status, said = await scene.door.known(secret, account.user)
        assert status == 200, said
        await scene.door.end(signal.SIGKILL)
        await scene.door.start()
        status, _ = await scene.door.claim(secret)
        assert status != 200
        await alice.hear("was used again")
        async with Peer(scene.homeserver, account, meet=[bot]) as peer:
            guest = Talk(peer=peer, room=(await peer.wait_room(inviter=bot)).id, bot=bot)
            await guest.hear("Brief for those")
            await alice.ask("!door 1 close", "is out")
            await alice.peer.wait_member(alice.room, account.user, "leave")
            after = await alice.say("said after they went")
            await alice.ask("!door", "taken out")
            assert after not in [event.id for event in await peer.timeline(guest.room)]
            status, session = await people.log_in(
                scene.door.session, scene.homeserver, account.localpart, account.password
            )
            assert status == 200, session
            assert await rejoined(scene, guest.room, session["access_token"]) == 403


async def rejoined(scene: Scene, room: str, token: str) -> int:
    """Try to come back into *room*, and return the status of the answer."""
    url = f"{scene.homeserver.url}/_matrix/client/v3/join/{room}"
    async with scene.door.session.post(url, json={}, headers={"Authorization": f"Bearer {token}"}) as answer:
        return answer.status
