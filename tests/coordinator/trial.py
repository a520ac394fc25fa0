"""The trial of a coordinator, acted again: who plays, the lists with their mistakes, and a transcript to read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.coordinator.server import Server
from tests.coordinator.stage import send_list, who_confirms, write
from tests.peers.peer import Peer
from tests.peers.views import Message
from tests.servers import Account
from tests.talks import Talk

Row = Sequence[str]
COUNT = 40
HEADER = (
    *("Raison sociale", "Personnes", "N° adhérent", "SIREN", "Ville", "Secteur", "Contact", "Téléphone"),
    *("Données personnelles", "Connaissance"),
)
DURAND, LEFEVRE, NGUYEN, OKAFOR = "Étude Durand", "Cabinet Lefèvre", "Nguyen & Cie", "Okafor SARL"
BRESARD, COMPTA, LATE, NEW, NEVER, AWAY = (
    *("Étude Brésard", "Compta'Sud", "Atelier Tardif", "Garage Dix", "Plain Deux"),
    "Serveur Absent",
)
NAMED = (DURAND, LEFEVRE, NGUYEN, OKAFOR, BRESARD, COMPTA, LATE, NEW, NEVER, AWAY)
_CITIES, _SECTORS = ("tours", "lyon", "Le Mans"), ("santé", "droit")


def rows(users: dict[str, str]) -> list[Row]:
    """Return the list: those of the trial, and others whose people have no account."""
    names = [*NAMED, *(f"Adhérent {number}" for number in range(len(NAMED) + 1, COUNT + 1))]
    return [_row(number, name, users.get(name, "")) for number, name in enumerate(names, start=1)]


def _row(number: int, name: str, user: str) -> Row:
    people = f"Gérance <{user or f'@gerance{number}:example.org'}>"
    details = (f"A-{number:04}", str(900_000_000 + number), _CITIES[number % 3], _SECTORS[number % 2])
    known = "2026-11-27 18:30" if name == DURAND else ""
    return name, people, *details, f"la gérance {number}", f"01 99 00 00 {number:02}", "oui", known


def as_xlsx(rows: Iterable[Row], *, first: Iterable[Row] = ()) -> bytes:
    """Return a spreadsheet, with another sheet before the list if there is a *first*."""
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    if first:
        sheet.title = "Lisez-moi"
        for line in first:
            sheet.append(list(line))
        sheet = book.create_sheet("Liste")
    for line in rows:
        sheet.append(list(line))
    book.save(file)
    return file.getvalue()


def as_csv(rows: Iterable[Row], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode(encoding)


@dataclass(kw_only=True)
class Trial:
    """Who plays, in the language the bot speaks."""

    language: str
    homeserver: Homeserver
    bot: Bot
    server: Server
    control: Talk
    parent: Talk
    second: Peer
    spare: Account
    talks: dict[str, Talk] = field(default_factory=dict)
    """Of firms, in their rooms."""
    users: dict[str, str] = field(default_factory=dict)
    page: list[str] = field(default_factory=list)
    shown: str = ""
    """What whoever leads read before the last yes."""

    def either(self, fr: str, en: str) -> str:
        """Return the pattern of the language; French has blanks that do not break, and two apostrophes."""
        return fr.replace(" ", r"\s").replace("'", "['’]") if self.language == "fr" else en

    def item(self, name: str, what: str) -> None:
        """Begin another line of the trial."""
        self.page.append(f"\n## {name} {what}\n")
        self.save()

    def note(self, text: str) -> None:
        self.page.append(f"{text}\n")

    def save(self) -> None:
        write(f"trial.{self.language}.md", "\n".join(self.page))

    async def type(self, talk: Talk, body: str, fr: str = ".", en: str = ".", **how: Any) -> str:
        """Type *body* in a room, and return the answer that has the pattern of the language."""
        self.page.append(f"**{talk.peer.user.partition(':')[0]}** types `{body}`\n")
        try:
            answer = await talk.ask(body, self.either(fr, en), **how)
        except BaseException:
            self.page += [f"(not answered by `{self.either(fr, en)}`)\n", *map(_quoted, (await talk.heard())[-3:])]
            self.save()
            raise
        self.page.append(_quoted(answer))
        return str(answer.text)

    async def lead(self, body: str, fr: str = ".", en: str = ".", *, room: Talk | None = None) -> str:
        """Type *body* as who leads, have it confirmed by whoever has to, if it is asked for; return the last answer."""
        talk = room or self.parent
        told = await self.type(talk, body, rf"{fr}|!confirmer \d+", rf"{en}|!confirm \d+")
        self.shown, confirming = told, who_confirms(told, talk, self.second)
        return told if confirming is None else await self.type(*confirming, fr, en)

    async def hear(self, talk: Talk, fr: str, en: str, *, after: str | None = None) -> Message:
        """Return what the bot says in a room without being asked there."""
        heard = await talk.hear(self.either(fr, en), after=after)
        self.page += [f"{talk.peer.user.partition(':')[0]} reads\n", _quoted(heard)]
        return heard

    async def send(self, name: str, data: bytes) -> None:
        self.page.append(f"**{self.control.peer.user.partition(':')[0]}** sends `{name}`\n")
        await send_list(self.homeserver, self.spare, self.control, name, data)

    async def rooms(self) -> int:
        return len(await self.server.rooms())


def _quoted(message: Message) -> str:
    return "\n".join(f"> {line}  " for line in str(message.text).splitlines()) + "\n"
