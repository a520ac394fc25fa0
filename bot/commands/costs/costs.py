"""Reader of `!cost`: an amount, whose hours, the kind, what for and the proof; or more about one that has a number."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.costs.amounts import begins_with_amount, read_amount
from bot.commands.line import Line
from bot.commands.reasons import Argument
from bot.commands.words import ROLES, words
from bot.core import commands
from bot.core.costs.amounts import Amount, CostKind, Effort
from bot.core.language import fold

CostCommand = commands.ShowCosts | commands.ExportCosts | commands.NoteCost | commands.CorrectCost | commands.CancelCost
_TABLE = words("cost.table")
_CORRECTED, _CANCELLED, _INTO = words("cost.corrected"), words("cost.cancelled"), words("cost.into")
KINDS = {word: kind for kind in CostKind for word in words(f"cost.kind.{kind}")}
"""Every word for a kind, as `fold` spells it; of several words too."""
_MOST_WORDS = max(len(word.split()) for word in KINDS)
_NUMBERED = re.compile(r"(?:n°\s?|#)?(?P<number>[0-9]{1,4})[.:]?(?:\s+(?P<rest>\S.*))?", re.DOTALL)
_LONGEST_PROOF = 12
_PROOF = re.compile(r"(?:^|[\s,;(])[Ee](?P<number>[1-9][0-9]{0,5})\)?[.]?$")


def read_cost(line: Line) -> CostCommand:
    """Read a cost, more about one that has a number, or that they are to be shown."""
    if not line.rest:
        return commands.ShowCosts()
    if fold(line.rest) in _TABLE:
        return commands.ExportCosts()
    found = _NUMBERED.fullmatch(line.rest)
    if found is None:
        return _noted(line)
    return _of_cost(int(found["number"]), replace(line, rest=(found["rest"] or "").strip())) or _noted(line)


def _of_cost(number: int, after: Line) -> CostCommand | None:
    """Read what stands behind the number of a cost; None where the number is that of an amount."""
    if not after.rest:
        return commands.ShowCosts(number=number)
    verb, what = after.first(Argument.VALUE)
    word = fold(verb.rstrip(":,"))
    if word in _CORRECTED:
        return _corrected(number, what)
    if word in _CANCELLED:
        return commands.CancelCost(number=number, reason=what.whole(Argument.REASON))
    return None


def _noted(line: Line) -> commands.NoteCost:
    amount, estimated, after = read_amount(line)
    amount, kind, rest = _parts(amount, after)
    text, evidence = _proofs(rest)
    kind = kind or (CostKind.WORK if isinstance(amount, Effort) else CostKind.OTHER)
    return commands.NoteCost(amount=amount, kind=kind, text=text, evidence=evidence, estimated=estimated)


def _corrected(number: int, line: Line) -> commands.CorrectCost:
    first, _, behind = line.whole(Argument.AMOUNT).partition(" ")
    if fold(first) in _INTO and begins_with_amount(behind):
        line = replace(line, rest=behind.strip())
    amount: Amount | None = None
    estimated, after = False, line
    if begins_with_amount(line.rest):
        amount, estimated, after = read_amount(line)
    kind, rest = _kind(after.rest)
    if amount is not None:
        amount, kind, rest = _parts(amount, after)
    text, evidence = _proofs(rest)
    return commands.CorrectCost(
        number=number, amount=amount, estimated=estimated, kind=kind, text=text, evidence=evidence
    )


def _parts(amount: Amount, after: Line) -> tuple[Amount, CostKind | None, str]:
    """Take whose hours and the kind off: `12h it reconstruction`. `3h legal` is hours of them, and of that kind."""
    kind, rest = _kind(after.rest)
    first, _, behind = after.rest.partition(" ")
    role = ROLES.get(fold(first)) if isinstance(amount, Effort) else None
    if role is None or not isinstance(amount, Effort):
        return amount, kind, rest
    further, other = _kind(behind.strip())
    whose = replace(amount, role=role)
    return (whose, further, other) if further is not None else (whose, kind, behind.strip())


def _kind(text: str) -> tuple[CostKind | None, str]:
    """Return the kind that *text* begins with, by its longest spelling, and what follows; None when with none."""
    found = list(re.finditer(r"\S+", text[:200]))[:_MOST_WORDS]
    for last in reversed(found):
        kind = KINDS.get(fold(" ".join(text[: last.end()].replace("’", "'").rstrip(",:;").split())))
        if kind is not None:
            return kind, text[last.end() :].strip()
    return None, text


def _proofs(text: str) -> tuple[str, tuple[int, ...]]:
    """Take the numbers of evidence off the end: `E7`, `E7, E8`, `(E7)`."""
    numbers: list[int] = []
    while (found := _PROOF.search(text, max(0, len(text) - _LONGEST_PROOF))) is not None:
        numbers.insert(0, int(found["number"]))
        text = text[: found.start()].rstrip(" ,;(")
    return text, tuple(dict.fromkeys(numbers))
