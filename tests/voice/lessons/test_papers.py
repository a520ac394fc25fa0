"""The two papers of one record: the log names everybody, the lessons nobody; in their bytes and their name too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import voice
from bot.core.documents.drafts import Tlp
from bot.core.facts import (
    Caller,
    ClockFiled,
    Closed,
    DeviceProof,
    EvidenceHanded,
    EvidenceReceived,
    Fact,
    HandoverGiven,
    HandoverTaken,
    Noted,
    Opened,
    StrangerCame,
)
from bot.core.language import Language
from bot.core.lessons.roles import folded
from bot.core.names import DeviceId, Question, UserId
from bot.core.people.contacts import Contact
from bot.core.people.roster import Role
from bot.papers.docx import docx_file
from bot.sentences import languages
from bot.voice import Text
from bot.voice.catalogue import word
from bot.voice.lessons.roles import spared
from tests.core.build import HOUSE
from tests.voice.lessons.told import CLOSING, GUEST, plain, told
from tests.voice.story import ALICE, BOB, CAROL, COMPLAINT, DAVE, HOUR, OPENED, build, recorded

Golden = Callable[[str, Text], None]
EN = Language("en")
ROSTER = (ALICE, BOB, CAROL, DAVE)


def retex(facts: tuple[Fact, ...], house: object = HOUSE) -> str:
    return plain(voice.lessons(build(facts), recorded(facts), house))  # type: ignore[arg-type]  # a House


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", folded(text)))


@pytest.mark.parametrize("language", languages())
def test_the_lessons_have_eight_sections_and_no_name(golden: Golden, language: Language) -> None:
    said = retex(told(language))
    golden(f"retex.{language}", Text(body=said, html=""))
    assert [line[3:5] for line in said.split("\n") if line.startswith("## ")] == [f"{n}." for n in range(1, 9)]
    assert not words(said) & {"alice", "bob", "carol", "dave", "durand", "marchand", "elodie", "petit"}
    assert "06 12" not in said
    assert "@" not in said


@pytest.mark.parametrize("language", languages())
def test_the_log_has_every_entry_whole(golden: Golden, language: Language) -> None:
    long = Noted(at=CLOSING, by=BOB, text="un mot " * 200)
    facts = (*told(language), long)
    said = plain(voice.named_log(build(facts), recorded(facts)))
    golden(f"log.{language}", Text(body=said, html=""))
    assert long.text.strip() in said
    assert "attendre Bob" in said
    assert "Alice's laptop is in it" in said
    assert all(f"({number})" in said for number in range(1, len(facts) + 1))
    assert "@expert-7" in said or "expert" in said


@pytest.mark.parametrize("language", languages())
def test_before_the_closing_both_are_drafts(language: Language) -> None:
    open_ = told(language)[:-1]
    draft = word(language, "lessons.draft").strip("*")
    assert draft in retex(open_)
    assert draft in plain(voice.named_log(build(open_), recorded(open_)))
    assert draft not in retex(told(language))
    label = voice.lessons_label(build(open_), Tlp.AMBER)
    assert label.startswith("TLP:AMBER · ")
    assert voice.lessons_label(build(told(language)), Tlp.AMBER) == "TLP:AMBER"
    assert voice.lessons_made(build(open_), 3).body != voice.lessons_made(build(told(language)), 3).body


@pytest.mark.parametrize(
    ("language", "late", "target"),
    [(EN, " late. ", "a target of practice"), (Language("fr"), "de retard. ", "un objectif de pratique")],
)
def test_a_target_of_practice_is_never_called_late(language: Language, late: str, target: str) -> None:
    first, *rest = told(language)
    assert isinstance(first, Opened)
    at = OPENED + 90 * HOUR
    filed = ClockFiled(at=at, by=BOB, rule=COMPLAINT, reference="1", filed_at=at)
    targets = replace(first, rules=tuple(replace(rule, soft=True) for rule in first.rules))
    said = [retex((opened, *rest[:-1], filed, rest[-1])) for opened in (first, targets)]
    assert [(late in text, target in text) for text in said] == [(True, False), (False, True)]


@pytest.mark.parametrize("language", languages())
def test_a_drill_says_so(language: Language) -> None:
    first, *rest = told(language)
    assert isinstance(first, Opened)
    assert {"fr": "exercice", "en": "drill"}[language] in retex((replace(first, drill=True), *rest)).casefold()


def test_a_codename_that_is_somebodys_name_does_not_stand_there() -> None:
    first, *rest = told(EN)
    assert isinstance(first, Opened)
    jade = replace(first, codename="Jade Alice")
    assert "In the record" not in retex((jade, *rest))
    assert "In the record" in retex((first, *rest))


def test_people_of_the_house_of_contacts_of_the_list_and_strangers_are_nobody() -> None:
    first, *rest = told(EN)
    assert isinstance(first, Opened)
    child = replace(
        first,
        organisation="Cabinet Zimmermann",
        columns={"contact": "Yvonne Quentin", "city": "Lyon"},
        caller=Caller(people=(DAVE,)),
        prefilled={Question("representative"): "Xavier Wattrelos", Question("organisation"): "Cabinet Zimmermann"},
    )
    house = replace(
        HOUSE,
        people={**HOUSE.people, UserId("@ophelie:example.org"): frozenset({Role.HR})},
        contacts={BOB: Contact(mail="robert.lenoir@firm.example", sms="+33611223344")},
    )
    text = "Yvonne, Quentin, XAVIER, Ophélie, Lenoir, mallory et Cabinet Zimmermann à Lyon, 06 11 22 33 44"
    facts = (
        child,
        *rest[:2],
        StrangerCame(at=OPENED, user=UserId("@mallory:other.example")),
        Noted(at=OPENED, by=ALICE, text=text),
    )
    said = retex(facts, house)
    assert not words(said) & {"yvonne", "quentin", "xavier", "ophelie", "lenoir", "robert", "mallory", "zimmermann"}
    assert "Lyon" in said
    assert "06 11" not in said


@pytest.mark.parametrize("language", languages())
def test_the_device_of_somebody_does_not_stand_in_the_lessons(language: Language) -> None:
    at, device, proof = OPENED + 5 * HOUR, DeviceId("ALICEPHONE"), DeviceProof.COMPARED
    *first, closed = told(language)
    named = (
        EvidenceHanded(at=at, by=CAROL, number=1, to=ALICE),
        EvidenceReceived(at=at, by=ALICE, number=1, device=device, proof=proof),
        HandoverGiven(at=at, by=BOB, number=1, to=ALICE),
        HandoverTaken(at=at, by=ALICE, number=1, steps=(), roles=(), device=device, proof=proof),
    )
    facts = (*first, *named, closed)
    assert device not in retex(facts)
    assert {"fr": "depuis l’appareil –", "en": "from device –"}[language] in retex(facts)
    assert {"fr": "(appareil –)", "en": "(device –)"}[language] in retex(facts)
    assert plain(voice.named_log(build(facts), recorded(facts))).count(device) == 2


def test_two_of_one_role_have_numbers() -> None:
    said = retex(told(EN))
    assert "the counsel no. 1" in said
    assert "the counsel no. 2" in said


# --- any roster, any text -----------------------------------------------------------------------------------------


@cache
def ours() -> frozenset[str]:
    """Return all words of a paper, and of its file, in which nobody wrote anything."""
    _first, *_ = told(EN)
    bare = tuple(fact for fact in named(told(EN), {}) if not isinstance(fact, Noted))
    file = docx_file(voice.lessons(build(bare), recorded(bare), HOUSE), label="TLP:AMBER", tag="en-GB", now=CLOSING)
    return frozenset(words(retex(bare)) | words(_parts(file)) | spared())


def _parts(file: bytes) -> str:
    with ZipFile(BytesIO(file)) as package:
        return "\n".join(f"{name}\n{package.read(name).decode('utf-8', 'replace')}" for name in package.namelist())


def named(value: Any, names: dict[UserId, UserId]) -> Any:
    """Return *value* with other people in the place of those of the story."""
    if isinstance(value, str):
        return names.get(UserId(value), value)
    if isinstance(value, tuple):
        return tuple(named(one, names) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: named(getattr(value, field.name), names) for field in fields(value)}
        new = {name: one for name, one in changed.items() if one != getattr(value, name)}
        return replace(value, **new) if new else value
    return value


LETTERS = st.text("abcdefghijklmnoprstuvyzéèïçßœ", min_size=3, max_size=9)
LOCALPARTS = st.lists(LETTERS, min_size=1, max_size=2).map(".".join)


def _parts_of(names: Iterable[str]) -> set[str]:
    return {folded(part) for name in names for part in (*name.split("."), name.replace(".", ""))}


@settings(max_examples=25)
@given(st.lists(LOCALPARTS, min_size=5, max_size=5, unique_by=folded), st.lists(st.text(max_size=30), max_size=6))
def test_no_name_of_the_roster_stands_in_the_file(localparts: list[str], texts: list[str]) -> None:
    people = dict(zip((*ROSTER, GUEST), (UserId(f"@{name}:example.org") for name in localparts), strict=True))
    facts = list(named(told(EN), people))
    said = (f"{text} d'{localparts[number % 5].upper()} {text}" for number, text in enumerate(texts))
    notes = [Noted(at=OPENED + HOUR, by=people[BOB], text=text) for text in said]
    summary = Closed(at=CLOSING, by=people[ALICE], summary=" ".join(localparts))
    whole = (*facts[:-1], *notes, summary)
    paper = voice.lessons(build(whole), recorded(whole), HOUSE)
    file = docx_file(paper, label="TLP:AMBER", tag="en-GB", now=CLOSING)
    found = _parts_of(localparts) - ours()
    assert not words(plain(paper)) & found
    assert not words(_parts(file)) & found
