"""What an authority may see of organisations: of what people typed, name, sector and reference alone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.core.clocks.rules import Filed
from bot.core.names import Question
from bot.core.organisations.duties import CLOCKS, Duty, Stand
from bot.core.organisations.rollup import Line

TECHNICAL = tuple(
    map(
        Question,
        ("nature", "attack-start", "attack-end", "outage-start", "outage-end", "malicious"),
    )
)
"""What a CERT reads of each: moments, and answers with a choice of values."""
_SIREN, _SECTOR = Question("siren"), Question("sector")
_NINE_DIGITS = re.compile(r"[0-9]{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """That an organisation said that it has notified."""

    at: datetime | None
    reference: str
    """Empty where only the step was done: what people noted there is no reference."""


def notified(line: Line) -> Notified | None:
    """Return the notification of a breach that an organisation recorded; None where none is."""
    state, kept = line.clocks.get(CLOCKS[Duty.AUTHORITY]), line.duties.get(Duty.AUTHORITY)
    if isinstance(state, Filed):
        return Notified(at=state.at, reference=state.reference)
    return Notified(at=kept.at, reference="") if kept is not None and kept.stand is Stand.DONE else None


def answer_of(line: Line, name: Question) -> str:
    """Return what an organisation answered, or its line of the list; empty where nobody said."""
    said = line.child.answers.get(name, "") if line.child is not None else ""
    return said or (line.row.answers.get(name, "") if line.row is not None else "")


def siren_of(line: Line) -> str:
    """Return the SIREN; empty where what stands there is none."""
    digits = "".join(answer_of(line, _SIREN).split())
    return digits if _NINE_DIGITS.fullmatch(digits) else ""


def sector_of(line: Line) -> str:
    """Return the sector, as the list or the organisation says it."""
    return answer_of(line, _SECTOR)
