"""An incident with findings, decisions, a guest and many names in what people wrote; and a paper as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from bot.core.documents.drafts import Shape
from bot.core.documents.paper import Paragraph
from bot.core.facts import (
    Answered,
    Closed,
    DecisionReviewed,
    DecisionTaken,
    DoorOpened,
    EvidenceTaken,
    Fact,
    FindingDone,
    FindingDropped,
    FindingGiven,
    FindingNoted,
    GuestCame,
    Keeping,
    NotDelivered,
    Noted,
    Rang,
    StepReopened,
)
from bot.core.language import Language
from bot.core.names import Question, StepId, UserId
from bot.core.people.roster import Role
from tests.voice.story import ALICE, BOB, CAROL, COMPLAINT, HOUR, OPENED, facts

GUEST = UserId("@expert-7:example.org")
DAY = date(2027, 1, 15)
CLOSING = OPENED + 30 * HOUR


def told(language: Language) -> tuple[Fact, ...]:
    """Return the facts of an incident that ended."""
    late = Rang(
        at=OPENED + 72 * HOUR, rule=COMPLAINT, rung="T+0", due=OPENED + 71 * HOUR, late_by=timedelta(0), level=1
    )
    return (
        *facts(language),
        DoorOpened(
            at=OPENED + HOUR,
            by=ALICE,
            number=1,
            door="d",
            roles=(Role.LEGAL,),
            name="Maître Durand-Petit",
            until=OPENED + 48 * HOUR,
        ),
        GuestCame(at=OPENED + HOUR, number=1, user=GUEST),
        Answered(at=OPENED + HOUR, by=BOB, question=Question("contact"), value="Élodie Marchand, 06 12 34 56 78"),
        Answered(at=OPENED + HOUR, by=BOB, question=Question("personal-data"), value="no"),
        Answered(at=OPENED + HOUR, by=BOB, question=Question("discovered-at"), value="2026-11-24T12:00:00+00:00"),
        Answered(at=OPENED + HOUR, by=BOB, question=Question("discovered-how"), value="un message chez ALICE"),
        StepReopened(at=OPENED + 2 * HOUR, by=CAROL, step=StepId("D1")),
        Noted(at=OPENED + 2 * HOUR, by=CAROL, text="D'Alice à Bob : le poste d’alicé s'éteint, @bob:example.org"),
        Noted(at=OPENED + 2 * HOUR, by=GUEST, text="Mme Marchand, DURAND PETIT (marchand@firm.example)"),
        DecisionTaken(
            at=OPENED + 3 * HOUR,
            by=ALICE,
            number=1,
            text="Couper le VPN, dit Carol",
            options=("attendre Bob",),
            reason="Alice's laptop is in it",
            review_at=None,
            roles=(Role.ADMIN,),
            known=5,
            digest="d",
        ),
        DecisionReviewed(at=OPENED + 4 * HOUR, by=BOB, number=1, text="Carol avait raison", roles=(Role.DPO,)),
        EvidenceTaken(
            at=OPENED + 4 * HOUR,
            by=CAROL,
            number=1,
            name="clé de Carol",
            digest="ab" * 32,
            keeping=Keeping.WITH_HOLDER,
        ),
        NotDelivered(at=OPENED + 4 * HOUR, reminder=late, code="M_FORBIDDEN"),
        late,
        FindingNoted(at=OPENED + 5 * HOUR, by=ALICE, number=1, text="Bob teste les sauvegardes", owner=BOB, day=DAY),
        FindingNoted(at=OPENED + 5 * HOUR, by=ALICE, number=2, text="Écrire la liste", owner=None, day=None),
        FindingNoted(at=OPENED + 5 * HOUR, by=CAROL, number=3, text="Changer d'hôte", owner=CAROL, day=DAY),
        FindingNoted(at=OPENED + 5 * HOUR, by=CAROL, number=4, text="Former", owner=None, day=DAY),
        FindingGiven(at=OPENED + 6 * HOUR, by=ALICE, number=4, owner=CAROL),
        FindingDropped(at=OPENED + 7 * HOUR, by=ALICE, number=3, reason="trop cher, dit Bob"),
        FindingDone(at=OPENED + 8 * HOUR, by=CAROL, number=4, text="fait avec Élodie"),
        Closed(at=CLOSING, by=ALICE, summary="tout tourne, merci Carol"),
    )


def plain(paper: Iterable[Paragraph]) -> str:
    """Return a paper as text: a heading with its signs, an item with its dash."""
    lines = []
    for paragraph in paper:
        start = {Shape.HEADING: "#" * paragraph.level + " ", Shape.ITEM: "- "}.get(paragraph.shape, "")
        lines.append(start + "".join(run.text for run in paragraph.runs))
    return "\n".join(lines)
