"""The register of breaches, as a message or as a file."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.commands import ShowRegister
from bot.core.incident import Incident
from bot.service.outcome import NOTHING, Asked, Outcome


def register(command: ShowRegister, incidents: Sequence[Incident], asked: Asked) -> Outcome:  # noqa: ARG001
    """Return the register; drills are not in it."""
    return NOTHING
