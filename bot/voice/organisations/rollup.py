"""The roll-up of a cascade: short, as a message; as a picture; and as a table with a line for each organisation."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

from bot.core.clocks.rules import ClockState, Filed, Running, SetAside
from bot.core.documents.chart import Bar, Chart, Part, Tone
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.organisations.rollup import Line, Reached, Rollup, RoomState, Standing, Urgent
from bot.voice.catalogue import counted, say, word
from bot.voice.cells import as_cell
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import left, moment, sortable
from bot.voice.wording import marked, short

_MOST = 5
"""How many clocks that are over, or end soon, are named in a message."""
_ROOMS = {
    RoomState.OPEN: Tone.GOOD,
    RoomState.OPENING: Tone.GOING,
    RoomState.FAILED: Tone.ALARM,
    RoomState.CLOSED: Tone.ASIDE,
    RoomState.WAITING: Tone.IDLE,
}
_CLOCKS = {
    Standing.OVERDUE: Tone.ALARM,
    Standing.RUNNING: Tone.GOING,
    Standing.SUSPECTED: Tone.IDLE,
    Standing.FILED: Tone.GOOD,
    Standing.ASIDE: Tone.ASIDE,
}


def rollup(found: Rollup) -> Text:
    """Return the roll-up as a message, the most urgent first."""
    over = [one for one in found.urgent if one.left < timedelta(0)]
    soon = [one for one in found.urgent if one.left >= timedelta(0)]
    return render(
        paragraphs(
            say(_language(found), "rollup.title", codename=_name(found), at=_as_of(found)),
            _named("rollup.overdue", over, found),
            _named("rollup.soon", soon, found),
            join(_lines(found)),
            join(_clock_line(rule, counts, found) for rule, counts in found.clocks.items()),
            say(_language(found), "rollup.file"),
        )
    )


def rollup_chart(found: Rollup) -> Chart:
    """Return the same as bars."""
    language = _language(found)
    bars = [Bar(title=word(language, "rollup.rooms"), parts=_room_parts(found))]
    if found.rooms.get(RoomState.OPEN):
        bars.append(Bar(title=word(language, "rollup.people"), parts=_people_parts(found)))
    if found.last is not None:
        title = f"{word(language, 'rollup.bulletin')} {found.last.bulletin.number}"
        bars.append(Bar(title=title, parts=_bulletin_parts(found.last, language)))
    bars.extend(Bar(title=rule, parts=_clock_parts(counts, language)) for rule, counts in found.clocks.items())
    return Chart(title=_name(found), note=_as_of(found), bars=tuple(bars))


def rollup_table(found: Rollup) -> str:
    """Return a line for each organisation as CSV, for the spreadsheets of the language. No cell is a formula."""
    language, zone = _language(found), found.parent.zone
    rules = sorted(found.clocks)
    heads = ["organisation", "codename", "room", "people", "bulletin", "told", "acknowledged"]
    labels = [word(language, f"rollup.column.{head}", zone=zone.key) for head in heads]
    for rule in rules:
        labels += [f"{rule} {word(language, f'rollup.column.{head}')}" for head in ("state", "due", "reference")]
    table = StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, delimiter=word(language, "file.csv_delimiter"))
    writer.writerow(labels)
    writer.writerows([as_cell(cell) for cell in _cells(line, rules, language, zone)] for line in found.lines)
    return table.getvalue()


# --- the message --------------------------------------------------------------------------------------------


def _name(found: Rollup) -> str:
    return marked(found.parent, found.parent.codename)


def _as_of(found: Rollup) -> str:
    at = moment(found.as_of, found.parent.zone, _language(found))
    return f"{at} · {counted(_language(found), 'count.organisations', len(found.lines))}"


def _named(key: str, urgent: Sequence[Urgent], found: Rollup) -> Piece:
    """Return how many clocks those are, and the first of them by name."""
    if not urgent:
        return Piece("")
    language = _language(found)
    named = bullets(_urgent_line(one, found) for one in urgent[:_MOST])
    rest = len(urgent) - _MOST
    more = say(language, "rollup.more", count=str(rest)) if rest > 0 else Piece("")
    return paragraphs(say(language, key, count=str(len(urgent))), named, more)


def _urgent_line(one: Urgent, found: Rollup) -> Piece:
    return say(
        _language(found),
        "rollup.urgent",
        organisation=short(one.line.organisation),
        codename=one.line.child.codename if one.line.child else "",
        rule=one.rule,
        left=left(found.as_of + one.left, found.as_of, _language(found)),
    )


def _lines(found: Rollup) -> Iterable[Piece]:
    language = _language(found)
    if found.last is not None:
        sent = moment(found.last.bulletin.at, found.parent.zone, language)
        parts = _joined(_bulletin_parts(found.last, language))
        number = str(found.last.bulletin.number)
        yield say(language, "rollup.line.bulletin", number=number, at=sent, counts=parts)
    yield say(language, "rollup.line", title=word(language, "rollup.rooms"), counts=_joined(_room_parts(found)))
    if found.empty:
        yield say(language, "rollup.line.nobody", count=counted(language, "count.organisations", found.empty))


def _clock_line(rule: RuleId, counts: Mapping[Standing, int], found: Rollup) -> Piece:
    parts = _joined(_clock_parts(counts, _language(found)))
    return say(_language(found), "rollup.line", title=rule, counts=parts)


def _joined(parts: Iterable[Part]) -> str:
    return ", ".join(part.label for part in parts)


# --- counts -------------------------------------------------------------------------------------------------


def _part(key: str, count: int, tone: Tone, language: Language) -> Part:
    return Part(count=count, label=counted(language, key, count), tone=tone)


def _shown(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.count)


def _room_parts(found: Rollup) -> tuple[Part, ...]:
    language = _language(found)
    return _shown(
        _part(f"rollup.room.{state}", found.rooms.get(state, 0), tone, language) for state, tone in _ROOMS.items()
    )


def _people_parts(found: Rollup) -> tuple[Part, ...]:
    language, open_ = _language(found), found.rooms[RoomState.OPEN]
    there = _part("rollup.people.there", open_ - found.empty, Tone.GOOD, language)
    return _shown((there, _part("rollup.people.nobody", found.empty, Tone.CARE, language)))


def _bulletin_parts(reached: Reached, language: Language) -> tuple[Part, ...]:
    return _shown(
        (
            _part("rollup.bulletin.silent", reached.silent, Tone.CARE, language),
            _part("rollup.bulletin.acknowledged", reached.acknowledged, Tone.GOOD, language),
            _part("rollup.bulletin.waiting", reached.waiting, Tone.IDLE, language),
        )
    )


def _clock_parts(counts: Mapping[Standing, int], language: Language) -> tuple[Part, ...]:
    return _shown(
        _part(f"rollup.clock.{standing}", counts.get(standing, 0), tone, language) for standing, tone in _CLOCKS.items()
    )


# --- the table ----------------------------------------------------------------------------------------------


def _cells(line: Line, rules: Sequence[RuleId], language: Language, zone: ZoneInfo) -> Iterable[str]:
    child = line.child
    last = child.bulletins[-1] if child is not None and child.bulletins else None
    read_at = child.read.get(last.number) if child is not None and last is not None else None
    yield line.organisation
    yield child.codename if child is not None else ""
    yield word(language, f"rollup.state.{line.room}")
    yield str(line.people) if child is not None else ""
    yield str(last.number) if last is not None else ""
    yield sortable(last.at if last is not None else None, zone)
    yield sortable(read_at, zone)
    for rule in rules:
        yield from _clock_cells(line, rule, language, zone)


def _clock_cells(line: Line, rule: RuleId, language: Language, zone: ZoneInfo) -> tuple[str, str, str]:
    state = line.clocks.get(rule)
    if state is None:
        return "", "", ""
    running = _running(state)
    due = sortable(running.due if running is not None else None, zone)
    reference = state.reference if isinstance(state, Filed) else ""
    return word(language, f"rollup.state.{line.standings[rule]}"), due, reference


def _running(state: ClockState) -> Running | None:
    if isinstance(state, Filed | SetAside):
        return state.running
    return state if isinstance(state, Running) else None


def _language(found: Rollup) -> Language:
    return found.parent.language
