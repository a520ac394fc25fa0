"""The record of the weekend of docs/weekend.md, as anybody gets one: played on the fakes of all ports, then handed out.

    python docs/weekend_record.py docs/examples

To what the documents show it adds decisions, evidence, costs, a finding, and somebody who kept a checkpoint. Each run
gives the same pages under another root, because alarms have names of chance.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bot.core.language import Language
from bot.core.names import UserId
from bot.service.records.making import Made, whole
from tests.service.shell import RECORDS
from tests.weekend import ALICE, BOB, CAROL, FIRST_INFORMATION, LINES, Line
from tests.weekend_play import weekend

_LOGS, _PICTURE = (sha256(name.encode()).hexdigest() for name in ("firewall.log", "bulletin.png"))


def _line(minutes: int, who: UserId, fr: str, en: str) -> Line:
    at: datetime = FIRST_INFORMATION + timedelta(minutes=minutes)
    return Line(at=at, who=who, fr=fr, en=en)


_DAY = 24 * 60
MORE = (
    _line(12, ALICE, f"!preuve {_PICTURE} capture du bulletin", f"!evidence {_PICTURE} screenshot of the bulletin"),
    _line(13, ALICE, "!preuve 1 de LinkedIn, page de l'hébergeur", "!evidence 1 from LinkedIn, the host's page"),
    _line(
        47,
        ALICE,
        "!decider couper le VPN et les connecteurs parce que l'hébergeur ne sait pas par où on est entré "
        "options: attendre l'hébergeur; couper la messagerie seule revoir 16h",
        "!decide cut the VPN and the connectors because the host does not know how they came in "
        "options: wait for the host; cut the mail alone review 16h",
    ),
    _line(62, CAROL, "!panne messagerie et paie de 18:00", "!outage mail and payroll from 18:00"),
    _line(_DAY - 548, CAROL, f"!preuve {_LOGS} journaux du pare-feu", f"!evidence {_LOGS} firewall logs"),
    _line(_DAY - 547, CAROL, "!preuve 2 du pare-feu, vendredi 0h00 à samedi 8h30", "!evidence 2 from the firewall"),
    _line(
        _DAY - 430,
        ALICE,
        "!decider 1 maintenu l'hébergeur ne répond pas",
        "!decide 1 stands: the host does not answer",
    ),
    _line(_DAY - 420, CAROL, "!preuve 2 remise a alice", "!evidence 2 handed to alice"),
    _line(_DAY - 418, ALICE, "!preuve 2 recue", "!evidence 2 received"),
    _line(_DAY - 405, BOB, "!constat donnees-volees inconnu suppose", "!fact stolen-data unknown supposed"),
    _line(
        _DAY - 404,
        ALICE,
        "!decider prévenir les 212 clients avant d'en savoir plus parce que leur délai court dès qu'ils savent "
        "options: attendre une preuve de copie",
        "!decide warn the 212 clients before more is known because their clock runs once they know "
        "options: wait for proof of a copy",
    ),
    _line(_DAY + 30, BOB, "!sceller 1", "!seal 1"),
    _line(_DAY + 960, CAROL, "!cout 12h it reconstruction paie refaite", "!cost 12h it reconstruction payroll redone"),
    _line(
        _DAY + 962, ALICE, "!cout ~4200 EUR expertise lecture des journaux E2", "!cost ~4200 EUR expertise logs read E2"
    ),
    _line(
        _DAY + 1380,
        ALICE,
        "!lecon garder la paie hors de l'hébergeur @carol avant le 15/01/2024",
        "!finding keep payroll outside the host @carol by 15 Jan 2024",
    ),
)


def made(language: Language) -> Made:
    """Return the record of the whole weekend in *language*."""
    played = weekend(language)
    asyncio.run(played.play(tuple(sorted((*LINES, *MORE), key=lambda line: line.at))))
    incident = played.shell.incident()
    written = asyncio.run(played.shell.store.written(incident.id))
    return whole(incident, written, RECORDS)


def main(folder: Path) -> None:
    """Write the files."""
    for language in (Language("en"), Language("fr")):
        found = made(language)
        (folder / f"weekend.{language}.pdf").write_bytes(found.pdf)
        (folder / f"weekend.{language}.html").write_bytes(found.html)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
