"""The catalogues are whole: same keys, same holes, a sentence for everything that can be said, none to spare."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

import bot
from bot import voice
from bot.commands import ROWS
from bot.commands.organisations import Flaw
from bot.commands.reasons import Argument, Reason, Why
from bot.core import errors
from bot.core.cascade import Going
from bot.core.clocks.rules import Proof, Standing
from bot.core.details import Kind
from bot.core.facts import DeskFact, Fact, Severity
from bot.core.incident import Status, StepStatus
from bot.core.language import ENGLISH, Language, Words
from bot.core.organisations.errors import ListUnread, Unread
from bot.core.people.roster import Role
from bot.core.risk import Band
from bot.sentences import FOLDER, languages
from bot.sentences.po import catalogue
from bot.voice import refusals
from bot.voice.catalogue import counted, knows
from bot.voice.incident import happened
from tests.commands.lines import refused

FR, EN = Language("fr"), Language("en")
KEYS = sorted(catalogue(EN))
PLURALS = {key for key in KEYS if len(catalogue(EN).forms[key]) > 1}
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
REFUSALS = sorted(errors.RuleError.__subclasses__(), key=lambda kind: kind.__name__)
SAMPLES = {
    "needed": (Role.COORDINATOR, Role.ADMIN),
    "incident_room": True,
    "role": Role.DPO,
    "roles": (Role.DPO, Role.IT),
    "number": 7,
    "last": 3,
    "largest": 25_000_000,
    "offered": 3,
    "nearest": None,
    "given": NOW,
    "opened": NOW,
    "began": NOW,
    "read": NOW.date(),
    "day": NOW.date(),
    "today": NOW.date(),
    "now": NOW,
    "aware": NOW,
    "classified": NOW,
    "standing": Standing.IN_FORCE,
    "why_off": Words(fr="Pas encore de loi.", en="No law yet."),
    "due": NOW,
    "known": ("a", "b"),
    "accepted": ("yes", "no", "unknown"),
    "kind": Kind.CHOICE,
    "candidates": ("@bob:example.org", "@bob:example.net"),
    "rules": ("GDPR-33-1", "FR-LOPMI"),
    "until": NOW,
    "others": ("@bob:example.org",),
    "numbers": (1, 2),
    "why": Unread.DAMAGED,
    "labels": ("SIREN",),
    "shortest": timedelta(minutes=15),
    "longest": timedelta(days=7),
    "drafts": ("notice", "kit"),
    "waiting": (("GDPR-33-1", ("@bob:example.org",)),),
}
APART = {
    "fact.ClockAdded": {"due"},
    "fact.OutageTimed": {"system"},
    "fact.OutageTimed.ongoing": {"system"},
    "refusal.BulletinTooLong": {"cell"},
    "refusal.ClocksStillRunning": {"rule"},
    "refusal.CorrectionNeedsReason": {"example"},
    "refusal.TimeInFuture.yesterday": {"hour"},
    "refusal.TimeInPast": {"hour"},
    "refusal.WhichLetters": {"draft"},
    "refusal.WhichToConfirm": {"number"},
}
"""Holes that are no fields."""
DETAILS = ("given", "accepted", "limit", "code", "example", "first", "second", "clock", "ago")

SAYING = {"app.py", "backup", "cli", "config", "console", "door", "exchange", "host", "library", "matrix", "store"}
SAYING |= {"lifeboat", "voice"}
"""Where sentences are asked for by their names."""


def holes(template: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", template))


def refusal(kind: type[errors.RuleError], **changed: object) -> errors.RuleError:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # every child is a dataclass
    return kind(**{name: changed.get(name, SAMPLES.get(name, name)) for name in names})


def test_what_a_language_lacks_is_printed_as_english_prints_it() -> None:
    english = catalogue(ENGLISH)
    assert [catalogue(language).otherwise for language in languages()] == [*[english] * (len(languages()) - 1), None]


def test_both_catalogues_have_the_same_keys() -> None:
    assert set(catalogue(FR)) == set(catalogue(EN)) == set(KEYS)


@pytest.mark.parametrize("language", languages())
def test_every_name_of_a_sentence_stands_once_in_its_file(language: Language) -> None:
    named = re.findall(r'^msgid "(.+)"$', (FOLDER / f"{language}.po").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == KEYS


@pytest.mark.parametrize("language", languages())
def test_a_translators_tool_finds_nothing_wrong_with_the_file(language: Language) -> None:
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    assert str(catalog.locale) == language
    assert not [message.id for message in catalog if message.fuzzy or list(message.check())]
    assert {message.id[0] for message in catalog if message.pluralizable} == PLURALS


@pytest.mark.parametrize("key", KEYS)
def test_both_sentences_have_the_same_holes(key: str) -> None:
    forms = [form for language in languages() for form in catalogue(language).forms[key]]
    assert {tuple(holes(form)) for form in forms} == {tuple(holes(forms[0]))}
    assert not [form for form in forms if re.search(r"[{}]", re.sub(r"\{( ?)[a-z_]+\1\}", "", form))]


def test_a_number_has_the_form_that_each_language_has_for_it() -> None:
    counts = [[counted(language, "count.steps", count) for count in (0, 1, 2)] for language in (EN, FR)]
    assert counts == [["0 steps", "1 step", "2 steps"], ["0 étape", "1 étape", "2 étapes"]]


def test_what_a_language_has_not_translated_yet_is_said_in_english() -> None:
    begun = replace(catalogue(FR), forms={"or": ("ou",)}, otherwise=catalogue(EN))
    assert (begun["or"], begun["no.figure"]) == ("ou", "without undue delay")
    assert begun.counted("count.steps", 0) == "{count} steps"
    assert "no.figure" not in begun
    with pytest.raises(KeyError):
        begun["nobody.wrote.this"]


@pytest.mark.parametrize("key", KEYS)
def test_french_does_not_break_where_it_must_not(key: str) -> None:
    for sentence in catalogue(FR).forms[key] if key != "file.csv_delimiter" else ():
        assert not re.search(r" [;:?!»](?:[\s.,)*_`]|$)|« |[^\s`*(|/\u00a0]»|\w'\w", sentence), sentence
        assert not re.search(r"(?<![\d!`T\u00a0])[;?](?=\s|$)", sentence), sentence


@pytest.mark.parametrize("key", KEYS)
def test_commands_in_a_sentence_are_commands_of_its_language(key: str) -> None:
    for language in languages():
        shown = {row.words[language][0] for row in ROWS}
        for word in re.findall(r"!([a-z]+)", " ".join(catalogue(language).forms[key])):
            assert word in shown, (key, word)


def test_no_sentence_has_a_link_or_a_tag_for_a_text_to_hide_in() -> None:
    for forms in (catalogue(language).forms for language in languages()):
        assert not [key for key in forms if re.search(r"\]\(|<[a-z/]|!\[", " ".join(forms[key]))]


def test_every_refusal_has_its_sentence() -> None:
    for kind in REFUSALS:
        for language in languages():
            said = voice.refusal(refusal(kind), language, PARIS)
            assert said.body
            assert "{" not in said.body


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refusal(errors.UnknownStep, nearest="D2"), "D2"),
        (refusal(errors.WrongRoom, incident_room=False), "direct message"),
        (refusal(errors.NoChoiceOffered, offered=0), "!open"),
        (refusal(errors.TimeInFuture, given=NOW.replace(hour=20)), "yesterday 21:30"),
        (refusal(errors.TimeInFuture, given=NOW.replace(year=2027)), "future"),
        (refusal(errors.TimeInFuture, given=NOW + timedelta(hours=12)), "Nothing was changed"),  # tomorrow 01:30
        (refusal(errors.NotAllowed), "coordinator or admin"),
        (refusal(errors.NotAllowed, needed=(Role.ADMIN,)), "role admin"),
        (refusal(errors.WrongAnswer), "yes, no or unknown"),
        (refusal(errors.UnknownPerson, known=()), "(–)"),
        (refusal(errors.UnknownClock, known=tuple(map(str, range(20)))), "11, …"),
        (refusal(errors.ClockNotWatched, standing=Standing.OFF), "is off here: No law yet."),
        (refusal(errors.ClockNotWatched), "does not watch"),
        (refusal(errors.ClockWaits, after="GDPR-33-1"), "once GDPR-33-1 is filed"),
        (refusal(errors.CorrectionNeedsReason), "!aware rule 2026-11-24 14:30 REASON"),
    ],
)
def test_a_refusal_says_what_would_be_needed(error: errors.RuleError, words: str) -> None:
    assert words in voice.refusal(error, EN, PARIS).body


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_of_a_clock_that_is_not_here_has_its_sentence(standing: Standing) -> None:
    assert all(
        voice.refusal(refusal(errors.ClockNotWatched, standing=standing), each, PARIS).body for each in languages()
    )


@pytest.mark.parametrize("standing", Standing)
def test_a_rule_that_is_not_in_force_is_refused_with_its_source_and_date(standing: Standing) -> None:
    error = refusal(errors.RuleNotInForce, standing=standing, source="Law 2018-133")
    assert "Law 2018-133, read on 24 Nov 2026" in voice.refusal(error, EN, PARIS).body
    assert "Law 2018-133, lu le 24" in voice.refusal(error, Language("fr"), PARIS).body


def test_a_refusal_nobody_wrote_is_a_fault_of_ours() -> None:
    with pytest.raises(NotImplementedError):
        voice.refusal(errors.RuleError(), EN, PARIS)


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("language", languages())
def test_every_reason_has_its_sentence_and_the_usage_line_where_it_helps(why: Why, language: Language) -> None:
    details = {name: f"<{name}>" for name in DETAILS} | {"argument": Argument.STEP}
    line = ROWS[0].usage
    said = voice.usage(line, Reason(why=why, details=details), language)
    of_the_room = (Why.WRONG_ROOM, Why.NOT_DIRECT, Why.NOT_CONTROL)
    too_much = (Why.TOO_LONG, Why.ARGUMENTS_TOO_LONG, Why.TOO_MANY_LINES)
    of_the_text = (*too_much, Why.CONTROL_CHARACTER, Why.DIRECTION_MARK)
    elsewhere = why in (*of_the_room, *of_the_text)
    assert (line.to(language) in said.body) is not elsewhere
    assert "{" not in said.body


@pytest.mark.parametrize("why", Unread)
def test_every_reason_why_a_list_is_unread_has_its_sentence(why: Unread) -> None:
    assert all("firms.csv" in voice.refusal(ListUnread("firms.csv", why), each, PARIS).body for each in languages())


def test_every_mistake_of_a_list_and_every_rest_of_a_cascade_has_its_sentence() -> None:
    assert all(knows(f"listed.{flaw}") for flaw in Flaw)
    assert all(knows(f"progress.{going}") for going in (Going.PAUSED, Going.CANCELLED))


def test_a_reason_without_an_argument_needs_none() -> None:
    said = voice.usage(ROWS[1].usage, Reason(why=Why.TOO_MUCH, details={"given": "<x>"}), EN)
    assert said.body == "This command takes nothing after it; there was: <x>\nWrite: !list"


@pytest.mark.parametrize("language", languages())
def test_all_the_words_are_told_that_there_are_however_many(language: Language) -> None:
    said = voice.usage(ROWS[1].usage, refused("!cascade begin"), language).body
    assert {"en": "reopen, pause, resume", "fr": "rouvrir, pause, reprendre"}[language] in said
    assert "…" not in said


def test_every_missing_argument_has_its_words() -> None:
    assert all(knows(f"argument.{argument}") for argument in Argument)


def test_every_row_has_its_help() -> None:
    assert all(knows(f"help.{row.name}") and knows(f"help.{row.name}.more") for row in ROWS)


def test_every_fact_has_its_sentence() -> None:
    kinds = [kind.__name__ for kind in (*get_args(Fact), *get_args(DeskFact))]
    assert not [name for name in kinds if not knows(f"fact.{name}")]


def test_every_hole_of_a_fact_or_a_refusal_is_a_field_with_a_form() -> None:
    told = ((happened.FORMS, (*get_args(Fact), *get_args(DeskFact)), "fact"), (refusals.FORMS, REFUSALS, "refusal"))
    for forms, kinds, head in told:
        for kind in kinds:
            known = {field.name for field in fields(kind)} & {*forms}  # type: ignore[arg-type]  # every child is a dataclass
            for key in (key for key in KEYS if key.split(".")[:2] == [head, kind.__name__]):
                assert {*holes(catalogue(EN)[key])} <= known | APART.get(key, set()), key


def test_every_word_of_the_core_has_its_translation() -> None:
    keys = [
        *(f"role.{role.value}" for role in Role),
        *(f"severity.{severity.value}" for severity in Severity),
        *(f"status.{status.value}" for status in Status),
        *(f"clock.source.{proof.value}" for proof in Proof),
        *(f"step.state.{status.value}" for status in StepStatus),
        *(f"score.band.{band.value}" for band in Band),
    ]
    assert not [key for key in keys if not knows(key)]


def test_every_key_the_code_names_exists_and_every_sentence_is_used() -> None:
    folder = Path(bot.__file__).parent
    saying = [path for path in folder.rglob("*.py") if path.relative_to(folder).parts[0] in SAYING]
    source = "\n".join(path.read_text("utf-8") for path in saying)
    named = set(re.findall(r"""["']([a-z]+(?:\.[A-Za-z_0-9]+)+|or|fault|unreadable|welcome|about|begun)["']""", source))
    named = {key for key in named if key.split(".")[0] in {known.split(".")[0] for known in KEYS}}
    named |= {key for kind in get_args(Fact) if knows(key := f"confirm.{kind.__name__}")}
    files = {"calendar.yaml", "clocks.yaml", "record.json", "report.html", "verify.html"}
    named -= {*files, "clocks.enable"}  # which is a key of the configuration
    computed = (
        "role",
        "typed",
        "command",
        "emoji",
        "weekday",
        "month",
        "file",
        "label",
        "unit",
        "severity",
        "status",
        "answer",
        "policy",
        "theme",
        "chart",
        "argument",
        "refusal",
        "usage",
        "help",
        "fact",
        "detail",
        "details",
        "contradiction",
        "known.answer",
        "known.detail",
        "audience",
        "rollup",
        "authority",
        "mail",
        "reach",
        "duty",
        "calling",
        "listed",
        "channel",
        "letters.column",
        "letters.state",
        "progress",
        "clock.reading",
        "card.clock",
        "register.stamp",
        "card.first",
        "clock.aside",
        "confirm.ClockSetAside",
        "risk.ask",
        "register.clock.aside",
        "register.field",
        "proof",
        "cost.kind",
        "cost.column",
        "custody.preserved",
        "evidence.proof",
        "evidence.where",
        "size",
        "register.gap",
        "register.count",
        "count",
        "remind.wider",
        "page.way",
        "page.tried",
        "risk.factor",
        "risk.level",
        "score.band",
        "confirm.filed.in_reading",
        "distrusted",
        "unreached",
        "verify.ended",
        "silence.why",
        "time.zone",
        "reply.here",
        "exchange.kept",
        "exchange.lost",
        "check.level",
        "check.subject",
        "cascading",
        "dry",
        "init.ask",
        "init.wrong",
        "plan.fill",
        "plan.place",
        "plan.taken",
        "plan.wrong",
        "finding",
        "lessons.gap",
        "lessons.role",
        "lessons.section",
        "checkpoint",
        "recording.compared",
        "report.kind",
        "report.clock",
        "report.evidence",
        "report.steps",
        "report.step",
        "report.people",
        "report.checkpoint",
        "report.loss",
    )
    assert not [key for key in named if not knows(key) and key not in ("fact", "help")]
    unused = [key for key in KEYS if key not in named and not key.startswith(tuple(f"{head}." for head in computed))]
    assert not [key for key in unused if not key.startswith(("clock.source.", "step.state.", "clock.line."))]


@pytest.mark.parametrize("head", ["mistake", "yaml", "secret", "disk", "keeping", "entering", "signing", "saving"])
def test_what_there_is_to_mend_is_another_sentence_in_each_language(head: str) -> None:
    keys = [key for key in KEYS if key.startswith(f"{head}.")]
    assert keys
    assert not [key for key in keys if catalogue(FR)[key] == catalogue(EN)[key]]


def test_unknown_words_are_answered_with_the_nearest_in_the_language_of_the_room() -> None:
    (done,) = (row for row in ROWS if row.name == "done")
    near = (done.words, done.usage)
    assert voice.unknown_word("fiat", near, FR).body == (
        "Je ne connais pas !fiat. Vouliez-vous dire !fait\u00a0? Rien n’a changé.\nÉcrivez\u00a0: !fait ID [RESULTAT]"
    )
    assert "!help" in voice.unknown_word("<b>", None, EN).body
    assert "&lt;b&gt;" in voice.unknown_word("<b>", None, EN).html


@pytest.mark.parametrize("language", languages())
def test_a_failure_of_ours_has_a_reference_and_nothing_else(language: Language) -> None:
    assert "1a2b3c4d" in voice.fault("1a2b3c4d", language).body
    assert "1a2b3c4d" in voice.unworded("1a2b3c4d", language).body
    assert voice.unreadable(language).body
    assert voice.welcome(language).body
