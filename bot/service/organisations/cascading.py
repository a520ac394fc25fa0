"""Cascades: a list that somebody sent becomes an incident of organisations; it goes on, rests or ends as they say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.commands.names import names_in
from bot.commands.organisations import Column, Ground, Organisations, Wrong, read_organisations
from bot.core.cascade import Going
from bot.core.commands import Asker, MergeLetters, Open, OpenCascade
from bot.core.decide import house
from bot.core.decide.asking import need
from bot.core.decide.cascade import Steer, extend, list_of, steer
from bot.core.desk import House, open_incident, playbook_names
from bot.core.errors import NotAllowed, RuleError, UnknownPlaybook
from bot.core.evolve import evolve
from bot.core.facts import CascadeOpening, CascadeRow, EncryptedFile, Fact, FileOffered, Opened
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, IncidentId, InputId, RoomId, UserId
from bot.core.organisations.errors import ListUnread, NotOpenedHere, Unread
from bot.core.organisations.matching import Line, match, parent_of
from bot.core.people.roster import Right, Role, has_right, roles_giving
from bot.core.playbook import Playbook
from bot.papers.tables import TableError, is_table, read_table
from bot.service.ledger import Ledger
from bot.service.organisations.feeding import Feeder
from bot.service.outcome import NOTHING, Asked, Outcome, answered, asked_of_the_house
from bot.service.tasks import Address, answer_task, incident_tasks, progress_task, result_input, room_address, task_id

PARENT_PLAYBOOKS, CHILD_PLAYBOOK = ("coordinator", "ransomware"), "provider-hit"
"""The parent's room has the first of them that the house keeps: it speaks for many, and is rarely hit itself."""
MOST_ATTEMPTS = 5
"""So often a list is asked for; then whoever waits for the answer is told."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """What became of a list without a mistake."""

    parent: IncidentId
    codename: str
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]

    @property
    def new(self) -> int:
        """How many get a room."""
        return sum(line.known is None for line in self.lines)

    @property
    def known(self) -> int:
        """How many of it were there already."""
        return len(self.lines) - self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """A list, and what is to be done with it."""

    name: str
    data: bytes
    command: OpenCascade
    by: UserId
    confirmed_by: UserId | None = None
    """The second person; None for the operator, at the machine."""


class Cascades:
    """Answers what is asked of cascades, and does what takes longer than an answer may."""

    def __init__(self, *, house: House, ledger: Ledger, chat: ports.Chat, clock: ports.Clock, own: UserId) -> None:
        self._house = house
        self._ledger = ledger
        self._chat = chat
        self._clock = clock
        self._own = own
        self.feeder = Feeder(house=house, ledger=ledger, chat=chat, clock=clock)

    # --- what is asked --------------------------------------------------------------------------------------------

    def offered(self, sent: ports.FileSent, roles: frozenset[Role], right: Right) -> Outcome:
        """Keep where a list lies that somebody sent who has the *right* to use it; all other files are none of ours."""
        if not has_right(roles, right) or not is_table(sent.name):
            return NOTHING
        fact = FileOffered(
            at=sent.received_at, by=sent.sender, room=sent.room, name=sent.name, size=sent.size, file=sent.file
        )
        return Outcome(facts=(fact,))

    def steer(self, command: Steer, incident: Incident, asked: Asked) -> Outcome:
        """Pause, resume or cancel the opening of rooms. Raises RuleError."""
        progress = self.feeder.progress(incident)
        need(incident, asked.by, Right.LEAD)
        facts = (steer(incident, command, progress, asked.by, asked.now),)
        tasks = incident_tasks(asked.input, incident, facts, asked.address, asked.now)
        return Outcome(stream=incident.id, facts=facts, tasks=tasks)

    def ask_for_list(self, command: OpenCascade, incident: Incident | None, room: RoomId, asked: Asked) -> Outcome:
        """Open a cascade once the list is there that was sent in *room*. Raises RuleError."""
        if incident is not None:
            raise NotOpenedHere
        self._refuse_who_leads_nothing(asked.by)
        named = self._parent(command)
        self._parent_playbook(command, named, self._language(command, named))
        offered = list_of(self._ledger.books.desk, asked.by, room, asked.now)
        return Outcome(tasks=(fetch_task(offered.file, offered.name, command, asked.by, asked),))

    # --- what takes longer ----------------------------------------------------------------------------------------

    async def fetch(self, task: ports.Task, wanted: ports.Fetch, command: OpenCascade) -> None:
        """Get a list, read it, and do what was asked for with it. Raises BusyError and UnreachableError."""
        input, address = result_input(task), room_address(wanted.room, wanted.readers, wanted.thread)
        try:
            data = await fetched(self._chat, wanted, task.attempts)
            list_ = _List(name=wanted.name, data=data, command=command, by=wanted.by, confirmed_by=wanted.confirmed_by)
            read = await self._read(list_)
        except RuleError as refusal:
            await self._say(input, address, self._refusal(refusal, wanted.language), task)
            return
        if read.wrong:
            await self._say(input, address, voice.list_wrong(wanted.name, read.wrong, wanted.language), task)
            return
        async with self._ledger.deciding:
            try:
                outcome, extended = self._take(list_, read, input, address, wanted.language)
                if wanted.confirmed_by is None and extended.new:
                    outcome = self._ask(wanted, command, extended, (input, address))
            except RuleError as refusal:
                outcome = answered(input, address, self._refusal(refusal, wanted.language))
            await self._ledger.commit(input, outcome, done=task)

    def _ask(
        self, wanted: ports.Fetch, command: OpenCascade, extended: Extended, asked: tuple[InputId, Address]
    ) -> Outcome:
        """Ask a second person of the house, where all who lead see it and how the list was read. Raises RuleError."""
        people = {member.user for line in extended.lines for member in line.row.people}
        act = CascadeOpening(
            list=wanted.file,
            name=wanted.name,
            title=command.title,
            playbook=command.playbook,
            parent_playbook=command.parent_playbook,
            severity=command.severity,
            language=command.language,
            drill=command.drill,
            as_new=command.as_new,
            organisations=extended.new,
            people=len(people),
        )
        fact = house.ask(self._ledger.books.desk, self._house.people, act, wanted.by, self._clock.now())
        there = self._ledger.books.incident(extended.parent)
        codename = "" if there is None else there.codename
        read = voice.Understood(lines=extended.lines, columns=extended.columns, codename=codename)
        return asked_of_the_house(fact, self._house, self._ledger.books.desk, *asked, read=read)

    def confirmed(self, act: CascadeOpening, by: UserId, asked_by: UserId, asked: Asked) -> ports.Task:
        """Return the row that opens what *asked_by* asked for, once the list is read again."""
        command = OpenCascade(
            title=act.title,
            playbook=act.playbook,
            parent_playbook=act.parent_playbook,
            severity=act.severity,
            language=act.language,
            drill=act.drill,
            as_new=act.as_new,
        )
        return fetch_task(act.list, act.name, command, asked_by, asked, confirmed_by=by)

    async def _say(self, input: InputId, address: Address, text: voice.Text, task: ports.Task) -> None:
        async with self._ledger.deciding:
            await self._ledger.commit(input, answered(input, address, text), done=task)

    async def open(self, command: OpenCascade, name: str, data: bytes, by: UserId) -> Extended | tuple[Wrong, ...]:
        """Do the same for the operator, with a list from their machine; return its mistakes if it has any.

        Raises RuleError.
        """
        list_ = _List(name=name, data=data, command=command, by=by)
        self._refuse_who_leads_nothing(by)
        read = await self._read(list_)
        if read.wrong:
            return read.wrong
        async with self._ledger.deciding:
            input, control = (
                InputId(f"console:{self._clock.now().isoformat()}:{by}"),
                self._ledger.books.desk.control_room,
            )
            address = None if control is None else room_address(control, self._house.people)
            outcome, extended = self._take(list_, read, input, address, self._house.language)
            await self._ledger.commit(input, outcome)
            return extended

    def _refuse_who_leads_nothing(self, user: UserId) -> None:
        """See that *user* leads in the house: whom a list names is invited in very many rooms."""
        if not has_right(self._house.people.get(user, frozenset()), Right.LEAD):
            raise NotAllowed(roles_giving(Right.LEAD))

    # --- a list ---------------------------------------------------------------------------------------------------

    async def _read(self, list_: _List) -> Organisations:
        named = self._parent(list_.command)
        language = self._language(list_.command, named)
        ground = Ground(
            playbook=self._playbook(list_.command, named, language),
            language=language,
            own=self._own,
            zone=ZoneInfo(self._house.zone),
            now=self._clock.now(),
            name=list_.name,
        )
        try:
            return await asyncio.to_thread(_organisations, list_, ground)
        except TableError:
            raise ListUnread(list_.name, Unread.NO_TABLE) from None
        except Exception:  # noqa: BLE001 - the row that reads it comes again after every start: it must stop nothing
            _log.exception("could not read a list")
            raise ListUnread(list_.name, Unread.NO_TABLE) from None

    def _take(
        self, list_: _List, read: Organisations, input: InputId, address: Address | None, language: Language
    ) -> tuple[Outcome, Extended]:
        """Return what a list without mistakes leads to. Raises RuleError."""
        now, command = self._clock.now(), list_.command
        parent, facts, tasks = self._parent(command, read.rows), list[Fact](), list[ports.Task]()
        playbook = self._playbook_id(command, parent)
        if parent is None:
            opened = self._open(list_, input)
            parent = evolve(None, opened)
            facts.append(opened)
            tasks += incident_tasks(input, None, facts, address, now)
        else:
            need(parent, list_.by, Right.LEAD)
        lines = match(read.rows, parent.cascade.known if parent.cascade else {}, by_people=not command.as_new)
        done = Extended(parent=parent.id, codename=parent.codename, lines=lines, columns=read.columns)
        if address is not None:
            going = parent.cascade.going if parent.cascade else Going.RUNNING
            text = voice.cascade_extended(list_.name, done.codename, lines, going, language)
            tasks.append(answer_task(input, len(tasks), address, text))
        extended = extend(lines, playbook, list_.by, now, confirmed_by=list_.confirmed_by)
        if extended is not None:
            facts.append(extended)
            tasks.append(progress_task(task_id(input, len(tasks)), parent))
        return Outcome(stream=parent.id, facts=tuple(facts), tasks=tuple(tasks)), done

    def _open(self, list_: _List, input: InputId) -> Opened:
        command, language = list_.command, self._language(list_.command, None)
        wanted = Open(
            title=command.title,
            playbook=self._parent_playbook(command, None, language),
            severity=command.severity,
            language=language,
            drill=command.drill,
        )
        asker = Asker(user=list_.by, device=DeviceId(""), room=RoomId(""), thread=None)
        opened = open_incident(self._ledger.books.desk, self._house, wanted, asker, input, self._clock.now())
        if not isinstance(opened, Opened):
            raise TypeError("an incident whose playbook is named is opened at once")
        return opened

    def _parent(self, command: OpenCascade, rows: Sequence[CascadeRow] = ()) -> Incident | None:
        """Return the incident that is meant by its title, or by what a list says; None when it is to be opened."""
        by_people = not command.as_new
        return parent_of(self.feeder.parents(), command.title, rows, drill=command.drill, by_people=by_people)

    def _playbook_id(self, command: OpenCascade, parent: Incident | None) -> str:
        """Return the playbook of the rooms; who adds to a list means the one that it began with."""
        begun = parent.cascade.playbook if parent is not None and parent.cascade is not None else CHILD_PLAYBOOK
        wanted = command.playbook or begun
        return names_in(self._house, None).playbook(wanted) or wanted

    def _language(self, command: OpenCascade, parent: Incident | None) -> Language:
        return command.language or (parent.language if parent else self._house.language)

    def _playbook(self, command: OpenCascade, parent: Incident | None, language: Language) -> Playbook:
        return self._kept(self._playbook_id(command, parent), language)

    def _parent_playbook(self, command: OpenCascade, parent: Incident | None, language: Language) -> str:
        """Return the playbook of the parent's own room; who keeps none for it has that of the organisations."""
        of_rooms, wanted = self._playbook(command, parent, language).id, command.parent_playbook
        if wanted is not None:
            return self._kept(names_in(self._house, None).playbook(wanted) or wanted, language).id
        return next((id for id in PARENT_PLAYBOOKS if (id, language) in self._house.playbooks), of_rooms)

    def _kept(self, id: str, language: Language) -> Playbook:
        """Return the playbook of that id and language; raises UnknownPlaybook."""
        playbook = self._house.playbooks.get((id, language))
        if playbook is None:
            raise UnknownPlaybook(id, playbook_names(self._house, language))
        return playbook

    def _refusal(self, refusal: RuleError, language: Language) -> voice.Text:
        return voice.refusal(refusal, language, ZoneInfo(self._house.zone))


