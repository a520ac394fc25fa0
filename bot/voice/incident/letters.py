"""Letters to clients: what became of a list, who was told and who is left, and the log of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core import facts
from bot.core.documents.letters import ADDRESS, EMAIL, Dispatch, Mailing, newest, spans
from bot.core.incident import Incident
from bot.core.language import Language, fold
from bot.voice.catalogue import counted, say, word
from bot.voice.cells import as_table
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.organisations.cascade import Mistake, mistakes_of
from bot.voice.times import moment
from bot.voice.wording import short

_MOST_NAMED, _MOST_LEFT = 3, 10
_LONGEST_NAME = 60
_COLUMNS = (
    *("draft", "version", "number", "client", "email", "address", "state", "sent", "channel", "reference", "by"),
    *("recorded", "file", "hash", "text"),
)
"""Of the log: one line for each dispatch, and one for each client who is not told."""


def letters(incident: Incident) -> Text:
    """Return who was told and who is left, of the last version of each draft."""
    language, now = incident.language, newest(incident.mailings)
    if not now:
        return render(say(language, "letters.none"))
    older = [mailing for mailing in incident.mailings.values() if mailing not in now]
    before = join(say(language, "letters.older", told=_told(mailing, language)) for mailing in older)
    return render(paragraphs(*(progress(mailing, incident) for mailing in now), before, say(language, "letters.how")))


def letters_made(made: facts.LettersMade, skipped: int, incident: Incident) -> Text:
    """Return what became of a list; *skipped* of its clients were told before."""
    language, first = incident.language, made.letters[0]
    count = counted(language, "count.letters", len(made.letters))
    head = say(language, "letters.made", count=count, draft=made.name, version=str(made.version))
    look = say(language, "letters.first", client=short(first.client, _LONGEST_NAME))
    again = (
        say(language, "letters.skipped", count=counted(language, "count.clients", skipped)) if skipped else Piece("")
    )
    return render(paragraphs(join((head, look, again)), say(language, "letters.how")))


def letters_wrong(name: str, mistakes: Sequence[Mistake], language: Language) -> Text:
    """Return what is wrong with the list of clients *name*, by line."""
    return render(mistakes_of("letters.wrong", name, mistakes, language))


def letters_note(incident: Incident, digest: str) -> Text:
    """Return what stands beside the log: what it counts, and the hash to quote where something is filed with it."""
    language, now = incident.language, newest(incident.mailings)
    lines = join(say(language, "letters.told", told=_told(mailing, language)) for mailing in now)
    clock = next((mailing.clock for mailing in now if mailing.clock is not None), None)
    filing = say(language, "letters.file.clock", rule=clock, digest=digest[:12]) if clock else Piece("")
    return render(paragraphs(lines, say(language, "letters.file", digest=digest), filing))


def sent(fact: facts.LettersSent, after: Incident) -> Piece:
    """Return whom a command marked as told, and who is left."""
    language, mailing = after.language, after.mailings[fact.draft, fact.version]
    at = moment(fact.sent_at, after.zone, language)
    clients = _clients(mailing, fact.clients, language)
    channel = channel_word(fact.channel, language)
    key = "letters.sent.text" if fact.reference else "letters.sent"
    done = say(language, key, clients=clients, channel=channel, at=at, reference=short(fact.reference))
    return paragraphs(done, progress(mailing, after))


def progress(mailing: Mailing, incident: Incident) -> Piece:
    """Return how many were told, and who is left."""
    language, left = incident.language, mailing.left
    told = say(language, "letters.told", told=_told(mailing, language))
    if not left and mailing.clock is not None:
        return join((told, say(language, "letters.all.clock", rule=mailing.clock)))
    if not left:
        return join((told, say(language, "letters.all")))
    names = ", ".join(_named(letter) for letter in left[:_MOST_LEFT])
    if len(left) > _MOST_LEFT:
        names += f", … (+{len(left) - _MOST_LEFT})"
    return join((told, say(language, "letters.left", count=str(len(left)), names=names)))


def channel_word(channel: facts.Channel, language: Language) -> str:
    """Return how a letter went."""
    return word(language, f"channel.{channel}")


def letter_name(letter: facts.Letter) -> str:
    """Return what the file of a letter is called."""
    client = re.sub(r"[^a-z0-9]+", "-", fold(letter.client)).strip("-")[:40].rstrip("-")
    return f"{letter.number:04}-{client or 'client'}.docx"


def letters_table(incident: Incident) -> str:
    """Return the whole log as a table."""
    heads = [word(incident.language, f"letters.column.{column}") for column in _COLUMNS]
    lines = (line for mailing in incident.mailings.values() for line in _lines(mailing, incident))
    return as_table((heads, *lines), incident.language)


def _lines(mailing: Mailing, incident: Incident) -> Iterator[tuple[str, ...]]:
    for number, letter in mailing.letters.items():
        log = mailing.log.get(number, ())
        for entry in log:
            yield (*_cells(mailing, entry.letter), *_sent_cells(entry, incident), *_proof(mailing, entry.letter))
        if not mailing.is_told(number):
            waits = word(incident.language, "letters.state.left")
            yield (*_cells(mailing, letter), waits, *("",) * 5, *_proof(mailing, letter))


def _cells(mailing: Mailing, letter: facts.Letter) -> tuple[str, ...]:
    ways = (letter.values.get(EMAIL, ""), letter.values.get(ADDRESS, ""))
    return (mailing.name, str(mailing.version), str(letter.number), letter.client, *ways)


def _sent_cells(entry: Dispatch, incident: Incident) -> tuple[str, ...]:
    sent, language = entry.sent, incident.language
    state = "returned" if sent.channel is facts.Channel.RETURNED else "told"
    return (
        word(language, f"letters.state.{state}"),
        _time(sent.sent_at, incident),
        channel_word(sent.channel, language),
        sent.reference,
        sent.by,
        _time(sent.at, incident),
    )


def _proof(mailing: Mailing, letter: facts.Letter) -> tuple[str, ...]:
    return (letter_name(letter), letter.digest, mailing.text)


def _time(at: datetime, incident: Incident) -> str:
    return at.astimezone(incident.zone).isoformat(sep=" ", timespec="minutes")


def _told(mailing: Mailing, language: Language) -> Piece:
    count = len(mailing.letters)
    told = str(count - len(mailing.left))
    return say(language, "letters.count", draft=mailing.name, version=str(mailing.version), told=told, count=str(count))


def _clients(mailing: Mailing, numbers: Sequence[int], language: Language) -> str:
    """Name a few clients, and count many."""
    if len(numbers) > _MOST_NAMED:
        return f"{counted(language, 'count.clients', len(numbers))} ({short(number_words(numbers), 60)})"
    return ", ".join(_named(mailing.letters[number]) for number in numbers)


def number_words(numbers: Sequence[int]) -> str:
    """Return numbers of letters as people type them: `1-5, 7`."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans(numbers))


def _named(letter: facts.Letter) -> str:
    return f"{letter.number} {short(letter.client, _LONGEST_NAME)}"
