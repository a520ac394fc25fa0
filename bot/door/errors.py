"""Why the door does not open, and why it refuses what it is asked."""

from __future__ import annotations

from enum import StrEnum

from bot.sentences.told import ToldError


class Refusal(StrEnum):
    """Why a question on the socket is refused: the word of the protocol."""

    QUESTION = "question"
    """It is none that the door knows."""
    TIME = "time"
    """The end is past, or further than a week away."""
    FULL = "full"
    """As many ways in are open as may be."""
    THERE = "there"
    """That id is of a way in that was used, closed or came to its end."""
    UNKNOWN = "unknown"
    """No way in has that id."""
    NOBODY = "nobody"
    """Nobody came in by it, so there is no account to put an end to."""
    AWAY = "away"
    """The homeserver does not answer; ask again."""


class NotAskedError(Exception):
    """A question is refused."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


class Why(StrEnum):
    """Why a person is not let in: the word the page has its sentence by."""

    UNREAD = "unread"
    """What came is not what a page of ours sends."""
    UNKNOWN = "unknown"
    """The link is damaged, or somebody guesses."""
    USED = "used"
    LATE = "late"
    CLOSED = "closed"
    BUSY = "busy"
    """Somebody registers with it at this moment."""
    SOON = "soon"
    """The homeserver knows of no account made with it yet."""
    ASTRAY = "astray"
    """It was used for an account that the door did not name, or for several."""
    MISSPELT = "misspelt"
    """What they typed is no Matrix id."""
    NOBODY = "nobody"
    """Our homeserver has no such account, or an end was put to it."""
    ELSEWHERE = "elsewhere"
    """It is an account of another server, and those are not let in."""
    MANY = "many"
    """Too many tries; again later."""
    AWAY = "away"
    """The homeserver does not answer the door, or refuses it."""
    FAULT = "fault"
    """A failure of ours."""


class NotLetInError(Exception):
    """A person is not let in, or not yet."""

    def __init__(self, why: Why, again_s: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.again_s = again_s


class AwayError(Exception):
    """The homeserver does not answer, or not as one does: it may pass."""


class RightsError(ToldError):
    """The homeserver answers, and does not let the door do its work: a person must look."""


class OpenAlreadyError(ToldError):
    """Another door answers at that socket."""


class DoorError(ToldError):
    """A door cannot do what it was started for; it may be able to later."""


class ShutError(DoorError):
    """The door cannot listen where it was told to."""


class NoDoorError(DoorError):
    """No door answers at that socket."""


class ManyError(ToldError):
    """No slips were written; the text says why."""


class UnwrittenError(DoorError):
    """Not all slips could be made; the text says how many there are."""
