"""The transcript: what the homeserver saw beside what the responders read, message by message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.core.language import Language
from bot.core.names import EventId
from bot.demo import words
from bot.demo.paint import Painter, sentence
from bot.demo.responder import Responder, Said
from bot.demo.seen import Seen
from bot.demo.words import tell

TWO_COLUMNS_FROM = 90
_SEEN_WIDTH = 28
_LONGEST = 22

Pair = tuple[Seen, Said]


def pairs(events: Iterable[Seen], people: Sequence[Responder]) -> tuple[Pair, ...]:
    """Return every message that somebody read with what the homeserver has of it, in the homeserver's order."""
    read = {str(said.id): said for person in people for said in person.transcript}
    return tuple((event, read[event.id]) for event in events if event.id in read)


def print_transcript(
    console: Console, painter: Painter, messages: Sequence[Pair], rooms: dict[str, str], language: Language
) -> None:
    """Print it in two columns, or one above the other where there is no room for two; one part for each room."""
    shown = list(_shown(painter, messages))
    for room, name in rooms.items():
        of_room = [(event, message) for event, message in shown if event.room == room]
        if not of_room:
            continue
        console.print()
        console.print(sentence(tell(words.ROOM_OF, language, room=f"**{name}**")))
        if console.width >= TWO_COLUMNS_FROM:
            table = _columns(language)
            for event, message in of_room:
                table.add_row(message, painter.seen(event, name))
            console.print(table)
        else:
            for event, message in of_room:
                console.print(Text())
                console.print(message)
                console.print(painter.seen_line(event, name))


def _shown(painter: Painter, messages: Sequence[Pair]) -> Iterable[tuple[Seen, RenderableType]]:
    """Yield every message as it is painted; of an edit what changed, of the last one all."""
    edited = {said.replaces: said.id for _, said in messages if said.replaces}
    latest: dict[EventId, Said] = {}
    for event, said in messages:
        root = said.replaces or said.id
        is_last = edited.get(said.replaces) == said.id if said.replaces else True
        before = None if is_last else latest.get(root)
        yield event, painter.message(said, before=before, is_card=said.replaces is not None, longest=_LONGEST)
        latest[root] = said


def _columns(language: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, padding=(0, 1, 1, 0))
    table.add_column(tell(words.READ, language), ratio=1)
    table.add_column(tell(words.SEEN, language), width=_SEEN_WIDTH)
    return table
