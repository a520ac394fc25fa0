"""What is typed in the tour, in each language, and which words of it the homeserver must never know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.language import Language

KNOWN_FOR = timedelta(hours=65, minutes=30)
"""How long the breach is known when its clock is started: six hours before the end come half a second later."""
COMPLAINT_KNOWN_FOR = timedelta(hours=63, minutes=30)
"""The same for the complaint: its first reminder would ring two and a half seconds later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The lines of the tour."""

    title: str
    open: str
    next: str
    result: str
    done: str
    fact: str
    source: str
    aware: str
    ack: str
    reference: str
    filed: str
    clocks: str
    timeline: str
    complaint: str
    summary: str
    close: str
    done_word: str
    """What the card says once D1 is done."""
    target_word: str
    """What the list of clocks says of one that is a target only, and runs."""
    closed_word: str
    """What the card says of a closed incident."""
    secrets: tuple[str, ...]
    """Words that stand in messages only."""


ENGLISH = Script(
    title="The payroll host is down",
    open="!open The payroll host is down --playbook provider-hit --drill",
    next="!next",
    result="phone call from the hotline, 18:05; screenshot kept",
    done="!done D1 phone call from the hotline, 18:05; screenshot kept",
    fact="!fact personal-data yes",
    source="call from the hotline, confirmed by mail",
    aware="!aware GDPR-33-1 -65h30 call from the hotline, confirmed by mail",
    ack="!ack",
    reference="CNIL-2026-004217",
    filed="!filed GDPR-33-1 CNIL-2026-004217",
    clocks="!clocks",
    timeline="!timeline 20",
    complaint="!aware FR-LOPMI -63h30 call from the hotline",
    summary="drill over, payroll moved to Saturday",
    close="!close drill over, payroll moved to Saturday",
    done_word="Progress 1 of",
    target_word="Target",
    closed_word="Closed",
    secrets=("payroll", "hotline", "personal-data", "GDPR-33-1", "CNIL-2026", "Saturday"),
)
FRENCH = Script(
    title="L’hébergeur de la paie ne répond plus",
    open="!ouvrir L’hébergeur de la paie ne répond plus --playbook provider-hit --exercice",
    next="!suite",
    result="appel de l’assistance à 18 h 05 ; capture gardée",
    done="!fait D1 appel de l’assistance à 18 h 05 ; capture gardée",
    fact="!constat donnees-personnelles oui",
    source="appel de l’assistance, confirmé par courriel",
    aware="!connaissance GDPR-33-1 -65h30 appel de l’assistance, confirmé par courriel",
    ack="!vu",
    reference="CNIL-2026-004217",
    filed="!declare GDPR-33-1 CNIL-2026-004217",
    clocks="!delais",
    timeline="!chronologie 20",
    complaint="!connaissance FR-LOPMI -63h30 appel de l’assistance",
    summary="exercice fini, paie reportée à samedi",
    close="!clore exercice fini, paie reportée à samedi",
    done_word="1 sur",
    target_word="Objectif",
    closed_word="Clos",
    secrets=("hébergeur", "assistance", "donnees-personnelles", "GDPR-33-1", "CNIL-2026", "samedi"),
)


def script(language: Language) -> Script:
    """Return the tour in *language*."""
    return FRENCH if language == "fr" else ENGLISH
