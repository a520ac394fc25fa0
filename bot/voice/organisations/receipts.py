"""What became of each bulletin: a line about every one, and of one of them who did not read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.organisations.rollup import Line, Reached, Receipt, Rollup
from bot.voice.catalogue import say
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.organisations.bulletins import audience_words
from bot.voice.organisations.firms import contact_of
from bot.voice.organisations.rollup import bulletin_counts
from bot.voice.times import moment
from bot.voice.wording import and_more, person, short

_MOST = 40
"""So many lines stand in one message."""
_LONGEST_NAME, _LONGEST_TEXT = 60, 800


def receipts(found: Rollup, number: int | None) -> Text:
    """Return what became of the bulletin of that *number*, or of each. Raises NoSuchBulletin."""
    if number is not None:
        return _one(found, found.bulletin(number))
    language, last = found.parent.language, found.bulletins[: -_MOST - 1 : -1]
    if not last:
        return render(say(language, "receipts.none"))
    lines = bullets(_line(reached, found) for reached in last)
    more = and_more("count.bulletins", len(found.bulletins) - len(last), language)
    return render(paragraphs(lines, more, say(language, "receipts.how", number=str(last[0].bulletin.number))))


def _line(reached: Reached, found: Rollup) -> Piece:
    language, sent = found.parent.language, reached.bulletin
    head = say(
        language,
        "receipts.line",
        number=str(sent.number),
        at=moment(sent.at, found.parent.zone, language),
        who=person(found.parent, sent.by),
        audience=audience_words(sent.audience, language),
    )
    counts = bulletin_counts(reached, language)
    told = (say(language, "receipts.counts", counts=counts),) if counts else ()
    return join((head, *_standing(reached, found), *told))


def _standing(reached: Reached, found: Rollup) -> Iterable[Piece]:
    """Yield what it replaces, and what took its place."""
    language, sent = found.parent.language, reached.bulletin
    if sent.replaces is not None:
        key = "receipts.withdraws" if sent.withdraws else "receipts.corrects"
        yield say(language, key, number=str(sent.replaces))
    later = next((one.bulletin for one in found.bulletins if one.bulletin.replaces == sent.number), None)
    if later is not None:
        key = "receipts.withdrawn" if later.withdraws else "receipts.corrected"
        yield say(language, key, number=str(later.number))


def _one(found: Rollup, reached: Reached) -> Text:
    language, sent = found.parent.language, reached.bulletin
    text = say(language, "bulletin.text", text=short(sent.text, _LONGEST_TEXT)) if sent.text else Piece("")
    place = found.bulletins.index(reached)
    kinds = (("receipts.unread", Receipt.TOLD), ("receipts.waiting", Receipt.WAITING))
    lists = (
        _firms(key, [line for line in found.lines if line.receipts[place] is receipt], found) for key, receipt in kinds
    )
    all_read = say(language, "receipts.all") if reached.acknowledged and not reached.silent else Piece("")
    return render(paragraphs(_line(reached, found), text, all_read, *lists))


def _firms(key: str, lines: Sequence[Line], found: Rollup) -> Piece:
    """Return whose turn it is to be called, with contact and phone of the list."""
    if not lines:
        return Piece("")
    language = found.parent.language
    named = bullets(_firm(line, found) for line in lines[:_MOST])
    return paragraphs(say(language, key), named, and_more("count.organisations", len(lines) - _MOST, language))


def _firm(line: Line, found: Rollup) -> Piece:
    contact = short(", ".join(filter(None, contact_of(line.row))), _LONGEST_NAME)
    key = "receipts.firm.contact" if contact else "receipts.firm"
    return say(found.parent.language, key, organisation=short(line.organisation, _LONGEST_NAME), contact=contact)
