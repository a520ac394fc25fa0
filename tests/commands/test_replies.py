"""What a reply means: the command that would have been typed in full, which of several, or talk."""

from __future__ import annotations

import time

import pytest

from bot.commands import Called, NotACommand, UnknownWord, recognise
from bot.commands.names import names_in
from bot.commands.parse import find_row
from bot.commands.replies import NotAnAnswer, Which, is_verb, means_seen, read_reply, verb_of
from bot.core.language import Language
from bot.core.names import IncidentId, Question, StepId
from bot.core.replies import subjects
from bot.core.replies.subjects import About, Subject
from bot.core.risk import RiskFactor
from tests.core.build import ALICE, FIVE_DAYS, HOURS_72, HOUSE, NOW, incident

FR = Language("fr")
NAMES = names_in(HOUSE, incident())
D1, D2 = StepId("D1"), StepId("D2")
STEP, STEPS = subjects.Steps(steps=(D1,)), subjects.Steps(steps=(D1, D2))
CLOCK, CLOCKS = subjects.Clocks(rules=(HOURS_72,)), subjects.Clocks(rules=(HOURS_72, FIVE_DAYS))
PERSONAL, INSURED, ENTRY = (Question(name) for name in ("personal-data", "insured", "entry"))
QUESTION, QUESTIONS = subjects.Questions(questions=(INSURED,)), subjects.Questions(questions=(PERSONAL, INSURED, ENTRY))
REMINDER = subjects.Reminders(rules=(HOURS_72,))
RISK, RISKS = subjects.Risks(factors=(RiskFactor.DATA,)), subjects.Risks(factors=tuple(RiskFactor))
CHOICE = subjects.Choice(word="done", ids=("D1", "D2"), rest="capture")
PLAYBOOKS = subjects.Playbooks(offered_at=NOW, playbooks=("mailbox", "provider-hit"))
GUIDED = subjects.Guided(user=ALICE, incident=IncidentId("1"))


def written(body: str, *about: Subject) -> str:
    """Return the command that a reply writes, or `which` with its choices, or `talk`."""
    match read_reply(about, body, language=FR, names=NAMES):
        case Called(number=int(number)):
            return f"number {number}"
        case Called(row=row, rest=rest, body=typed):
            assert typed == body
            return f"!{row.name} {rest}".strip()
        case Which(choice=choice):
            return f"which {choice.word} {'/'.join(choice.ids)} {choice.rest}".strip()
        case UnknownWord(word=word):
            return f"unknown {word}"
        case NotAnAnswer():
            return "talk"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("fait capture gardée", "!done D1 capture gardée"),
        ("Fait : capture gardée", "!done D1 capture gardée"),
        ("done kept a screenshot", "!done D1 kept a screenshot"),
        ("FAIT", "!done D1"),
        ("!fait", "!done D1"),
        ("! fait capture", "!done D1 capture"),
        ("!fait D2 capture", "!done D2 capture"),
        ("fait d2 capture", "!done d2 capture"),
        ("fait **D2**", "!done **D2**"),
        ("fait D99", "!done D99"),
        ("fait V2 installée", "!done D1 V2 installée"),
        ("fait 2 captures", "!done D1 2 captures"),
        ("C’est fait", "!done D1"),
        ("terminée.", "!done D1"),
        ("passe pas de VPN", "!skip D1 pas de VPN"),
        ("!passe pas de VPN", "!skip D1 pas de VPN"),
        ("skip no VPN", "!skip D1 no VPN"),
        ("à bob", "!assign D1 bob"),
        ("a bob", "!assign D1 bob"),
        ("to bob", "!assign D1 bob"),
        ("!confier bob", "!assign D1 bob"),
        ("je m'en occupe demain", "!assign D1 me"),
        ("on it", "!assign D1 me"),
        ("moi D2", "!assign D2 me"),
        ("rouvre", "!reopen D1"),
        ("reopen", "!reopen D1"),
        ("!etape", "!step D1"),
        ("\u200e fait", "!done D1"),
    ],
)
def test_a_reply_to_a_step_needs_no_id(typed: str, command: str) -> None:
    assert written(typed, STEP) == command


