"""What no text that people read may say: that there is nothing to notify, or that a provider has 72 h to warn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.host.shipped import playbooks_folder
from bot.sentences import languages
from bot.sentences.po import sentences

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS.parent / "README.md", DOCS / "responders.md", DOCS / "fr/intervenants.md", DOCS / "law.md")
_ACTS = r"(?:notify|notified|file|report|declare|tell|told|inform(?:ed)?)\b"
_FAIRE = r"(?:l'|la |le |les |y )?(?:notifier|déclarer|signaler|prévenir|informer)\b"
NOTHING_TO_NOTIFY = re.compile(
    rf"\bno (?:notification|declaration|filing|report)s? (?:is |was |are |were )?(?:needed|required|necessary|due)"
    rf"|\bneed(?:s)? not (?:be )?{_ACTS}|\bno (?:need|duty|obligation|reason) to (?:be )?{_ACTS}"
    rf"|(?:\bnot|n't) (?:need|have|needed|required|obliged|necessary|bound) to (?:be )?{_ACTS}"
    rf"|\bnotification (?:is|was) (?:not |un)(?:needed|required|necessary)"
    rf"|\b(?:exempt|excused|released) from (?:the )?(?:notify|notification|filing)"
    rf"|\b(?:pas|plus) (?:besoin|obligée?s?|tenue?s?|nécessaire|obligatoire|utile) (?:de |d'){_FAIRE}"
    rf"|\b(?:pas|rien) à {_FAIRE}|\binutile (?:de |d'){_FAIRE}|\bdispensée?s? (?:de |d'){_FAIRE}"
    rf"|\baucune (?:notification|déclaration) (?:n'est |à |ne )|\bsans (?:avoir à|obligation de) {_FAIRE}"
    rf"|\bpas de (?:notification|déclaration) (?:à|nécessaire|requise|obligatoire)"
    rf"|\b(?:notification|déclaration) (?:n'est |n'est donc )?pas (?:nécessaire|requise|obligatoire)"
)
PROVIDER_HAS_72_H = re.compile(
    r"\b(?:provider|host|processor)s? (?:have|has|gets?|may take|must[^.;:]{0,40} within|within) 72 h"
    r"|\b(?:prestataire|hébergeur|sous-traitant)s? (?:a|ont|dispose(?:nt)?|doi(?:t|vent)[^.;:]{0,40})"
    r" (?:de |dans les |sous )?72 h"
)


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted(playbooks_folder().rglob("*")):
        if path.is_file():
            yield str(path.relative_to(playbooks_folder())), path.read_text("utf-8")
    yield from ((page.name, page.read_text("utf-8")) for page in PAGES)
    for language in languages():
        yield from ((f"{language}/{key}", " ".join(forms)) for key, forms in sentences(language).forms.items())


def plain(text: str) -> str:
    """Return *text* as one line without marks, so that no line break or emphasis hides a claim; denials left out."""
    line = " ".join(re.sub(r"[*_`]", "", text.casefold().replace("’", "'")).split())
    return re.sub(r"\bnever (?:says|write) that [^.;:]*", "", line)


TEXTS = tuple(_texts())


def test_everything_people_read_is_looked_at() -> None:
    names = {name for name, _ in TEXTS}
    assert {"clocks.yaml", "provider-hit.fr.md", "law.md", "fr/confirm.ClockSetAside.notification"} <= names


@pytest.mark.parametrize("claim", [NOTHING_TO_NOTIFY, PROVIDER_HAS_72_H], ids=["nothing to notify", "provider's 72 h"])
def test_no_text_makes_the_claim(claim: re.Pattern[str]) -> None:
    assert [(name, found[0]) for name, text in TEXTS if (found := claim.search(plain(text)))] == []


@pytest.mark.parametrize(
    "said",
    [
        "No notification is needed.",
        "no notification\nneeded",
        "You need not notify the CNIL.",
        "The CNIL need not be told? It **need not** be informed.",
        "There is no need to notify",
        "you don't have to file anything",
        "It is not necessary to inform them",
        "Notification is not required",
        "You are exempt from notifying",
        "Pas besoin de notifier.",
        "vous n’êtes pas obligé de notifier",
        "Il n’est pas nécessaire de prévenir la CNIL",
        "Inutile de déclarer",
        "rien à notifier",
        "Vous êtes dispensé de notifier",
        "Aucune notification n’est requise",
        "la notification n’est pas obligatoire",
        "pas de déclaration à faire",
    ],
)
def test_the_claim_that_nothing_is_to_be_notified_would_be_found(said: str) -> None:
    assert NOTHING_TO_NOTIFY.search(plain(said))


@pytest.mark.parametrize(
    "said",
    [
        "Decision recorded by bob: not notified because restored in an hour",
        "décision enregistrée par bob : non notifié, car rien n’est sorti",
        "Missing details do not stop the clock: file an initial notification now.",
        "ni déclaré ni écarté",
    ],
)
def test_the_record_of_a_decision_is_no_such_claim(said: str) -> None:
    assert not NOTHING_TO_NOTIFY.search(plain(said))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Your provider has 72 h to warn you", True),
        ("Providers must personally inform clients within 72 h", True),
        ("votre hébergeur dispose de 72 h", True),
        ("Les prestataires doivent informer leurs clients sous 72 h", True),
        ("Your host must warn you without undue delay; your own 72 h start when you are told.", False),
        ("Votre hébergeur doit vous prévenir dans les meilleurs délais ; il ne dispose pas de 72 h.", False),
    ],
)
def test_the_hours_of_a_provider_would_be_found_and_their_denial_is_none(said: str, found: bool) -> None:
    assert bool(PROVIDER_HAS_72_H.search(plain(said))) is found
