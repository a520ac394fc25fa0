"""Every shipped draft, in both languages, of an incident that knows nothing yet and of one that knows everything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from itertools import product

import pytest
from docx import Document

from bot import voice
from bot.core.clocks.rules import in_force
from bot.core.costs.amounts import CostKind, Effort, Money
from bot.core.details import DETAILS, Detail, Kind, find_detail
from bot.core.documents.compose import Answer, Composed, Need, compose
from bot.core.documents.drafts import DraftTemplate, Hole, Printed
from bot.core.evolve import evolve
from bot.core.facts import (
    Answered,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    CostNoted,
    DraftFrozen,
    DraftMade,
    DraftReviewed,
    Fact,
    OutageNoted,
    RiskDecided,
    StepDone,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DraftId, Question, RuleId, UserId
from bot.core.people.roster import Role
from bot.core.risk import RiskLevel
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.papers.docx import docx_file
from bot.sentences import languages
from tests.core.build import ALICE, BOB, NOW, grow, incident

FOLDER = playbooks_folder()
TEMPLATES = drafts.load(FOLDER)
PLAYBOOKS = ("data-theft", "mailbox", "provider-hit", "ransomware")
IDS = sorted({id for id, _ in TEMPLATES})
MOMENT = "2026-03-20T08:00:00+00:00"
EVERY = list(product(IDS, languages(), PLAYBOOKS))


@cache
def empty(playbook: str, language: Language) -> Incident:
    known = in_force(rules.load(FOLDER), NOW.date())
    book = playbooks.load(FOLDER)[playbook, language]
    return incident(playbook=book, rules=tuple(known.values()), language=language)


@cache
def full(playbook: str, language: Language) -> Incident:
    """Return an incident that was told all there is to tell."""
    begun = empty(playbook, language)
    facts: list[Fact] = [answered(asked.name, "yes") for asked in begun.playbook.questions if "yes" in asked.values]
    facts += [answered(detail.name, given(detail)) for detail in DETAILS]
    facts += [ClockStarted(at=NOW, rule=rule, aware=NOW, by=BOB, source="a mail") for rule in begun.rules]
    filed = NOW + timedelta(hours=1)
    facts += [ClockFiled(at=NOW, by=BOB, rule=rule, reference=f"NO-{rule}", filed_at=filed) for rule in begun.rules]
    facts += [StepDone(at=NOW, by=ALICE, step=step.id, result=f"did {step.id}") for step in begun.playbook.steps()]
    facts.append(RiskDecided(at=NOW, by=BOB, level=RiskLevel.HIGH, reason="payslips"))
    amounts: tuple[Effort | Money, ...] = (
        Effort(minutes=720, role=Role.IT),
        Money(units=4200, digits=0, currency="EUR"),
    )
    facts += [
        CostNoted(
            at=NOW, by=BOB, number=number, amount=amount, estimated=False, kind=CostKind.EXPERTISE, text="logs read"
        )
        for number, amount in enumerate(amounts, 1)
    ]
    facts.append(OutageNoted(at=NOW, by=BOB, number=1, system="payroll", begin=NOW, end=filed))
    return grow(begun, *facts)


def answered(name: Question, value: str) -> Answered:
    return Answered(at=NOW, by=BOB, question=name, value=value)


def given(detail: Detail) -> str:
    match detail.kind:
        case Kind.TEXT:
            return f"<{detail.name}> *{detail.name}*"
        case Kind.COUNT:
            return "about 1,200"
        case Kind.MOMENT:
            return MOMENT
        case Kind.CHOICE | Kind.CHOICES:
            return detail.values[0]
        case Kind.LINKED:
            return "https://notice.example.org/1"


def made(template: DraftTemplate, around: Incident) -> tuple[Composed, Incident]:
    fact = DraftMade(at=NOW, by=ALICE, draft=template.id, version=1, digest="")
    return compose(template, around), evolve(around, fact)


def read(file: str) -> str:
    _, text = voice.draft_paper(file)
    return "\n".join("".join(run.text for run in paragraph.runs) for paragraph in text)


@pytest.mark.parametrize(("id", "language", "playbook"), EVERY)
def test_nothing_is_asked_for_that_was_given(id: DraftId, language: Language, playbook: str) -> None:
    draft, after = made(TEMPLATES[id, language], full(playbook, language))
    assert {missing.need for missing in draft.missing} <= {Need.HAND}
    text = read(voice.draft_file(draft, after, NOW))
    shown = {part.name for block in draft.blocks for part in block.parts if isinstance(part, Answer)}
    for detail in DETAILS:
        if detail.name in shown and detail.kind is Kind.TEXT:
            assert given(detail) in text


@pytest.mark.parametrize(("id", "language", "playbook"), EVERY)
def test_what_is_asked_for_can_be_given(id: DraftId, language: Language, playbook: str) -> None:
    draft, after = made(TEMPLATES[id, language], empty(playbook, language))
    for missing in draft.missing:
        if missing.need is Need.FACT:
            assert find_detail(missing.name) or after.playbook.question(Question(missing.name))
        if missing.need in (Need.AWARE, Need.FILED):
            assert missing.name in after.rules
    said = voice.draft_shown(draft, after, voice.draft_text(draft, after, NOW), is_outdated=False)
    assert len(said.body) <= 6_000
    assert "{" not in said.body


NOT_NOTIFIED = {
    "en": (
        "Not notified",
        "decided by bob, confirmed by alice, Friday 27 March 2026 at 18:00",
    ),
    "fr": (
        "Non notifiée",
        "décision de bob, confirmée par alice, vendredi 27 mars 2026 à 18 h 00",
    ),
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("second", [ALICE, None])
def test_the_entry_of_the_register_says_who_decided_not_to_notify_and_only_then(
    language: Language, second: UserId | None
) -> None:
    begun, template = empty("provider-hit", language), TEMPLATES[DraftId("register-decision"), language]
    label, told = NOT_NOTIFIED[language]
    aside = ClockSetAside(at=NOW, by=BOB, rule=RuleId("GDPR-33-1"), reason="encrypted", confirmed_by=second)
    draft, after = made(template, grow(begun, aside))
    (said,) = (line for line in read(voice.draft_file(draft, after, NOW)).split("\n") if label in line)
    plain = re.sub(r"\s", " ", said)
    assert "encrypted" in plain
    assert (told in plain) is (second is not None)
    draft, after = made(template, begun)
    assert label not in read(voice.draft_file(draft, after, NOW))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("id", ["cnil-initial", "cnil-complement", "client-cnil", "complaint", "processor-notice"])
def test_an_attack_that_goes_on_is_said_in_the_drafts_that_name_its_end(id: str, language: Language) -> None:
    goes_on = grow(empty("provider-hit", language), answered(Question("attack-end"), "ongoing"))
    draft, after = made(TEMPLATES[DraftId(id), language], goes_on)
    told = {"en": "still going on at the date of this document", "fr": "toujours en cours à la date de ce document"}
    assert told[language] in re.sub(r"\s", " ", read(voice.draft_file(draft, after, NOW)))


@pytest.mark.parametrize(("id", "language"), list(product(IDS, languages())))
def test_its_file_opens_with_the_same_text(id: DraftId, language: Language) -> None:
    for around in (empty("provider-hit", language), full("provider-hit", language)):
        draft, after = made(TEMPLATES[id, language], around)
        file = voice.draft_file(draft, after, NOW)
        label, paragraphs = voice.draft_paper(file)
        opened = Document(BytesIO(docx_file(paragraphs, label=label, tag=voice.language_tag(language), now=NOW)))
        text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
        assert [line.partition("\t")[2] or line for line in text.split("\n")] == read(file).split("\n")


FORBIDDEN = re.compile(
    r"version|cellule|validated|validé|found right|frozen|legal basis|base légale|fondement", re.IGNORECASE
)
SHORT_DATE = re.compile(r"\d\d:\d\d \(UTC|\b(?:Mar|mars) 2026 \d\d:|UTC[+-]")


def clean(id: DraftId, around: Incident) -> tuple[str, str]:
    """Return the label and the text of a frozen draft's clean copy, as a word processor shows them."""
    draft, after = made(TEMPLATES[id, around.language], around)
    read_by = evolve(after, DraftReviewed(at=NOW, by=BOB, draft=id, version=1, role=Role.DPO))
    frozen = evolve(read_by, DraftFrozen(at=NOW, by=BOB, draft=id, version=1, text=""))
    label, text = voice.clean_paper(draft.template, voice.draft_file(draft, frozen, NOW), frozen)
    opened = Document(BytesIO(docx_file(text, label=label, tag=voice.language_tag(around.language), now=NOW)))
    section = opened.sections[0]
    assert section.header.paragraphs[0].text == label
    return label, "\n".join(paragraph.text for paragraph in opened.paragraphs)


