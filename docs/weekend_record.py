"""The record of the weekend of docs/weekend.md, as anybody gets one: played on the fakes of all ports, then handed out.

python docs/weekend_record.py docs/examples
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.core.language import Language
from bot.service.records.making import Made, whole
from tests.service.shell import RECORDS
from tests.weekend_play import weekend


def made(language: Language) -> Made:
    """Return the record of the whole weekend in *language*."""
    played = weekend(language)
    asyncio.run(played.play())
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
