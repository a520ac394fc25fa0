"""What people get wrong about clocks: a clear answer, and nothing is lost or changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.clocks.lengths import Elapsed, WithoutDelay
from bot.core.clocks.rules import Running
from bot.core.language import Language, Words
from bot.core.names import RuleId
from bot.core.playbook import Watched
from tests.core.build import FIVE_DAYS, HOUR, HOURS_72, HOUSE, PLAYBOOK, rule, running
from tests.service.shell import Shell

OFF = rule(
    RuleId("NIS2-24"),
    WithoutDelay(),
    why_off=Words(fr="La loi n'était pas promulguée.", en="The law was not enacted."),
)
LATER = rule(RuleId("NEXT-96"), WithoutDelay(), valid_from=date(2030, 1, 1))
BOOK = replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=OFF.id)))
WITH_MORE = replace(HOUSE, rules=(*HOUSE.rules, OFF, LATER), playbooks={(BOOK.id, BOOK.language): BOOK})


async def refused(shell: Shell, typed: str) -> str:
    """Type what must change nothing, and return the answer."""
    incident = shell.incident()
    before = shell.service.books.count(incident.id)
    answer = await shell.type(typed)
    assert shell.service.books.count(incident.id) == before
    assert shell.incident() == incident
    return answer


async def test_a_clock_may_start_before_the_incident_and_the_answer_says_since_when(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        answer = await shell.type("!aware GDPR-33-1 yesterday 18:00 a client called")
        aware = running(shell.incident()).aware
        assert aware < incident.opened_at
        assert aware == incident.opened_at.replace(day=incident.opened_at.day - 1, hour=17)
        assert "18:00" in answer
        assert running(shell.incident()).due == aware + 72 * HOUR


async def test_a_clock_that_started_long_ago_is_overdue_at_once_and_says_so(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        answer = await shell.type("!aware GDPR-33-1 2026-11-16 09:00 found in the mail")
        assert "overdue" in answer


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("!aware GDPR-33-1 tomorrow 9:00", "Nothing was changed"),
        ("!aware GDPR-33-1 +2h", "yesterday 12:00"),
        ("!aware GDPR-33-1 demain 9h00", "Nothing was changed"),
        ("!filed GDPR-33-1 CNIL-1 tomorrow 9:00", "Nothing was changed"),
    ],
)
async def test_nothing_was_known_or_filed_in_the_future(shell: Shell, typed: str, told: str) -> None:
    async with shell.life():
        await shell.open()
        answer = await refused(shell, typed)
        assert told in answer
        assert "lies in the future" in answer


async def test_starting_twice_asks_for_a_reason_and_a_reason_corrects(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        first = running(shell.incident()).aware
        await shell.pass_time(timedelta(minutes=5))
        assert "runs already" in await refused(shell, "!aware GDPR-33-1")
        assert "say why" in await refused(shell, "!aware GDPR-33-1 -1h")
        answer = await shell.type("!aware GDPR-33-1 -1h the host had written")
        assert running(shell.incident()).aware == shell.clock.now() - HOUR
        assert running(shell.incident()).aware < first
        assert "10:00" in answer, "the time that was known before is said too"


async def test_a_correction_after_the_filing_is_kept_as_a_note_instead(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.type("!filed GDPR-33-1 CNIL-2026-1")
        answer = await refused(shell, "!aware GDPR-33-1 -1h the host had written")
        assert "CNIL-2026-1" in answer
        assert "!note" in answer
        assert "CNIL-2026-1" in await refused(shell, "!filed GDPR-33-1 CNIL-2026-2")
        assert "CNIL-2026-1" in await refused(shell, "!waive GDPR-33-1 not ours")


@pytest.mark.parametrize(
    ("typed", "usage"),
    [
        ("!filed GDPR-33-1", "!filed RULE REFERENCE [WHEN]"),
        ("!filed GDPR-33-1 14:30", "!filed RULE REFERENCE [WHEN]"),
        ("!waive GDPR-33-1", "!waive RULE REASON"),
        ("!waive GDPR-33-1  ", "!waive RULE REASON"),
    ],
)
async def test_no_filing_without_a_reference_and_no_waiver_without_a_reason(
    shell: Shell, typed: str, usage: str
) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        assert usage in await refused(shell, typed)
        assert isinstance(shell.incident().clock_states[HOURS_72], Running)


async def test_a_filing_before_awareness_is_refused_with_the_time_that_is_known(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        assert "10:00" in await refused(shell, "!filed GDPR-33-1 CNIL-1 yesterday 18:00")


async def test_a_clock_that_nobody_knows_is_answered_with_those_there_are(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        answer = await refused(shell, "!aware GDPR-99")
        assert "There is no clock GDPR-99 here" in answer
        assert HOURS_72 in answer
        assert FIVE_DAYS not in answer


@pytest.mark.parametrize("typed", ["!aware NIS2-24", "!filed nis2-24 REF-1", "!waive NIS2-24 not ours"])
async def test_a_clock_that_is_off_says_why(typed: str) -> None:
    shell = Shell(WITH_MORE)
    async with shell.life():
        await shell.open()
        answer = await refused(shell, typed)
        assert "NIS2-24 is off here: The law was not enacted." in answer


async def test_a_clock_that_this_playbook_does_not_watch_or_that_is_not_valid_yet_says_so() -> None:
    shell = Shell(WITH_MORE)
    async with shell.life():
        await shell.open()
        assert "does not watch ELSEWHERE" in await refused(shell, "!aware ELSEWHERE")
        assert "NEXT-96 was not valid yet" in await refused(shell, "!aware NEXT-96")


async def test_a_duty_found_out_in_the_night_is_followed_rings_and_is_filed() -> None:
    shell = Shell(WITH_MORE)
    async with shell.life():
        await shell.open()
        assert "!clock follow ELSEWHERE" in await refused(shell, "!aware ELSEWHERE")
        answer = await shell.type("!clock follow elsewhere")
        assert "ELSEWHERE is watched here from now on" in answer
        assert "proof:" in answer
        assert "had the legal clock ELSEWHERE watched" in await shell.type("!timeline")
        assert "watches ELSEWHERE already" in await refused(shell, "!clock follow ELSEWHERE")
        assert "!aware ELSEWHERE" in await shell.type("!clocks")
        await shell.type("!aware ELSEWHERE now the registry told us")
        assert "REF-7" in await shell.type("!filed ELSEWHERE REF-7")


async def test_a_rule_that_is_unknown_or_not_in_force_is_not_followed() -> None:
    shell = Shell(WITH_MORE)
    async with shell.life():
        await shell.open()
        assert "is not in force here: The law was not enacted." in await refused(shell, "!clock follow NIS2-24")
        assert "is not in force yet" in await refused(shell, "!clock follow NEXT-96")
        assert "Some that are: ELSEWHERE" in await refused(shell, "!clock follow ELSEWHERE-1")


async def test_what_waits_for_a_filing_is_followed_with_what_starts_it() -> None:
    first, then = RuleId("FIRST-24"), RuleId("THEN-72")
    more = (rule(first, Elapsed(hours=24)), rule(then, Elapsed(hours=72), after=first))
    shell = Shell(replace(WITH_MORE, rules=(*WITH_MORE.rules, *more)))
    async with shell.life():
        await shell.open()
        answer = await shell.type("!clock follow THEN-72")
        assert "once FIRST-24 is filed" in answer
        assert "parts of one duty: FIRST-24" in answer
        assert "FIRST-24" in await shell.type("!clocks")


async def test_a_clock_that_starts_with_a_filing_says_with_which(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "once GDPR-33-1 is filed" in await refused(shell, "!aware GDPR-33-4")


async def test_what_is_off_is_said_in_french_too() -> None:
    french = replace(BOOK, language=Language("fr"))
    shell = Shell(replace(WITH_MORE, playbooks={(french.id, french.language): french}))
    async with shell.life():
        await shell.open(options="--playbook provider-hit --lang fr")
        answer = await refused(shell, "!connaissance NIS2-24")
        assert "n’est pas activé ici\u00a0: La loi n’était pas promulguée." in answer


async def test_a_proposal_is_shown_beside_the_law_in_force_and_never_counts() -> None:
    proposal = rule(
        HOURS_72,
        Elapsed(hours=96),
        version="omnibus",
        valid_from=None,
        title=Words(fr="Notifier en 96 h (proposition)", en="Notify within 96 h (proposal)"),
        late=Words(fr="Ce texte n'est pas en vigueur.", en="This text is not in force."),
    )
    shell = Shell(replace(HOUSE, rules=(*HOUSE.rules, proposal)))
    async with shell.life():
        await shell.open()
        answer = await shell.type("!clocks GDPR-33-1")
        assert "Not in force, beside the law: Notify within 96 h (proposal)" in answer
        assert "This text is not in force." in answer
        assert "96 h (proposal)" not in await shell.type("!clocks")
        assert "Due Fri 27 Nov 2026 09:00" in await shell.type("!aware GDPR-33-1 9:00 a client called")
