"""What the room reads of its record."""

from __future__ import annotations

from datetime import datetime

from bot.core.incident import Incident
from bot.core.record.checkpoint import Stamping
from bot.voice.catalogue import counted, say
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.times import moment


def checkpoint(incident: Incident, *, number: int, size: int, line: str, at: datetime, stamping: Stamping) -> Text:
    """Return a checkpoint as it is posted, with what became of its outside time."""
    language, shown = incident.language, str(number)
    count, hour = counted(language, "count.entries", size), moment(at, incident.zone, language)
    posted = say(language, "checkpoint.posted", number=shown, count=count, at=hour)
    stamped = Piece("") if stamping is Stamping.NONE else say(language, f"checkpoint.{stamping}")
    keep = say(language, "checkpoint.keep", number=shown)
    return render(paragraphs(join((posted, stamped, keep)), say(language, "checkpoint.line", line=line)))
