"""What a list says otherwise than the one before: line by line, the old beside the new, and what about it is odd."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo

from bot.core import facts
from bot.core.cascade import Cascade
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.organisations.bulletins import EMPTY
from bot.core.organisations.children import AWARENESS
from bot.core.organisations.duties import DUTIES
from bot.core.organisations.lists.doubts import Doubts
from bot.core.organisations.lists.matching import Cell, Difference, Line
from bot.voice.catalogue import say, say_counted, word
from bot.voice.markup import Piece, bullets, fill, join, paragraphs
from bot.voice.times import moment
from bot.voice.wording import person, role_words, short

MOST_DIFFERENCES, MOST_NAMES = 20, 8
"""So many organisations are told line by line; so many are named where only their names are."""
_MOST_CELLS = 4
"""Of one organisation."""
_MOST_BYTES, _MOST_ODD_BYTES = 3_000, 1_500
"""Of what people typed, in all lines that say what differs; and in those about one kind of what is odd. With who is not
reached that still is one message."""


def differences(lines: Sequence[Line], zone: ZoneInfo, language: Language) -> Iterator[Piece]:
    """Yield which organisations are there under another name, and of which the list says otherwise than before."""
    renamed = [line for line in lines if line.is_renamed]
    if renamed:
        yield say(language, "listed.renamed")
        yield _some((_renamed(line, language) for line in renamed), len(renamed), language)
        yield say(language, "listed.as_new")
    known = {name for line in lines if line.known is not None for name in line.known.columns}
    changed = [line for line in lines if _is_told(line, known)]
    if changed:
        told = (_one(line, _parts(line, known, zone, language), language) for line in changed)
        yield say_counted(language, "listed.differs", len(changed))
        yield _some(told, len(changed), language)
    fresh = {cell.name for line in lines for cell in _cells(line) if _is_fresh(cell, known)}
    if fresh:
        yield say(language, "listed.fresh", names=_names(sorted(fresh)))


def consequences(lines: Sequence[Line], language: Language) -> Iterator[Piece]:
    """Yield what becomes of people whom the list names no more, and of an hour that it gives, once it counts."""
    if any(line.leaving for line in lines if line.differences):
        yield say(language, "listed.stay")
    if any(Difference.AWARE in line.differences for line in lines):
        yield say(language, "listed.proposes", rule=word(language, f"duty.{DUTIES[AWARENESS]}"))


def oddities(found: Doubts, language: Language) -> Iterator[Piece]:
    """Yield what is likely a mistake, and which organisations the list leaves out."""
    if found.double:
        pairs = (say(language, "listed.renamed.one", new=_name(new), old=_name(old)) for new, old in found.double)
        yield say(language, "listed.double")
        yield _some(pairs, len(found.double), language, _MOST_ODD_BYTES)
    if found.alike:
        yield say(language, "listed.alike")
        yield _some(
            (fill("{names}", names=_names(names)) for names in found.alike), len(found.alike), language, _MOST_ODD_BYTES
        )
    if found.spelled:
        yield say(language, "listed.spelled")
        yield _some(
            (fill("{names}", names=_names(names)) for names in found.spelled),
            len(found.spelled),
            language,
            _MOST_ODD_BYTES,
        )
    if found.strays:
        yield say(language, "listed.strays")
        each = (
            say(language, "listed.differs.one", organisation=short(user, 80), what=_names(names))
            for user, names in found.strays
        )
        yield _some(each, len(found.strays), language, _MOST_ODD_BYTES)
    if found.elsewhere:
        names = _names([f"{organisation} ({codename})" for organisation, codename in found.elsewhere])
        yield join((say_counted(language, "listed.elsewhere", len(found.elsewhere)), fill("{names}", names=names)))
    if found.missing:
        names = _names(found.missing)
        yield join((say_counted(language, "listed.missing", len(found.missing)), fill("{names}", names=names)))


def amended(fact: facts.CascadeAmended, before: Incident, after: Incident) -> Piece:
    """Return what of the list counts from now on, for the parent's room."""
    known = (before.cascade or Cascade()).rows
    lines = [Line(row=row, known=known.get(row.key), reads=fact.reads) for row in fact.rows]
    head = say(after.language, "confirm.CascadeAmended", by=person(after, fact.by), name=short(fact.name, 80))
    return paragraphs(head, *differences(lines, after.zone, after.language), *consequences(lines, after.language))


