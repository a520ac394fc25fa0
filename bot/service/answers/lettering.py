"""Letters to clients: a frozen draft and a list become one letter each; the log says who was told.

What takes long is done in a thread, by a row of the outbox: it begins again where it was after a kill. The letters are
written once to know the hash of each file, and once more, all the same, when their archive is sent: between the two
nothing is kept but what fills them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot import ports, voice
from bot.commands.clients import read_clients
from bot.commands.organisations import Wrong
from bot.core.commands import MergeLetters, ShowLetters
from bot.core.decide import letters
from bot.core.decide.cascade import list_of
from bot.core.desk import House
from bot.core.documents.drafts import DraftTemplate
from bot.core.documents.errors import NoClientsSent, NoLetters
from bot.core.documents.letters import letter
from bot.core.errors import DraftOutdated, RuleError
from bot.core.facts import DraftFrozen, Letter
from bot.core.incident import Incident
from bot.core.organisations.errors import ListUnread, NoListSent, Unread
from bot.papers import archive, csv, docx
from bot.papers.tables import TableError, read_table
from bot.service.answers.drafting import template_of
from bot.service.answers.rolling import NOT_MADE
from bot.service.answers.sources import Sources
from bot.service.ledger import Ledger
from bot.service.organisations.cascading import fetch_task, fetched
from bot.service.outcome import NOTHING, Asked, Later, Outcome, Typed, answered
from bot.service.tasks import Address, answer_task, file_task, incident_address, letters_task, result_input

MOST_IN_ONE, LARGEST_ONE = 250, 4_000_000
"""Letters of one archive, and their bytes: its room waits while it is made, and servers take files up to some size."""
_log = logging.getLogger(__name__)


def show(command: ShowLetters, asked: Typed, sources: Sources) -> Later:
    """Show who was told and who is left, or hand the log out."""
    return sources.later(asked.here.id, asked, lambda now: _show(command, now or asked.here, asked))


def merge(command: MergeLetters, asked: Typed, sources: Sources) -> Outcome:
    """Write a frozen draft to each client of the list that was sent here. Raises RuleError."""
    template_of(command.draft, asked.here, sources.house)
    letters.mergeable(asked.here, command.draft, asked.by)
    try:
        offered = list_of(sources.books.desk, asked.by, asked.around.asker.room, asked.now)
    except NoListSent:
        raise NoClientsSent(command.draft) from None
    return Outcome(tasks=(fetch_task(offered.file, offered.name, command, asked.by, asked),))


def _show(command: ShowLetters, incident: Incident, asked: Asked) -> Outcome:
    if not command.as_file:
        return answered(asked.input, asked.address, voice.letters(incident))
    if not incident.mailings:
        raise NoLetters
    word = voice.file_word("letters", incident.language)
    name = f"{voice.file_mark(incident)}{word}-{asked.now.astimezone(incident.zone):%Y-%m-%d-%H%M}.csv"
    data = csv.csv_file(voice.letters_table(incident))
    note = voice.letters_note(incident, sha256(data).hexdigest())
    file = ports.Attachment(name=name, mime=csv.MIME, data=data)
    return Outcome(
        tasks=(answer_task(asked.input, 0, asked.address, note), file_task(asked.input, 1, asked.address, file))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """Writes letters, and packs them when they are sent."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock

    async def fetch(self, task: ports.Task, wanted: ports.Fetch, command: MergeLetters) -> None:
        """Get a list of clients and write to each. Raises BusyError and UnreachableError."""
        incident = self.ledger.books.incident_in(wanted.room)
        if incident is None:  # it was purged meanwhile
            await self.ledger.settle(task)
            return
        address = replace(incident_address(incident), thread=wanted.thread, asker=wanted.by)
        try:
            data = await fetched(self.chat, wanted, task.attempts)
            frozen = letters.mergeable(incident, command.draft, wanted.by)
            pen = _Pen(template_of(command.draft, incident, self.house), frozen, incident, self.clock.now())
            done: _Done | voice.Text = await _apart(pen, data, wanted.name)
        except RuleError as refusal:
            done = voice.refusal(refusal, wanted.language, incident.zone)
        async with self.ledger.deciding:
            await self.ledger.commit(result_input(task), self._outcome(task, wanted, done, address), done=task)

    def _outcome(self, task: ports.Task, wanted: ports.Fetch, done: _Done | voice.Text, address: Address) -> Outcome:
        """Return what a list led to, as the incident stands now."""
        input, incident = result_input(task), self.ledger.books.incident_in(wanted.room)
        if incident is None or isinstance(done, voice.Text):
            return NOTHING if isinstance(done, _Done) else answered(input, address, done)
        if done.wrong:
            return answered(input, address, voice.letters_wrong(wanted.name, done.wrong, wanted.language))
        pen = done.pen
        try:
            if letters.mergeable(incident, pen.frozen.draft, wanted.by).version != pen.frozen.version:
                raise DraftOutdated(pen.frozen.draft)
            fact = letters.made(incident, pen.frozen, pen.template, done.written, wanted.by, pen.at)
        except RuleError as refusal:
            return answered(input, address, voice.refusal(refusal, wanted.language, incident.zone))
        text = voice.letters_made(fact, len(done.written) - len(fact.letters), incident)
        rows = enumerate(_archives(fact.letters, done.sizes), start=1)
        files = (letters_task(input, number, address, fact, numbers) for number, numbers in rows)
        return Outcome(stream=incident.id, facts=(fact,), tasks=(answer_task(input, 0, address, text), *files))

    async def content(self, task: ports.Task, sent: ports.SendLetters, incident: Incident) -> ports.Content:
        """Return the message with the archive that *task* hands out.

        Raises:
            RefusedError: it could not be made; the log says why.
        """
        try:
            file = await asyncio.to_thread(self._archive, sent, incident)
        except Exception:  # noqa: BLE001 - whatever it is, the room hears that there is no file, and nothing else stops
            _log.exception("could not make the file of row %s", task.id)
            raise ports.RefusedError(NOT_MADE) from None
        return ports.Content(body=file.name, html="", thread=sent.thread, file=file)

    def _archive(self, sent: ports.SendLetters, incident: Incident) -> ports.Attachment:
        mailing = incident.mailings[sent.draft, sent.version]
        frozen = incident.drafts[sent.draft].frozen
        if frozen is None or frozen.version != sent.version:
            raise LookupError("another version of the draft is there")
        pen = _Pen(template_of(sent.draft, incident, self.house), frozen, incident, sent.at)
        letters = (mailing.letters[number] for number in sent.numbers)
        packed = archive.pack(((voice.letter_name(one), pen.write(one.values)) for one in letters), sent.at)
        part = "" if len(sent.numbers) == len(mailing.letters) else f"-{sent.numbers[0]}-{sent.numbers[-1]}"
        name = f"{voice.file_mark(incident)}{mailing.name}-v{sent.version}{part}.zip"
        return ports.Attachment(name=name, mime=archive.MIME, data=packed)


