"""The demo on a terminal: the user is @alice, at a prompt below the live conversation."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style
from rich import box
from rich.console import Console, RenderableType
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from bot.commands import ROWS
from bot.core.facts import Severity
from bot.core.language import Language, Words
from bot.core.names import EventId, RoomId
from bot.core.people.roster import Role
from bot.demo import seen, words
from bot.demo.paint import Painter, changed, name, sentence
from bot.demo.responder import Responder, Said
from bot.demo.stage import BOT, ZONE, Cast
from bot.demo.transcript import TWO_COLUMNS_FROM
from bot.demo.words import tell
from bot.host.shipped import playbooks_folder
from bot.library import playbooks
from bot.ports import ChatError
from bot.sentences import languages

SLASHES = ("/rooms", "/room", "/save", "/server", "/bob", "/help", "/quit")
_STEP = re.compile(r"\b[A-Z]{1,2}\d{1,2}\b")
_RULE = re.compile(r"\b[A-Z]{2,6}(?:[-/][A-Z0-9]+)+\b")
_BEGUN = re.compile(r"\S*$")
_KINDS = {
    **dict.fromkeys(("step", "done", "skip", "reopen", "assign"), "steps"),
    **dict.fromkeys(("aware", "filed", "waive", "snooze"), "rules"),
    "fact": "questions",
    "role": "roles",
    "severity": "severities",
    "help": "words",
}
_OPTIONS = ("--playbook", "--severity", "--lang", "--drill", "--gravite", "--langue", "--exercice")


class CommandCompleter(Completer):
    """Completes the word before the cursor; ids and *questions* are offered once they were seen in what was read."""

    def __init__(
        self, language: Language, read: Callable[[], Iterable[str]], questions: Iterable[str], playbooks: Iterable[str]
    ) -> None:
        self._language = language
        self._read = read
        self._questions = tuple(questions)
        self._playbooks = tuple(playbooks)
        self._names = {word: row.name for row in ROWS for words in row.words.values() for word in words}

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """Yield what the word before the cursor may become."""
        line = document.text_before_cursor
        begun = _BEGUN.search(line)
        start = begun[0] if begun else ""
        for word, meaning in self._candidates(line[: len(line) - len(start)].split(), start):
            if word.casefold().startswith(start.casefold()) and word != start:
                yield Completion(word, start_position=-len(start), display_meta=meaning)

    def _candidates(self, before: list[str], start: str) -> Iterable[tuple[str, str]]:
        if not before:
            return self._first_words(start)
        if before[0].startswith("/bob") and len(before) == 1:
            return self._first_words(start)
        name = self._names.get(before[0].removeprefix("!").casefold(), "")
        if name == "open":
            return (
                (word, "") for word in (self._playbooks if before[-1] == "--playbook" else _OPTIONS if start else ())
            )
        if len(before) > 1:
            return ((role, "") for role in Role) if name in {"assign", "invite"} else ()
        return ((word, "") for word in self._arguments(_KINDS.get(name, "")))

    def _first_words(self, start: str) -> Iterable[tuple[str, str]]:
        if start.startswith("/"):
            return ((word, "") for word in SLASHES)
        if not start.startswith("!"):
            return ()
        own_first = sorted(languages(), key=lambda language: language != self._language)
        return ((f"!{row.words[language][0]}", row.usage.to(language)) for language in own_first for row in ROWS)

    def _arguments(self, kind: str) -> Iterable[str]:
        text = "\n".join(self._read())
        offered: Mapping[str, Callable[[], list[str]]] = {
            "steps": lambda: _STEP.findall(text),
            "rules": lambda: _RULE.findall(text),
            "questions": lambda: [question for question in self._questions if question in text],
            "roles": lambda: [role.value for role in Role],
            "severities": lambda: [severity.value for severity in Severity],
            "words": lambda: [row.words[self._language][0] for row in ROWS],
        }
        return sorted(set(offered[kind]())) if kind in offered else ()


EVENTS_SHOWN = 8
_LINE_SHOWN = 80
_STYLE = Style.from_dict(
    {
        "me": "ansigreen bold",
        "room": "ansiyellow bold",
        "bottom-toolbar": "noreverse ansibrightblack",
    }
)


class Terminal:
    """One session at the prompt."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._language = cast.language
        self._room = cast.lobby
        self._latest: dict[EventId, Said] = {}
        self._painter = Painter(language=cast.language, zone=ZoneInfo(ZONE))
        self._console = Console()
        self._sending: asyncio.Queue[tuple[Responder, RoomId, str]] = asyncio.Queue()
        self._session: PromptSession[str] = PromptSession(
            self._prompt,
            history=InMemoryHistory(),
            completer=_completer(cast),
            complete_while_typing=True,
            complete_style=CompleteStyle.COLUMN,
            bottom_toolbar=self._toolbar,
            # What was typed comes back from the homeserver, decrypted like the rest.
            erase_when_done=True,
            style=_STYLE,
            color_depth=ColorDepth.from_env() or ColorDepth.DEFAULT,
            reserve_space_for_menu=6,
        )

    async def run(self) -> None:
        """Talk until the user has enough."""
        with patch_stdout(raw=True):
            # Made here: what is printed must go above the prompt.
            self._console = Console(file=sys.stdout, force_terminal=True, highlight=False)
            self._welcome()
            async with asyncio.TaskGroup() as tasks:
                parts = (
                    tasks.create_task(self._follow(), name="follow"),
                    tasks.create_task(self._send(), name="send"),
                )
                try:
                    await self._read_lines()
                finally:
                    for part in parts:
                        part.cancel()
            self._say(words.STOPPING)

    # --- what is typed ------------------------------------------------------------------------------------

    async def _read_lines(self) -> None:
        while True:
            try:
                line = (await self._session.prompt_async()).strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line == "/quit":
                return
            if line.startswith("/"):
                await self._obey(line)
            elif line:
                self._sending.put_nowait((self._cast.alice, self._room, line))

    async def _obey(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        match word:
            case "/rooms":
                self._list_rooms()
            case "/room":
                self._enter(rest.strip())
            case "/save":
                await self._save()
            case "/server":
                await self._show_server()
            case "/bob":
                self._speak_as_bob(rest.strip())
            case "/help":
                self._welcome()
            case _:
                self._say(words.UNKNOWN_SLASH)

    async def _save(self) -> None:
        """Write the last file of this room into the folder the demo was started in, over nothing."""
        here = (said for said in self._cast.alice.transcript if said.room == self._room)
        files = [(said.file, said.name) for said in here if said.file is not None]
        if not files:
            self._say(words.NO_FILE)
            return
        file, name = files[-1]
        path = Path.cwd() / Path(name).name
        try:
            data = await self._cast.alice.fetch(file)
            with path.open("xb") as opened:
                opened.write(data)
        except (ChatError, OSError) as refused:
            self._say(words.NOT_SAVED, path=path, why=getattr(refused, "strerror", None) or refused)
        else:
            self._say(words.SAVED, path=path)

    def _speak_as_bob(self, text: str) -> None:
        if not text:
            self._say(words.BOB_SAYS_NOTHING)
        elif self._room not in self._cast.bob.rooms:
            self._say(words.BOB_IS_OUT)
        else:
            self._sending.put_nowait((self._cast.bob, self._room, text))

    def _enter(self, number: str) -> None:
        rooms = list(self._cast.alice.rooms)
        if not number.isdecimal() or not 1 <= int(number) <= len(rooms):
            self._say(words.NO_SUCH_ROOM, number=number or "?")
            return
        self._go_to(rooms[int(number) - 1])

    def _go_to(self, room: RoomId) -> None:
        self._room = room
        self._print()
        self._say(words.NOW_IN, room=self._name_of(room))

    async def _send(self) -> None:
        while True:
            person, room, text = await self._sending.get()
            try:
                await person.say(room, text)
            except ChatError as error:
                self._say(words.NOT_SENT, code=error, log=self._cast.log)

    # --- what is shown ------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        async for said in self._cast.alice.follow():
            if said.sender == BOT and said.room != self._room and self._is_new_room(said.room):
                self._go_to(said.room)
            self._show(said)

    def _is_new_room(self, room: RoomId) -> bool:
        return not any(said.room == room for said in self._latest.values())

    def _show(self, said: Said) -> None:
        root = said.replaces or said.id
        before = self._latest.get(root)
        self._latest[root] = said
        if before is not None and not changed(before, said):
            return
        if said.rings:
            self._console.bell()
        self._print()
        self._print(
            self._painter.message(
                said, room=self._name_of(said.room), before=before, is_card=said.sender == BOT and before is not None
            )
        )

    def _print(self, *shown: RenderableType) -> None:
        # Asked every time: the user may have made the window wider.
        self._console.width = self._session.output.get_size().columns
        self._console.print(*shown)

    def _welcome(self) -> None:
        self._print()
        self._print(Line(style="dim"))
        self._say(words.WELCOME)
        self._print(Line(style="dim"))

    def _say(self, said: Words, **values: object) -> None:
        self._print(sentence(tell(said, self._language, **values)))

    def _list_rooms(self) -> None:
        self._print()
        for number, room in enumerate(self._cast.alice.rooms, 1):
            line = Text.assemble((f"  {number}  ", "dim"), (self._name_of(room), "bold yellow"))
            if room == self._room:
                line.append(f"  {tell(words.HERE, self._language)}", style="dim")
            self._print(line)

    async def _show_server(self) -> None:
        """Show what the homeserver holds of the last messages of this room."""
        events = await seen.events(self._cast.homeserver.database)
        last = [event for event in events if event.room == self._room and event.ciphertext][-EVENTS_SHOWN:]
        if not last:
            self._say(words.NOTHING_SEEN)
        else:
            for shown in self._compared(last):
                self._print(shown)

    def _compared(self, events: list[seen.Seen]) -> Iterator[RenderableType]:
        """Yield what was read beside what the homeserver has, or above it in a narrow window."""
        read = {str(said.id): " ".join(said.body.split())[:_LINE_SHOWN] for said in self._cast.alice.transcript}
        room = self._name_of(self._room)
        rows = [
            (name(event.sender).append(f" {read.get(event.id, '')}", style="not bold white"), event) for event in events
        ]
        if self._session.output.get_size().columns < TWO_COLUMNS_FROM:
            for said, event in rows:
                said.truncate(self._session.output.get_size().columns - 1, overflow="ellipsis")
                yield said
                yield self._painter.seen_line(event, room)
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
        table.add_column(tell(words.READ_HERE, self._language), ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(tell(words.SEEN, self._language), style="yellow", ratio=1, no_wrap=True, overflow="ellipsis")
        for said, event in rows:
            table.add_row(said, self._painter.seen(event, room).plain.replace("\n", ", "))
        yield table

    def _name_of(self, room: RoomId) -> str:
        return self._cast.alice.rooms.get(room, "") or "…"

    def _prompt(self) -> FormattedText:
        return FormattedText([("class:me", "@alice "), ("class:room", self._name_of(self._room)), ("", " › ")])

    def _toolbar(self) -> FormattedText:
        return FormattedText([("", tell(words.TOOLBAR, self._language, room=self._name_of(self._room)))])


def _completer(cast: Cast) -> CommandCompleter:
    shipped = playbooks.load(playbooks_folder())
    return CommandCompleter(
        cast.language,
        lambda: (said.body for said in cast.alice.transcript),
        questions=dict.fromkeys(asked.name for playbook in shipped.values() for asked in playbook.questions),
        playbooks=dict.fromkeys(id for id, _ in shipped),
    )
