"""The sheet that goes to the police with evidence: what it is, whence, who had it when. In French, for its readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.evidence.items import Item
from bot.core.incident import Incident
from bot.core.language import Language
from bot.voice.catalogue import word
from bot.voice.custody.things import custody_lines, size_words
from bot.voice.times import moment
from bot.voice.wording import printed, title_of

_WIDTH = 78


def evidence_sheet(incident: Incident, files: Mapping[int, str], sums: Mapping[str, str], at: datetime) -> str:
    """Return the sheet as plain text, without its signature.

    *files* names what lies beside it by number, *sums* has the SHA-256 of everything beside it by name.
    """
    french = Language("fr")
    title = title_of(replace(incident, title=printed(incident.title), language=french))
    lines = [
        word(french, "sheet.title").upper(),
        word(french, "sheet.incident", codename=incident.codename, title=title),
        word(french, "sheet.made", at=moment(at, incident.zone, french)),
        word(french, "sheet.clock", zone=incident.zone.key),
        word(french, "sheet.what"),
    ]
    for item in incident.evidence.values():
        lines += ["", "-" * _WIDTH, *_thing(item, incident, files.get(item.number), french)]
    lines += ["", "-" * _WIDTH, word(french, "sheet.sums"), *(f"{digest}  {name}" for name, digest in sums.items())]
    lines += ["", word(french, "sheet.hand"), "", word(french, "sheet.from"), "", word(french, "sheet.to"), ""]
    return "\n".join(lines) + "\n"


def signature_lines(public: str, signature: str) -> str:
    """Return what stands below the sheet: the key of the records, and its signature over all above."""
    french = Language("fr")
    return f"{word(french, 'sheet.key', public=public)}\n{word(french, 'sheet.signature', signature=signature)}\n"


def _thing(item: Item, incident: Incident, file: str | None, language: Language) -> Iterator[str]:
    taken = item.taken
    yield f"E{item.number}  {printed(taken.name)}"
    yield word(language, "sheet.hash", digest=taken.digest)
    if taken.size is not None:
        yield word(language, "sheet.size", size=taken.size, words=size_words(taken.size, language))
    yield word(language, "sheet.source", source=printed(item.source) or word(language, "sheet.source.none"))
    yield word(language, "sheet.file", file=file) if file else word(language, "sheet.file.none")
    yield from (f"  {line}" for line in custody_lines(item, incident, language))