class _Pen:
    """Writes the file of one client after the other, always the same for the same values."""

    def __init__(self, template: DraftTemplate, frozen: DraftFrozen, incident: Incident, at: datetime) -> None:
        self.template, self.frozen, self.at = template, frozen, at
        self._label, self._text = voice.clean_paper(template, frozen.text, incident, frozen.holes)
        self._tag = voice.language_tag(incident.language)

    def write(self, values: Mapping[str, str]) -> bytes:
        text = letter(self._text, self.frozen.holes, values)
        return docx.docx_file(text, label=self._label, tag=self._tag, now=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What a list became: letters, or mistakes."""

    pen: _Pen
    wrong: tuple[Wrong, ...]
    written: tuple[letters.Written, ...]
    sizes: Mapping[str, int]
    """Bytes of each file, by its hash."""


async def _apart(pen: _Pen, data: bytes, name: str) -> _Done:
    """Read a list and write the letters, in a thread. Raises ListUnread."""
    try:
        return await asyncio.to_thread(_written, pen, data, name)
    except TableError:
        raise ListUnread(name, Unread.NO_TABLE) from None
    except Exception:  # noqa: BLE001 - the row that reads it comes again after every start: it must stop nothing
        _log.exception("could not write letters")
        raise ListUnread(name, Unread.NO_TABLE) from None


def _written(pen: _Pen, data: bytes, name: str) -> _Done:
    read = read_clients(read_table(data, name), pen.frozen.holes)
    written, sizes = list[letters.Written](), dict[str, int]()
    for row in read.rows:
        file = pen.write(row.values)
        digest = sha256(file).hexdigest()
        written.append(letters.Written(client=row.name, values=row.values, digest=digest))
        sizes[digest] = len(file)
    return _Done(pen=pen, wrong=read.wrong, written=tuple(written), sizes=sizes)


def _archives(made: Sequence[Letter], sizes: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of the letters of each archive."""
    numbers, size = list[int](), 0
    for one in made:
        if numbers and (len(numbers) == MOST_IN_ONE or size + sizes[one.digest] > LARGEST_ONE):
            yield tuple(numbers)
            numbers, size = [], 0
        numbers.append(one.number)
        size += sizes[one.digest]
    yield tuple(numbers)
