"""Cascades: a list that somebody sent becomes an incident of organisations; it goes on, rests or ends as they say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
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
from bot.core.facts import CascadeOpening, EncryptedFile, FileOffered, Opened
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, EventId, IncidentId, InputId, RoomId, UserId
from bot.core.organisations.errors import ListUnread, NotOpenedHere, Unread
from bot.core.organisations.lists.dry_run import DryRun
from bot.core.organisations.lists.matching import parent_of
from bot.core.people.roster import Right, Role, has_right, roles_giving
from bot.core.playbook import Playbook
from bot.papers.tables import TableError, is_table, read_table
from bot.service.ledger import Ledger
from bot.service.organisations.dry_runs import DryRuns, Looked
from bot.service.organisations.feeding import Feeder
from bot.service.organisations.weighing import List, Weighed, weigh
from bot.service.outcome import Asked, Outcome, answered, asked_of_the_house
from bot.service.tasks import (
    Address,
    answer_task,
    file_task,
    incident_tasks,
    progress_task,
    result_input,
    room_address,
    task_id,
)

PARENT_PLAYBOOKS, CHILD_PLAYBOOK = ("coordinator", "ransomware"), "provider-hit"
"""The parent's room has the first of them that the house keeps: it speaks for many, and is rarely hit itself."""
MOST_ATTEMPTS = 5
"""So often a list is asked for; then whoever waits for the answer is told."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """What becomes of a list without a mistake."""

    parent: IncidentId
    codename: str
    weighed: Weighed
    columns: tuple[Column, ...]
    run: DryRun | None = None
    """What the homeserver says of its people; None where it was not asked."""

    @property
    def new(self) -> int:
        """How many get a room."""
        return self.weighed.new

    @property
    def known(self) -> int:
        """How many of it were there already."""
        return len(self.weighed.lines) - self.new

    def read(self, zone: ZoneInfo) -> voice.Understood:
        """Return what is told of it."""
        return voice.Understood(
            lines=self.weighed.lines,
            columns=self.columns,
            codename=self.codename if self.weighed.there else "",
            zone=zone,
            doubts=self.weighed.doubts,
            run=self.run,
        )


class Cascades:
    """Answers what is asked of cascades, and does what takes longer than an answer may."""

    def __init__(
        self,
        *,
        house: House,
        ledger: Ledger,
        chat: ports.Chat,
        clock: ports.Clock,
        own: UserId,
        held: Callable[[], timedelta | None],
    ) -> None:
        """*held* says how long the homeserver's limits let pass between two rooms, as far as they are known."""
        self._house = house
        self._ledger = ledger
        self._chat = chat
        self._clock = clock
        self._own = own
        self._zone = ZoneInfo(house.zone)
        self.feeder = Feeder(house=house, ledger=ledger, chat=chat, clock=clock)
        self.dry_runs = DryRuns(
            house=house,
            chat=chat,
            clock=clock,
            each=lambda: max(filter(None, (held(), self.feeder.each)), default=None),
        )

    # --- what is asked --------------------------------------------------------------------------------------------

    def offered(
        self, sent: ports.FileSent, roles: frozenset[Role], right: Right, incident: Incident | None = None
    ) -> FileOffered | None:
        """Return where a file lies that a command may take: a list of somebody who has the *right* to use it.

        In the room of an *incident* it is any file of its people, which may be evidence, or go along with a bulletin.
        """
        is_list = is_table(sent.name) and has_right(roles, right)
        if sent.file is None or not (is_list or (incident is not None and roles)):
            return None
        return FileOffered(
            at=sent.received_at,
            by=sent.sender,
            room=sent.room,
            name=sent.name,
            size=sent.size,
            file=sent.file,
            is_list=is_list,
            event=EventId(sent.id),
            device=sent.device,
            sent_at=sent.sent_at,
        )

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
            list_ = List(name=wanted.name, data=data, command=command, by=wanted.by, confirmed_by=wanted.confirmed_by)
            read = await self._read(list_)
            weighed = None if read.wrong else await self._weigh(list_, read)
        except RuleError as refusal:
            await self._say(input, address, self._refusal(refusal, wanted.language), task)
            return
        if weighed is None:
            await self._say(input, address, voice.list_wrong(wanted.name, read.wrong, wanted.language), task)
            return
        looked = None if wanted.confirmed_by else await self.dry_runs.of(weighed.lines, read.numbers)
        async with self._ledger.deciding:
            try:
                weighed = await self._weigh(list_, read, weighed)
                outcome, extended = self._take(list_, read, weighed, input, address, wanted.language)
                is_seen = wanted.confirmed_by is not None and wanted.shown == weighed.does
                if (weighed.new or weighed.amended) and not is_seen:
                    outcome = self._ask(wanted, command, extended, looked, (input, address))
            except RuleError as refusal:
                outcome = answered(input, address, self._refusal(refusal, wanted.language))
            await self._ledger.commit(input, outcome, done=task)

    async def _weigh(self, list_: List, read: Organisations, before: Weighed | None = None) -> Weighed:
        """Return what a list leads to beside what is there; what it led to *before*, if nothing changed since.

        Raises ListUnread.
        """
        parents = self.feeder.parents()
        if before is not None and before.holds(parents):
            return before
        try:
            return await asyncio.to_thread(weigh, list_, read, parents, self._house, self._clock.now())
        except Exception:  # noqa: BLE001 - as for what cannot be read
            _log.exception("could not compare a list with what is there")
            raise ListUnread(list_.name, Unread.NOT_COMPARED) from None

    def _ask(
        self,
        wanted: ports.Fetch,
        command: OpenCascade,
        extended: Extended,
        looked: Looked | None,
        asked: tuple[InputId, Address],
    ) -> Outcome:
        """Ask a second person of the house, where all who lead see it and what would come of it. Raises RuleError."""
        weighed = extended.weighed
        people = {member.user for line in weighed.lines for member in line.joining}
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
            amended=len(weighed.amended.rows) if weighed.amended else 0,
            shown=weighed.does,
        )
        desk, (input, address) = self._ledger.books.desk, asked
        fact = house.ask(desk, self._house.people, act, wanted.by, self._clock.now())
        extended = replace(extended, run=looked.run if looked else None)
        read = replace(extended.read(self._zone), is_again=wanted.confirmed_by is not None)
        outcome = asked_of_the_house(fact, self._house, desk, *asked, read=read)
        if looked is None or looked.file is None:
            return outcome
        there = address if desk.control_room is None else room_address(desk.control_room, self._house.people)
        file = file_task(input, len(outcome.tasks), there, looked.file)
        return replace(outcome, tasks=(*outcome.tasks, file))

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
        return fetch_task(act.list, act.name, command, asked_by, asked, confirmed=(by, act.shown))

    async def _say(self, input: InputId, address: Address, text: voice.Text, task: ports.Task) -> None:
        async with self._ledger.deciding:
            await self._ledger.commit(input, answered(input, address, text), done=task)

    async def open(
        self, command: OpenCascade, name: str, data: bytes, by: UserId, *, amends: bool = False
    ) -> Extended | tuple[Wrong, ...]:
        """Do the same for the operator, with a list from their machine; return its mistakes if it has any.

        What it says otherwise than the list before counts only if they want that: *amends*. Raises RuleError.
        """
        list_ = List(name=name, data=data, command=command, by=by, amends=amends)
        self._refuse_who_leads_nothing(by)
        read = await self._read(list_)
        if read.wrong:
            return read.wrong
        weighed = await self._weigh(list_, read)
        async with self._ledger.deciding:
            weighed = await self._weigh(list_, read, weighed)
            input, control = self._console_input(by), self._ledger.books.desk.control_room
            address = None if control is None else room_address(control, self._house.people)
            outcome, extended = self._take(list_, read, weighed, input, address, self._house.language)
            await self._ledger.commit(input, outcome)
            return extended

    async def look(self, command: OpenCascade, name: str, data: bytes, by: UserId) -> Extended | tuple[Wrong, ...]:
        """Say what `open` would do, and do nothing of it. Raises RuleError."""
        list_ = List(name=name, data=data, command=command, by=by)
        self._refuse_who_leads_nothing(by)
        read = await self._read(list_)
        if read.wrong:
            return read.wrong
        weighed = await self._weigh(list_, read)
        _, extended = self._take(list_, read, weighed, self._console_input(by), None, self._house.language)
        return replace(extended, run=(await self.dry_runs.of(weighed.lines, read.numbers)).run)

    def _console_input(self, by: UserId) -> InputId:
        return InputId(f"console:{self._clock.now().isoformat()}:{by}")

    def _refuse_who_leads_nothing(self, user: UserId) -> None:
        """See that *user* leads in the house: whom a list names is invited in very many rooms."""
        if not has_right(self._house.people.get(user, frozenset()), Right.LEAD):
            raise NotAllowed(roles_giving(Right.LEAD))

    # --- a list ---------------------------------------------------------------------------------------------------

    async def _read(self, list_: List) -> Organisations:
        named = self._parent(list_.command)
        language = self._language(list_.command, named)
        ground = Ground(
            playbook=self._playbook(list_.command, named, language),
            language=language,
            own=self._own,
            zone=self._zone,
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
        self,
        list_: List,
        read: Organisations,
        weighed: Weighed,
        input: InputId,
        address: Address | None,
        language: Language,
    ) -> tuple[Outcome, Extended]:
        """Return what a list without mistakes leads to. Raises RuleError."""
        now, there, tasks = self._clock.now(), weighed.there, list[ports.Task]()
        opened = () if there is not None else (self._open(list_, input),)
        if there is not None:
            need(there, list_.by, Right.LEAD)
        parent = there or evolve(None, *opened)
        tasks += incident_tasks(input, None, opened, address, now) if opened else ()
        done = Extended(parent=parent.id, codename=parent.codename, weighed=weighed, columns=read.columns)
        if address is not None:
            going = parent.cascade.going if parent.cascade else Going.RUNNING
            told, is_seen = replace(done.read(self._zone), codename=parent.codename), list_.confirmed_by is not None
            text = voice.list_done(list_.name, told, going, language, applied=list_.amends, is_seen=is_seen)
            tasks.append(answer_task(input, len(tasks), address, text))
        playbook = self._playbook_id(list_.command, there)
        added = extend(weighed.lines, playbook, list_.by, now, confirmed_by=list_.confirmed_by)
        if added is not None:
            tasks.append(progress_task(task_id(input, len(tasks)), parent))
        amended = replace(weighed.amended, at=now) if weighed.amended and list_.amends else None
        if amended is not None:
            tasks += incident_tasks(InputId(f"{input}:amended"), parent, (amended,), None, now)
        happened = (*opened, *filter(None, (added, amended)))
        return Outcome(stream=parent.id, facts=happened, tasks=tuple(tasks)), done

    def _open(self, list_: List, input: InputId) -> Opened:
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

    def _parent(self, command: OpenCascade) -> Incident | None:
        """Return the incident that is meant by its title; None where only the list may tell."""
        return parent_of(self.feeder.parents(), command.title, (), drill=command.drill)

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
        return voice.refusal(refusal, language, self._zone)


def fetch_task(
    file: EncryptedFile,
    name: str,
    command: OpenCascade | MergeLetters | ports.TakeIn,
    by: UserId,
    asked: Asked,
    *,
    confirmed: tuple[UserId, str] | None = None,
) -> ports.Task:
    """Return the row that gets a file, and does with it what *command* wants.

    *confirmed* is the second person, if there was one, and what they were shown that it would do.
    """
    confirmed_by, shown = confirmed or (None, "")
    if asked.address.room is None:
        raise ValueError("who sends a file sends it in a room")
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
        shown=shown,
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


def _organisations(list_: List, ground: Ground) -> Organisations:
    return read_organisations(read_table(list_.data, list_.name), ground)
