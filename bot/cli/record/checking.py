"""`cellule record verify` and `compare`: what a file proves, and whether two of them can both be true."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bot.cli.tongue import say
from bot.papers.record import verify_record
from bot.papers.record.comparing import NoStatement, Statement, are_tied, contradiction, statement
from bot.papers.record.stamps import WrongStamp, authority_of

WHOLE, ALTERED, OTHER = 0, 1, 2


def verify(path: Path, key: str | None) -> int:
    """Say what is found in a file, and return the exit code: whole, altered, or no record at all."""
    try:
        data = path.read_bytes()
    except OSError as unread:
        print(say("recording.unread", path=_shown(path), why=unread.strerror))
        return OTHER
    code, found = verdict(data, key)
    for what, where in found:
        if where.get("count") != 0:
            print(say(f"finding.{what}", **where))
    return code


def compare(one: Path, other: Path) -> int:
    """Say whether two files contradict each other, and return the exit code: no, yes, or one of them is neither."""
    found: list[Statement] = []
    for path in (one, other):
        try:
            found.append(statement(path.read_bytes()))
        except OSError as unread:
            return _refused(say("recording.unread", path=_shown(path), why=unread.strerror))
        except NoStatement as wrong:
            what, where = wrong.args[0] if wrong.args else ("", {})
            finding = say(f"finding.{what}", **where) if what else ""
            said = say("recording.compared.altered", path=_shown(path), finding=finding)
            return _refused(said if what else say("recording.compared.neither", path=_shown(path)))
    first, second = found
    if first.incident != second.incident:
        return _refused(say("recording.compared.incidents"))
    if (wrong_with := contradiction(first, second)) is not None:
        what, where = wrong_with
        print(say(f"recording.compared.{what}", **where))
        return ALTERED
    print(say("recording.compared.whole" if are_tied(first, second) else "recording.compared.apart"))
    return WHOLE


def _shown(name: object) -> str:
    """Return what a stranger may have named without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(name))


def _refused(said: str) -> int:
    print(said, file=sys.stderr)
    return OTHER


def verdict(data: bytes, key: str | None) -> tuple[int, list[verify_record.Finding]]:
    """Return the exit code of a file, and what there is to say of it."""
    try:
        said = verify_record.check(data, key)
        is_stamped = any(what == "stamped" for what, _ in said)
        return WHOLE, [*said, *(_authorities(verify_record.read(data)[0]) if is_stamped else ())]
    except verify_record.Altered as found:
        what, where = found.args
        return OTHER if what == "other" else ALTERED, [(what, where)]


def _authorities(record: dict[str, Any]) -> list[verify_record.Finding]:
    """Name the authority of each time-stamp. Raises Altered where one does not bear its signature."""
    said: list[verify_record.Finding] = []
    for number, kept in enumerate(record["checkpoints"], 1):
        if kept["stamp"] is not None:
            try:
                name = authority_of(verify_record.unpadded(kept["stamp"], None), kept["line"])
            except WrongStamp:
                raise verify_record.Altered("forged", {"number": number}) from None
            said.append(_authority(number, name))
    return said


def _authority(number: int, name: str | None) -> verify_record.Finding:
    if name is None:
        return "unproved", {"number": number}
    return "authority", {"number": number, "name": _shown(name)}
