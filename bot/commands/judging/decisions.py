"""Reader of `!decide`: the text alone is enough; reason, options and hour may stand behind it in the same message."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.commands.line import Line
from bot.commands.readers import moment_at
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.when import read_span, refuse_if_time_like
from bot.commands.words import any_of, words
from bot.core import commands
from bot.core.language import fold
from bot.sentences import languages
from bot.sentences.po import said

Decide = commands.ShowDecisions | commands.TakeDecision | commands.AmendDecision | commands.ReviewDecision
_REVIEWED = words("decide.reviewed")
_SPAN = re.compile(r"[0-9]{1,4}\s?[^\W\d_]+|[0-9]h[0-5][0-9]")
"""A bare `12h` is a duration here, as it is to `!snooze`; the answer says the hour."""


def _any(key: str) -> str:
    """Return a pattern for the words of every language for *key*, as people type them."""
    found = {word for language in languages() for word in said(f"typed.decide.{key}", language)}
    return any_of(found).replace("'", "['’]")


_PART = re.compile(
    rf"(?:^|\s*[|\n]\s*|,?\s+)(?:(?P<reason>{_any('because')})(?:\s*:\s*|\s+|(?<=['’]))"
    rf"|(?P<options>{_any('options')})\s*:\s*|(?P<review>{_any('review')})\s+)",
    re.IGNORECASE,
)
"""Where a part begins that is not the decision itself."""


def read_decide(line: Line) -> Decide:
    """Read a decision, more about one that has a number, or that they are to be shown."""
    if not line.rest:
        return commands.ShowDecisions()
    number, after = _number(line)
    if number is None:
        return _taken(line)
    if not after.rest:
        return commands.ShowDecisions(number=number)
    word, rest = after.first(Argument.TEXT)
    if fold(word.rstrip(":,")) in _REVIEWED:
        return commands.ReviewDecision(number=number, text=rest.whole(Argument.TEXT))
    parts = _parts(after)
    if parts.text:
        return _taken(line)
    return commands.AmendDecision(number=number, reason=parts.reason, options=parts.options, review_at=parts.review_at)


def _number(line: Line) -> tuple[int | None, Line]:
    found = re.match(r"(?:n°|#)?\s*(?P<number>[0-9]{1,4})(?:[.:]|(?=\s)|$)", line.rest)
    if found is None:
        return None, line
    return int(found["number"]), replace(line, rest=line.rest[found.end() :].strip())


def _taken(line: Line) -> commands.TakeDecision:
    parts = _parts(line)
    if not parts.text:
        raise missing(Argument.TEXT)
    return parts


def _parts(line: Line) -> commands.TakeDecision:
    """Take a text apart: each part once, what comes again belongs to the part that it stands in."""
    text, begun, review_at = line.rest, [("text", 0, 0)], None
    matches = list(_PART.finditer(text))
    for match in matches:
        kind = str(match.lastgroup)
        if any(kind == known for known, _, _ in begun):
            continue
        if kind == "review":
            until = next((m.start() for m in matches if m.start() >= match.end() and m["review"] is None), len(text))
            review_at = _hour(text[match.end() : until], line, is_apart=match.group().strip(" ,")[:1] in ("|", "\n"))
            if review_at is None:
                continue
        begun.append((kind, match.start(), match.end()))
    ends = [start for _, start, _ in begun[1:]] + [len(text)]
    parts = {kind: text[start:end].strip() for (kind, _, start), end in zip(begun, ends, strict=True)}
    if not parts.get("reason", "-") or not parts.get("options", "-").strip(" ;"):
        raise missing(Argument.TEXT)
    options = tuple(one for typed in parts.get("options", "").split(";") if (one := typed.strip()))
    return commands.TakeDecision(
        text=parts["text"], reason=parts.get("reason", ""), options=options, review_at=review_at
    )


def _hour(text: str, line: Line, *, is_apart: bool) -> datetime | None:
    """Return the hour that *text* says, a duration from now or a time; None when it is words like others.

    Raises:
        BadArgumentError: it stands apart and says none, or it is an hour that cannot be taken.
    """
    plain = " ".join(text.rstrip(" .|\n").split())
    try:
        return line.now + read_span(plain) if _SPAN.fullmatch(plain) else moment_at(plain, line)
    except BadArgumentError as bad:
        if is_apart or bad.reason.why not in (Why.NOT_A_TIME, Why.NOT_A_SPAN):
            raise
        refuse_if_time_like(plain, line.now, line.zone)
        return None
