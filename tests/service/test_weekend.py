"""The weekend as it went, and as it goes when nobody does anything: what was said, when, to whom."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.clocks.rules import Filed, Running, ladder
from bot.core.details import DETAILS
from bot.core.facts import ClockFiled, ClockStarted, DraftFrozen, Rang
from bot.core.language import Language
from bot.core.names import DraftId, Question, RuleId
from bot.sentences import languages
from bot.voice.details import typed_detail
from tests.weekend import ADVICE, ALICE, BOB, FIRST_INFORMATION, LINES, PARIS
from tests.weekend_play import Weekend, weekend

HOUR = timedelta(hours=1)
CNIL, COMPLAINT, INSURER, CLIENTS = (RuleId(id) for id in ("GDPR-33-1", "FR-LOPMI", "FR-INS-5", "GDPR-33-2"))
OUT_OF_REACH = datetime(2023, 12, 8, 18, 40, tzinfo=PARIS)
"""Carol says that payroll is at the host, which is attacked: from then on the firm knows."""


async def played(language: Language = Language("en")) -> Weekend:
    found = weekend(language)
    await found.play()
    return found


async def left_alone() -> Weekend:
    """Return a weekend on which two clocks were started and nobody did anything else."""
    found = weekend(Language("en"))
    starts = tuple(line for line in LINES if line.en.startswith(("!open", "!aware", "!fact personal-data")))
    await found.play(starts, until=ADVICE + 48 * HOUR)
    return found


async def test_each_clock_starts_from_its_own_moment() -> None:
    facts = await (await played()).facts()
    started = {fact.rule: fact.aware for fact in facts if isinstance(fact, ClockStarted)}
    assert started[COMPLAINT] == started[INSURER] == FIRST_INFORMATION
    assert started[CNIL] == started[CLIENTS] == OUT_OF_REACH
    assert started[RuleId("GDPR-33-4")] > OUT_OF_REACH


async def test_every_reminder_comes_at_its_time() -> None:
    facts = await (await played()).facts()
    rang = [fact for fact in facts if isinstance(fact, Rang)]
    assert rang
    assert {fact.late_by for fact in rang} == {timedelta()}
    for fact in rang:
        if fact.due is not None and fact.level == 0 and fact.rung in dict(ladder(fact.due)):
            assert abs(fact.at - dict(ladder(fact.due))[fact.rung]) <= timedelta(minutes=1)


@pytest.mark.parametrize("language", languages())
async def test_the_initial_notification_is_ready_before_hour_48_with_every_known_field(language: Language) -> None:
    found = await played(language)
    sealed = {fact.draft: fact for fact in await found.facts() if isinstance(fact, DraftFrozen)}
    frozen = sealed[DraftId("cnil-initial")]
    assert frozen.at < OUT_OF_REACH + 48 * HOUR
    incident = found.shell.incident()
    for name in ("organisation", "siren", "dpo-contact", "data-kinds", "people-kinds", "people-count", "records"):
        assert incident.answers[Question(name)] in frozen.text.replace("\\", ""), name


async def test_nothing_is_overdue_when_the_advice_comes() -> None:
    found = await played()
    states = found.shell.incident().clock_states
    assert isinstance(states[CNIL], Filed)
    assert isinstance(states[COMPLAINT], Filed)
    running = [state for state in states.values() if isinstance(state, Running) and state.due is not None]
    assert all(state.due is not None and state.due > found.shell.clock.now() for state in running)


async def test_what_was_filed_was_filed_in_time() -> None:
    found = await played()
    for fact in await found.facts():
        if isinstance(fact, ClockFiled) and fact.rule in (CNIL, COMPLAINT):
            state = found.shell.incident().clock_states[fact.rule]
            assert isinstance(state, Filed)
            assert state.running is not None
            assert state.running.due is not None
            assert fact.filed_at < state.running.due


async def test_the_clients_are_told_within_a_day_and_of_what_is_not_known_yet() -> None:
    found = await played()
    notice = next(
        fact
        for fact in await found.facts()
        if isinstance(fact, DraftFrozen) and fact.draft == DraftId("processor-notice")
    )
    filed = found.shell.incident().clock_states[CLIENTS]
    assert isinstance(filed, Filed)
    assert filed.at < OUT_OF_REACH + 24 * HOUR
    assert found.shell.incident().answers[Question("not-known")] in notice.text
    assert "Next update" in notice.text


async def test_what_is_done_is_closed_and_the_staff_hear_first() -> None:
    typed = [line.en for line in LINES]
    assert typed.index("!draft internal-note") < typed.index("!draft processor-notice")
    for step in ("N1", "N2", "N3", "N5", "N6", "N12", "N13", "N16"):
        assert any(line.startswith(f"!done {step} ") for line in typed), step


async def test_left_alone_every_clock_says_every_hour_that_it_is_overdue() -> None:
    found = await left_alone()
    for rule in (CNIL, COMPLAINT):
        state = found.shell.incident().clock_states[rule]
        assert isinstance(state, Running)
        assert state.due is not None
        hours = int((ADVICE + 48 * HOUR - state.due) / HOUR)
        overdue = [name for name in state.rung if name.startswith("T+")]
        assert overdue == [f"T+{hour}" for hour in range(1, hours + 1)]


async def test_left_alone_a_reminder_reaches_more_people_each_time() -> None:
    found = await left_alone()
    levels = [fact.level for fact in await found.facts() if isinstance(fact, Rang) and fact.rule == CNIL]
    assert levels[:4] == [0, 1, 2, 3]
    assert set(levels[4:]) == {3}
    reminders = [turn for turn in found.turns if turn.rings and CNIL in turn.body]
    assert reminders[0].mentions == (BOB,)
    assert ALICE in reminders[2].mentions
    assert reminders[-1].mentions == ()


def test_the_weekend_gives_no_detail_that_there_is_not() -> None:
    known: set[str] = {typed_detail(detail.name, Language("fr")) for detail in DETAILS}
    known |= {"donnees-personnelles", "donnees-volees"}
    assert {line.fr.split()[1] for line in LINES if line.fr.startswith("!constat ")} <= known