@pytest.mark.parametrize(
    "typed",
    [
        "merci",
        "qui fait ça ?",
        "fait ?",
        "vu",
        "oui",
        "à voir demain avec les autres",
        "a",
        "3",
        "",
        "D1",
        "x" * 50_000,
    ],
)
def test_talk_under_a_step_is_no_answer(typed: str) -> None:
    assert written(typed, STEP) == "talk"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("!suite", "!next"),
        ("!note vu par bob ?", "!note vu par bob ?"),
        ("!fait D2 ?", "!done D2 ?"),
        ("!fiat", "unknown fiat"),
    ],
)
def test_what_is_typed_in_full_stays_what_it_is(typed: str, command: str) -> None:
    assert written(typed, STEP) == written(typed) == command


def test_a_command_without_its_id_stays_one_that_lacks_it_where_nothing_has_any() -> None:
    assert written("!fait") == "!done"
    assert written("fait D1") == "!done D1"
    assert written("fait") == "talk"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("fait 2 capture", "!done D2 capture"),
        ("fait D1 capture", "!done D1 capture"),
        ("fait capture", "which done D1/D2 capture"),
        ("fait 3 captures", "which done D1/D2 3 captures"),
        ("à bob", "which assign D1/D2 bob"),
        ("moi", "which assign D1/D2 me"),
    ],
)
def test_under_several_steps_a_number_or_an_id_says_which(typed: str, command: str) -> None:
    assert written(typed, STEPS) == command


def test_after_a_step_was_done_one_goes_on_with_the_next_or_reopens_it() -> None:
    settled = subjects.Settled(step=D1, following=D2)
    assert written("fait capture", settled) == "!done D2 capture"
    assert written("rouvre", settled) == "!reopen D1"
    assert written("fait", subjects.Settled(step=D1, following=None)) == "talk"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("connu 17:50 sms", f"!aware {HOURS_72} 17:50 sms"),
        ("connu à 17:50 sms", f"!aware {HOURS_72} 17:50 sms"),
        ("known 17:50 text", f"!aware {HOURS_72} 17:50 text"),
        ("déclaré PV 2026/1234", f"!filed {HOURS_72} PV 2026/1234"),
        ("declare PV 2026/1234", f"!filed {HOURS_72} PV 2026/1234"),
        ("filed ref 7", f"!filed {HOURS_72} ref 7"),
        ("écarte doublon", f"!waive {HOURS_72} doublon"),
        ("waive a duplicate", f"!waive {HOURS_72} a duplicate"),
        ("reporter 2h", f"!snooze {HOURS_72} 2h"),
        (f"connu {FIVE_DAYS}", f"!aware {FIVE_DAYS}"),
        ("vu", f"!ack {HOURS_72}"),
    ],
)
def test_a_reply_to_a_clock_needs_no_rule(typed: str, command: str) -> None:
    assert written(typed, CLOCK) == command
    assert written(typed, REMINDER) == command


def test_under_several_clocks_a_number_or_an_id_says_which() -> None:
    assert written("connu 2 17:50", CLOCKS) == f"!aware {FIVE_DAYS} 17:50"
    assert written("connu", CLOCKS) == f"which aware {HOURS_72}/{FIVE_DAYS}"


def test_what_is_seen_is_all_that_the_reminder_shows_and_nothing_else() -> None:
    several = subjects.Reminders(rules=(HOURS_72, FIVE_DAYS), steps=(D1,))
    assert written("vu merci", several) == f"!ack {HOURS_72} {FIVE_DAYS}"
    assert written(f"seen {FIVE_DAYS}", several) == f"!ack {FIVE_DAYS}"
    assert written("!vu", several) == f"!ack {HOURS_72} {FIVE_DAYS}"
    assert written("fait", several) == "!done D1"
    assert written("vu", subjects.Reminders()) == "!ack"
    assert written("vu", subjects.Reminders(steps=(D1,))) == "talk"
    assert written("!vu", subjects.Reminders(steps=(D1,))) == "!ack"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("oui", "!fact insured oui"),
        ("Oui.", "!fact insured Oui."),
        ("non", "!fact insured non"),
        ("yes", "!fact insured yes"),
        ("inconnu", "!fact insured inconnu"),
        ("je ne sais pas", "!fact insured je ne sais pas"),
        ("non, contrat résilié en mai", "!fact insured non, contrat résilié en mai"),
        ("oui, sauf erreur", "!fact insured oui, sauf erreur"),
        ("constat oui", "!fact insured oui"),
        ("!constat oui", "!fact insured oui"),
        ("personal-data oui", "!fact personal-data oui"),
        ("entry = mail", "!fact entry mail"),
    ],
)
def test_a_reply_to_a_question_needs_no_name(typed: str, command: str) -> None:
    assert written(typed, QUESTION) == command


