"""What is asked of each organisation: proof of a clock first, then its step, then that the clock runs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.clocks.rules import in_force
from bot.core.facts import Answered, ClockFiled, ClockSetAside, Fact, StepDone, StepSkipped
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question, StepId
from bot.core.organisations.duties import CLOCKS, PAYROLL, Duty, Kept, Stand, Steps, duties_of, steps_of
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from tests.core.build import ALICE, HOUR, NOW, RULES, grow, started
from tests.core.cascades import child, row

BOOKS, KNOWN = playbooks.load(playbooks_folder()), rules.load(playbooks_folder())
COMPLAINT, CNIL = CLOCKS[Duty.COMPLAINT], CLOCKS[Duty.AUTHORITY]
N2, P2 = StepId("N2"), PAYROLL["provider-hit"]


def firm(*facts: Fact, book: str = "provider-hit") -> Incident:
    """Return an organisation with a playbook and the rules that are shipped."""
    found = BOOKS[book, Language("en")]
    watched = {one.rule for one in found.clocks}
    known = tuple(rule for id, rule in in_force(KNOWN, NOW.date()).items() if id in watched)
    shipped: dict[str, Any] = {"playbook": found, "rules": known}
    return child(row("Alpha"), *facts, **shipped)


def stands(one: Incident, hours: int = 0) -> dict[Duty, Stand]:
    return {duty: kept.stand for duty, kept in duties_of(one, NOW + hours * HOUR).items()}


def test_at_first_nothing_is_begun_and_nobody_is_put_on_short_time() -> None:
    assert stands(firm()) == dict.fromkeys((Duty.COMPLAINT, Duty.INSURER, Duty.AUTHORITY, Duty.PAYROLL), Stand.OPEN)
    stopped = firm(Answered(at=NOW, by=ALICE, question=Question("staff-stopped"), value="yes"))
    assert stands(stopped)[Duty.SHORT_TIME] is Stand.OPEN
    uninsured = firm(Answered(at=NOW, by=ALICE, question=Question("insured"), value="no"))
    assert Duty.INSURER not in stands(uninsured)


def test_a_step_that_is_done_counts_though_nobody_started_its_clock() -> None:
    done = StepDone(at=NOW, by=ALICE, step=N2, result="complaint 2026/1234")
    assert duties_of(firm(done), NOW)[Duty.COMPLAINT] == Kept(stand=Stand.DONE, at=NOW, text="complaint 2026/1234")
    skipped = StepSkipped(at=NOW, by=ALICE, step=P2, reason="none is due")
    assert duties_of(firm(skipped), NOW)[Duty.PAYROLL] == Kept(stand=Stand.ASIDE, at=NOW, text="none is due")


def test_a_clock_runs_is_overdue_and_is_filed_or_set_aside() -> None:
    running = firm(started(CNIL))
    assert duties_of(running, NOW)[Duty.AUTHORITY] == Kept(stand=Stand.RUNNING, at=NOW + 72 * HOUR)
    assert stands(running, 73)[Duty.AUTHORITY] is Stand.OVERDUE
    filed = ClockFiled(at=NOW, by=ALICE, rule=CNIL, reference="CNIL 12", filed_at=NOW + HOUR)
    assert duties_of(grow(running, filed), NOW)[Duty.AUTHORITY] == Kept(stand=Stand.DONE, at=NOW + HOUR, text="CNIL 12")
    aside = ClockSetAside(at=NOW, by=ALICE, rule=CNIL, reason="no data")
    assert duties_of(grow(running, aside), NOW)[Duty.AUTHORITY] == Kept(stand=Stand.ASIDE, at=NOW, text="no data")


def test_a_playbook_without_them_asks_for_none() -> None:
    assert duties_of(child(row("Alpha"), rules=RULES[:1]), NOW).keys() <= {Duty.AUTHORITY}
    assert Duty.PAYROLL not in stands(firm(book="data-theft"))


def test_mandatory_steps_are_counted_that_are_part_of_it_now() -> None:
    before = steps_of(firm())
    assert before.done == 0
    done = StepDone(at=NOW, by=ALICE, step=N2, result="")
    optional = StepDone(at=NOW, by=ALICE, step=P2, result="")
    assert steps_of(firm(done, optional)) == Steps(done=1, of=before.of)
    more = Answered(at=NOW, by=ALICE, question=Question("high-risk"), value="yes")
    assert steps_of(firm(more)).of == before.of + 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_step_that_keeps_payroll_going_is_one_of_the_shipped_playbook(language: str) -> None:
    for book, id in PAYROLL.items():
        step = BOOKS[book, Language(language)].step(id)
        assert step is not None
        assert {"en": "payroll", "fr": "paie"}[language] in step.action


def test_every_duty_of_a_clock_is_a_clock_of_the_shipped_playbook() -> None:
    watched = {one.rule for one in BOOKS["provider-hit", Language("fr")].clocks}
    assert watched >= set(CLOCKS.values())
