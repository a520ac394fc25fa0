"""Refusals about evidence: see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import RuleError
from bot.core.names import UserId


@dataclass(eq=False)
class NoEvidenceSent(RuleError):
    """No file came with the command, nor is it a reply to one."""


@dataclass(eq=False)
class NotAFile(RuleError):
    """What the command replies to is no file that could be taken: a text, or from a device that is not trusted."""


@dataclass(eq=False)
class UnknownEvidence(RuleError):
    """No evidence of the incident has that number; *last* is the highest, 0 where there is none."""

    number: int
    last: int


@dataclass(eq=False)
class EvidenceThere(RuleError):
    """The same file was taken in before."""

    number: int
    holder: UserId
    given: datetime


@dataclass(eq=False)
class EvidenceTooLarge(RuleError):
    """The file has more bytes than are fetched, as its sender says, or as came."""

    name: str
    largest: int


@dataclass(eq=False)
class EvidenceEmpty(RuleError):
    """The file has no byte."""

    name: str


@dataclass(eq=False)
class EvidenceDamaged(RuleError):
    """What came is not what its sender encrypted: the hash does not fit."""

    name: str


@dataclass(eq=False)
class EvidenceGone(RuleError):
    """The homeserver does not hand the file out."""

    name: str


@dataclass(eq=False)
class HolderHasIt(RuleError):
    """It is with whoever it would be handed to."""

    number: int
    holder: UserId


@dataclass(eq=False)
class NothingHanded(RuleError):
    """No hand-over of it waits to be acknowledged."""

    number: int


@dataclass(eq=False)
class HandedToAnother(RuleError):
    """The hand-over is for somebody else to acknowledge, from a device of their own."""

    number: int
    holder: UserId
    """For whom."""