@pytest.mark.parametrize("typed", ["merci", "oui ?", "mail", "entry", "peut-être"])
def test_talk_under_a_question_is_no_answer(typed: str) -> None:
    assert written(typed, QUESTION) == "talk"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("2 oui", "!fact insured oui"),
        ("2 : oui", "!fact insured oui"),
        ("oui 2", "!fact insured oui"),
        ("oui insured", "!fact insured oui"),
        ("MAIL", "which fact entry MAIL"),
        ("oui", "which fact personal-data/insured oui"),
        ("9 oui", "talk"),
    ],
)
def test_under_several_questions_a_number_or_a_name_says_which(typed: str, command: str) -> None:
    assert written(typed, QUESTIONS) == command


def test_a_detail_takes_only_values_of_its_own_without_its_word() -> None:
    ended = subjects.Questions(questions=(Question("attack-end"),))
    described = subjects.Questions(questions=(Question("data-kinds"),))
    assert written("en cours", ended) == "!fact attack-end en cours"
    assert written("inconnu", described) == "!fact data-kinds inconnu"
    assert written("merci", described) == "talk"
    assert written("constat fiches de paie", described) == "!fact data-kinds fiches de paie"
    assert written("oui", subjects.Questions(questions=(Question("gone"),))) == "talk"


def test_a_reply_to_the_questions_on_risk_weighs_one() -> None:
    assert written("3 élevé santé", RISKS) == "!risk 3 élevé santé"
    assert written("élevé santé", RISK) == "!risk data élevé santé"
    assert written("high health", RISKS).startswith("which risk breach/data/")
    assert written("risque 3 élevé santé", RISKS) == "!risk 3 élevé santé"
    assert written("risque decision élevé santé", RISKS) == "!risk decision élevé santé"
    assert written("trois", RISKS) == "talk"


@pytest.mark.parametrize("typed", ["2", "2.", "2)", "n°2", "le 2", "the 2", "D2", "d2"])
def test_a_choice_takes_its_number_or_its_id(typed: str) -> None:
    assert written(typed, CHOICE) == "!done D2 capture"


@pytest.mark.parametrize("typed", ["3", "0", "deux", "x" * 300])
def test_a_choice_takes_nothing_else(typed: str) -> None:
    assert written(typed, CHOICE) == "talk"


def test_a_choice_of_clocks_and_questions_takes_their_names() -> None:
    assert written(HOURS_72.lower(), subjects.Choice(word="aware", ids=(HOURS_72,), rest="")) == f"!aware {HOURS_72}"
    assert written("Insured", subjects.Choice(word="fact", ids=(INSURED,), rest="oui")) == "!fact insured oui"


def test_a_list_of_playbooks_takes_a_number_or_a_name() -> None:
    assert [written(typed, PLAYBOOKS) for typed in ("2", "provider-hit", "9", "zzz")] == [
        "number 2",
        "number 2",
        "number 9",
        "talk",
    ]


def test_what_waits_for_a_second_person_is_confirmed_by_a_word_that_is_no_slip() -> None:
    waiting = subjects.Waiting(number=3)
    assert written("je confirme", waiting) == "!confirm 3"
    assert written("oui", waiting) == "talk"
    assert written("confirme sous réserve", waiting) == "talk"
    assert written("!confirmer 3", waiting) == "!confirm 3"


