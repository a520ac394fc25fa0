"""The drafts we ship: the same in both languages, asking for what a form asks, named by the steps they serve."""

from __future__ import annotations

import re

import pytest

from bot.core.documents.drafts import DraftTemplate, Hole, Shape, Tlp
from bot.core.language import Language
from bot.core.names import DraftId
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.sentences import languages
from bot.sentences.typography import typeset

FOLDER = playbooks_folder()
DRAFTS = drafts.load(FOLDER)
SHELF = playbooks.load(FOLDER)
ATTACKS = [book for book in SHELF.values() if book.id not in {"prepare", "coordinator"}]
LABELS = {
    "cnil-initial": Tlp.AMBER_STRICT,
    "cnil-complement": Tlp.AMBER_STRICT,
    "processor-notice": Tlp.AMBER,
    "host-request": Tlp.AMBER_STRICT,
    "complaint": Tlp.AMBER_STRICT,
    "insurer": Tlp.AMBER_STRICT,
    "persons": Tlp.CLEAR,
    "client-bulletin": Tlp.AMBER,
    "internal-note": Tlp.AMBER_STRICT,
    "unavailability-certificate": Tlp.CLEAR,
    "urssaf-letter": Tlp.AMBER_STRICT,
    "tax-letter": Tlp.AMBER_STRICT,
    "short-time-work": Tlp.AMBER_STRICT,
    "lopmi-warning": Tlp.AMBER_STRICT,
    "nis2-early-warning": Tlp.AMBER_STRICT,
    "register-decision": Tlp.AMBER_STRICT,
    "formal-notice": Tlp.AMBER_STRICT,
    "client-kit": Tlp.AMBER,
    "client-cnil": Tlp.AMBER,
    "client-mandate": Tlp.AMBER_STRICT,
    "press-line": Tlp.CLEAR,
    "claim-file": Tlp.AMBER_STRICT,
    "dora-major": Tlp.AMBER_STRICT,
    "nis2-significant": Tlp.AMBER_STRICT,
}
UNSIGNED = {
    "client-bulletin", "internal-note", "unavailability-certificate", "cnil-initial", "cnil-complement", "client-kit",
    "client-cnil", "press-line", "dora-major", "nis2-significant",
}  # fmt: skip
"""What carries the name of the house, is signed by hand, or is typed into a form."""
VERDICT = re.compile(
    r"no need to|need not|not (?:required|necessary)|does not have to"
    r"|pas besoin|pas (?:nécessaire|obligatoire|tenue?s? de)|n’(?:a|avez|avons) pas à ",
    re.IGNORECASE,
)
COMMANDS = {Language("en"): "!draft", Language("fr"): "!brouillon"}

every = pytest.mark.parametrize("draft", DRAFTS.values(), ids=lambda draft: f"{draft.id}.{draft.language}")
each_language = pytest.mark.parametrize("language", languages())


def text(draft: DraftTemplate) -> str:
    """Return a template as it reads, its holes as they are written."""
    return "\n".join(
        "".join(f"{{{span.name}}}" if isinstance(span, Hole) else span for span in block.spans)
        for block in draft.blocks
    )


def holes(draft: DraftTemplate) -> set[Hole]:
    return {span for block in draft.blocks for span in block.spans if isinstance(span, Hole)}


def asked(id: str, language: Language = Language("en")) -> set[str]:
    """Return what a draft asks for when it is not known."""
    return {hole.name for hole in holes(DRAFTS[DraftId(id), language]) if not hole.optional}


@each_language
def test_they_come_in_the_order_of_the_duties_each_with_its_label(language: Language) -> None:
    written = sorted((draft for draft in DRAFTS.values() if draft.language == language), key=lambda draft: draft.rank)

    assert [(str(draft.id), draft.tlp) for draft in written] == list(LABELS.items())


@pytest.mark.parametrize("id", LABELS)
def test_a_translation_has_the_same_blocks_in_the_same_order(id: str) -> None:
    french, english = (DRAFTS[DraftId(id), language] for language in (Language("fr"), Language("en")))

    def skeleton(draft: DraftTemplate) -> list[object]:
        return [
            (block.shape, block.level, block.when, sorted(span.name for span in block.spans if isinstance(span, Hole)))
            for block in draft.blocks
        ]

    assert skeleton(french) == skeleton(english)
    assert holes(french) == holes(english)
    assert (french.source_url, french.read_on) == (english.source_url, english.read_on)


@each_language
def test_the_notification_follows_the_form_of_the_authority_from_section_0_to_10(language: Language) -> None:
    headings = [
        "".join(span for span in block.spans if isinstance(span, str))
        for block in DRAFTS[DraftId("cnil-initial"), language].blocks
        if block.shape is Shape.HEADING
    ]

    assert [int(heading.partition(".")[0]) for heading in headings] == list(range(11))


def test_what_the_form_asks_is_asked_for_and_never_just_left_out() -> None:
    assert asked("cnil-initial") >= {
        "siren", "dpo-contact", "attack-start", "attack-end", "aware GDPR-33-1", "discovered-how", "nature", "origin",
        "cause", "data-kinds", "sensitive-data", "records", "people-kinds", "people-count", "measures-before",
        "consequences", "gravity", "measures-after", "people-informed", "cross-border",
    }  # fmt: skip
    assert asked("cnil-complement") >= asked("cnil-initial") - {"sector", "headcount", "address"} | {"filed GDPR-33-1"}
    assert asked("persons") >= {"nature", "dpo-contact", "consequences", "measures-after"}
    assert asked("complaint") >= {"aware FR-LOPMI", "damage", "evidence"}
    assert asked("insurer") >= {"policy", "aware FR-INS-5", "damage"}
    assert asked("short-time-work") >= {"stopped-from", "stopped-until", "staff-count", "filed FR-LOPMI"}
    assert asked("register-decision") >= {"risk", "consequences", "measures-after"}


