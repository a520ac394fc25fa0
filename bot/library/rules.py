"""The catalogue of legal clocks: `clocks.yaml` becomes rules here. What is not understood is refused, with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from bot.core.clocks import Elapsed, Length, Proof, Rule, WithoutDelay, Words, WorkingDays
from bot.core.names import RuleId
from bot.core.roster import Role
from bot.library.front import read_role, read_rule_id
from bot.library.marked import Fields, Marked, read_mapping
from bot.library.playbooks import read_text
from bot.library.problems import ContentError, Findings, RulesError

FILE_NAME = "clocks.yaml"
_WORDS = ("title", "who", "to", "trigger", "late")
_PLAIN = ("length", "owner", "source", "source_url", "read_on", "proof", "valid_from")
_OPTIONAL = ("channel", "valid_to", "after", "soft", "counts_in_full_hours")
_KEYS = ("id", *_WORDS, *_PLAIN, *_OPTIONAL)
_HOURS = re.compile(r"([1-9][0-9]{0,3}) h")
_WORKING_DAYS = re.compile(r"([1-9][0-9]{0,2}) working days")
_ADDRESS = re.compile(r"https://\S+")

E = TypeVar("E", bound=StrEnum)


def parse(text: str, *, file: str = "<text>") -> tuple[Rule, ...]:
    """Read the catalogue. An id may stand in several rows when their periods of validity do not meet.

    Raises:
        RulesError: it is not one; every problem is named with its line.
    """
    return tuple(rule for _, rule in read_rows(text, file=file))


def load(path: Path) -> tuple[Rule, ...]:
    """Read the catalogue in the file *path*, or in the folder *path*; raises RulesError as `parse` does."""
    file = path / FILE_NAME if path.is_dir() else path
    try:
        text = read_text(file)
    except ContentError as error:
        raise RulesError(error.problems) from error
    return parse(text, file=str(file))


def read_rows(text: str, *, file: str) -> tuple[tuple[int, Rule], ...]:
    """Read the catalogue and keep the line of each row; raises RulesError as `parse` does."""
    findings = Findings(file)
    rows = _read(text, findings)
    if findings.all():
        raise RulesError(findings.all())
    return rows


def _read(text: str, findings: Findings) -> tuple[tuple[int, Rule], ...]:
    fields = read_mapping(text, findings)
    if fields is None:
        return ()
    fields.refuse_others(("rules",))
    rows = tuple((row.line, _read_rule(row, findings)) for row in fields.mappings("rules"))
    if not rows:
        findings.add(1, "`rules` must list at least one clock")
    _check_periods(rows, findings)
    _check_chains(rows, findings)
    return rows


def _read_rule(row: Fields, findings: Findings) -> Rule:
    row.refuse_others(_KEYS)
    words = {name: _read_words(row, name) for name in _WORDS}
    channel, after = row.optional("channel"), row.optional("after")
    return Rule(
        id=read_rule_id(row.text("id"), findings),
        title=words["title"],
        who=words["who"],
        to=words["to"],
        trigger=words["trigger"],
        late=words["late"],
        channel="" if channel is None else channel.text,
        length=_read_length(row.text("length"), findings),
        owner=read_role(row.text("owner"), findings) or Role.COORDINATOR,
        source=row.text("source").text,
        source_url=_read_address(row.text("source_url"), findings),
        read_on=_read_date(row.text("read_on"), findings) or date.min,
        proof=_read_proof(row.text("proof"), findings),
        valid_from=_read_date(row.text("valid_from"), findings) or date.min,
        valid_to=_read_date(row.optional("valid_to"), findings),
        after=None if after is None else read_rule_id(after, findings),
        soft=_read_switch(row.optional("soft"), findings),
        counts_in_full_hours=_read_switch(row.optional("counts_in_full_hours"), findings),
    )


def _read_words(row: Fields, name: str) -> Words:
    words = row.mapping(name)
    if words is None:
        return Words(fr="", en="")
    words.refuse_others(("fr", "en"))
    return Words(fr=words.text("fr").text, en=words.text("en").text)


def _read_length(written: Marked, findings: Findings) -> Length:
    if found := _HOURS.fullmatch(written.text):
        return Elapsed(hours=int(found[1]))
    if found := _WORKING_DAYS.fullmatch(written.text):
        return WorkingDays(days=int(found[1]))
    if written.text != "none":
        message = (
            f"bad `length` `{written.text}`; write `72 h`, `5 working days`, or `none` when the law gives no figure"
        )
        findings.add(written.line, message)
    return WithoutDelay()


def _read_date(written: Marked | None, findings: Findings) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written.text)
    except ValueError:
        findings.add(written.line, f"`{written.text}` is not a date; write it as 2026-11-24")
        return None


def _read_proof(written: Marked, findings: Findings) -> Proof:
    try:
        return Proof(written.text)
    except ValueError:
        findings.add(written.line, f"unknown `proof` `{written.text}`; known: {', '.join(Proof)}")
        return Proof.MEMORY


def _read_address(written: Marked, findings: Findings) -> str:
    if _ADDRESS.fullmatch(written.text) is None:
        findings.add(written.line, "`source_url` must be an address that begins with https://")
    return written.text


def _read_switch(written: Marked | None, findings: Findings) -> bool:
    if written is None or written.text == "false":
        return False
    if written.text != "true":
        findings.add(written.line, f"`{written.text}` is neither `true` nor `false`")
    return True


def _check_periods(rows: Sequence[tuple[int, Rule]], findings: Findings) -> None:
    earlier: list[Rule] = []
    for line, rule in rows:
        if rule.valid_to is not None and rule.valid_to < rule.valid_from:
            findings.add(line, f"`{rule.id}` ends before it begins")
        if any(other.id == rule.id and _overlap(other, rule) for other in earlier):
            findings.add(line, f"two rows `{rule.id}` are valid on the same day; give the older one its `valid_to`")
        earlier.append(rule)


def _overlap(one: Rule, other: Rule) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def _check_chains(rows: Sequence[tuple[int, Rule]], findings: Findings) -> None:
    after = {rule.id: rule.after for _, rule in rows}
    for line, rule in rows:
        if rule.after is not None and rule.after not in after:
            findings.add(line, f"`{rule.id}` starts after `{rule.after}`, which has no row")
        elif _returns(rule.id, after.get):
            findings.add(line, f"`{rule.id}` waits for itself: its chain of `after` never ends")


def _returns(start: RuleId, next_of: Callable[[RuleId], RuleId | None]) -> bool:
    seen = {start}
    step = next_of(start)
    while step is not None:
        if step in seen:
            return True
        seen.add(step)
        step = next_of(step)
    return False
