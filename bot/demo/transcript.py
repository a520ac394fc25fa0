"""The transcript: what the homeserver saw beside what the responders read, message by message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.core.names import EventId
from bot.core.playbook import Language
from bot.demo import words
from bot.demo.paint import Painter, sentence
from bot.demo.responder import Responder, Said
from bot.demo.seen import Seen

TWO_COLUMNS_FROM = 90
_SEEN_WIDTH = 28
_LONGEST = 16
_LONGEST_EDIT = 4

Pair = tuple[Seen, Said]


def pairs(events: Iterable[Seen], people: Sequence[Responder]) -> tuple[Pair, ...]:
    """Return every message that somebody read with what the homeserver has of it, in the homeserver's order."""
    read = {str(said.id): said for person in people for said in person.transcript}
    return tuple((event, read[event.id]) for event in events if event.id in read)


def print_transcript(
    console: Console, painter: Painter, messages: Sequence[Pair], rooms: dict[str, str], language: Language
) -> None:
    """Print it in two columns, or one above the other where there is no room for two; one part for each room."""
    cards = {said.replaces for _, said in messages if said.replaces}
    last_edits = {said.replaces: said.id for _, said in messages if said.replaces}
    for room, name in rooms.items():
        of_room = [(event, said) for event, said in messages if event.room == room]
        if not of_room:
            continue
        console.print()
        console.print(sentence(words.ROOM_OF.to(language).format(room=f"**{name}**")))
        shown = [
            (event, painter.message(said, "", is_card=said.replaces in cards, longest=_longest(said, last_edits)))
            for event, said in of_room
        ]
        if console.width >= TWO_COLUMNS_FROM:
            table = Table(box=box.SIMPLE_HEAD, show_lines=False, expand=True, pad_edge=False, padding=(0, 1, 1, 0))
            table.add_column(words.READ.to(language), ratio=1)
            table.add_column(words.SEEN.to(language), width=_SEEN_WIDTH)
            for event, message in shown:
                table.add_row(message, painter.seen(event, name))
            console.print(table)
        else:
            for event, message in shown:
                console.print(Text())
                console.print(message)
                console.print(painter.seen_line(event, name))


def _longest(said: Said, last_edits: dict[EventId, EventId]) -> int | None:
    if said.replaces is None or last_edits[said.replaces] == said.id:
        return _LONGEST
    return _LONGEST_EDIT
