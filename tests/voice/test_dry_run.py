"""How it is told what would come of a list."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from bot import voice
from bot.core.facts import HouseConfirmationAsked
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.organisations.lists.dry_run import DryRun, Listed
from bot.core.people.accounts import Found
from bot.matrix.speaking.content import message_content
from bot.ports import Content
from bot.sentences import languages
from bot.voice import Text
from bot.voice.organisations.dry_run import MOST_NAMED
from tests.core.build import ALICE, CAROL, NOW
from tests.core.cascades import row
from tests.voice.test_cascade import COLUMNS, PARIS, lines_of
from tests.voice.test_two_persons import OPENING

EN = Language("en")


def listed(kind: str, number: int) -> tuple[Listed, ...]:
    """Return so many people of whom the same is known."""
    rows = [replace(row(f"Étude *{kind}* {n}"), columns={"Contact": "Mme B.", "Tél.": "=01"}) for n in range(number)]
    return tuple(
        Listed(number=n, row=one, user=UserId(f"@{kind}_{n}:firm.example")) for n, one in enumerate(rows, start=2)
    )


def run_of(counts: Mapping[Found, int], each: timedelta | None = None) -> DryRun:
    people = {found: listed(found.value, counts[found]) for found in Found if counts.get(found)}
    return DryRun(people=people, rooms=1200, each=each)


EVERYTHING = run_of({**dict.fromkeys(Found, 1), Found.NO_ACCOUNT: 12, Found.PROVED: 1190}, timedelta(seconds=5))
ALL_WELL = DryRun(people={Found.PROVED: listed("proved", 2)}, rooms=2)


def asked(run: DryRun, language: Language) -> Text:
    read = voice.Understood(lines=lines_of(1200, 0), columns=COLUMNS[:2], codename="", zone=PARIS, run=run)
    fact = HouseConfirmationAsked(at=NOW, by=ALICE, number=7, act=OPENING)
    return voice.house_asked(fact, (CAROL,), language, PARIS, read)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("name", "run"), [("everything", EVERYTHING), ("all-well", ALL_WELL)])
def test_who_would_be_reached(golden: Callable[[str, Text], None], name: str, run: DryRun, language: Language) -> None:
    golden(f"dry-run-{name}.{language}", asked(run, language))


def test_of_each_kind_the_first_are_named_and_the_file_has_the_rest() -> None:
    body = asked(EVERYTHING, EN).body
    assert body.count(": @no-account_") == MOST_NAMED
    assert "… and 2 more" in body
    assert "in the file below" in body
    assert voice.is_cut(EVERYTHING)
    assert not voice.is_cut(ALL_WELL)


def test_the_longest_names_in_every_place_still_fit_one_message() -> None:
    long = replace(row("x"), organisation="\N{OFFICE BUILDING}" * 200)
    user = UserId(f"@{'u' * 200}:firm.example")
    people = dict.fromkeys(Found, (Listed(number=5000, row=long, user=user),) * 12)
    run = DryRun(people=people, rooms=5000)
    text = asked(run, Language("fr"))
    assert message_content(Content(body=text.body, html=text.html))["body"] == text.body


@pytest.mark.parametrize("language", languages())
def test_the_table_has_everybody_who_is_not_reached_first_and_no_formula(language: Language) -> None:
    delimiter = {"fr": ";"}.get(language, ",")
    head, *rows = csv.reader(StringIO(voice.dry_run_table(EVERYTHING, language)), delimiter=delimiter)
    assert len(head) == len(rows[0]) == 6
    assert len(rows) == EVERYTHING.total
    assert rows[0] == ["2", "Étude *no-account* 0", "'@no-account_2:firm.example", rows[11][3], "Mme B.", "'=01"]
    assert rows[-1][3] == voice.found_word(Found.PROVED, language)
