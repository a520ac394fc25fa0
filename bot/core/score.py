"""A scored aid to the severity of a breach, by ENISA's method of 2013: SE = DPC x EI + CB.

It shows a calculation with its inputs. It decides nothing, and no clock hangs on it. Numbers are hundredths: 75 is
0.75.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

READ_ON = date(2026, 11, 28)
"""The day a copy of the paper's title and secondary sources on its numbers were read."""

CONTEXTS = (100, 200, 300, 400)
"""DPC, the context of the processing: simple, behavioural, financial, sensitive data, moved by the context."""
EASE = (25, 50, 75, 100)
"""EI, the ease of identification: negligible, limited, significant, maximum."""
LOSSES = (0, 25, 50)
"""What the loss of confidentiality, of integrity or of availability adds to CB, the circumstances."""
MALICE = (0, 50)
"""What malicious intent adds to CB."""


class Band(StrEnum):
    """What ENISA calls a range of scores."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very-high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What somebody put in."""

    context: int
    identification: int
    confidentiality: int
    integrity: int
    availability: int
    malice: int

    @property
    def circumstances(self) -> int:
        """CB: the sum of what was lost and of the intent."""
        return self.confidentiality + self.integrity + self.availability + self.malice

    @property
    def total(self) -> int:
        """SE: every product of a context and an ease is a whole number of hundredths."""
        return self.context * self.identification // 100 + self.circumstances

    @property
    def band(self) -> Band:
        """ENISA's name for the range that the total lies in."""
        if self.total < 200:
            return Band.LOW
        if self.total < 300:
            return Band.MEDIUM
        return Band.HIGH if self.total < 400 else Band.VERY_HIGH
