"""Ways in: a secret that is kept by its hash alone, an end, one use. Pure but for the chance in a secret."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.config import values
from bot.config.reading import Wrong

LONGEST = timedelta(days=7)
"""From its making to its end."""
KEPT = timedelta(days=90)
"""What ended so long ago is forgotten."""
MOST_OPEN = 1_000
"""Ways in that somebody may still use."""
_SECRET_BYTES = 18
_SECRET = re.compile(r"[A-Za-z0-9_-]{24}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


class Stage(StrEnum):
    """How far a ticket has come, as it is kept."""

    WAITING = "waiting"
    """Nobody has used the link yet."""
    CLAIMED = "claimed"
    """A page has asked for an account."""
    COME = "come"
    """The homeserver says that the account was made, or somebody named one of their own."""
    ASTRAY = "astray"
    """It was used for another account than the one that goes with it, or for more than that one: an alarm."""
    CLOSED = "closed"
    """Whoever asked for it closed it."""
    GONE = "gone"
    """Its account was put an end to."""


LATE = "late"
"""What is told of one that nobody used in time: no stage, it follows from the clock."""
OPEN = frozenset({Stage.WAITING, Stage.CLAIMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One way in."""

    id: str
    """Given by whoever asked; it says nothing to the door."""
    digest: str
    """Of the secret."""
    until: datetime
    stage: Stage = Stage.WAITING
    since: datetime
    """When it came to this stage."""
    token: str | None = None
    """By which an account is made. While there is one, the homeserver has still to be asked about it."""
    name: str | None = None
    """Of the account, its first part."""
    user: str | None = None
    """The account that goes with it, once it is there."""
    made: bool = True
    """Whether that account is one which the link makes; False: somebody had it before."""
    again: int = 0
    """How many tried to use it after it was used, or too late: somebody else may have the link."""


def fresh_secret() -> str:
    """Return a secret of 144 bits, fit for an address."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def fresh_token() -> str:
    """Return what an account is made with: 256 bits, of signs that a homeserver takes."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It has too many bits to be found again from this by trying."""
    return sha256(secret.encode()).hexdigest()


def is_secret(given: object) -> bool:
    """Say whether it has the form of one: all else need not be looked for."""
    return isinstance(given, str) and _SECRET.fullmatch(given) is not None


def is_id(given: object) -> bool:
    """Say whether it can be the id of a ticket."""
    return isinstance(given, str) and _ID.fullmatch(given) is not None


def account_in(typed: str) -> str | None:
    """Return the full Matrix id that somebody typed, or None."""
    try:
        return values.user_id(typed.strip())
    except Wrong:
        return None


def is_late(ticket: Ticket, now: datetime) -> bool:
    """Say whether its end came before anybody did."""
    return ticket.stage in OPEN and now >= ticket.until


def standing(ticket: Ticket, now: datetime) -> str:
    """Return how it stands, as it is told."""
    return LATE if is_late(ticket, now) else ticket.stage.value


def may_end(until: datetime, now: datetime) -> bool:
    """Say whether a ticket made now may end then."""
    return now < until <= now + LONGEST


def row(ticket: Ticket, now: datetime) -> Mapping[str, object]:
    """Return what is told of a ticket on the socket: all of it that is no secret."""
    return {
        "id": ticket.id,
        "state": standing(ticket, now),
        "until": ticket.until.isoformat(),
        "user": ticket.user,
        "made": ticket.made,
        "again": ticket.again,
        "settled": ticket.token is None,
    }
