"""What alice, bob and carol do: the lines of the demo's tour, and what else is asked of the bot in a night.

Alice types and reads in the window; bob is the strict client of tests/peers; carol comes late, to a window of her own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.core.language import Language, Words
from bot.demo.homeserver import Homeserver
from bot.demo.script import Script, script
from tests.bots import Bot
from tests.look.album import Album, Look
from tests.look.screen import SIZES, Screen
from tests.peers.peer import Peer
from tests.servers import Account

REAL_TIME = 1
"""The pace of the drill: the times that are read are those of a night, and nothing rings that is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A line that alice types, and of how many messages the answer is; a picture is taken if it has a name."""

    line: Words
    name: str = ""
    count: int = 1


LOBBY = (
    Ask(name="lobby-help", line=Words(en="!help", fr="!aide")),
    Ask(name="scenarios", line=Words(en="!open Host down --drill", fr="!ouvrir Hébergeur en panne --exercice")),
)
FIRST_SCENARIO = "1"
CLOCKS = (
    Ask(line=Words(en="!aware GDPR-33-2 -2h call", fr="!connaissance GDPR-33-2 -2h appel")),
    Ask(line=Words(en="!aware FR-INS-5 -1h mail", fr="!connaissance FR-INS-5 -1h courriel")),
    Ask(line=Words(en="!aware FR-INS-2 -1h mail", fr="!connaissance FR-INS-2 -1h courriel")),
)
ASKED = (
    Ask(name="step", line=Words(en="!step N1", fr="!etape N1")),
    Ask(name="facts", line=Words(en="!facts", fr="!constats")),
    Ask(name="risk", line=Words(en="!risk", fr="!risque")),
    Ask(name="clocks", line=Words(en="!clocks", fr="!delais")),
    Ask(name="brief", line=Words(en="!brief", fr="!point")),
    Ask(name="drafts", line=Words(en="!draft", fr="!brouillon")),
    Ask(name="draft", line=Words(en="!draft cnil-initial", fr="!brouillon cnil-initial"), count=3),
    Ask(name="timeline", line=Words(en="!timeline 9", fr="!chronologie 9")),
    Ask(name="help", line=Words(en="!help", fr="!aide")),
    Ask(name="who", line=Words(en="!who", fr="!qui")),
    Ask(name="typo", line=Words(en="!nextt", fr="!suitte")),
)
AFTERWARDS = (
    Ask(name="list", line=Words(en="!list", fr="!liste")),
    Ask(name="register", line=Words(en="!register", fr="!registre")),
)
CASCADE = Ask(
    name="cascade", line=Words(en="!cascade open Host down --drill", fr="!cascade ouvrir Hébergeur en panne --exercice")
)
CONFIRM = Words(en="!confirm 1", fr="!confirmer 1")
ROLLUP = Ask(name="rollup", line=Words(en="!rollup", fr="!synthese"), count=2)
ORGANISATIONS = "organisation,people,personal-data\n" + "".join(
    f"{name},@dora:example.org,{answer}\n"
    for name, answer in (
        ("Cabinet Alpha", "yes"),
        ("Cabinet Bêta", "unknown"),
        ("Cabinet Gamma", "no"),
        ("Cabinet Delta", "yes"),
        ("Cabinet Epsilon", "unknown"),
    )
)
OVERDUE = Words(
    en="!aware FR-LOPMI -71h59 call from the hotline", fr="!connaissance FR-LOPMI -71h59 appel de l’assistance"
)
CAROL_COMES = Words(en="!invite {carol} legal", fr="!inviter {carol} juridique")


class Play:
    """One night in one language."""

    def __init__(self, album: Album, alice: Screen, bob: Peer, bot: str, script: Script, language: Language) -> None:
        self._album = album
        self._alice = alice
        self._bob = bob
        self._bot = bot
        self._script = script
        self._language = language
        self._lobby = ""
        self._room = ""

    async def begin(self) -> None:
        """Enter the control room, open an incident, and enter its room."""
        self._lobby = await self._enter("lobby")
        for ask in LOBBY:
            await self._ask(ask, self._lobby)
        await self._alice.say(self._lobby, FIRST_SCENARIO)
        self._room = await self._enter("arrival", count=2)
        card = await self._alice.pinned(self._room)
        told = await self._alice.heard(self._room, self._bot, count=2)
        await self._album.measure(self._alice, "card", [card])
        await self._album.measure(self._alice, "first steps", [one for one in told if one != card])
        await self._bob.wait_room(inviter=self._bot, known=[self._lobby])

    async def work(self) -> None:
        """The tour: steps, facts, clocks, the authority told."""
        for name in ("next", "done", "fact", "aware"):
            line = getattr(self._script, name)
            await self._ask(Ask(name=name, line=Words(en=line)), self._room)
        for ask in (*CLOCKS, *ASKED):
            await self._ask(ask, self._room)

    async def ring(self) -> None:
        """A clock runs out while alice looks; she has seen it, and bob files another one."""
        start = await self._alice.say(self._room, OVERDUE.to(self._language))
        *_, bell = await self._alice.heard(self._room, self._bot, after=start, rings=True)
        await self._album.take(self._alice, "overdue", [bell])
        await self._ask(Ask(name="ack", line=Words(en=self._script.ack)), self._room)
        filed = await self._bob.send(self._room, self._script.filed)
        told = await self._alice.heard(self._room, self._bot, after=filed)
        await self._album.take(self._alice, "filed", told)

    async def welcome(self, carol: Screen) -> None:
        """Somebody comes late."""
        await self._alice.say(self._room, CAROL_COMES.to(self._language).format(carol=carol.user))
        room = await carol.invited()
        await self._album.take(carol, "late-invitation")
        await carol.join()
        _, brief, *more = await carol.heard(room, self._bot, count=2)
        await self._album.take(carol, "late-arrival", [brief, *more])

    async def end(self) -> None:
        await self._ask(Ask(name="close", line=Words(en=self._script.close)), self._room)
        for ask in AFTERWARDS:
            await self._ask(ask, self._lobby)
        for size in SIZES:
            await self._alice.resize(size)
            await self._alice.jump(self._room)
            await self._album.snap(self._alice, size, "closed-card")

    async def cascade(self, list_of_organisations: Path) -> None:
        """A host falls, and with it five organisations: a room for each, and one picture of where they stand."""
        await self._alice.upload(self._lobby, list_of_organisations)
        await self._ask(CASCADE, self._lobby)
        await self._bob.send(self._lobby, CONFIRM.to(self._language))
        room = await self._enter("cascade-arrival")
        await self._ask(ROLLUP, room)

    async def _enter(self, name: str, *, count: int = 1) -> str:
        room = await self._alice.invited()
        await self._album.take(self._alice, f"{name}-invitation")
        await self._alice.join()
        told = await self._alice.heard(room, self._bot, count=count)
        await self._album.take(self._alice, name, told)
        return room

    async def _ask(self, ask: Ask, room: str) -> None:
        asked = await self._alice.say(room, ask.line.to(self._language))
        told = await self._alice.heard(room, self._bot, after=asked, count=ask.count)
        if ask.name:
            await self._album.take(self._alice, ask.name, told)


async def play(site: Path, folder: Path, pictures: Path, language: Language) -> list[Look]:
    """Play the night in *language* and return what was seen; the pictures are put into *pictures*."""
    album = Album(pictures, language)
    log = pictures / f"{language}-browser.log"
    async with Homeserver(folder / "homeserver") as homeserver:
        alice, bob, carol, cellule, _ = [
            await _register(homeserver, name) for name in ("alice", "bob", "carol", "cellule", "dora")
        ]
        people = {alice.user: ["admin", "coordinator"], bob.user: ["admin", "dpo"]}
        bot = Bot(folder, homeserver, cellule, people, language=language, pace=REAL_TIME)
        async with Screen(site, homeserver, alice, language, log) as screen, Peer(homeserver, bob) as peer, bot:
            night = Play(album, screen, peer, cellule.user, script(language), language)
            await night.begin()
            await night.work()
            await night.ring()
            async with Screen(site, homeserver, carol, language, log) as late:
                await night.welcome(late)
            await night.end()
            await night.cascade(_organisations(folder))
    return album.looks


async def _register(homeserver: Homeserver, name: str) -> Account:
    user = await homeserver.register(name, f"password of {name}")
    return Account(user=user, localpart=name, password=f"password of {name}")


def _organisations(folder: Path) -> Path:
    file = folder / "organisations.csv"
    file.write_text(ORGANISATIONS, encoding="utf-8")
    return file
