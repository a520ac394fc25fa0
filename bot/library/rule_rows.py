"""One row of the catalogue of clocks, read strictly: what is not understood becomes a finding with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.clocks import lengths, rules
from bot.core.language import Words
from bot.core.names import Called
from bot.core.people.roster import Role
from bot.library import front
from bot.library.marked import Fields, Marked
from bot.library.moments import MomentError, read_moment
from bot.library.problems import Findings
from bot.sentences import languages

EXAMPLE_ZONE = ZoneInfo("Europe/Paris")
"""Where the examples of the catalogue happen."""
_WORDS = ("title", "who", "to", "trigger", "late")
_PLAIN = ("regime", "role", "length", "owner", "source", "source_url", "read_on", "proof", "valid_from")
_OPTIONAL = ("aim", "channel", "needs", "valid_to", "after", "soft", "counts_in_full_hours", "rests_on_closed_days")
_STANDING = ("duty", "version", "enabled", "why_off", "pending", "example")
_KEYS = ("id", "called", *_WORDS, *_PLAIN, *_OPTIONAL, *_STANDING)
_NUMBER = "([1-9][0-9]{0,3})"
_HOURS = re.compile(rf"{_NUMBER} h")
_WORKING_DAYS = re.compile(rf"{_NUMBER} working days")
_CALENDAR_DAYS = re.compile(rf"{_NUMBER} calendar days")
_MONTHS = re.compile(r"([1-9][0-9]?) months?")
_EARLIER_OF = re.compile(rf"{_NUMBER} h, or {_NUMBER} h after classification")
_ADDRESS = re.compile(r"https://\S+")
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A due time worked by hand, to hold the row against and to show people."""

    aware: datetime
    classified: datetime | None
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule, the line it stands on, and its example if it has one."""

    line: int
    rule: rules.Rule
    example: Example | None


def read_row(row: Fields, findings: Findings) -> Row:
    """Read one row; whatever is wrong goes to *findings*."""
    row.refuse_others(_KEYS)
    words = {name: read_words(row, name) for name in _WORDS}
    channel, after, duty = row.optional("channel"), row.optional("after"), row.optional("duty")
    is_pending = _is_set(row, "pending", findings)
    rule = rules.Rule(
        id=front.read_rule_id(row.text("id"), findings),
        title=words["title"],
        who=words["who"],
        to=words["to"],
        trigger=words["trigger"],
        late=words["late"],
        channel="" if channel is None else channel.text,
        length=_read_length(row.text("length"), findings),
        owner=front.read_role(row.text("owner"), findings) or Role.COORDINATOR,
        source=row.text("source").text,
        source_url=read_address(row.text("source_url"), findings),
        read_on=read_date(row.text("read_on"), findings) or date.min,
        proof=read_proof(row.text("proof"), findings),
        valid_from=_read_start(row, is_pending=is_pending, findings=findings),
        valid_to=read_date(row.optional("valid_to"), findings),
        after=None if after is None else front.read_rule_id(after, findings),
        soft=_is_set(row, "soft", findings),
        counts_in_full_hours=_is_set(row, "counts_in_full_hours", findings),
        rests_on_closed_days=_is_set(row, "rests_on_closed_days", findings),
        regime=_read_word(row.text("regime"), "regime", findings),
        role=_read_word(row.text("role"), "role", findings),
        aim=_read_aim(row, findings),
        needs=read_words(row, "needs") if row.has("needs") else None,
        duty="" if duty is None else duty.text,
        version=_read_version(row, is_pending=is_pending, findings=findings),
        why_off=_read_why_off(row, findings),
        called=read_called(row, findings),
    )
    read = Row(line=row.line, rule=rule, example=_read_example(row, findings))
    _check_aim(read, findings)
    return read


def read_words(row: Fields, name: str) -> Words:
    """Return a text in each language it is written in."""
    words = row.mapping(name)
    if words is None:
        return Words(en="")
    words.refuse_others(languages())
    others = {language: words.text(language).text for language in languages() if words.has(language)}
    return Words(**others | {"en": words.text("en").text})


def read_called(row: Fields, findings: Findings) -> Called:
    """Return what people may type instead of the id, in each language; empty where nothing is written."""
    names = row.mapping("called") if row.has("called") else None
    if names is None:
        return {}
    names.refuse_others(languages())
    return {
        language: name
        for language in languages()
        for name in front.read_called(names.optional(language), language, findings).values()
    }


def _read_length(written: Marked, findings: Findings) -> lengths.Length:
    text = written.text
    if found := _HOURS.fullmatch(text):
        return lengths.Elapsed(hours=int(found[1]))
    if found := _WORKING_DAYS.fullmatch(text):
        return lengths.WorkingDays(days=int(found[1]))
    if found := _CALENDAR_DAYS.fullmatch(text):
        return lengths.CalendarDays(days=int(found[1]))
    if found := _MONTHS.fullmatch(text):
        return lengths.Months(months=int(found[1]))
    if found := _EARLIER_OF.fullmatch(text):
        return lengths.EarlierOf(hours_after_aware=int(found[1]), hours_after_second=int(found[2]))
    if text != "none":
        message = (
            f"bad `length` `{text}`; write `72 h`, `5 working days`, `30 calendar days`, `1 month`, "
            "`24 h, or 4 h after classification`, or `none` when the law gives no figure"
        )
        findings.add(written.line, message)
    return lengths.WithoutDelay()


def _read_aim(row: Fields, findings: Findings) -> timedelta | None:
    """Return the soft line: hours after awareness, before the limit."""
    written = row.optional("aim")
    if written is None:
        return None
    found = _HOURS.fullmatch(written.text)
    if found is None:
        findings.add(written.line, f"bad `aim` `{written.text}`; write `48 h`, counted from awareness")
        return None
    if _is_set(row, "soft", findings):
        findings.add(written.line, "a `soft` row is a target itself: it has no `aim`")
    return int(found[1]) * lengths.HOUR


def _check_aim(row: Row, findings: Findings) -> None:
    aim, shortest = row.rule.aim, _shortest(row.rule.length)
    if aim is not None and shortest is not None and aim >= shortest:
        findings.add(row.line, f"the `aim` of `{row.rule.id}` does not come before the end of its `length`")


def _shortest(length: lengths.Length) -> timedelta | None:
    match length:
        case lengths.Elapsed(hours=hours) | lengths.EarlierOf(hours_after_aware=hours):
            return hours * lengths.HOUR
        case lengths.WorkingDays(days=days) | lengths.CalendarDays(days=days):
            return timedelta(days=days)
        case lengths.Months(months=months):
            return timedelta(days=28 * months)
        case lengths.WithoutDelay() | lengths.Until():
            return None
        case _:
            assert_never(length)


def _read_start(row: Fields, *, is_pending: bool, findings: Findings) -> date | None:
    """Return the first day of validity; None for a proposal, of which nobody knows it."""
    if not is_pending:
        return read_date(row.text("valid_from"), findings)
    if row.has("valid_from") or row.has("valid_to"):
        findings.add(row.line, "a pending row has no `valid_from` and no `valid_to`: take `pending` away once it has")
    return None


def _read_version(row: Fields, *, is_pending: bool, findings: Findings) -> str:
    version = row.optional("version")
    if version is not None:
        return _read_word(version, "version", findings)
    if is_pending:
        findings.add(row.line, "a pending row needs a `version`, by which the configuration can name it")
    return ""


def _read_why_off(row: Fields, findings: Findings) -> Words | None:
    enabled = row.optional("enabled")
    if enabled is not None and _switch(enabled, findings):
        enabled = None
    if (enabled is not None) != row.has("why_off"):
        findings.add(row.line, "`enabled: false` and `why_off`, its reason, come together")
    return read_words(row, "why_off") if row.has("why_off") else None


def _read_example(row: Fields, findings: Findings) -> Example | None:
    if not row.has("example"):
        return None
    example = row.mapping("example")
    if example is None:
        return None
    example.refuse_others(("aware", "classified", "due"))
    aware, due = (_read_moment(example.text(name), findings) for name in ("aware", "due"))
    written = example.optional("classified")
    classified = None if written is None else _read_moment(written, findings)
    return None if aware is None or due is None else Example(aware=aware, classified=classified, due=due)


def _read_moment(written: Marked, findings: Findings) -> datetime | None:
    try:
        return read_moment(written.text, EXAMPLE_ZONE)
    except MomentError as error:
        findings.add(written.line, str(error))
        return None


def read_date(written: Marked | None, findings: Findings) -> date | None:
    """Return a day, or None where none is written or it is not one."""
    if written is None:
        return None
    try:
        return date.fromisoformat(written.text)
    except ValueError:
        findings.add(written.line, f"`{written.text}` is not a date; write it as 2026-11-24")
        return None


def read_proof(written: Marked, findings: Findings) -> rules.Proof:
    """Return how a source was checked."""
    try:
        return rules.Proof(written.text)
    except ValueError:
        findings.add(written.line, f"unknown `proof` `{written.text}`; known: {', '.join(rules.Proof)}")
        return rules.Proof.MEMORY


def read_address(written: Marked, findings: Findings) -> str:
    """Return where a source stands."""
    if _ADDRESS.fullmatch(written.text) is None:
        findings.add(written.line, "`source_url` must be an address that begins with https://")
    return written.text


def _read_word(written: Marked, name: str, findings: Findings) -> str:
    if written.text and _WORD.fullmatch(written.text) is None:
        findings.add(written.line, f"`{name}` is one lower-case word, with hyphens: `financial-entity`")
    return written.text


def _is_set(row: Fields, name: str, findings: Findings) -> bool:
    written = row.optional(name)
    return written is not None and _switch(written, findings)


def _switch(written: Marked, findings: Findings) -> bool:
    if written.text not in ("true", "false"):
        findings.add(written.line, f"`{written.text}` is neither `true` nor `false`")
    return written.text != "false"
