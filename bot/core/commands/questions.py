"""What an organisation asks whoever coordinates it, and what these do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PutQuestion:
    """Ask whoever coordinates."""

    text: str
    bulletin: int | None = None
    """The bulletin it replies to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestions:
    """Answer one question or several, each where it was asked."""

    numbers: tuple[int, ...]
    text: str
    is_kept: bool = False
    """Keep question and answer for all organisations."""
    kept_as: str = ""
    """The question as they may read it; empty for the words in which it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowQuestions:
    """Show the questions that wait for an answer, or all about one."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFaq:
    """Show what was kept for all organisations, or one of it whole."""

    number: int | None = None
