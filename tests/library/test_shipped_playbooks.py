"""The playbooks we ship: sound, the same in both languages, readable on a phone, and right in law."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.config.organisation import REGIMES
from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import Rule, in_force
from bot.core.conditions import ALWAYS
from bot.core.language import Language
from bot.core.names import Question, RuleId, StepId
from bot.core.people.roster import ALWAYS_INVITED, Role
from bot.core.playbook import Playbook, Step
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from bot.library.lint import check
from bot.sentences import languages

FOLDER = playbooks_folder()
SHELF = playbooks.load(FOLDER)
HIT = {language: SHELF["provider-hit", language] for language in languages()}
BAD_TYPOGRAPHY = re.compile(r" [:;!?»](?=\s|$|\*)|«(?!\u00a0)|(?<!\u00a0)»|\w'[\w*]")

both = pytest.mark.parametrize("playbook", HIT.values(), ids=str)
every = pytest.mark.parametrize("playbook", SHELF.values(), ids=lambda book: f"{book.id}.{book.language}")


def step(playbook: Playbook, id: str) -> Step:
    found = playbook.step(StepId(id))
    assert found is not None
    return found


def needed(playbook: Playbook, answers: dict[str, str]) -> set[str]:
    given = {Question(name): value for name, value in answers.items()}
    return {step.id for step in playbook.steps() if step.when.holds(given)}


def french_words(rule: Rule) -> str:
    return "\n".join(words.to(Language("fr")) for words in (rule.title, rule.who, rule.to, rule.trigger, rule.late))


def test_the_linter_finds_nothing() -> None:
    assert check([FOLDER]) == ()


@both
def test_a_hit_provider_means_twenty_five_steps_and_the_first_is_to_write_down_the_hour(playbook: Playbook) -> None:
    ids = [step.id for step in playbook.steps()]

    assert len(ids) == 25
    assert ids[0] == "D1"
    assert ids[-1] == "L1"


@both
def test_everybody_but_observers_is_invited(playbook: Playbook) -> None:
    assert ALWAYS_INVITED.union(playbook.roles) == set(Role) - {Role.OBSERVER}


@both
def test_unanswered_questions_leave_nothing_out_but_what_a_person_must_decide(playbook: Playbook) -> None:
    everything = {step.id for step in playbook.steps()}

    assert everything - needed(playbook, {}) == {"N7", "R1", "R3", "R4"}
    assert needed(playbook, {"high-risk": "yes", "staff-stopped": "yes", "fifty-staff": "yes"}) == everything
    assert everything - needed(playbook, {"high-risk": "yes", "staff-stopped": "yes", "fifty-staff": "no"}) == {"R3"}
    assert everything - needed(playbook, {"insured": "no", "processor": "no", "personal-data": "no"}) == {
        "N3", "N5", "N6", "N7", "N8", "N12", "N13", "R1", "R3", "R4",
    }  # fmt: skip


@every
def test_what_an_answer_has_settled_is_not_asked(playbook: Playbook) -> None:
    waiting = {asked.name: asked.when for asked in playbook.questions if asked.when != ALWAYS}
    settled = {Question("personal-data"): "no", Question("staff-stopped"): "no"}

    assert waiting.keys() == {asked.name for asked in playbook.questions} & {"high-risk", "fifty-staff"}
    assert not any(when.holds(settled) for when in waiting.values())
    assert [name for name, when in waiting.items() if when.holds({})] == [
        name for name in waiting if name == "high-risk"
    ]
    assert all(when.holds({Question("staff-stopped"): "yes"}) for when in waiting.values())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("id", ["provider-hit", "ransomware"])
def test_short_time_work_is_three_clocks_and_the_council_has_its_own_from_fifty(id: str, language: Language) -> None:
    watched = {watched.rule: watched.when for watched in SHELF[id, language].clocks}
    stopped = {Question("staff-stopped"): "yes"}
    of_fifty = stopped | {Question("fifty-staff"): "yes"}

    assert {rule for rule in watched if rule.startswith("FR-AP") and watched[rule].holds(stopped)} == {
        "FR-AP-30",
        "FR-AP-15",
    }
    assert watched[RuleId("FR-AP-CSE")].holds(of_fifty)


def test_the_checklist_for_a_quiet_week_comes_back_after_a_year_and_no_attack_does() -> None:
    assert {(book.id, book.repeat) for book in SHELF.values() if book.repeat} == {("prepare", timedelta(days=365))}


@both
def test_every_clock_is_watched_until_an_answer_rules_it_out(playbook: Playbook) -> None:
    watched = {watched.rule: watched.when for watched in playbook.clocks}

    assert set(watched) <= set(in_force(rules.load(FOLDER), rules.load(FOLDER)[0].read_on))
    assert {rule for rule, when in watched.items() if not when.holds({})} == {
        "GDPR-34", "FR-AP-30", "FR-AP-CSE", "FR-AP-15",
    }  # fmt: skip
    assert not watched[RuleId("GDPR-33-1")].holds({Question("personal-data"): "no"})


@every
def test_a_target_is_never_later_than_the_law(playbook: Playbook) -> None:
    lengths = {rule.id: rule.length for rule in rules.load(FOLDER) if rule.valid_from is not None}
    for one in playbook.steps():
        length = lengths[one.clock] if one.clock else None
        if one.target is not None and isinstance(length, Elapsed):
            assert one.target < timedelta(hours=length.hours), one.id
        if one.clock == "FR-AP-30":
            assert one.target == timedelta(days=7)


@both
def test_what_has_legal_weight_is_mandatory(playbook: Playbook) -> None:
    assert {step.id for step in playbook.steps() if step.mandatory} == {
        "D1", "N1", "N2", "N3", "N5", "N6", "N7", "N8", "N12", "N13", "N16", "R1", "R3", "R4",
    }  # fmt: skip
    assert all(step.mandatory for step in playbook.steps() if step.clock is not None)


@every
def test_a_step_fits_the_screen_of_a_phone_and_says_what_to_keep(playbook: Playbook) -> None:
    for step in playbook.steps():
        words = re.sub(r"[^\w\s]", "", step.action).split()
        assert len(words) <= 90, step.id
        assert step.evidence, step.id
        assert step.target_text, step.id
        assert step.source, step.id


@every
def test_a_step_that_is_named_elsewhere_exists(playbook: Playbook) -> None:
    ids = {step.id for step in playbook.steps()}

    for one in playbook.steps():
        assert set(re.findall(r"\*\*([A-Z]{1,5}[0-9]+)\*\*", one.action)) <= ids, one.id


def test_the_list_begins_with_the_hit_provider_and_who_is_not_hit_comes_last() -> None:
    for language in languages():
        books = [book for book in SHELF.values() if book.language == language]
        order = [book.id for book in sorted(books, key=lambda book: book.rank)]
        assert order == ["provider-hit", "ransomware", "data-theft", "mailbox", "prepare", "coordinator"]


@pytest.mark.parametrize(
    ("id", "steps", "decided"),
    [
        ("ransomware", 35, {"N7", "N9", "N10", "N11", "R5", "R6", "R7"}),
        ("data-theft", 21, {"N7"}),
        ("mailbox", 22, {"N7"}),
        ("prepare", 21, set[str]()),
        ("coordinator", 17, {"S4"}),
    ],
)
def test_only_what_a_person_decides_waits_for_an_answer(id: str, steps: int, decided: set[str]) -> None:
    for language in languages():
        playbook = SHELF[id, language]
        everything = {step.id for step in playbook.steps()}
        assert len(everything) == steps
        assert everything - needed(playbook, {}) == decided


@every
def test_a_step_that_stops_a_clock_is_mandatory(playbook: Playbook) -> None:
    assert all(step.mandatory for step in playbook.steps() if step.clock is not None)


@every
def test_an_attack_begins_with_the_hour_and_watches_what_no_answer_has_ruled_out(playbook: Playbook) -> None:
    watched = {watched.rule for watched in playbook.clocks if watched.when.holds({})}

    if playbook.id in {"prepare", "coordinator"}:
        assert not playbook.clocks
    else:
        assert step(playbook, "D1").mandatory
        of_a_firm = {"GDPR-33-1", "GDPR-33-2", "GDPR-33-4", "GDPR-33-5", "FR-LOPMI", "FR-INS-5", "FR-INS-2"}
        of_a_provider = {"FR-FSN", "FR-EDITEUR"} if playbook.id == "ransomware" else set[str]()
        assert watched == of_a_firm | of_a_provider


@pytest.mark.parametrize("language", languages())
def test_who_speaks_for_many_opens_an_incident_of_their_own_once_their_data_are_hit(
    language: Language,
) -> None:
    book = SHELF["coordinator", language]
    own, elsewhere = step(book, "S3"), step(book, "S4")

    assert own.mandatory
    assert elsewhere.mandatory
    assert "S4" in needed(book, {"own-data": "yes"})
    assert {"S3", "S4"} - needed(book, {}) == {"S4"}
    for one in book.steps():
        assert not re.search(r"ransom|rançon|decrypt|déchiffr", one.title + one.evidence, re.IGNORECASE), one.id
    for id in ("A1", "A2", "A4", "A5", "S3", "S4"):
        assert re.search("2[48] (November|novembre) 2026", step(book, id).source), id


def test_nobody_is_told_to_pay_or_to_throw_encrypted_disks_away() -> None:
    french, english = SHELF["ransomware", Language("fr")], SHELF["ransomware", Language("en")]

    assert "**Do not pay.**" in step(english, "C5").action
    assert "No contact with the attackers without police and counsel" in step(english, "C5").action
    assert "Keep encrypted copies offline even when you restored" in step(english, "R3").action
    assert "**Ne pas payer.**" in step(french, "C5").action
    assert "Aucun contact avec les attaquants sans la police et un avocat" in step(french, "C5").action
    assert "Gardez les copies chiffrées hors ligne même si vous avez restauré" in step(french, "R3").action


@every
def test_the_labels_of_the_traffic_light_protocol_are_never_translated(playbook: Playbook) -> None:
    labels = {
        label for step in playbook.steps() for label in re.findall(r"TLP\s?:\s?([\w+]+)", step.action, re.IGNORECASE)
    }

    assert labels <= {"RED", "AMBER", "AMBER+STRICT", "GREEN", "CLEAR"}
    assert not any("TLP :" in step.action or "TLP\u00a0:" in step.action for step in playbook.steps())


def test_every_row_in_force_is_watched_by_a_playbook_or_brought_by_a_sector() -> None:
    watched = {watched.rule for book in SHELF.values() for watched in book.clocks}
    brought = {regime for regimes in REGIMES.values() for regime in regimes}
    shipped = rules.load(FOLDER)

    assert [rule.name for rule in shipped if rule.id not in watched and rule.regime not in brought] == []


@pytest.mark.parametrize("language", languages())
def test_a_host_and_a_software_maker_are_told_of_their_duty_to_anssi_until_they_rule_it_out(language: Language) -> None:
    book = SHELF["ransomware", language]
    watched = {watched.rule: watched.when for watched in book.clocks}

    for rule, question in (("FR-FSN", "digital-provider"), ("FR-EDITEUR", "software-maker")):
        assert watched[RuleId(rule)].holds({})
        assert not watched[RuleId(rule)].holds({Question(question): "no"})
    assert "ANSSI" in step(book, "N4").action
    assert "**N14**" in step(book, "N9").action


def test_the_law_of_2018_lasts_while_nis2_is_off() -> None:
    rows = {rule.id: rule for rule in rules.load(FOLDER)}

    reason = rows[RuleId("NIS2-24")].why_off
    assert reason is not None
    for id in ("FR-FSN", "FR-OSE", "FR-OIV"):
        assert rows[RuleId(id)].valid_to is None
        assert id in reason.to(Language("en"))
        assert id in reason.to(Language("fr"))


def test_the_two_misleading_sentences_are_put_right() -> None:
    french, english = HIT[Language("fr")], HIT[Language("en")]

    assert "your own 72 h start when you are told" in step(english, "N1").action
    assert "it has no 72 h of its own" in step(english, "N4").action
    assert "Missing details do not stop the clock" in step(english, "N5").action
    assert "il ne dispose pas de 72\u00a0h" in step(french, "N1").action
    assert "il ne dispose pas de 72\u00a0h" in step(french, "N4").action
    assert "L’absence de précisions n’arrête pas le délai" in step(french, "N5").action


def test_french_is_set_with_no_break_spaces_and_curly_apostrophes() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.fr.md")]
    texts += [french_words(rule) for rule in rules.load(FOLDER)]

    for text in texts:
        assert [found[0] for found in BAD_TYPOGRAPHY.finditer(text)] == []
