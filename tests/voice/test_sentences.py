"""What particular sentences must say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.commands import ROWS, Place, UsageError, parse
from bot.core.evolve import evolve
from bot.core.facts import (
    Answered,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Closed,
    DraftMade,
    DraftReviewed,
    Fact,
    Left,
    Noted,
    PersonInvited,
    PersonRemoved,
    Rang,
    Resumed,
    RoleGiven,
    Snoozed,
    StepAssigned,
    StepDone,
    StepReopened,
    StepSkipped,
)
from bot.core.incident import Incident
from bot.core.language import Language, fold
from bot.core.names import DraftId, Question, StepId, UserId
from bot.core.people.roster import Role
from bot.sentences import languages
from bot.voice.catalogue import word
from bot.voice.desk import THEMES
from bot.voice.times import near, zone_words
from tests.voice.story import (
    ALICE,
    BOB,
    CAROL,
    CLIENTS,
    CNIL,
    COMPLAINT,
    DAVE,
    HOUR,
    INSURER,
    OPENED,
    build,
    facts,
    incident,
    opened,
    recorded,
)

EN, FR = Language("en"), Language("fr")
D1, C1, N1 = StepId("D1"), StepId("C1"), StepId("N1")
DUE = OPENED + 71 * HOUR


def confirm(fact: Fact, before: Incident | None = None) -> str:
    before = before or incident(EN)
    return voice.confirm(fact, before, evolve(before, fact)).body


def rang(before: timedelta, late_by: timedelta = timedelta(0)) -> Rang:
    return Rang(at=DUE - before, rule=COMPLAINT, rung="T", due=DUE, late_by=late_by)


def test_skipping_a_mandatory_step_says_that_it_was_mandatory() -> None:
    assert "though mandatory" in confirm(StepSkipped(at=OPENED, by=BOB, step=N1, reason="x"))


def test_a_step_done_without_a_result_recalls_the_proof_to_keep() -> None:
    said = confirm(StepDone(at=OPENED, by=BOB, step=N1, result=""))
    assert "Proof to keep: the receipt" in said
    assert "Proof" not in confirm(StepDone(at=OPENED, by=BOB, step=N1, result="n° 12"))
    assert "Proof" not in confirm(StepDone(at=OPENED, by=BOB, step=C1, result=""))


def test_the_last_step_done_has_no_next_one() -> None:
    done = [StepDone(at=OPENED, by=ALICE, step=step.id, result="") for step in incident(EN).open_steps()]
    before = build((*facts(EN), *done[:-1]))
    assert "No step is open." in confirm(done[-1], before)
    after = build((*facts(EN), *done))
    assert voice.next_for(after, ALICE, OPENED).body == "No step is open."
    assert voice.first_steps(after, "cross-signed").body.startswith("No step is open.")


def test_reopening_and_assigning_name_the_step_and_who() -> None:
    assert "D1" in confirm(StepReopened(at=OPENED, by=ALICE, step=D1))
    assert "for DPO." in confirm(StepAssigned(at=OPENED, by=ALICE, step=N1, to=Role.DPO))


def test_a_step_that_is_not_in_the_playbook_can_still_be_told() -> None:
    strange = StepId("Z9")
    assert "Z9" in confirm(StepReopened(at=OPENED, by=ALICE, step=strange))
    assert "Z9" in confirm(StepDone(at=OPENED, by=ALICE, step=strange, result=""))


def test_an_answer_says_what_leaves_and_what_comes_back() -> None:
    before = incident(EN, 5)
    no = Answered(at=OPENED, by=BOB, question=Question("personal-data"), value="no")
    said = confirm(no, before)
    assert "leave; another answer brings them back:\n\n- N1" in said
    assert "- GDPR-33-1 Notify the authority" in said
    back = confirm(Answered(at=OPENED, by=BOB, question=Question("personal-data"), value="yes"), evolve(before, no))
    assert "steps are added:\n\n- N1" in back
    assert "not started yet:\n\n- GDPR-33-1" in back


def test_an_answer_in_french_is_said_in_french() -> None:
    before = incident(Language("fr"), 5)
    no = Answered(at=OPENED, by=BOB, question=Question("personal-data"), value="no")
    assert "personal-data = non, réponse de bob" in voice.confirm(no, before, evolve(before, no)).body


def test_a_corrected_clock_says_what_was_known_before() -> None:
    fact = ClockStarted(at=OPENED + HOUR, rule=CNIL, aware=OPENED - HOUR, by=BOB, source="the log")
    assert "Formerly known since Tue 24 Nov 2026 14:12" in confirm(fact, incident(EN, 8))


def test_a_clock_that_starts_overdue_says_so_at_once() -> None:
    fact = ClockStarted(at=OPENED, rule=COMPLAINT, aware=OPENED - 80 * HOUR, by=BOB, source="")
    said = confirm(fact, incident(EN, 5))
    assert "overdue by 8" in said
    assert "Past due. File all the same." in said
    assert "before" not in said


def test_only_a_rule_of_the_regulation_has_a_later_reading() -> None:
    told, now = incident(EN, 9), OPENED + HOUR
    read = {clock.rule.id: voice.clock(told, clock, now).body for clock in told.clocks()}
    (said,) = (body for body in read.values() if "Regulation 1182/71" in body)
    strict, reading = said.index("14:12 (UTC+1), in"), said.index("Regulation 1182/71")
    assert strict < reading


@pytest.mark.parametrize(
    ("filed_after", "words"),
    [(71 * HOUR, "In time"), (71.9 * HOUR, "within the later reading"), (80 * HOUR, "Late; it was due")],
)
def test_a_filing_says_whether_it_was_in_time(filed_after: timedelta, words: str) -> None:
    at = OPENED + filed_after
    assert words in confirm(ClockFiled(at=at, by=BOB, rule=CNIL, reference="n° 1", filed_at=at), incident(EN, 8))


def test_a_filing_of_what_never_counted_down_has_no_margin() -> None:
    said = confirm(ClockFiled(at=OPENED, by=BOB, rule=CLIENTS, reference="mails", filed_at=OPENED))
    assert said == "GDPR-33-2 stopped: filed Tue 24 Nov 2026 14:30 (UTC+1), reference mails"
    assert "in time" not in confirm(
        ClockFiled(at=OPENED, by=BOB, rule=CNIL, reference="n° 1", filed_at=OPENED), incident(EN, 5)
    )


def test_a_decision_is_told_as_somebodys_decision_with_its_reason() -> None:
    said = confirm(ClockSetAside(at=OPENED, by=BOB, rule=CNIL, reason="restored in an hour"), incident(EN, 5))
    assert "GDPR-33-1, decision recorded by bob: not notified because restored in an hour" in said
    other = confirm(ClockSetAside(at=OPENED, by=BOB, rule=COMPLAINT, reason="filed by the host"), incident(EN, 5))
    assert "Decision recorded by bob, because: filed by the host" in other


def test_closing_names_what_stays_open() -> None:
    said = confirm(Closed(at=OPENED + 30 * HOUR, by=ALICE, summary="over"))
    assert "Mandatory steps left open:\n\n- N1" in said
    assert "silent from now on:\n\n- FR-LOPMI" in said
    assert "!resume" in said


def test_a_closed_incident_can_have_no_summary() -> None:
    closed = evolve(incident(EN), Closed(at=OPENED, by=ALICE, summary=""))
    assert "Closed. No reminder rings any more." in voice.card(closed, OPENED).body
    assert "Next" not in voice.card(closed, OPENED).body
    assert "FR-LOPMI" not in voice.incident_list([closed], EN, OPENED).body


def test_other_answers_are_short() -> None:
    assert confirm(Resumed(at=OPENED, by=ALICE)).startswith("Open again.")
    assert confirm(Snoozed(at=OPENED, by=BOB, rule=COMPLAINT, until=DUE)).startswith("FR-LOPMI rests until Fri 27 Nov")
    assert confirm(RoleGiven(at=OPENED, by=ALICE, user=BOB, role=Role.LEGAL)) == "bob is now also: legal"
    assert "no more keys" in confirm(PersonRemoved(at=OPENED, by=ALICE, user=CAROL))


def test_two_people_of_one_name_are_told_by_their_full_ids() -> None:
    other = UserId("@Bob:elsewhere.example.org")
    both = evolve(incident(EN), PersonInvited(at=OPENED, by=ALICE, user=other, roles=(Role.IT,)))
    said = voice.brief(both, OPENED).body
    assert "@bob:example.org (DPO)" in said
    assert "@Bob:elsewhere.example.org (IT)" in said


def test_who_left_is_not_here_in_the_brief() -> None:
    gone = evolve(incident(EN), Left(at=OPENED, user=BOB))
    assert "bob (DPO)" in voice.brief(incident(EN), OPENED).body
    assert "bob (DPO)" not in voice.brief(gone, OPENED).body


def test_a_reminder_counts_to_the_minute_and_is_no_late_one_by_itself() -> None:
    said = voice.remind([rang(48 * HOUR - timedelta(seconds=2))], incident(EN)).body
    assert said.startswith("FR-LOPMI: in 48\u00a0h")
    assert "late" not in said


def test_a_reminder_at_the_due_time_is_not_yet_overdue() -> None:
    said = voice.remind([rang(timedelta(seconds=-5))], incident(EN)).body
    assert "FR-LOPMI: now" in said
    assert "Past due" not in said


def test_a_reminder_of_a_drill_says_that_it_is_one_and_counts_on_the_legal_axis() -> None:
    drill = build((opened(EN, drill=True), *facts(EN)[1:9]))
    fact = Rang(at=OPENED + 0.5 * HOUR + timedelta(seconds=46.5), rule=COMPLAINT, rung="T-24", due=DUE, late_by=HOUR)
    said = voice.remind([fact], drill).body
    assert said.startswith("[DRILL] FR-LOPMI: in 24\u00a0h")
    assert "Sent 1\u00a0h late" in said


def test_a_reminder_of_a_clock_that_stopped_meanwhile_is_told_plainly() -> None:
    fact = replace(rang(HOUR), rule=INSURER)
    assert voice.remind([fact], incident(EN)).body == "reminder FR-INS-5 T\n\nFor: alice"


def test_the_list_is_empty_or_cut() -> None:
    assert "!open TITLE" in voice.incident_list([], EN, OPENED).body
    many = [incident(EN, 2)] * 40
    said = voice.incident_list(many, EN, OPENED)
    assert "And 20 older ones." in said.body


def test_nothing_is_known_before_anything_happened() -> None:
    assert voice.timeline((), incident(EN)).body == "Nothing yet."


def test_the_timeline_calls_a_draft_by_its_name_in_the_room() -> None:
    made = DraftMade(at=OPENED, by=ALICE, draft=DraftId("insurer"), version=1, digest="a", name="assureur")
    found = DraftReviewed(at=OPENED, by=ALICE, draft=made.draft, version=1, role=Role.DPO)
    told = evolve(evolve(incident(Language("fr")), made), found)
    assert "(DPO) a validé assureur version 1" in voice.timeline(recorded((made, found)), told).body


def test_help_about_a_word_nobody_knows_shows_all() -> None:
    entries = [voice.HelpEntry(name=row.name, words=row.words, usage=row.usage) for row in ROWS]
    assert "There is no command <x> here for you." in voice.help(entries, "<x>", EN).body
    assert voice.help(entries, "etapes", EN).body.startswith(
        "- !next: shows what is open for you\n- !guide [INCIDENT]: "
    )
    assert voice.help(entries, "Délais", EN).body.startswith("!clocks [RULE|picture|ics [full]]: shows the clocks")


def test_the_table_of_commands_has_every_row_and_escapes_its_bars() -> None:
    table = voice.command_table(voice.HelpEntry(name=row.name, words=row.words, usage=row.usage) for row in ROWS)
    assert table.count("\n") == len(ROWS) + 2
    assert "[--lang fr\\|en]" in table


def test_next_steps_of_somebody_without_any_are_everybodys() -> None:
    said = voice.next_for(incident(EN), DAVE, OPENED).body
    assert said.startswith("Open; none of it is assigned to you or your roles")


def test_what_is_due_first_is_listed_first_and_what_has_no_time_last() -> None:
    mine = incident(EN)
    for step in (D1, C1, StepId("L1")):
        mine = evolve(mine, StepReopened(at=OPENED, by=ALICE, step=step))
        mine = evolve(mine, StepAssigned(at=OPENED, by=ALICE, step=step, to=BOB))
    said = voice.next_for(mine, BOB, OPENED + 100 * HOUR).body
    assert re.findall("^- ([A-Z]1)", said, re.MULTILINE) == ["D1", "C1", "N1", "L1"]
    assert said.count("target passed") == 3


@pytest.mark.parametrize(
    ("hours", "order"),
    [((3, 2, 1), "C3 C2 C1"), ((None, 2, 1), "C3 C2 C1"), ((2, 2, 2), "C2 C1 C3"), ((None, None, 1), "C3 C2 C1")],
)
def test_steps_are_listed_by_when_they_are_due_and_the_obligatory_ones_first(
    hours: tuple[int | None, ...], order: str
) -> None:
    told = opened(EN)
    phase = told.playbook.phases[1]
    steps = tuple(
        replace(
            phase.steps[0],
            id=StepId(f"C{number}"),
            target=None if due is None else due * HOUR,
            mandatory=number == 2,
        )
        for number, due in enumerate(hours, 1)
    )
    one = replace(told, playbook=replace(told.playbook, phases=(replace(phase, steps=steps),)))
    said = voice.next_for(build((one, *facts(EN)[1:3])), CAROL, OPENED).body
    assert re.findall("^- (C[0-9])", said, re.MULTILINE) == order.split()


def test_what_is_assigned_to_a_person_comes_before_what_their_roles_have_when_it_is_due_together() -> None:
    told = opened(EN)
    phase = told.playbook.phases[1]
    steps = tuple(replace(phase.steps[0], id=StepId(id)) for id in ("C1", "C2"))
    one = replace(told, playbook=replace(told.playbook, phases=(replace(phase, steps=steps),)))
    given = StepAssigned(at=OPENED, by=ALICE, step=StepId("C2"), to=CAROL)
    said = voice.next_for(build((one, *facts(EN)[1:3], given)), CAROL, OPENED).body
    assert said.index("C2") < said.index("C1")


def test_long_lists_are_cut_with_a_count() -> None:
    told = opened(EN)
    phase = told.playbook.phases[1]
    steps = tuple(replace(phase.steps[0], id=StepId(f"C{number}")) for number in range(1, 21))
    many = replace(told, playbook=replace(told.playbook, phases=(replace(phase, steps=steps),)))
    full = build((many, *facts(EN)[1:3]))
    assert "And 15 steps more." in voice.next_for(full, CAROL, OPENED).body
    assert "And 17 steps more." in voice.brief(full, OPENED).body
    assert "**" not in voice.card(full, OPENED).body
    assert voice.card(full, OPENED).body.endswith("· !next"), "its first step stands below in full"
    begun = evolve(full, StepDone(at=OPENED, by=ALICE, step=StepId("C1"), result=""))
    assert "· !next\nC2 " in voice.card(begun, OPENED).body


def test_a_card_with_nothing_left_to_do_says_so() -> None:
    done = [StepDone(at=OPENED, by=ALICE, step=step.id, result="") for step in incident(EN).open_steps()]
    assert "No step is open." in voice.card(build((*facts(EN), *done)), OPENED).body


def test_a_clock_whose_condition_left_can_still_be_started() -> None:
    told = opened(EN)
    unwatched = build((replace(told, playbook=replace(told.playbook, clocks=())),))
    fact = ClockStarted(at=OPENED, rule=CNIL, aware=OPENED, by=BOB, source="")
    assert confirm(fact, unwatched).startswith("GDPR-33-1 runs: ")


def test_a_step_given_to_a_role_is_open_for_its_holders_alone() -> None:
    given = evolve(incident(EN, 5), StepAssigned(at=OPENED, by=ALICE, step=C1, to=Role.DPO))
    assert "C1" in voice.next_for(given, BOB, OPENED).body
    assert "DPO (bob)" in voice.step(given, C1, OPENED).body
    assert "Being done." in voice.step(given, C1, OPENED).body


def test_a_step_that_answers_left_out_says_so() -> None:
    no = Answered(at=OPENED, by=BOB, question=Question("personal-data"), value="no")
    assert "Not part of this incident" in voice.step(evolve(incident(EN, 5), no), N1, OPENED).body


def test_skipped_and_dateless_steps_are_told() -> None:
    assert "Skipped by carol, Tue 24 Nov 16:30:" in voice.step(incident(EN), C1, OPENED).body
    assert "By: when it is over" in voice.step(incident(EN), StepId("L1"), OPENED).body
    done = evolve(incident(EN, 3), StepDone(at=OPENED, by=BOB, step=C1, result=""))
    assert "Done by bob, Tue 24 Nov 14:30." in voice.step(done, C1, OPENED).body


def test_a_clock_is_named_beside_its_id_in_the_language_of_the_room() -> None:
    given = incident(EN)
    rules = {**given.rules, COMPLAINT: replace(given.rules[COMPLAINT], called={EN: "complaint", FR: "plainte"})}
    for language, name in ((EN, "complaint"), (FR, "plainte")):
        named = replace(given, rules=rules, language=language)
        assert f"\n⏳ FR-LOPMI {name} " in voice.card(named, DUE - 9 * HOUR).body
        assert f"\n❗ FR-LOPMI {name} " in voice.card(named, DUE + 9 * HOUR).body


def test_an_overdue_clock_stands_out_on_the_card() -> None:
    assert "\n❗ FR-LOPMI overdue since Fri 27 Nov 13:30" in voice.card(incident(EN), DUE + 9 * HOUR).body


def first_line(incident: Incident, now: datetime) -> str:
    return voice.card(incident, now).body.splitlines()[0].replace("\u00a0", " ")


def test_the_first_line_of_the_card_is_the_earliest_clock_and_the_next_step() -> None:
    assert first_line(incident(FR), DUE - 9 * HOUR) == "FR-LOPMI ven. 13:30 · N1 bob"
    assert first_line(incident(EN), DUE - 9 * HOUR) == "FR-LOPMI Fri 13:30 · N1 bob"
    assert first_line(incident(EN), DUE - 200 * HOUR) == "FR-LOPMI Fri 27 Nov 13:30 · N1 bob"
    assert first_line(incident(EN), DUE + 9 * HOUR) == "FR-LOPMI overdue since Fri 27 Nov 13:30 · N1 bob"
    assert first_line(incident(EN, 2), OPENED) == "FR-LOPMI Fri 14:30, not started · D1 alice"


def test_the_first_line_says_that_it_is_a_drill_and_who_took_the_step_on() -> None:
    told = build(
        (opened(EN, drill=True), *facts(EN)[1:2], StepAssigned(at=OPENED, by=ALICE, step=StepId("D1"), to=BOB))
    )
    assert first_line(told, OPENED).startswith("[DRILL] FR-LOPMI Fri 14:30, not started · D1 bob")


def test_the_card_of_a_closed_incident_says_what_was_overdue_when_it_was_closed() -> None:
    early, late = (evolve(incident(EN), Closed(at=DUE + after, by=ALICE, summary="")) for after in (-HOUR, HOUR))
    assert first_line(early, DUE + 9 * HOUR).startswith("The host is down")
    assert "\n⏳ FR-LOPMI Fri 27 Nov 13:30" in voice.card(early, DUE + 9 * HOUR).body
    assert "\n❗ FR-LOPMI overdue since Fri 27 Nov 13:30" in voice.card(late, DUE + 9 * HOUR).body


def test_the_card_names_the_year_where_it_is_another_and_the_offset_where_the_hour_comes_twice() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert near(datetime(2027, 1, 4, 9, tzinfo=UTC), paris, FR, year=2026) == "lun. 4 janv. 2027 10:00"
    assert near(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), paris, EN, year=2026) == "Sun 25 Oct 02:30 (UTC+1)"
    assert zone_words(ZoneInfo("America/Lima"), EN) == "America/Lima"


def test_an_incident_without_clocks_says_so() -> None:
    told = opened(EN)
    bare = build((replace(told, rules=(), playbook=replace(told.playbook, clocks=(), phases=())),))
    assert "No legal clock in this incident." in voice.card(bare, OPENED).body
    assert voice.clocks(bare, OPENED).body == "No legal clock in this incident."


def test_a_playbook_without_questions_asks_none() -> None:
    told = opened(EN)
    quiet = build((replace(told, playbook=replace(told.playbook, questions=())),))
    assert "Questions" not in voice.brief(quiet, OPENED).body
    assert "Questions" not in voice.first_steps(quiet, "cross-signed").body


def test_a_day_that_repeats_an_hour_is_told_apart_in_the_timeline() -> None:
    hours = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    told = recorded(tuple(Noted(at=at, by=ALICE, text="x") for at in hours))
    said = voice.timeline(told, incident(EN)).body
    assert said.index("Sun 25 Oct 2026 (UTC+2)") < said.index("Sun 25 Oct 2026 (UTC+1)")


def test_every_command_stands_under_one_theme_whose_name_no_command_has() -> None:
    named = [name for names in THEMES.values() for name in names]
    assert sorted(named) == sorted(row.name for row in ROWS)
    words = {fold(typed) for row in ROWS for known in row.words.values() for typed in known}
    assert not words & {fold(word(language, f"theme.{theme}")) for language in languages() for theme in THEMES}


def test_in_a_fast_drill_a_step_is_aimed_at_when_it_rings() -> None:
    drill = replace(build(facts(EN)[:2]), pace=15.0)
    assert "By: Tue 24 Nov 2026 14:31 (UTC+1)" in voice.first_steps(drill, "cross-signed").body
    assert "by Tue 24 Nov 2026 14:31 (UTC+1)" in voice.next_for(drill, ALICE, OPENED).body


@pytest.mark.parametrize(("language", "accepted"), [(EN, "reviewed, frozen, new"), (FR, "relu, verrouillé, nouveau")])
def test_a_refusal_lists_the_words_of_its_language_alone(language: Language, accepted: str) -> None:
    wrong = parse("!draft cnil-initial x", place=Place.INCIDENT, now=OPENED, zone=ZoneInfo("UTC"), language=language)
    assert isinstance(wrong, UsageError)
    said = voice.usage(wrong.row.usage, wrong.reason, language).body.splitlines()[0]
    assert said.endswith(accepted)
