"""Who is not reached: a page of whom to call next, for whoever holds the telephone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.core.facts import FirmCalled
from bot.core.organisations.reach import NOT_REACHED, Reach
from bot.core.organisations.rollup import Line, Rollup
from bot.voice.catalogue import counted, say
from bot.voice.markup import SCREEN, Piece, Text, bullets, height, join, paragraphs, render
from bot.voice.organisations.firms import contact_of, ending_words, reach_word
from bot.voice.times import moment, near
from bot.voice.wording import marked, person, short

_MOST = 8
"""How many are named, where each says little."""
_LONGEST_NAME, _LONGEST_CONTACT, _LONGEST_CALL = 50, 60, 60


def unreached_firms(found: Rollup) -> Text:
    """Return who is to be called, the most urgent first: as many as a phone shows at once; the file has all."""
    lines = found.unreached()
    if not lines:
        return _nobody(found)
    longest = (_page(found, lines, count) for count in range(min(_MOST, len(lines)), 1, -1))
    return next((text for text in longest if height(text.body) <= SCREEN), _page(found, lines, 1))


def _page(found: Rollup, lines: tuple[Line, ...], count: int) -> Text:
    language, rest = found.parent.language, len(lines) - count
    more = say(language, "calling.more", count=str(rest)) if rest > 0 else Piece("")
    return render(
        paragraphs(
            join((_title(found, len(lines)), _counts(found))),
            bullets(_firm(line, found) for line in lines[:count]),
            more,
            join((*_without_contacts(lines, found), say(language, "calling.note"))),
        )
    )


def _nobody(found: Rollup) -> Text:
    parent, total = found.parent, counted(found.parent.language, "count.organisations", len(found.lines))
    codename, at = marked(parent, parent.codename), moment(found.as_of, parent.zone, parent.language)
    return render(say(parent.language, "calling.none", codename=codename, at=at, total=total))


def _title(found: Rollup, count: int) -> Piece:
    parent, language = found.parent, found.parent.language
    return say(
        language,
        "calling.title",
        codename=marked(parent, parent.codename),
        count=str(count),
        total=str(len(found.lines)),
        at=moment(found.as_of, parent.zone, language),
    )


def _counts(found: Rollup) -> Piece:
    language = found.parent.language
    counts = ((reach, found.reaches.get(reach, 0)) for reach in NOT_REACHED)
    told = ", ".join(counted(language, f"reach.count.{reach}", count) for reach, count in counts if count)
    return say(language, "calling.counts", counts=told)


def _firm(line: Line, found: Rollup) -> Piece:
    """Return one organisation: why, which clock ends, whom to call, and what came of the last call."""
    return join((_why(line, found), *_clock(line, found), *_contact(line, found), *_called(line.calls[-1:], found)))


def _why(line: Line, found: Rollup) -> Piece:
    language, reaching = found.parent.language, line.reaching
    why = reach_word(reaching.reach, language)
    key = "calling.firm"
    if reaching.reach is Reach.UNINVITED:
        users = short(", ".join(reaching.uninvited), _LONGEST_CONTACT)
        return say(language, f"{key}.ids", organisation=_name(line), why=why, users=users)
    if reaching.unread is not None:
        number, at = str(reaching.unread), _near(reaching.since or found.as_of, found)
        return say(language, f"{key}.bulletin", organisation=_name(line), why=why, number=number, at=at)
    if reaching.since is not None:
        return say(language, f"{key}.since", organisation=_name(line), why=why, at=_near(reaching.since, found))
    return say(language, key, organisation=_name(line), why=why)


def _clock(line: Line, found: Rollup) -> Iterable[Piece]:
    if line.ending is not None:
        rule, left = ending_words(line.ending, line, found)
        yield say(found.parent.language, "calling.clock", rule=rule, left=left)


def _contact(line: Line, found: Rollup) -> Iterable[Piece]:
    told = ", ".join(filter(None, contact_of(line.row)))
    if told:
        yield say(found.parent.language, "calling.contact", contact=short(told, _LONGEST_CONTACT))


def _without_contacts(lines: Iterable[Line], found: Rollup) -> Iterable[Piece]:
    """Yield how a list would say whom to call, if it says it of nobody."""
    if not any(any(contact_of(line.row)) for line in lines):
        yield say(found.parent.language, "calling.no-contact")


def _called(calls: Iterable[FirmCalled], found: Rollup) -> Iterable[Piece]:
    for call in calls:
        by, text = person(found.parent, call.by), short(call.text, _LONGEST_CALL)
        yield say(found.parent.language, "calling.called", at=_near(call.at, found), by=by, text=text)


def _name(line: Line) -> str:
    return short(line.organisation, _LONGEST_NAME)


def _near(at: datetime, found: Rollup) -> str:
    local = found.as_of.astimezone(found.parent.zone)
    return near(at, found.parent.zone, found.parent.language, year=local.year)
