"""Playbooks of Mattermost, as its export writes them (version 1): checklists of items with a title and a description.

What has no place there stands in a block of code at the end of a description, which people can read and leave alone.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from bot.exchange import assemble, untrusted
from bot.exchange.assemble import STEP_ID, Gathered, Report, Target
from bot.exchange.markdown import fenced
from bot.exchange.sheet import Card, Chapter, Sheet, length_text
from bot.exchange.untrusted import ExchangeError, JsonObject, block, line, mapping, objects, short
from bot.library.body import Label, read_target
from bot.sentences.told import Told

VERSION = 1
_MARK = "cellule"
_READ = {"title", "description", "checklists", "version", "items"}
_READ_OF_LIST = {"title", "items"}
_READ_OF_ITEM = {"title", "description", "due_date", "command"}
_MOST_DUE = timedelta(days=3650)


def to_mattermost(sheet: Sheet) -> JsonObject:
    """Return *sheet* as an export of Mattermost."""
    phases = [{"letters": part.letters, "intro": part.intro} for part in sheet.chapters]
    own = {**assemble.front_fields(sheet), "phases": phases, "preface": sheet.preface}
    return {
        "title": sheet.front["title"],
        "description": _with_block(sheet.front["summary"], own),
        "checklists": [
            {"title": chapter.name, "items": [_item(card) for card in chapter.cards]} for chapter in sheet.chapters
        ],
        "metrics": [],
        "retrospective_enabled": False,
        "status_update_enabled": False,
        "version": VERSION,
    }


def gather(found: JsonObject, target: Target, report: Report) -> Gathered:
    """Return what the playbook *found* holds.

    Raises:
        ExchangeError: it is no export of Mattermost's playbooks that we know.
    """
    lists = found.get("checklists")
    if not isinstance(lists, list) or not line(found.get("title")):
        raise ExchangeError("exchange.no_mattermost")
    if found.get("version") != VERSION:
        raise ExchangeError("exchange.other_mattermost", version=line(str(found.get("version"))), known=VERSION)
    untrusted.check_steps(sum(len(objects(row.get("items"))) for row in objects(lists)))
    summary, ours = _without_block(found.get("description"))
    reader = _Reader(ours=ours, target=target, report=report)
    rest = {key: value for key, value in found.items() if key not in _READ and value}
    if unread := [left for row in lists if (left := _unread(row))]:
        rest["checklists"] = unread
    for key in rest:
        report.add("exchange.lost.part", part=short(key))
    preface = [block(ours.get("preface")), reader.kept(rest, "exchange.kept.rest")]
    return Gathered(
        title=found.get("title"),
        summary=summary,
        ours=ours,
        preface="\n\n".join(part for part in preface if part),
        source=f"{short(found.get('title'))} (Mattermost)",
        chapters=reader.chapters(objects(lists)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    ours: JsonObject
    target: Target
    report: Report

    def chapters(self, rows: list[JsonObject]) -> list[Chapter]:
        """Return the checklists; each has the letters that most of its items have, and none before it."""
        phases = {line(phase.get("letters")): phase for phase in objects(self.ours.get("phases"))}
        taken: set[str] = set()
        chapters: list[Chapter] = []
        for row in rows:
            cards = tuple(self._card(item) for item in objects(row.get("items")))
            places = Counter(place["letters"] for card in cards if (place := STEP_ID.fullmatch(card.id)))
            letters = next((each for each, _ in places.most_common() if each not in taken), "")
            taken.add(letters)
            intro = block(mapping(phases.get(letters)).get("intro"))
            chapters.append(Chapter(letters=letters, name=line(row.get("title")), intro=intro, cards=cards))
        return chapters

    def kept(self, rest: JsonObject, key: str) -> str:
        """Return what has no place, as text under the sentence *key*."""
        return f"{Told(key).to(self.target.language)}\n\n{assemble.rest_text(rest)}" if rest else ""

    def _card(self, item: JsonObject) -> Card:
        text, own = _without_block(item.get("description"))
        title = self.report.title(item.get("title"))
        fields = assemble.read_fields(own)
        self._aim(item, fields)
        lost = {key: value for key, value in item.items() if key not in _READ_OF_ITEM and value}
        parts = [text, self._command(item), self.kept(lost, "exchange.kept.others")]
        what = [*(["command"] if block(item.get("command")) else []), *lost]
        if what:
            self.report.add("exchange.lost.step", step=title, what=untrusted.some(map(short, what)))
        return Card(id=line(own.get("id")), title=title, action=self.report.action(parts, title), fields=fields)

    def _command(self, item: JsonObject) -> str:
        command = block(item.get("command"))
        if not command:
            return ""
        head = Told("exchange.kept.command", kind="Mattermost").to(self.target.language)
        return f"{head}\n\n{fenced(command)}"

    def _aim(self, item: JsonObject, fields: dict[Label, str]) -> None:
        """Take over when the item is due, where that is not what our own field says."""
        due = item.get("due_date")
        span = timedelta(milliseconds=due) if isinstance(due, int) and 0 < due < _MOST_DUE / _MILLISECOND else None
        if span is None:
            if due:
                self.report.add("exchange.lost.step", step=short(item.get("title")), what="due_date")
        elif span != _aim(fields.get(Label.BY, "")):
            fields[Label.BY] = length_text(span, self.target.language)


_MILLISECOND = timedelta(milliseconds=1)


def _unread(row: object) -> object:
    """Return what of *row*, a checklist, is neither its title nor an item; it alone where it is none."""
    if not isinstance(row, dict):
        return row
    left = {key: value for key, value in row.items() if key not in _READ_OF_LIST and value}
    items = row.get("items") or []
    odd = [item for item in items if not isinstance(item, dict)] if isinstance(items, list) else items
    return {"title": row.get("title"), **left, **({"items": odd} if odd else {})} if left or odd else None


def _item(card: Card) -> JsonObject:
    aim = _aim(card.fields.get(Label.BY, ""))
    due = {} if aim is None else {"due_date": aim // _MILLISECOND}
    return {"title": card.title, "description": _with_block(card.action, assemble.own_fields(card)), **due}


def _aim(by: str) -> timedelta | None:
    try:
        return read_target(by) if by else None
    except ValueError:
        return None


def _with_block(text: str, own: JsonObject) -> str:
    return f"{text}\n\n```{_MARK}\n{json.dumps(own, ensure_ascii=False, indent=1)}\n```"


def _without_block(value: object) -> tuple[str, JsonObject]:
    """Return the text of a description, and our fields at the end of it, read and cleaned as a file of its own."""
    told = value.rstrip() if isinstance(value, str) else ""
    text, mark, own = told.rpartition(f"\n```{_MARK}\n")
    if not (mark and own.endswith("\n```")):
        return block(told), {}
    return block(text), untrusted.cleaned(untrusted.read_object(own.removesuffix("```").encode("utf-8", "replace")))
