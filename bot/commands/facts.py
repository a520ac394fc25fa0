"""Reader of `!fact`: a name and its value, or a line for each of many, as they are pasted."""

from __future__ import annotations

import re
from typing import assert_never

from bot.commands.judging.certainty import take_certainty
from bot.commands.line import Line
from bot.commands.readers import moment
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.when import in_figures, take_about
from bot.commands.words import VALUES, canonical_answer, find_detail, words
from bot.core import commands
from bot.core.conditions import UNKNOWN
from bot.core.details import ABOUT, APPROXIMATE, HAPPENED, Detail, Kind
from bot.core.language import fold
from bot.core.names import Question
from bot.sentences import languages
from bot.sentences.po import said

MOST_LINES = 50
"""How many facts are taken at once."""
LONGEST = 4_096
"""Characters of one fact."""
_JOINING = words("and")
_CALLED = "|".join(sorted({re.escape(word) for language in languages() for word in said("command.fact", language)}))
_BEGIN = rf"(?:(?:[-*•–—]|[0-9]{{1,2}}[.)])\s+)?(?P<mark>!(?:{_CALLED})\s+)?(?P<name>[^\s:=]{{1,80}})"
"""Perhaps a bullet or a number, perhaps the command again, a name."""
_SIGN = r"[ \t]*:|=|[ \t]+=(?=[ \t])"
_FACT = re.compile(rf"{_BEGIN}(?:{_SIGN})?\s*(?P<value>.*)", re.DOTALL | re.IGNORECASE)
_LISTED = re.compile(rf"{_BEGIN}(?:{_SIGN}|[ \t]+[-–—](?=[ \t]))?\s*(?P<value>.*)", re.DOTALL | re.IGNORECASE)
"""A fact in a list may have a dash before its value; of one that is alone it begins the value."""


def read_fact(line: Line) -> commands.AskQuestion | commands.Answer | commands.AnswerSeveral:
    """Read an answer or several; the bare name of a question asks for it."""
    if (asked := line.names.question(line.rest)) is not None:
        return commands.AskQuestion(question=asked)
    lines = [typed for row in line.rest.split("\n") if (typed := row.strip())]
    if not any(_is_fact(typed, line) for typed in lines[1 : MOST_LINES + 1]):
        return _short_one(line.rest, line, _FACT)
    if len(lines) > MOST_LINES:
        raise BadArgumentError(Why.TOO_MANY_LINES, limit=str(MOST_LINES))
    return commands.AnswerSeveral(given=tuple(_one_of_several(typed, line) for typed in lines))


def _is_fact(typed: str, line: Line) -> bool:
    """Say whether a further line is a fact of its own, and not the text of the one before."""
    found = _LISTED.match(typed[:LONGEST])
    if found is None or not found["value"]:
        return False
    return bool(found["mark"] or find_detail(found["name"]) or line.names.question(found["name"]))


def _one_of_several(typed: str, line: Line) -> commands.Answer | commands.UnreadAnswer:
    try:
        return _short_one(typed, line, _LISTED)
    except BadArgumentError as bad:
        return commands.UnreadAnswer(line=typed, why=bad.reason.why, details=bad.reason.details)


def _short_one(typed: str, line: Line, form: re.Pattern[str]) -> commands.Answer:
    if len(typed) > LONGEST:
        raise BadArgumentError(Why.ARGUMENTS_TOO_LONG, limit=str(LONGEST))
    return one_fact(typed, line, form)


def one_fact(typed: str, line: Line, form: re.Pattern[str] = _FACT) -> commands.Answer:
    """Return the one fact that all of *typed* is. Raises BadArgumentError."""
    found = form.match(typed)
    if found is None:
        raise missing(Argument.QUESTION)
    word, given = found["name"], found["value"]
    if not given:
        raise missing(Argument.VALUE)
    detail = find_detail(word)
    given, certainty = take_certainty(given, detail)
    value = canonical_answer(given)
    if detail is None:
        value, reason = _no_and_why(given) or (value, "")
        question = line.names.question(word) or Question(word.casefold())
        return commands.Answer(question=question, value=value, reason=reason, certainty=certainty)
    value = value if value == UNKNOWN else _detail_value(detail, given, line)
    return commands.Answer(question=detail.name, value=value, certainty=certainty)


def _no_and_why(typed: str) -> tuple[str, str] | None:
    """Return a "no" apart from its reason, which has more than one word: `no idea` is none."""
    first, _, rest = typed.partition(" ")
    reason = rest.strip(" ,:;-")
    is_no = canonical_answer(first.rstrip(",:;")) == "no" and len(reason.split()) > 1
    return ("no", reason) if is_no else None


def _detail_value(detail: Detail, value: str, line: Line) -> str:
    """Return *value* in the one spelling that is kept; a text exactly as typed, be it `oui`."""
    match detail.kind:
        case Kind.MOMENT:
            named = VALUES.get(fold(" ".join(value.replace("’", "'").split())))
            return named if named in detail.values else _detail_moment(detail, value, line)
        case Kind.CHOICE | Kind.CHOICES:
            words = [word for word in re.split(r"[\s,;/+]+", value) if word and fold(word) not in _JOINING]
            return ", ".join(VALUES.get(fold(word), word) for word in words)
        case Kind.TEXT | Kind.COUNT | Kind.LINKED:
            return value
        case _:
            assert_never(detail.kind)


def _detail_moment(detail: Detail, value: str, line: Line) -> str:
    """Return the moment as it is kept, with its mark when it is known but roughly and the detail takes that."""
    is_about, rest = take_about(value) if detail.name in APPROXIMATE else (False, value)
    if detail.name in HAPPENED:
        rest = in_figures(rest, line.now, line.zone)
    return (ABOUT if is_about else "") + moment(rest, line).isoformat()
