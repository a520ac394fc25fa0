"""Whom to call, word for word, and never more than a phone shows at once; the same as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import voice
from bot.core.evolve import fold
from bot.core.facts import CascadeRow, FirmCalled, Joined, Left, RoomReady
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question, RoomId
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import Rollup, rollup
from bot.sentences import languages
from bot.voice import Text
from bot.voice.markup import SCREEN, height
from bot.voice.organisations.firms import contact_of
from tests.core.build import ALICE, HOUR, NOW, grow, started
from tests.core.cascades import child, opening, parent, person_of, row, sent, told

Golden = Callable[[str, Text], None]
SENT = sent(3, at=NOW + HOUR)
ROWS = (
    row("Okafor", Interlocuteur="The manager", **{"N° de téléphone": "06 00 00 00 01", "Tel 2": "01 00 00 00 02"}),
    row("Nguyen", Phone="06 00 00 00 03"),
    row("Lefevre"),
    row("Durand"),
    row("Blind"),
    row("@Waiting"),
    row("There"),
)
CALLS = (
    FirmCalled(at=NOW + 20 * HOUR, by=ALICE, key="okafor", text="no answer"),
    FirmCalled(at=NOW + 21 * HOUR, by=ALICE, key="okafor", text="will come back at noon"),
)


def here(name: str) -> Joined:
    return Joined(at=NOW, user=person_of(name))


def impossible(one: CascadeRow) -> Incident:
    user = one.people[0].user
    made = fold((opening(one), RoomReady(at=NOW, room=RoomId("!i:example.org"), uninvited=(user,))))
    assert made is not None
    return made


def found(language: Language) -> Rollup:
    okafor, nguyen, lefevre, durand, blind, _, there = ROWS
    silent = child(durand, here("Durand"))
    among = (
        child(okafor, here("Okafor"), Left(at=NOW + 2 * HOUR, user=person_of("Okafor")), started()),
        impossible(nguyen),
        child(lefevre),
        grow(silent, told(SENT, silent)),
        child(blind),
        child(there, here("There")),
    )
    watch = Watch(now=NOW + 73 * HOUR, blind=frozenset({person_of("Blind")}))
    return rollup(parent(SENT, *CALLS, rows=ROWS, language=language), among, watch)


@pytest.mark.parametrize("language", languages())
def test_whom_to_call(golden: Golden, language: Language) -> None:
    golden(f"unreached.{language}", voice.unreached_firms(found(language)))


@pytest.mark.parametrize("language", languages())
def test_a_list_that_says_of_nobody_whom_to_call_is_told_how_it_would(golden: Golden, language: Language) -> None:
    rows = (row("Alpha"), row("Beta"))
    whole = rollup(parent(rows=rows, language=language), (child(rows[0]),), Watch(now=NOW))
    golden(f"unreached-no-contact.{language}", voice.unreached_firms(whole))


@pytest.mark.parametrize("language", languages())
def test_when_everybody_is_reached_that_is_said(golden: Golden, language: Language) -> None:
    alone = parent(rows=(row("There"),), language=language)
    whole = rollup(alone, (child(row("There"), here("There")),), Watch(now=NOW))
    golden(f"unreached-none.{language}", voice.unreached_firms(whole))


@pytest.mark.parametrize("language", languages())
def test_the_table_has_all_of_them_and_no_formula(golden: Golden, language: Language) -> None:
    table = voice.unreached_table(found(language))
    golden(f"unreached-table.{language}", Text(body=table.replace("\r\n", "\n"), html=""))
    heads, *lines = csv.reader(StringIO(table, newline=""), delimiter=";" if language == Language("fr") else ",")
    assert [line[0] for line in lines] == ["Okafor", "'@Waiting", "Nguyen", "Blind", "Lefevre", "Durand"]
    assert {len(line) for line in lines} == {len(heads)}
    assert not [cell for line in (heads, *lines) for cell in line if cell[:1] in ("=", "@", "+", "-")]


@pytest.mark.parametrize(
    ("columns", "contact"),
    [
        ({"Contact": "Her", "Téléphone": "1"}, ("Her", "1")),
        ({"TEL.": "1", "gsm": "2", "Phone": "1"}, ("", "1 / 2")),
        ({"Téléphone du contact": "1"}, ("", "1")),
        ({"tel_pro": "1", "Nom du gérant": " Him  there "}, ("Him there", "1")),
        ({"Hotel": "Ritz", "Telecom": "x", "Contacté": "no", "phone": " "}, ("", "")),
    ],
)
def test_contact_and_phone_are_found_whatever_their_columns_are_called(
    columns: dict[str, str], contact: tuple[str, str]
) -> None:
    assert contact_of(row("Alpha", **columns)) == contact


def test_a_contact_that_the_list_gave_as_an_answer_is_one_too() -> None:
    one = replace(row("Alpha", City="Tours"), answers={Question("contact"): "Her"})
    assert contact_of(one) == ("Her", "")
    assert contact_of(None) == ("", "")


NAMED = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=200).filter(str.strip)


@given(names=st.lists(NAMED, min_size=1, max_size=12, unique_by=str.casefold), said=NAMED, hours=st.integers(0, 90))
def test_it_never_fills_more_than_a_phone(names: list[str], said: str, hours: int) -> None:
    rows = tuple(row(name, Contact=said, Phone=said) for name in names)
    calls = tuple(FirmCalled(at=NOW, by=ALICE, key=one.key, text=said) for one in rows)
    among = [child(one, started()) for one in rows[:6]]
    whole = rollup(parent(*calls, rows=rows), among, Watch(now=NOW + hours * HOUR))
    text = voice.unreached_firms(whole)
    assert height(text.body) <= SCREEN
    assert text.beginning is None