def fetch_task(
    file: EncryptedFile,
    name: str,
    command: OpenCascade | MergeLetters,
    by: UserId,
    asked: Asked,
    *,
    confirmed_by: UserId | None = None,
) -> ports.Task:
    """Return the row that gets a list, and does with it what *command* wants."""
    if asked.address.room is None:
        raise ValueError("who sends a list sends it in a room")
    action = ports.Fetch(
        file=file,
        name=name,
        command=command,
        by=by,
        language=asked.language,
        room=asked.address.room,
        readers=asked.address.readers,
        thread=asked.address.thread,
        confirmed_by=confirmed_by,
    )
    # A lane of its own: the media repository may be slow, and answers do not wait for it.
    return ports.Task(id=task_id(asked.input, 0), lane=f"list:{asked.by}", action=action)


async def fetched(chat: ports.Chat, wanted: ports.Fetch, attempts: int) -> bytes:
    """Return a list as it was sent. Raises BusyError, UnreachableError, and RuleError when it cannot be had."""
    try:
        return await chat.fetch(wanted.file)
    except ports.UnreachableError:
        if attempts < MOST_ATTEMPTS:
            raise
        raise ListUnread(wanted.name, Unread.GONE) from None
    except ports.RefusedError as refusal:
        known = {"TOO_LARGE": Unread.TOO_LARGE, "DAMAGED": Unread.DAMAGED}
        raise ListUnread(wanted.name, known.get(refusal.code, Unread.GONE)) from None


def _organisations(list_: _List, ground: Ground) -> Organisations:
    return read_organisations(read_table(list_.data, list_.name), ground)
