"""Chapters that came from elsewhere become a sheet: what a playbook of ours cannot be without is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase
from typing import Any

from bot.core.language import Language
from bot.core.people.roster import ALWAYS_INVITED, Role
from bot.exchange.markdown import fenced
from bot.exchange.sheet import Card, Chapter, Sheet
from bot.exchange.untrusted import (
    MOST_STEPS,
    MOST_TITLE,
    ExchangeError,
    JsonObject,
    as_json,
    block,
    line,
    mapping,
    objects,
    plain,
    short,
    whole,
)
from bot.library.body import Label
from bot.sentences.told import Told

STEP_ID = re.compile(r"(?P<letters>[A-Z]{1,5})[1-9][0-9]{0,2}")
_LONGEST_SUMMARY, _LONGEST_ACTION = 400, 20_000
_KEPT = ("called", "version", "rank", "repeat", "roles", "questions", "clocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the playbook is to be: the name of its file says so."""

    id: str
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a reader of a format found."""

    title: object
    summary: object
    ours: JsonObject
    """The fields of ours that the file carries for the whole playbook; empty for one of others."""
    preface: str = ""
    source: str
    """Where it came from, for steps that name no source."""
    chapters: Sequence[Chapter]


@dataclass(slots=True, kw_only=True)
class Report:
    """Collects what has no place in a playbook of ours, one sentence each, in the order of the file."""

    _told: dict[object, Told] = field(default_factory=dict)

    @property
    def losses(self) -> tuple[Told, ...]:
        """Return what was noted, each once."""
        return tuple(self._told.values())

    def add(self, key: str, /, **holes: str) -> None:
        """Note one loss."""
        self._told.setdefault((key, *holes.items()), Told(key, **holes))

    def cut(self, text: str, most: int, *, step: str) -> str:
        """Return *text*, of *step*, in *most* letters; that its end is gone is a loss."""
        if len(text) <= most:
            return text
        self.add("exchange.lost.length", step=step)
        return f"{text[: most - 1].rstrip()}…"

    def title(self, value: object) -> str:
        """Return *value* as a title."""
        return self.cut(plain(value), MOST_TITLE, step=short(value))

    def action(self, parts: Iterable[str], step: str) -> str:
        """Return the *parts* of what is to be done in *step* as one text."""
        return self.cut("\n\n".join(filter(None, parts)), _LONGEST_ACTION, step=step)


def front_fields(sheet: Sheet) -> JsonObject:
    """Return what of the front matter no other format has a place for."""
    return {"language": sheet.front["language"], **{key: sheet.front[key] for key in _KEPT if key in sheet.front}}


def own_fields(card: Card, but: Iterable[Label] = ()) -> JsonObject:
    """Return the fields of *card* as JSON, without those that the format has a place for."""
    left_out = set(but)
    return {"id": card.id, **{str(label): text for label, text in card.fields.items() if label not in left_out}}


def read_fields(found: JsonObject) -> dict[Label, str]:
    """Return the fields of a card that *found*, untrusted, carries."""
    return {label: plain(found[label]) for label in Label if isinstance(found.get(label), str)}


def rest_text(rest: JsonObject) -> str:
    """Return what has no place of ours as text."""
    return fenced(as_json(rest))


def assemble(gathered: Gathered, target: Target, report: Report) -> Sheet:
    """Return the sheet of what was *gathered*.

    Raises:
        ExchangeError: there is no step in it, or more rows of ours than any playbook has.
    """
    chapters = tuple(_complete(gathered, target, report))
    cards = [card for chapter in chapters for card in chapter.cards]
    if not cards:
        raise ExchangeError("exchange.no_step")
    for key, rows in gathered.ours.items():
        if isinstance(rows, list) and len(rows) > MOST_STEPS:
            raise ExchangeError("exchange.too_many_rows", count=len(rows), part=short(key), most=MOST_STEPS)
    title = report.cut(whole(gathered.title), _LONGEST_SUMMARY, step=short(gathered.title)) or target.id
    front: dict[str, Any] = {"id": target.id, "language": target.language, "title": title}
    summary, longer = _summary(gathered.summary)
    front["summary"] = summary or title
    front |= {"version": "1.0", "roles": []}
    front |= {key: gathered.ours[key] for key in _KEPT if key in gathered.ours}
    front["roles"] = _roles(front["roles"], cards)
    order = ("id", "called", "language", "title", "summary", *_KEPT[1:])
    ordered = {key: front[key] for key in order if key in front}
    preface = "\n\n".join(part for part in (longer, gathered.preface) if part)
    return Sheet(front=ordered, preface=preface, chapters=chapters)


def _summary(told: object) -> tuple[str, str]:
    """Return a summary that can be offered in a list, and the whole text where that is more."""
    text = block(told)
    summary = line(text)
    if len(summary) > _LONGEST_SUMMARY:
        summary = f"{summary[:_LONGEST_SUMMARY].rpartition(' ')[0]}…"
    return summary, "" if summary == text else text


def _roles(named: object, cards: Iterable[Card]) -> object:
    if not isinstance(named, list):
        return named
    known = [role for role in named if isinstance(role, str)]
    used = [card.fields[Label.WHO] for card in cards]
    return list(dict.fromkeys([*known, *(role for role in used if role not in ALWAYS_INVITED)]))


def _complete(gathered: Gathered, target: Target, report: Report) -> Iterator[Chapter]:
    given = {chapter.letters for chapter in gathered.chapters if chapter.cards}
    free = (letters for letters in (*ascii_uppercase, *_pairs()) if letters not in given)
    taken: set[str] = set()
    for chapter in gathered.chapters:
        name = report.title(chapter.name) or Told("exchange.phase").to(target.language)
        if not chapter.cards:
            report.add("exchange.lost.phase", phase=name)
            continue
        letters = chapter.letters or next(free)
        intro = block(chapter.intro) or Told("exchange.intro").to(target.language)
        cards = tuple(_card(card, gathered.source, target) for card in _numbered(chapter.cards, letters, taken))
        yield Chapter(letters=letters, name=name, intro=intro, cards=cards)


def _pairs() -> Iterator[str]:
    return (first + second for first in ascii_uppercase for second in ascii_uppercase)


def _numbered(cards: Sequence[Card], letters: str, taken: set[str]) -> Iterator[Card]:
    """Yield *cards*, each with an id of its own; one that is there keeps its id, unless it is there twice."""
    reserved = {card.id for card in cards}
    free = (id for number in range(1, 1000) if (id := f"{letters}{number}") not in reserved)
    for card in cards:
        found = STEP_ID.fullmatch(card.id)
        keeps = found is not None and found["letters"] == letters and card.id not in taken
        id = card.id if keeps else next(free)
        taken.add(id)
        yield replace(card, id=id)


def _card(card: Card, source: str, target: Target) -> Card:
    title = short(card.title) or Told("exchange.step").to(target.language)
    fields = {Label.WHO: Role.COORDINATOR.value, **card.fields}
    if not fields.get(Label.SOURCE):
        fields[Label.SOURCE] = plain(source)
    return replace(card, title=title, action=block(card.action) or title, fields=fields)


def chapters_by_letters(cards: Iterable[Card], ours: JsonObject) -> list[Chapter]:
    """Cut a list of cards into the phases that *ours* names; a card without a place stays with the one before it."""
    rows = objects(ours.get("phases"))
    named = {letters: row for row in rows if re.fullmatch(r"[A-Z]{1,5}", letters := line(row.get("letters")))}
    found: dict[str, list[Card]] = {letters: [] for letters in named}
    here = next(iter(named), "")
    for card in cards:
        place = STEP_ID.fullmatch(card.id)
        here = place["letters"] if place is not None and place["letters"] in found else here
        found.setdefault(here, []).append(card)
    return [
        Chapter(letters=letters, name=line(row.get("name")), intro=block(row.get("intro")), cards=tuple(found[letters]))
        for letters in found
        for row in [mapping(named.get(letters))]
    ]
