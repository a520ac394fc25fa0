"""Readers of what a parent says to its organisations and asks of them, and they of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.line import Line
from bot.commands.readers import MOST_ASKED, moment, number
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.when import MOST_TOKENS, read_span, read_time, refuse_if_time_like
from bot.commands.words import AUDIENCES, OPTIONS, canonical_answer, words
from bot.core import commands
from bot.core.language import fold
from bot.core.organisations.bulletins import Audience

# Phones turn two hyphens into a dash, which may begin the text as well.
_OPTION = re.compile(r"(?P<dashes>--|[—–])(?P<name>\w[\w-]*)(?:=|\s+|$)")
_QUOTED = re.compile(r"[\"«“„](?P<inside>[^\"»”\n]+)[\"»”](?!\S)")
_WORD = re.compile(r"\S+")
_UNREACHED, _AUTHORITY = words("rollup.unreached"), words("rollup.authority")
_FILES = (commands.RollupForm.CSV, commands.RollupForm.LETTERS)
"""What the word alone asks for."""
_ROLLUPS = "rollup.csv, rollup.unreached, rollup.letters, rollup.authority"
_LIST, _CORRECT, _WITHDRAW = words("bulletin.list"), words("bulletin.correct"), words("bulletin.withdraw")
_NEVER = words("bulletin.never")
LONGEST_RHYTHM = timedelta(days=31)
_ONE = re.compile(r"(?:n°\s*|#)?(?P<number>[0-9]{1,6})")
_REPLACES = re.compile(r"(?P<word>[^\W\d_]{1,20})\s+(?:n°\s*|#)?(?P<number>[0-9]{1,6})(?!\w)(?:\s*:)?\s*")
_REPLY = re.compile(r"--bulletin\s+(?P<number>[0-9]{1,6})\s+")
"""How a reply to a bulletin says which it was: see `bot.commands.replies`."""
_NUMBERS = re.compile(r"(?:n°\s*|#)?(?P<numbers>[0-9]{1,6}(?:\s*,\s*[0-9]{1,6})*)(?![\w,])\s*:?\s*")
_KEPT = re.compile(r"(?:--|[—–])faq(?:=[\"«“„](?P<question>[^\"»”\n]+)[\"»”])?(?!\S)", re.IGNORECASE)
_PAIR = re.compile(r"(?P<column>[^\s=\"«“„]+)=[\"«“„](?P<value>[^\"»”\n]+)[\"»”](?!\S)")


def read_bulletin(line: Line) -> commands.SendBulletin | commands.ShowBulletins:
    """Read what is to be shown, or what is to be sent: which bulletin it replaces, and the options, stand first."""
    shown = _ONE.fullmatch(line.rest)
    if shown is not None or fold(line.rest) in _LIST:
        return commands.ShowBulletins(number=int(shown["number"]) if shown is not None else None)
    replaces, rest = _replaces(line)
    sent, rest = _options(rest)
    if replaces is None:
        return replace(sent, text=rest.whole(Argument.TEXT))
    if sent.audience != Audience.ALL:
        raise BadArgumentError(Why.UNKNOWN_OPTION, given=f"--to {sent.audience}")
    withdraws = fold(replaces["word"]) in _WITHDRAW
    text = rest.rest if withdraws else rest.whole(Argument.TEXT)
    return replace(sent, text=text, replaces=int(replaces["number"]), withdraws=withdraws)


def _replaces(line: Line) -> tuple[re.Match[str] | None, Line]:
    """Return which bulletin is corrected or withdrawn, if one is; a text may begin with such a word as well."""
    found = _REPLACES.match(line.rest)
    if found is None or fold(found["word"]) not in _CORRECT | _WITHDRAW:
        return None, line
    return found, _after(line, found.end())


def _options(line: Line) -> tuple[commands.SendBulletin, Line]:
    """Return whom it is for, what it promises and whether a file goes along, and the text after it."""
    sent, rest = commands.SendBulletin(text=""), line
    while (option := _OPTION.match(rest.rest)) is not None:
        name = _OPTIONS.get(fold(option["name"]))
        if name is None and option["dashes"] == "--":
            raise BadArgumentError(Why.UNKNOWN_OPTION, given=f"--{option['name']}")
        if name is None:
            break
        sent, rest = _READERS[name](sent, _after(rest, option.end()))
    return sent, rest


def _to(sent: commands.SendBulletin, line: Line) -> tuple[commands.SendBulletin, Line]:
    audience, rest = _audience(line)
    return replace(sent, audience=audience), rest


def _next(sent: commands.SendBulletin, line: Line) -> tuple[commands.SendBulletin, Line]:
    promised, rest = _promised(line)
    return replace(sent, next_update=promised), rest


def _every(sent: commands.SendBulletin, line: Line) -> tuple[commands.SendBulletin, Line]:
    word, rest = line.first(Argument.SPAN)
    every = timedelta(0) if fold(word) in _NEVER else read_span(word)
    if every > LONGEST_RHYTHM:
        raise BadArgumentError(Why.NOT_A_SPAN, given=word)
    return replace(sent, every=every), rest


def _with(sent: commands.SendBulletin, line: Line) -> tuple[commands.SendBulletin, Line]:
    return replace(sent, has_file=True), line


_READERS: Mapping[str, Callable[[commands.SendBulletin, Line], tuple[commands.SendBulletin, Line]]] = {
    "to": _to,
    "next": _next,
    "every": _every,
    "with": _with,
}
"""What reads an option of a bulletin, behind its name."""
_OPTIONS = {word: option for word, option in OPTIONS.items() if option in _READERS}


def read_farewell(line: Line) -> commands.SendBulletin:
    """Read whom it is for, if that is said first, and the text, which may be missing."""
    word = line.first(Argument.OPTION)[0] if line.rest else ""
    audience, rest = (str(Audience.ALL), line)
    if fold(word) in AUDIENCES or "=" in word:
        audience, rest = _audience(line)
    return commands.SendBulletin(text=rest.rest, audience=audience, closes=True)


def read_rollup(line: Line) -> commands.ShowRollup:
    if not line.rest:
        return commands.ShowRollup()
    word, after = line.first(Argument.NAME)
    if fold(word) in _UNREACHED:
        return commands.ShowRollup(
            form=commands.RollupForm.UNREACHED, silent_for=read_span(after.rest) if after.rest else None
        )
    if fold(word) in _AUTHORITY:
        return _for_authority(after)
    form = next((form for form in _FILES if fold(line.rest) in words(f"rollup.{form}")), None)
    if form is None:
        raise BadArgumentError(Why.NOT_ONE_OF, given=line.rest, words=_ROLLUPS)
    return commands.ShowRollup(form=form)


def _for_authority(line: Line) -> commands.ShowRollup:
    found = next((one for one in commands.Authority if fold(line.rest) in words(f"rollup.{one}")), None)
    if found is None:
        raise BadArgumentError(Why.NOT_ONE_OF, given=line.rest, words="rollup.cnil, rollup.cert")
    return commands.ShowRollup(form=commands.RollupForm.AUTHORITY, authority=found)


def read_called(line: Line) -> commands.NoteCall:
    return commands.NoteCall(text=line.whole(Argument.FIRM))


def read_question(line: Line) -> commands.PutQuestion:
    reply = _REPLY.match(line.rest)
    if reply is None:
        return commands.PutQuestion(text=line.whole(Argument.TEXT))
    return commands.PutQuestion(text=_after(line, reply.end()).whole(Argument.TEXT), bulletin=int(reply["number"]))


def read_answer(line: Line) -> commands.AnswerQuestions:
    """Read the numbers, and whether it is kept for all, before them or after; the text is kept exactly."""
    kept, rest = _kept(line)
    found = _NUMBERS.match(rest.rest)
    if found is None and not rest.rest:
        raise missing(Argument.NUMBER)
    if found is None:
        raise BadArgumentError(Why.NOT_A_COUNT, given=rest.rest.split()[0], limit=str(MOST_ASKED))
    also, rest = _kept(_after(rest, found.end()))
    numbers = tuple(dict.fromkeys(int(number) for number in found["numbers"].split(",")))
    kept = kept or also
    return commands.AnswerQuestions(
        numbers=numbers,
        text=rest.whole(Argument.TEXT),
        is_kept=kept is not None,
        kept_as=(kept["question"] or "").strip() if kept else "",
    )


def _kept(line: Line) -> tuple[re.Match[str] | None, Line]:
    found = _KEPT.match(line.rest)
    return found, line if found is None else _after(line, found.end())


def read_questions(line: Line) -> commands.ShowQuestions:
    return commands.ShowQuestions(number=number(line))


def read_faq(line: Line) -> commands.ShowFaq:
    return commands.ShowFaq(number=number(line))


def _audience(line: Line) -> tuple[str, Line]:
    """Read one word, a quoted filter, or a column and a quoted value."""
    if (pair := _PAIR.match(line.rest)) is not None:
        return _filter(f"{pair['column']}={pair['value'].strip()}", line), _after(line, pair.end())
    found = _QUOTED.match(line.rest) or _WORD.match(line.rest)
    if found is None:
        raise missing(Argument.OPTION)
    typed = (found.groupdict().get("inside") or found.group()).strip()
    return AUDIENCES.get(fold(typed)) or _filter(typed, line), _after(line, found.end())


def _filter(typed: str, line: Line) -> str:
    """Return the filter as typed; behind the id of a question, answers as they are kept."""
    column, is_given, value = typed.partition("=")
    if not is_given or line.names.question(column) != fold(column):
        return typed
    return f"{column}={','.join(canonical_answer(one.strip()) for one in value.split(','))}"


def _promised(line: Line) -> tuple[datetime, Line]:
    """Read the longest time; what follows on its line must not look like one more, what stands below may."""
    first = line.rest.partition("\n")[0]
    words = list(_WORD.finditer(first))[:MOST_TOKENS]
    for word in reversed(words):
        at = read_time(first[: word.end()], line.now, line.zone)
        if at is not None:
            refuse_if_time_like(first[word.end() :], line.now, line.zone)
            return at, _after(line, word.end())
    if not words:
        raise missing(Argument.WHEN)
    return moment(words[0].group(), line), line


def _after(line: Line, end: int) -> Line:
    return replace(line, rest=line.rest[end:].strip())