def corrected(fact: facts.LineAmended, after: Incident) -> Piece:
    """Return what the organisation itself reads of it, in the language that its room has from now on."""
    by, language = person(after, fact.by), after.language
    name = say(language, "confirm.LineAmended.name", by=by, new=_name(fact.organisation), old=_name(fact.was))
    spoken = say(language, "confirm.LineAmended.language", by=by)
    return join((*((name,) if fact.was else ()), *((spoken,) if fact.spoke is not None else ())))


def _is_told(line: Line, known: AbstractSet[str]) -> bool:
    """Say whether a line has something to tell but for a name and for columns that are told for all at once."""
    apart = {Difference.REST, *((Difference.NAME,) if line.is_renamed else ())}
    return not apart.issuperset(line.differences) or any(not _is_fresh(cell, known) for cell in _cells(line))


def _parts(line: Line, known: AbstractSet[str], zone: ZoneInfo, language: Language) -> tuple[Piece, ...]:
    """Return what a line says otherwise, but for what is told for all at once."""
    new, old = line.row, line.known
    if old is None:
        return ()
    parts = list[Piece]()
    for difference in line.differences:
        match difference:
            case Difference.NAME if not line.is_renamed:
                parts.append(_change("name", old.organisation, new.organisation, language))
            case Difference.PEOPLE:
                parts += _people(line, language)
            case Difference.LANGUAGE:
                parts.append(_change("language", old.language, new.language, language))
            case Difference.AWARE:
                was = "" if old.aware is None else moment(old.aware, zone, language)
                now = "" if new.aware is None else moment(new.aware, zone, language)
                parts.append(_change("aware", was, now, language, source=short(new.source, 60)))
            case _:
                pass
    cells = [cell for cell in _cells(line) if not _is_fresh(cell, known)]
    parts += [_change("cell", one.old, one.new, language, column=short(one.name, 40)) for one in cells[:_MOST_CELLS]]
    more = len(cells) - _MOST_CELLS
    return (*parts, *((say(language, "listed.more", count=str(more)),) if more > 0 else ()))


def _change(what: str, old: str, new: str, language: Language, **holes: str) -> Piece:
    return say(language, f"listed.change.{what}", old=_shown(old), new=_shown(new), **holes)


def _shown(text: str) -> str:
    return short(text, 60) if text else EMPTY


def _people(line: Line, language: Language) -> Iterator[Piece]:
    if line.joining:
        coming = (f"{one.user} ({role_words(one.roles, language)})" for one in line.joining)
        yield say(language, "listed.change.joining", people=short(", ".join(coming), 200))
    if line.leaving:
        yield say(language, "listed.change.leaving", people=short(", ".join(line.leaving), 200))


def _cells(line: Line) -> tuple[Cell, ...]:
    return () if line.is_double else line.cells


def _is_fresh(cell: Cell, known: AbstractSet[str]) -> bool:
    """Say whether no list had such a column before: it is told once for all."""
    return not cell.old and cell.name not in known


def _renamed(line: Line, language: Language) -> Piece:
    old = line.known.organisation if line.known else ""
    return say(language, "listed.renamed.one", new=_name(line.row.organisation), old=_name(old))


def _one(line: Line, parts: Iterable[Piece], language: Language) -> Piece:
    return say(language, "listed.differs.one", organisation=_name(line.row.organisation), what=join(parts, " · "))


def _name(organisation: str) -> str:
    return short(organisation, 80)


def _names(names: Sequence[str]) -> str:
    """Return the first of *names*, and that there are more."""
    more = [f"… (+{len(names) - MOST_NAMES})"] if len(names) > MOST_NAMES else []
    return ", ".join((*(short(name, 60) for name in names[:MOST_NAMES]), *more))


def _some(pieces: Iterable[Piece], count: int, language: Language, most: int = _MOST_BYTES) -> Piece:
    """Return the first of *pieces*, as many as one message holds, and how many more of *count* there are."""
    kept, size = list[Piece](), 0
    for piece in pieces:
        size += sum(len(value.encode()) for value in piece.values)
        if len(kept) == MOST_DIFFERENCES or (kept and size > most):
            break
        kept.append(piece)
    more = count - len(kept)
    return bullets((*kept, *((say(language, "listed.more", count=str(more)),) if more > 0 else ())))
