"""Writes the roll-up of 300 firms, three days after their provider fell, into build/coordinator: somebody looks at it.

`python -m tests.coordinator.rollup` writes the page, whom to call, the picture and both tables, in each language.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

from bot.core.language import Language
from bot.core.names import RoomId, UserId
from bot.sentences import languages
from tests.coordinator.play import SHIPPED
from tests.core.build import DAVE, HOUR, MINUTE
from tests.service.cascades import order, send
from tests.service.shell import Shell

FOLDER = Path("build/coordinator")
COUNT, SEED = int(os.environ.get("COORDINATOR_FIRMS", "300")), 20261129
_KINDS = ("Cabinet", "Étude", "Atelier", "Comptoir", "Garage", "Pharmacie", "Imprimerie", "Transports", "Menuiserie")
_NAMES = ("Aubépine", "Bruyère", "Chêne", "Églantine", "Fougère", "Genêt", "Houx", "Iris", "Lierre", "Mélèze")
_CITIES = ("Lyon", "Lille", "Tours", "Le Mans", "Nantes", "Brest", "Nice")
_COLUMNS = ("Raison sociale", "Personnes", "N° adhérent", "SIREN", "Ville", "Contact", "Téléphone", "Connaissance")

_DONE = (
    (0.45, "!done P2 paie saisie à la main"),
    (0.35, "!aware FR-LOPMI -9h"),
    (0.3, "!done N2 plainte 2026/{number:04}, brigade de la ville"),
    (0.25, "!filed GDPR-33-1 CNIL-{number:05}"),
    (0.06, "!close Tout va bien chez nous, rien n'était chez cet hébergeur"),
)
"""What such a share of them does."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented firm; its fate is drawn by the number of its line."""

    number: int
    name: str

    @property
    def user(self) -> UserId:
        return UserId(f"@gerance{self.number}:cabinet.example")

    @property
    def cells(self) -> tuple[str, ...]:
        known = "2026-11-24 08:30" if self.number % 2 else ""
        siren, phone = f"{900_000_000 + self.number}", f"01 99 00 {self.number // 100:02} {self.number % 100:02}"
        city = _CITIES[self.number % len(_CITIES)]
        return self.name, f"{self.user} coordinator dpo", f"A-{self.number:04}", siren, city, "la gérance", phone, known


def invented() -> tuple[Firm, ...]:
    names = [f"{kind} {name}" for kind, name in product(_KINDS, _NAMES)]
    more = (f"{name} {city}" for city, name in product(_CITIES, names))
    return tuple(Firm(number, name) for number, name in zip(range(1, COUNT + 1), more, strict=False))


class Days(Shell):
    """Three days of a coordination, in memory."""

    def __init__(self, language: Language) -> None:
        super().__init__(SHIPPED)
        self.language = language
        self.firms = invented()
        self.chance = random.Random(SEED)

    def some(self, of: Sequence[Firm], count: int) -> list[Firm]:
        return self.chance.sample(list(of), count)

    def place(self, firm: Firm) -> RoomId:
        room = next(one.room for one in self.service.books.incidents() if one.organisation == firm.name)
        assert room is not None
        return room

    async def do(self, firm: Firm, body: str) -> None:
        await self.type(body, room=self.place(firm), sender=firm.user)

    async def lead(self, body: str) -> str:
        answer = await self.type(body, room=self.above)
        asked = re.search(r"!confirm(?:er)? (\d+)", answer)
        return await self.type(f"!confirm {asked[1]}", room=self.above, sender=DAVE) if asked else answer

    @property
    def above(self) -> RoomId:
        room = next(one.room for one in self.service.books.incidents() if one.cascade is not None)
        assert room is not None
        return room

    async def leap(self, span: timedelta) -> None:
        """Move on at once: what fell due meanwhile rings together, as after a sleep."""
        self.clock.move_to(self.clock.now() + span)
        await self.settle()

    async def begin(self) -> list[Firm]:
        """Open the rooms, all but a few; return whose people came."""
        bad = {firm.user for firm in self.some(self.firms, COUNT // 25)}
        self.chat.impossible = set(bad)
        await send(self, "\n".join(";".join(cells) for cells in (_COLUMNS, *(firm.cells for firm in self.firms))))
        _say(await order(self, f"!cascade open Hébergeur tombé --lang {self.language}"))
        came = [firm for firm in self.firms if firm.user not in bad]
        came = self.some(came, len(came) - COUNT // 9)
        for firm in came:
            await self.move(firm.user, room=self.place(firm), present=True)
        self.chat.without_devices = {firm.user for firm in self.some(came, COUNT // 33)}
        return came

    async def go_on(self, came: list[Firm]) -> None:
        """Let three days pass."""
        for number, body in enumerate(("Coupez le lien.", "La paie peut attendre vendredi.", "Point de 18 h.")):
            await self.lead(f"!bulletin {{organisation}}, adhérent {{n°-adhérent}}\n\n{body}")
            for firm in self.some(came, len(came) * (6 - number) // 7):
                await self.do(firm, "!ack")
            await self.leap(3 * HOUR)
        for share, body in _DONE:
            for firm in self.some(came, int(len(came) * share)):
                await self.do(firm, body.format(number=firm.number))
        await self.leap(48 * HOUR)
        for firm in self.some(came, COUNT // 40):
            await self.move(firm.user, room=self.place(firm), present=False)
        for firm in self.some(self.firms, COUNT // 20):
            await self.lead(f"!called {firm.name}: répondeur, à rappeler demain")
        await self.leap(MINUTE)

    async def write(self) -> None:
        """Ask for all there is, and write it."""
        await self.leap(16 * HOUR)
        for name, body in (("page", "!rollup"), ("whom-to-call", "!rollup unreached"), ("", "!rollup csv")):
            known = len(self.said(self.above))
            said = await self.lead(body)
            if name:
                _save(f"{name}.{self.language}.txt", said.encode())
            for file in (one.file for one in self.said(self.above)[known:] if one.file is not None):
                kind = "unreached" if name == "whom-to-call" else "rollup"
                _save(f"{kind}.{self.language}.{file.name.rpartition('.')[2]}", file.data)


def _save(name: str, data: bytes) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_bytes(data)
    _say(f"{FOLDER / name}: {len(data)} bytes")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")


async def main() -> None:
    for language in languages():
        days = Days(language)
        async with days.life():
            await days.go_on(await days.begin())
            await days.write()


if __name__ == "__main__":
    asyncio.run(main())
