"""What commands must be answered, by examples worked by hand, and what the judge is made of."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.chaos.cases import ALICE, BOB, CAROL, START, after, case, known, rang
from tests.chaos.judge import content, times
from tests.chaos.judge.acts import Act
from tests.chaos.judge.answers import follow, looked
from tests.chaos.judge.case import Case, due_time
from tests.chaos.judge.evidence import Command
from tests.chaos.judge.supposed import suppose
from tests.chaos.judge.table import told
from tests.chaos.judge.text import ALWAYS, Hole, Window, at, fits, shown
from tests.chaos.judge.timeline import Entry, last_lines, written
from tests.chaos.judge.times import DAY, HOUR, MINUTE, ZONE

JUDGE = Path(__file__).parent / "judge"
OPENED = suppose(
    case(
        language="fr",
        playbook=content.playbook("provider-hit", "fr"),
        rules=content.rules("fr", date(2026, 11, 24)),
        pace=3600,
        is_drill=True,
    ),
    START,
)


def say(case: Case, kind: str, who: str = ALICE, moment: datetime = START, **what: str | int | datetime) -> str:
    (way,) = told(case, Act(kind=kind, who=who, **what), moment)  # type: ignore[arg-type]
    return shown(way.text)


# --- what it is made of -----------------------------------------------------------------------------------------


ALLOWED = {
    *(
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "functools",
        "itertools",
        "math",
        "pathlib",
        "re",
        "typing",
        "yaml",
    ),
    "zoneinfo",
}
"""Content files are read with a library; everything else is the standard library's, or the judge's own."""


@pytest.mark.parametrize("file", sorted(JUDGE.glob("*.py")), ids=lambda file: str(file.stem))
def test_the_judge_imports_nothing_of_the_bot(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    foreign = [name for name in names if not name.startswith("tests.chaos.judge")]
    assert {name.partition(".")[0] for name in foreign} <= ALLOWED


def test_it_reads_the_content_files_itself() -> None:
    english, french = (content.playbook("provider-hit", language) for language in ("en", "fr"))
    assert [step.id for step in english.steps] == [step.id for step in french.steps]
    assert [step.aim for step in english.steps] == [step.aim for step in french.steps]
    n5 = next(step for step in french.steps if step.id == "N5")
    assert (n5.role, n5.clock, n5.aim, n5.is_mandatory) == ("dpo", "GDPR-33-1", 48 * HOUR, True)
    assert content.holds(n5.when, {})
    assert not content.holds(n5.when, {"personal-data": "no"})
    rule = content.rules("en", date(2026, 11, 24))["GDPR-33-1"]
    assert (rule.length, rule.aim, rule.owner, rule.counts_in_full_hours) == ("72 h", 48 * HOUR, "dpo", True)
    assert "NIS2-24" not in content.rules("en", date(2026, 11, 24)), "it is off"
    assert "GDPR-33-1" not in content.rules("en", date(2018, 5, 24)), "it was not valid yet"


@pytest.mark.parametrize(
    ("length", "aware", "due"),
    [
        ("72 h", "2026-11-24 14:30", "2026-11-27 14:30"),
        ("72 h", "2026-03-27 18:00", "2026-03-30 19:00"),
        ("5 working days", "2026-04-30 18:00", "2026-05-11 23:59"),
        ("30 calendar days", "2026-11-24 10:00", "2026-12-24 23:59"),
    ],
    ids=["hours", "over a change of civil time", "over two free days, as in the catalogue", "calendar days"],
)
def test_due_times_are_those_worked_by_hand(length: str, aware: str, due: str) -> None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in (aware, due))
    assert due_time(length, start, frozenset({date(2026, 5, 1), date(2026, 5, 8)})) == end
    assert due_time("none", start, frozenset()) is None


# --- moments ----------------------------------------------------------------------------------------------------


def test_moments_are_said_with_their_distance_to_utc() -> None:
    assert times.moment(START, "en") == "Tue 24 Nov 2026 10:00 (UTC+1)"
    assert times.moment(datetime(2026, 8, 1, 20, 5, tzinfo=UTC), "fr") == "sam. 1 août 2026 à 22:05 (UTC+2)"


def test_a_message_says_year_and_offset_once() -> None:
    days = (0, 35, -60, 0)
    assert times.said_once(" / ".join(times.moment(START + day * DAY, "en") for day in days)) == (
        "Tue 24 Nov 2026 10:00 (UTC+1) / Tue 29 Dec 10:00 / Fri 25 Sep 11:00 (UTC+2) / Tue 24 Nov 10:00 (UTC+1)"
    )
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert times.said_once(f"lun. 26 oct. 2026 (UTC+1)\n{times.moment(twice, 'fr')}\n{times.moment(START, 'fr')}") == (
        "lun. 26 oct. 2026 (UTC+1)\ndim. 25 oct. à 02:30 (UTC+1)\nmar. 24 nov. à 10:00"
    )


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        ("in 5 h 59", 358.5, 359.5),
        ("dans 5 h", 299.5, 300.5),
        ("in 6 h", 359.5, 419.5),
        ("in 5 days", 7199.5, 8639.5),
        ("now", -0.5, 0.5),
        ("overdue by 2 h", -120.5, -119.5),
        ("en retard de 7 h", -479.5, -419.5),
    ],
)
def test_words_tell_how_much_is_left(words: str, least: float, most: float) -> None:
    assert times.left(words) == (least * MINUTE, most * MINUTE)


def test_a_text_with_holes_says_when_it_was_right() -> None:
    until = START + HOUR
    hole = Hole(r"\d+", lambda words: Window(START, START + int(words) * MINUTE))
    text = ("so ", hole, " far")
    assert fits(text, "so\u00a05 far", Window(START, until)) == Window(START, START + 5 * MINUTE)
    assert fits(text, "so 5 far", at(until)) is None
    assert fits(text, "so far", ALWAYS) is None


# --- answers ----------------------------------------------------------------------------------------------------


def test_a_finished_step_is_answered_with_what_comes_next() -> None:
    assert say(OPENED, "done", what="D1", text="x1") == (
        "D1 terminée.\nSuite : P1 Retrouver contrats, liens et contacts · coordination (alice)"
    )
    assert say(OPENED, "done", who=BOB, what="D2") == (
        "D2 terminée.\nPreuve à garder : les réponses, chacune avec son heure et sa source\n"
        "Suite : C2 Décider lien par lien ce qu’il faut couper · informatique (bob)"
    )
    done = after(OPENED, Act(kind="done", who=ALICE, what="D1"))
    assert say(done, "done", what="D1") == "D1 est déjà faite ou passée. !rouvrir D1 la rouvre."
    assert say(done, "reopen", what="D1") == "D1 Noter quand et comment vous l’avez appris : de nouveau ouverte."
    assert say(OPENED, "skip", what="N2") == (
        "N2 passée, bien qu’obligatoire ; la raison est gardée dans la chronologie.\n"
        "Suite : L1 Faire le bilan et décider ce qui change · coordination (alice)"
    )


def test_steps_are_given_to_people_and_to_roles() -> None:
    mine = after(OPENED, Act(kind="assign", who=CAROL, what="N4", text=CAROL))
    assert (
        say(mine, "done", who=CAROL, what="I1", text="x")
        == "I1 terminée.\nSuite : N4 Interroger l’hébergeur par écrit · carol"
    )
    assert (
        say(OPENED, "assign", what="C1", text="it")
        == "C1 Se parler là où l’attaquant n’écoute pas : confié à informatique."
    )
    assert say(OPENED, "assign", what="C1", text="@zoe").startswith(
        "Je ne connais pas zoe. Prenez un nom d’ici (@alice"
    )
    assert say(OPENED, "done", what="R1").startswith("R1 ne fait pas partie de cet incident")


def test_an_answer_says_what_comes_and_goes_with_it() -> None:
    yes = say(OPENED, "fact", what="staff-stopped", text="yes")
    assert yes == (
        "salaries-arretes = oui, réponse de alice\n\nCette réponse appelle d’autres questions :\n\n"
        "- cinquante-salaries : Avez-vous 50 salariés ou plus ?\n\nAvec cette réponse s’ajoutent ces étapes :\n\n"
        "- R1 Demander l’activité partielle · RH · obligatoire\n"
        "- R4 Noter la réponse du préfet, ou son silence · RH · obligatoire\n\n"
        "Avec cette réponse s’ajoutent ces délais, pas encore lancés :\n\n- FR-AP-30 Demander l’activité partielle"
    )
    stopped = after(OPENED, Act(kind="fact", who=ALICE, what="staff-stopped", text="yes"))
    assert "Avant : oui" in say(stopped, "fact", what="staff-stopped", text="no")
    assert say(stopped, "fact", what="stolen-data", text="unknown").endswith(
        "\n\nAucune étape et aucun délai ne changent."
    )


def test_a_time_that_is_promised_must_be_to_come_when_it_is_heard() -> None:
    promise = Act(kind="fact", who=ALICE, what="next-update", when=START + HOUR)
    assert [way.is_kept for way in told(OPENED, promise, START)] == [True]
    (late,) = told(OPENED, promise, START + HOUR)
    assert not late.is_kept
    assert "est passé ; il est" in shown(late.text)


def test_a_clock_that_is_started_is_answered_with_its_end_and_whom_it_calls() -> None:
    started = say(OPENED, "aware", what="GDPR-33-1", when=START - 30 * HOUR, text="x2", who=BOB)
    assert started == (
        "GDPR-33-1 lancé : Notifier la violation de données à la CNIL\n"
        "Échéance jeu. 26 nov. 2026 à 04:00 (UTC+1), <...>\n"
        "Règlement 1182/71 art. 3, lecture plus tardive : jeu. 26 nov. à 05:00\n"
        "Notre objectif mer. 25 nov. à 04:00, pas une limite légale\n"
        "Connu depuis lun. 23 nov. à 04:00, confirmé par bob (source : x2)\n\n"
        "Rappels à bob : 24, 12, 6, 3, 1 h avant, à l’échéance, puis chaque heure jusqu’à la "
        "déclaration ; !vu donne un jour de répit au plus.\n\n"
        "C’est déclaré ? !declare GDPR-33-1 REFERENCE\n"
        "Ce délai s’appelle aussi CNIL\n\n"
        "Droit : RGPD (GDPR) art. 33(1) · vérification : texte même. Pas un avis juridique ; une personne décide."
    )


def test_a_filing_is_in_time_or_not_and_starts_what_follows() -> None:
    known_ = known(OPENED, "GDPR-33-1", when=START - 30 * HOUR)
    assert "À temps ; l’échéance était jeu. 26 nov. à 04:00." in say(known_, "filed", what="GDPR-33-1")
    late = say(known_, "filed", what="GDPR-33-1", text="x3", moment=START + 3 * DAY)
    assert late.startswith("GDPR-33-1 arrêté : déclaré ven. 27 nov. 2026 à 10:00 (UTC+1), référence x3\nEn retard ; ")
    assert "Cela lance GDPR-33-4 : Compléter la notification à la CNIL" in late
    assert "Étape terminée ? !fait N5 : N5 Notifier la CNIL" in late
    filed = after(known_, Act(kind="filed", who=BOB, what="GDPR-33-1", text="x3"))
    assert filed.clocks["GDPR-33-4"].due == START + 72 * HOUR


def test_closing_over_running_clocks_takes_a_second_person_unless_it_is_a_drill() -> None:
    real = known(replace(OPENED, is_drill=False, pace=1, language="en"), "FR-LOPMI")
    (asked,) = told(real, Act(kind="close", who=ALICE, text="x4"), START)
    assert asked.rings_for == (BOB,)
    assert shown(asked.text).startswith("This needs a second person. alice asks to close the incident (x4) though")
    assert say(asked.case, "confirm", what="1").startswith("It takes a second person")
    assert say(asked.case, "confirm", who=BOB, what="1", moment=START + 11 * MINUTE).startswith("No. 1 has lapsed")
    closed = after(asked.case, Act(kind="confirm", who=BOB, what="1"))
    assert say(closed, "note", text="x5") == "This incident is closed. !resume opens it again."
    assert say(known(OPENED, "FR-LOPMI"), "close", text="x6").startswith("Clos. Plus aucun rappel ne sonne.\nx6")


def test_what_was_said_long_ago_must_be_seen_and_what_is_being_said_may_be() -> None:
    both = known(known(case(), "LAW"), "DAYS")
    rung = rang(rang(both, "LAW", "T-48", at=START), "DAYS", "T-48", at=START + HOUR)
    ways = told(rung, Act(kind="ack", who=ALICE), START + 30 * MINUTE)
    assert {shown(way.text).partition(".")[0] for way in ways} == {"Seen: LAW", "Seen: LAW, DAYS"}
    (way,) = told(rung, Act(kind="ack", who=ALICE), START + 2 * HOUR)
    assert shown(way.text) == "Seen: LAW, DAYS. What is still to come rings all the same."
    (one,) = told(rung, Act(kind="ack", who=ALICE, what="LAW"), START + 2 * HOUR)
    assert [clock.rule for clock in one.case.running() if clock.unseen] == ["DAYS"]
    (his,) = told(rung, Act(kind="ack", who=BOB), START + 2 * HOUR)
    assert shown(his.text).endswith("\nStill to be seen: DAYS, by alice.")
    (none,) = told(rung, Act(kind="ack", who=BOB, what="DAYS"), START + 2 * HOUR)
    assert (none.is_kept, shown(none.text).endswith("Waiting: DAYS (alice).")) == (False, True)
    assert [ring.is_seen for clock in way.case.clocks.values() for ring in clock.rings] == [True, True]


# --- when -------------------------------------------------------------------------------------------------------


def command(kind: str, answer: str, *, sent: float, done: float | None = None, **what: str) -> Command:
    moment = START + timedelta(seconds=sent)
    return Command(
        event=f"${sent}",
        act=Act(kind=kind, who=ALICE, **what),  # type: ignore[arg-type]
        sent=moment,
        answered=moment + timedelta(seconds=2),
        answer=answer,
        done=None if done is None else START + timedelta(seconds=done),
    )


@pytest.mark.parametrize(
    ("severity", "sent", "wrong"),
    [("élevée", 5, 0), ("crise", 5, 0), ("faible", 5, 1), ("crise", 1, 1)],
    ids=["before", "after", "never", "before anybody set it"],
)
def test_what_changes_nothing_may_be_decided_before_or_after_what_came_at_the_same_time(
    severity: str, sent: int, wrong: int
) -> None:
    crisis = command("severity", "Gravité : crise", sent=5, done=6, what="crisis")
    card = shown(told(OPENED, Act(kind="status", who=ALICE), START)[0].text).replace("<...>", "jeu. 23:59")
    states, faults = follow(OPENED, [crisis], START + MINUTE)
    status = command("status", card.replace("gravité élevée", f"gravité {severity}"), sent=sent)
    assert faults == []
    assert len(looked(states, status, lambda *_: [])) == wrong


def test_between_question_and_answer_one_clock_may_be_over_and_the_next_not_yet() -> None:
    begun, second = START - 72 * HOUR, timedelta(seconds=1)
    real = replace(OPENED, is_drill=False, pace=1)
    both = known(known(real, "FR-LOPMI", when=begun + 0.5 * second), "GDPR-33-1", when=begun + 1.5 * second)
    seen = [shown(told(both, Act(kind="status", who=ALICE), START + at * second)[0].text) for at in (0, 1, 2)]
    assert len(set(seen)) == 3
    states, _ = follow(both, [], START + MINUTE)
    for text in seen:
        assert looked(states, command("status", text.replace("<...>", "mar. 10:00"), sent=0), lambda *_: []) == []


@pytest.mark.parametrize(
    ("answer", "done", "kind"),
    [("Noté.", 1, "wrong"), ("Noted in the timeline.", 1, "wrong"), ("Noté dans la chronologie.", None, "lost")],
    ids=["other words", "the wrong language", "answered and forgotten"],
)
def test_a_note_that_is_answered_or_kept_wrongly_is_found(answer: str, done: float | None, kind: str) -> None:
    note = command("note", answer, sent=0, done=done, text="x")
    states, faults = follow(OPENED, [note] if done else [], START + MINUTE)
    faults += [] if done else looked(states, note, lambda *_: [])
    assert [fault.kind for fault in faults] == [kind]


def test_a_command_that_is_carried_out_before_it_was_sent_or_after_its_answer_is_wrong() -> None:
    for done, wrong in ((1, 0), (-1, 1), (3, 1)):
        note = command("note", "Noté dans la chronologie.", sent=0, done=done, text="x")
        assert len(follow(OPENED, [note], START + MINUTE)[1]) == wrong


def test_the_timeline_shows_what_was_last_at_some_moment_between_the_question_and_the_answer() -> None:
    texts = [written(OPENED, Act(kind="note", who=ALICE, text=text), START)[0] for text in ("x1", "x2")]
    entries = [
        Entry(at=START + number * MINUTE, head=f"abc{number}", texts=[text]) for number, text in enumerate(texts)
    ]
    line = "Chronologie\n\nmar. 24 nov. 2026 (UTC+1)\n\n- 10:0{0} alice : x{1}\n\nEntrée {1}, tête de chaîne abc{0}"

    def lines(start: float, end: float) -> list[str]:
        window = Window(START + start * MINUTE, START + end * MINUTE)
        return [shown(text) for text in last_lines(OPENED, entries, window)]

    assert lines(0.1, 0.5) == [line.format(0, 1)]
    assert lines(0.5, 1.5) == [line.format(0, 1), line.format(1, 2)]
    assert lines(1.5, 2) == [line.format(1, 2)]