@pytest.mark.parametrize(("id", "language"), list(product(IDS, languages())))
def test_a_clean_copy_says_only_what_its_reader_is_to_read(id: DraftId, language: Language) -> None:
    for around in (empty("provider-hit", language), full("provider-hit", language)):
        label, text = clean(id, around)
        template = TEMPLATES[id, language]
        assert label == (template.tlp.value if Printed.LABEL in template.printed else "")
        assert label or "TLP" not in text
        for word in (FORBIDDEN, SHORT_DATE):
            assert word.search(text) is None
        assert template.source_url not in text
        assert "[" not in text
        assert (template.title in text) is (Printed.TITLE in template.printed) or id == DraftId("internal-note")


@pytest.mark.parametrize(("id", "language"), list(product(IDS, languages())))
def test_a_clean_copy_has_its_dates_in_words(id: DraftId, language: Language) -> None:
    _, text = clean(id, full("provider-hit", language))
    said = {"fr": "vendredi 20 mars 2026 à 9 h 00 (heure de Paris)", "en": "Friday 20 March 2026 at 9:00 (Paris time)"}
    holes = {span.name for block in TEMPLATES[id, language].blocks for span in block.spans if isinstance(span, Hole)}
    if holes & {detail.name for detail in DETAILS if detail.kind is Kind.MOMENT} - {"next-update"}:
        assert said[language] in text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_clean_copy_of_a_drill_says_so() -> None:
    _, text = clean(DraftId("insurer"), replace(full("provider-hit", Language("en")), drill=True))
    assert text.startswith("DRILL")


@pytest.mark.parametrize("id", IDS)
def test_the_digest_says_whether_the_text_changed_and_not_when_it_was_shown(id: DraftId) -> None:
    template = TEMPLATES[id, Language("en")]
    draft, after = made(template, empty("ransomware", Language("en")))
    later = replace(after, drafts={id: replace(after.drafts[id], version=7)})
    assert voice.draft_digest(draft, after) == voice.draft_digest(draft, later)
    other, full_after = made(template, full("ransomware", Language("en")))
    assert voice.draft_digest(other, full_after) != voice.draft_digest(draft, after)
