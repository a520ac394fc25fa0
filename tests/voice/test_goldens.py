"""What people read, word for word. The files are meant to be read as on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import voice
from bot.commands import ROWS, Place
from bot.core.decide.clocks import find_clock
from bot.core.evolve import evolve
from bot.core.facts import Closed, Rang
from bot.core.language import Language
from bot.core.names import StepId, UserId
from bot.core.ringing.silence import Silence, SilentRoom
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import (
    ALICE,
    BOB,
    CNIL,
    COMPLAINT,
    COMPLEMENT,
    HOUR,
    OPENED,
    build,
    facts,
    incident,
    opened,
    playbook,
    recorded,
)

GOLDEN = Path(__file__).parent / "golden"
Golden = Callable[[str, Text], None]
NAMESAKE = UserId("@bob:example.com")
ENTRIES = tuple(voice.HelpEntry(name=row.name, words=row.words, usage=row.usage) for row in ROWS)
pytestmark = pytest.mark.parametrize("language", languages())


def test_card_of_a_new_incident(golden: Golden, language: Language) -> None:
    golden(f"card-new.{language}", voice.card(incident(language, 2), OPENED))


def test_card_after_a_day(golden: Golden, language: Language) -> None:
    golden(f"card.{language}", voice.card(incident(language), OPENED + 25 * HOUR))


def test_card_of_a_drill(golden: Golden, language: Language) -> None:
    told = (opened(language, drill=True), *facts(language)[1:9])
    golden(f"card-drill.{language}", voice.card(build(told), OPENED + timedelta(minutes=31)))


def test_card_of_a_closed_incident(golden: Golden, language: Language) -> None:
    closed = Closed(at=OPENED + 30 * HOUR, by=ALICE, summary="tout est <rétabli>")
    golden(f"card-closed.{language}", voice.card(evolve(incident(language), closed), OPENED + 31 * HOUR))


def test_first_steps(golden: Golden, language: Language) -> None:
    golden(f"first-steps.{language}", voice.first_steps(incident(language, 2), "cross-signed"))


def test_next_steps_of_a_person(golden: Golden, language: Language) -> None:
    golden(f"next.{language}", voice.next_for(incident(language, 3), BOB, OPENED + HOUR))


def test_one_step(golden: Golden, language: Language) -> None:
    golden(f"step.{language}", voice.step(incident(language, 8), StepId("N1"), OPENED + HOUR))


def test_one_step_that_is_done(golden: Golden, language: Language) -> None:
    golden(f"step-done.{language}", voice.step(incident(language), StepId("D1"), OPENED + HOUR))


def test_clocks(golden: Golden, language: Language) -> None:
    golden(f"clocks.{language}", voice.clocks(incident(language), OPENED + 25 * HOUR))


def test_one_clock_in_full(golden: Golden, language: Language) -> None:
    told = incident(language, 9)
    golden(f"clock.{language}", voice.clock(told, find_clock(told, CNIL), OPENED + 25 * HOUR))


def test_timeline(golden: Golden, language: Language) -> None:
    golden(f"timeline.{language}", voice.timeline(recorded(facts(language)), incident(language)))


def test_reminder(golden: Golden, language: Language) -> None:
    due = OPENED + 71 * HOUR
    rang = Rang(at=due - 24 * HOUR, rule=COMPLAINT, rung="T-24", due=due, late_by=timedelta(0))
    golden(f"reminder.{language}", voice.remind([rang], incident(language)))


def test_reminder_that_is_late_and_overdue(golden: Golden, language: Language) -> None:
    due = OPENED + 71.7 * HOUR
    rang = Rang(at=due + 3 * HOUR, rule=CNIL, rung="T+3", due=due, late_by=3 * HOUR)
    golden(f"reminder-late.{language}", voice.remind([rang], incident(language, 8)))


def test_rooms_in_which_nothing_can_be_said(golden: Golden, language: Language) -> None:
    due = OPENED + 71 * HOUR
    rang = Rang(at=due - 24 * HOUR, rule=COMPLAINT, rung="T-24", due=due, late_by=timedelta(0))
    exposed = SilentRoom(incident=incident(language), why=Silence.WORLD_READABLE, reminders=(rang,))
    others = tuple(SilentRoom(incident=None, why=why) for why in Silence)
    golden(f"silent-rooms.{language}", voice.silent_rooms((exposed, *others), language))
    golden(f"silent-alone.{language}", voice.told_alone((exposed, *others[2:3]), language))


def test_what_is_given_up(golden: Golden, language: Language) -> None:
    golden(f"given-up-invitation.{language}", voice.not_invited(BOB, "M_FORBIDDEN", language))
    golden(f"given-up-pin.{language}", voice.not_pinned("M_FORBIDDEN", language))
    golden(f"given-up-hook.{language}", voice.hook_given_up("tickets", language))
    golden(f"given-up-answer.{language}", voice.not_said("M_TOO_LARGE", "ab12cd34", language))
    golden(f"given-up-answer-alone.{language}", voice.not_said_alone(BOB, "M_TOO_LARGE", "ab12cd34", language))


def test_reminder_of_a_target(golden: Golden, language: Language) -> None:
    due = OPENED + 95.9 * HOUR
    rang = Rang(at=due - 6 * HOUR, rule=COMPLEMENT, rung="T-6", due=due, late_by=timedelta(0))
    golden(f"reminder-soft.{language}", voice.remind([rang], incident(language)))


def test_brief(golden: Golden, language: Language) -> None:
    golden(f"brief.{language}", voice.brief(incident(language), OPENED + 25 * HOUR))


def test_arrival(golden: Golden, language: Language) -> None:
    golden(f"arrival.{language}", voice.arrival(incident(language), OPENED + 25 * HOUR))


def test_answers_to_commands(golden: Golden, language: Language) -> None:
    told = facts(language)
    answers = []
    for number, fact in enumerate(told):
        before = build(told[:number]) if number else None
        answers.append(voice.confirm(fact, before, build(told[: number + 1])))
    whole = Text(body="\n\n".join(a.body for a in answers), html="\n\n".join(a.html for a in answers))
    golden(f"answers.{language}", whole)


def test_help(golden: Golden, language: Language) -> None:
    golden(f"help.{language}", voice.help(ENTRIES, "", language))


def test_help_in_the_control_room(golden: Golden, language: Language) -> None:
    rows = {row.name for row in ROWS if Place.CONTROL in row.rooms}
    golden(f"help-control.{language}", voice.help([entry for entry in ENTRIES if entry.name in rows], "", language))


def test_help_about_one_command(golden: Golden, language: Language) -> None:
    golden(f"help-aware.{language}", voice.help(ENTRIES, "!AWARE", language))


def test_the_list_of_playbooks(golden: Golden, language: Language) -> None:
    golden(f"choice.{language}", voice.choice([playbook(language), playbook(language)], language))


def test_the_list_of_incidents(golden: Golden, language: Language) -> None:
    shown = [incident(Language("fr")), incident(Language("en"), 2)]
    golden(f"list.{language}", voice.incident_list(shown, language, OPENED + 25 * HOUR))


def test_who_is_speaking(golden: Golden, language: Language) -> None:
    said = voice.about(
        version="0.1.0",
        fingerprint="abcd efgh",
        master_key="ijkl mnop",
        record="qrstuvwx",
        policy="cross-signed",
        language=language,
    )
    golden(f"about.{language}", said)


def test_a_person_who_verifies_the_bot(golden: Golden, language: Language) -> None:
    shown = voice.to_compare((0, 16, 34, 63, 5, 47, 42), (1234, 5678, 9012), language)
    ends = ("verified", "cancelled", "mismatch", "timed-out", "failed")
    said = [
        voice.comparison(BOB, shown, "0471", (ALICE, BOB), language),
        voice.comparison(BOB, voice.to_compare((), (1234, 5678, 9012), language), "0002", (BOB, NAMESAKE), language),
        voice.comparison_elsewhere(BOB, language),
        *(voice.verdict(BOB, language, same=same) for same in (True, False)),
        *(voice.verification_ended(BOB, end, language, is_known_by_it=False) for end in ends),
        voice.verification_ended(BOB, "verified", language, is_known_by_it=True),
    ]
    whole = Text(body="\n\n".join(a.body for a in said), html="\n\n".join(a.html for a in said))
    golden(f"verification.{language}", whole)


def test_a_list_is_one_where_html_is_shown(language: Language) -> None:
    """Without an empty line before it Markdown takes it for the lines of a paragraph, dashes and all."""
    texts = {path.name: path.read_text("utf-8") for path in GOLDEN.glob(f"*.{language}.md")}
    assert len(texts) > 50
    assert [name for name, text in texts.items() if re.search(r"<br>\n- |<p>- ", text)] == []


def test_who_asks_where_it_stands_is_not_told_that_they_cannot_read(language: Language) -> None:
    asked, late = (words(incident(language), OPENED).body for words in (voice.brief, voice.arrival))
    assert asked.split("\n", 1)[0] in {"Situation", "Point de situation"}
    assert "alice (admin, coord" in asked
    assert "alice (admin, coord" in late
    assert late.split("\n\n")[1].startswith("FR-LOPMI "), "the clock that ends first"


def test_a_question_that_is_asked_is_never_cut(language: Language) -> None:
    book = playbook(language)
    asked = replace(book, questions=(replace(book.questions[0], text=f"{'Trois mots ici. ' * 40}Fin ?"),))
    told = build((replace(opened(language), playbook=asked), *facts(language)[1:2]))
    assert "ici. Fin" in voice.known(told).body
