"""Findings in words, in both languages: listed, alone, answered, ringing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import FindingDone, FindingDropped, FindingGiven, FindingNoted, FindingRang
from bot.core.language import Language
from bot.sentences import languages
from bot.voice import Text
from tests.voice.lessons.told import DAY, told
from tests.voice.story import ALICE, BOB, HOUR, OPENED, build, incident

Golden = Callable[[str, Text], None]
NOTED = FindingNoted(at=OPENED, by=ALICE, number=1, text="Tester <les> *sauvegardes*", owner=BOB, day=DAY)
pytestmark = pytest.mark.parametrize("language", languages())


def test_all_of_them_what_is_open_first(golden: Golden, language: Language) -> None:
    golden(f"findings.{language}", voice.findings(build(told(language))))


def test_none_yet(language: Language) -> None:
    assert "!finding" in voice.findings(incident(language)).body or "!lecon" in voice.findings(incident(language)).body


def test_very_many_are_counted(language: Language) -> None:
    here = incident(language)
    for number in range(1, 45):
        here = evolve(here, replace(NOTED, number=number))
    shown = voice.findings(here).body
    assert {"fr": "4 leçons", "en": "4 findings"}[language] in shown
    assert "**44**" not in shown


def test_one_that_is_open_says_how_it_ends(golden: Golden, language: Language) -> None:
    here = build(told(language))
    golden(f"finding.{language}", voice.finding(here, here.findings[1]))
    assert "`" not in voice.finding(here, here.findings[3]).html.replace("<code>", "")


def test_the_answers(golden: Golden, language: Language) -> None:
    before = incident(language)
    facts = (
        NOTED,
        replace(NOTED, number=2, owner=None),
        replace(NOTED, number=3, day=None, owner=None),
        FindingGiven(at=OPENED, by=ALICE, number=3, owner=BOB),
        FindingDone(at=OPENED, by=ALICE, number=1, text="fait"),
        FindingDropped(at=OPENED, by=ALICE, number=2, reason="trop cher"),
    )
    said = []
    for fact in facts:
        after = evolve(before, fact)
        said.append(voice.confirm(fact, before, after))
        before = after
    golden(f"findings-answered.{language}", Text(body="\n\n".join(one.body for one in said), html=said[0].html))


def test_the_lines_of_the_timeline(language: Language) -> None:
    here = evolve(incident(language), NOTED)
    given = FindingGiven(at=OPENED, by=ALICE, number=1, owner=BOB, day=DAY)
    assert "bob" in voice.announce(given, here).body
    assert "–" in voice.announce(replace(NOTED, owner=None), here).body
    assert "bob" not in voice.announce(replace(given, owner=None), here).body
    assert "2027" not in voice.announce(replace(given, day=None), here).body
    assert voice.announce(FindingDone(at=OPENED, by=ALICE, number=1, text=""), here).body
    assert "2027" in voice.announce(FindingRang(at=OPENED, number=1, day=DAY, rung=0), here).body


def test_its_reminder_on_the_day_and_after_it_and_together(golden: Golden, language: Language) -> None:
    here = evolve(evolve(incident(language), NOTED), replace(NOTED, number=2, owner=None, text="Former"))
    first = FindingRang(at=OPENED, number=1, day=DAY, rung=0)
    late = FindingRang(at=OPENED, number=2, day=DAY - timedelta(days=1), rung=1)
    golden(f"remind-finding.{language}", voice.remind([first], here))
    golden(f"remind-findings.{language}", voice.remind([first, late], here))


def test_where_its_room_is_gone_nothing_of_it_is_said(golden: Golden, language: Language) -> None:
    here = evolve(incident(language), NOTED)
    rang = [FindingRang(at=OPENED + HOUR, number=number, day=DAY, rung=0) for number in (1, 2)]
    text = voice.finding_elsewhere(rang, here, language)
    golden(f"finding-elsewhere.{language}", text)
    assert "sauvegardes" not in text.body
    assert "bob" not in text.body
