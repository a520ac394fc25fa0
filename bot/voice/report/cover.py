"""The page of a part of a record: what it holds, how it is checked, and what it does not prove."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.core.report.pages import Cover
from bot.voice.catalogue import counted, word
from bot.voice.trust.identities import grouped
from bot.voice.wording import marked


def record_cover(incident: Incident, *, shown: int | None, size: int, key: str) -> Cover:
    """Return the page of a record that has *size* entries and shows so many of them; None: it is the whole record."""
    language = incident.language
    if shown is None:
        held = word(language, "record.whole", count=counted(language, "count.entries", size))
    else:
        held = word(language, "record.part", shown=str(shown), size=str(size))
    said = ("record.attached", "record.how", "record.limits", "record.key")
    return Cover(
        language=language,
        title=marked(incident, word(language, "record.title", codename=incident.codename)),
        paragraphs=(held, *(word(language, key) for key in said)),
        code=("python3 verify_record.py record.pdf", grouped(key)),
        files={
            "record.json": word(language, "record.file.record"),
            "verify_record.py": word(language, "record.file.script"),
            "verify.html": word(language, "record.file.page"),
            "report.html": word(language, "record.file.report"),
        },
    )