def test_a_tolerance_is_left_out_without_its_notice() -> None:
    for language in languages():
        assert Hole(name="tolerance", optional=True) in holes(DRAFTS[DraftId("urssaf-letter"), language])
        assert Hole(name="tax-tolerance", optional=True) in holes(DRAFTS[DraftId("tax-letter"), language])


@every
def test_whoever_answers_for_it_signs_at_its_end(draft: DraftTemplate) -> None:
    last = text(draft).rstrip().split("\n")[-2:]

    assert any("{representative}" in line for line in last) == (draft.id not in UNSIGNED)


@every
def test_it_says_nowhere_that_nobody_needs_to_be_told(draft: DraftTemplate) -> None:
    assert VERDICT.search(text(draft)) is None


@every
def test_it_is_printed_as_its_language_is(draft: DraftTemplate) -> None:
    for written in (text(draft), draft.title, draft.to, draft.basis):
        assert typeset(written, draft.language) == written


def test_nothing_is_stated_for_everybody_that_nobody_gave() -> None:
    request = text(DRAFTS[DraftId("short-time-work"), Language("fr")])
    insurer = text(DRAFTS[DraftId("insurer"), Language("fr")])

    assert "Aucun autre outil" not in request
    assert "SIRET" in request
    assert "heures chômées prévisionnelles" in request
    assert "comme un vol" not in insurer
    assert "ont été prises pour limiter" not in insurer


@each_language
def test_the_entry_in_the_register_keeps_opinion_and_decision_apart_and_turns_no_silence_into_one(
    language: Language,
) -> None:
    entry = text(DRAFTS[DraftId("register-decision"), language])
    opinion, decision = (
        ("Avis du délégué", "Décision du responsable de traitement")
        if language == Language("fr")
        else ("Opinion of the data protection officer", "Decision of the controller")
    )

    assert entry.index(opinion) < entry.index(decision)
    assert "se lit ainsi" not in entry
    assert "reads:" not in entry


@each_language
def test_the_sheet_for_a_client_follows_the_form_and_says_nothing_in_their_place(language: Language) -> None:
    form, sheet = (DRAFTS[DraftId(id), language] for id in ("cnil-initial", "client-cnil"))
    headings = [block for block in sheet.blocks if block.shape is Shape.HEADING]
    of_the_firm_alone = {
        "people-count",
        "records",
        "gravity",
        "risk",
        "people-informed",
        "aware GDPR-33-1",
        "late-reason",
    }

    assert len(headings) == len([block for block in form.blocks if block.shape is Shape.HEADING])
    assert not {hole.name for hole in holes(sheet)} & of_the_firm_alone


@each_language
def test_a_mandate_leaves_the_decision_the_date_and_the_responsibility_with_the_client(language: Language) -> None:
    mandate = text(DRAFTS[DraftId("client-mandate"), language])
    said = (
        ("a décidé de notifier", "ne déplace aucune date", "reste responsable de traitement")
        if language == Language("fr")
        else ("has decided to notify", "moves no date", "remains the controller")
    )

    assert [words for words in said if words not in mandate] == []


@each_language
def test_what_the_law_of_2018_binds_is_not_told_that_it_may_choose(language: Language) -> None:
    warning = text(DRAFTS[DraftId("nis2-early-warning"), language])

    assert all(rule in warning for rule in ("FR-OIV", "FR-OSE", "FR-FSN"))


@pytest.mark.parametrize("id", sorted(id for id, label in LABELS.items() if label is Tlp.AMBER))
def test_whoever_receives_an_amber_one_reads_what_that_means(id: str) -> None:
    for language in languages():
        assert "TLP:AMBER " in text(DRAFTS[DraftId(id), language])


@each_language
def test_a_warning_under_a_law_that_is_not_in_force_says_so_with_the_day(language: Language) -> None:
    draft = DRAFTS[DraftId("nis2-early-warning"), language]

    assert all(rule.why_off for rule in rules.load(FOLDER) if rule.id == draft.clock)
    assert "28 November 2026" in text(draft) or "28 novembre 2026" in text(draft)


@each_language
def test_every_draft_that_a_step_names_exists_and_every_draft_is_named(language: Language) -> None:
    named = {
        name
        for book in SHELF.values()
        if book.language == language
        for step in book.steps()
        for name in re.findall(rf"`{COMMANDS[language]} ([a-z0-9-]+)`", step.action)
    }

    assert named == {DRAFTS[DraftId(id), language].called.get(language, id) for id in LABELS}


@pytest.mark.parametrize("draft", [draft for draft in DRAFTS.values() if draft.clock], ids=lambda draft: draft.id)
def test_the_step_that_stops_a_clock_names_the_draft_that_is_sent_for_it(draft: DraftTemplate) -> None:
    books = [book for book in ATTACKS if book.language == draft.language]
    stopping = [step for book in books for step in book.steps() if step.clock == draft.clock]

    typed = f"`{COMMANDS[draft.language]} {draft.called.get(draft.language, draft.id)}`"
    assert [step.id for step in stopping if typed not in step.action] == []
    assert stopping
