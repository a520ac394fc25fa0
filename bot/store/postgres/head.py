"""What is sealed beside the rows: of which state they are, what they add up to, and what a copy must know of them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace

from bot.sentences.told import Told
from bot.store.errors import WrongKeyError
from bot.store.postgres.sealing import AlteredError, Seal

KEPT_MARKS = 64
"""Transactions whose marks stand in a head: a machine that looks twice a second learns them all."""
MARK_BYTES = 8
_PLACE, _MARK = "head", "mark"


@dataclass(frozen=True, slots=True)
class Row:
    """The one row of the table, as the database has it."""

    fence: int
    beat: int
    holder: bytes | None
    position: int
    moved: bool
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is in it."""

    position: int
    """Of the last transaction."""
    state: str
    """A number of chance for each state."""
    schema: int
    """Of the tables whose rows these are."""
    weight: int
    """What all rows add up to."""
    base: int = 0
    """The transaction that put all rows in the place of all: a copy of before is of no use."""
    reaped: int = 0
    """Rows that were dropped up to this transaction are gone."""
    marks: tuple[bytes, ...] = ()
    """A few bytes of the weight after each of the last transactions, the newest last."""

    def next(self, weight: int) -> Head:
        """Return the head after one more transaction."""
        marks = (*self.marks, mark(weight))[-KEPT_MARKS:]
        return replace(self, position=self.position + 1, weight=weight, marks=marks)

    def marked(self) -> tuple[tuple[int, bytes], ...]:
        """Return the marks, each with its transaction."""
        first = self.position - len(self.marks) + 1
        return tuple(enumerate(self.marks, first))


def mark(weight: int) -> bytes:
    """Return what a transaction is known by."""
    return weight.to_bytes(32)[:MARK_BYTES]


def written(head: Head) -> str:
    """Return *head* as text, without its position."""
    told = {
        "state": head.state,
        "schema": head.schema,
        "weight": f"{head.weight:x}",
        "base": head.base,
        "reaped": head.reaped,
        "marks": b64encode(b"".join(head.marks)).decode(),
    }
    return json.dumps(told, separators=(",", ":"))


def read(position: int, text: str | bytes) -> Head:
    """Return the head that was *written*."""
    told = json.loads(text)
    marks = b64decode(told["marks"])
    return Head(
        position=position,
        state=told["state"],
        schema=told["schema"],
        weight=int(told["weight"], 16),
        base=told["base"],
        reaped=told["reaped"],
        marks=tuple(marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES)),
    )


def shut(seal: Seal, head: Head) -> bytes:
    """Seal *head*."""
    return seal.shut(seal.name(_PLACE), head.position, written(head).encode())


def opened(seal: Seal, row: Row) -> Head:
    """Return what is sealed in *row*. Raises WrongKeyError when it was not sealed by us, at that transaction."""
    try:
        return read(row.position, seal.open(seal.name(_PLACE), row.position, row.body))
    except AlteredError:
        raise WrongKeyError(Told("keeping.database.shut")) from None


# --- marks --------------------------------------------------------------------------------------------------


def mark_of(seal: Seal, head: Head) -> str:
    """Return how far a state has come, as something that only it can make and read."""
    told = json.dumps({"state": head.state, "position": head.position})
    return b64encode(seal.shut(seal.name(_MARK), 0, told.encode())).decode()


def missing(seal: Seal, mark: str, head: Head) -> int:
    """Return how many transactions *head* lacks of *mark*; none when that is not a mark of this state."""
    try:
        told = json.loads(seal.open(seal.name(_MARK), 0, b64decode(mark, validate=True)))
    except (AlteredError, ValueError):
        return 0
    return int(told["position"]) - head.position if told["state"] == head.state else 0
