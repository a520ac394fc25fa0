"""What the room reads beside the report."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.voice.catalogue import counted, say, word
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.report.report import MARK


def report_handed(incident: Incident, *, size: int, root: str, name: str) -> Text:
    """Return how many entries it has, under which root, and how it is checked."""
    language = incident.language
    head = say(language, "report.handed", count=counted(language, "count.entries", size), root=root)
    how = say(language, "report.handed.how", name=name)
    care = say(language, "report.handed.care", label=MARK, mark=word(language, "report.mark"))
    return render(paragraphs(join((head, _unsealed(incident, size))), how, care))


def _unsealed(incident: Incident, size: int) -> Piece:
    """Return how much of it no checkpoint is over; empty where only the last checkpoint itself is not."""
    language = incident.language
    if not incident.checkpoints:
        return say(language, "report.handed.unsealed")
    last = incident.checkpoints[-1]
    rest = size - last.size
    if rest <= 1:
        return Piece("")
    return say(language, "report.handed.since", number=str(last.number), count=counted(language, "count.entries", rest))