def test_under_a_question_of_the_guide_only_what_it_asks_counts() -> None:
    about: About = (subjects.Settled(step=D1, following=D2), GUIDED, subjects.Steps(steps=(StepId("N3"),)))
    assert written("fait", *about) == "!done N3"
    assert written("fait", *about, subjects.GuideOver()) == "!done N3"


@pytest.mark.parametrize(("typed", "command"), [("délais", "clocks"), ("Suite.", "next"), ("guider", "guide")])
def test_the_word_of_what_only_shows_needs_no_mark(typed: str, command: str) -> None:
    assert written(typed, STEP) == written(typed) == f"!{command}"
    assert written(typed, GUIDED, QUESTION) == "talk", "any other word ends the guide"


@pytest.mark.parametrize("typed", ["suite à venir", "clore", "ouvrir", "délais ?"])
def test_a_word_more_or_what_changes_something_is_talk(typed: str) -> None:
    assert written(typed, STEP) == "talk"


def test_a_message_about_several_kinds_is_answered_by_the_word_for_each() -> None:
    about: About = (CLOCK, STEP, QUESTION)
    assert [written(typed, *about) for typed in ("connu", "fait", "oui")] == [
        f"!aware {HOURS_72}",
        "!done D1",
        "!fact insured oui",
    ]


def test_words_of_commands_of_their_own_are_not_taken_for_others() -> None:
    done, next_ = find_row("done"), find_row("next")
    assert done is not None
    assert is_verb(done)
    assert next_ is not None
    assert not is_verb(next_)
    assert verb_of("!point") is None
    assert verb_of("") is None
    assert [means_seen(typed) for typed in ("vu", "!ack", "fait")] == [True, True, False]


def test_no_verb_is_hidden_by_another_command() -> None:
    for word in ("fait", "passe", "vu", "connu", "declare"):
        assert not isinstance(recognise(word, language=FR), Called)
    assert isinstance(recognise("oui", language=FR), NotACommand)


@pytest.mark.parametrize("body", ["x" * 47_000, "oui " + "é" * 20_000, "fait " + "é" * 20_000, "élevé " * 6_000])
def test_the_longest_reply_costs_next_to_nothing(body: str) -> None:
    about: About = (STEPS, CLOCKS, QUESTIONS, RISKS, CHOICE, PLAYBOOKS, REMINDER)
    before = time.process_time()
    read = [read_reply((subject,), body, language=FR, names=NAMES) for subject in about]
    assert time.process_time() - before < 0.5
    assert not any(isinstance(one, Which) for one in read), "nothing so long is kept"


def test_a_reply_that_is_too_long_for_each_of_several_is_refused_by_its_command() -> None:
    assert written("fait " + "x" * 5_000, STEPS).startswith("!done D1 xxx")


TOLD = (subjects.Reminders(), subjects.Coordination(bulletin=3))


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("Which link?\n\nThe fibre?", "!question --bulletin 3 Which link?\n\nThe fibre?"),
        ("Nous n'avons pas de sauvegarde", "!question --bulletin 3 Nous n'avons pas de sauvegarde"),
        ("oui", "!question --bulletin 3 oui"),
        ("fait ce matin", "!question --bulletin 3 fait ce matin"),
        ("Vu, mais quand ?", "!question --bulletin 3 Vu, mais quand ?"),
        ("!question pourquoi", "!question pourquoi"),
        ("vu", "!ack"),
        ("Vu, merci", "!ack"),
        ("merci !", "talk"),
        ("OK", "talk"),
        ("👍", "talk"),
        ("12", "talk"),
        ("!", "talk"),
        ("etat", "!status"),
    ],
)
def test_what_answers_nothing_that_whoever_coordinates_told_is_a_question_to_them(typed: str, command: str) -> None:
    assert written(typed, *TOLD) == command


def test_under_an_answer_there_is_nothing_to_have_seen_and_more_to_ask() -> None:
    answer = subjects.Coordination(bulletin=None)
    assert written("Et lundi ?", answer) == "!question Et lundi ?"
    assert written("vu", answer) == "talk"
