"""Lines about clocks of the firm, risk, drafts, register, calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import Place
from bot.commands.reasons import Argument, Why
from bot.core import commands as core
from bot.core.names import DraftId, Question, RuleId
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel
from tests.commands.lines import NOW, command, paris, refused
from tests.core.build import SCORE

CNIL = DraftId("cnil-initial")
NOON = paris("2026-11-25T12:00")


@pytest.mark.parametrize("line", ["!clocks", "!delais", "!clock", "!délai"])
def test_clocks_alone_shows_them(line: str) -> None:
    assert command(line) == core.ShowClocks()


@pytest.mark.parametrize(
    ("line", "in_full"),
    [("!clocks ics", False), ("!délais ICS", False), ("!clocks ics full", True), ("!delais ics Complet", True)],
)
def test_the_calendar_is_neutral_unless_all_is_asked_for(line: str, *, in_full: bool) -> None:
    assert command(line) == core.ExportCalendar(in_full=in_full)


@pytest.mark.parametrize("line", ["!clocks picture", "!délais IMAGE"])
def test_the_clocks_are_drawn(line: str) -> None:
    assert command(line) == core.DrawClocks()


@pytest.mark.parametrize("line", ["!clocks gdpr-33-1", "!délais **GDPR-33-1**"])
def test_one_clock_is_shown_in_full(line: str) -> None:
    assert command(line) == core.ShowClocks(rule=RuleId("GDPR-33-1"))


@pytest.mark.parametrize("line", ["!clocks csv full", "!clocks ics now", "!clocks full ics", "!clocks ics full please"])
def test_no_other_form_of_the_calendar_is_guessed(line: str) -> None:
    assert refused(line).why is Why.NOT_ONE_OF


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("TVA demain 12:00", core.AddClock(name="TVA", due=NOON)),
        ("TVA décembre demain à 12h00", core.AddClock(name="TVA décembre", due=NOON)),
        ("TVA 2026-11-25 12:00 bob", core.AddClock(name="TVA", due=NOON, owner="bob")),
        ("TVA 25/11/2026 12:00 Bob Martin", core.AddClock(name="TVA", due=NOON, owner="Bob Martin")),
        ("TVA +2h rh", core.AddClock(name="TVA", due=NOW + timedelta(hours=2), owner=Role.HR)),
        ('"Paie du 30" demain 12:00', core.AddClock(name="Paie du 30", due=NOON)),
        ("« Audience 9h » demain 12:00 juridique", core.AddClock(name="Audience 9h", due=NOON, owner=Role.LEGAL)),
    ],
)
def test_a_clock_of_the_firm_is_a_name_a_time_and_perhaps_an_owner(typed: str, clock: core.AddClock) -> None:
    assert command(f"!clock add {typed}") == clock
    assert command(f"!delai ajouter {typed}") == clock


@pytest.mark.parametrize(
    ("typed", "argument"),
    [
        ("add", Argument.NAME),
        ("add TVA", Argument.WHEN),
        ("add TVA bientôt", Argument.WHEN),
        ('add "TVA"', Argument.WHEN),
    ],
)
def test_a_clock_of_the_firm_needs_a_name_and_a_time(typed: str, argument: Argument) -> None:
    reason = refused(f"!clock {typed}")
    assert (reason.why, reason.details) == (Why.MISSING, {"argument": argument})


def test_a_time_that_cannot_be_read_after_a_quoted_name_is_shown_back() -> None:
    assert refused('!clock add "TVA" bientôt').why is Why.NOT_A_TIME


@pytest.mark.parametrize(
    ("typed", "why"),
    [("TVA 03/04 12:00", Why.AMBIGUOUS_DATE), ("TVA demain", Why.TIME_WITHOUT_HOUR), ("TVA 2h", Why.AMBIGUOUS_HOUR)],
)
def test_a_time_with_two_readings_is_asked_back_for_a_clock_of_the_firm_too(typed: str, why: Why) -> None:
    assert refused(f"!clock add {typed}").why is why


@pytest.mark.parametrize("typed", ["!clock follow dora-4", "!delai suivre **DORA-4**", "!délai SUIVRE dora-4"])
def test_a_rule_of_law_is_followed_by_its_id(typed: str) -> None:
    assert command(typed) == core.FollowRule(rule=RuleId("DORA-4"))


def test_one_rule_is_followed_at_a_time() -> None:
    assert refused("!clock follow").details == {"argument": Argument.RULE}
    assert refused("!clock follow DORA-4 MAR-17").why is Why.TOO_MUCH


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("!clock calendar", core.ShowDates()),
        ("!delai CALENDRIER", core.ShowDates()),
        ("!clock calendar all", core.AddDates()),
        ("!délai calendrier Tout", core.AddDates()),
        ("!clock calendar **DSN-12-15** tva-12-19", core.AddDates(dates=("DSN-12-15", "tva-12-19"))),
    ],
)
def test_dates_of_the_calendar_are_listed_and_added_all_or_by_their_ids(typed: str, expected: core.Command) -> None:
    assert command(typed) == expected


def test_what_one_can_do_with_a_clock_is_named() -> None:
    reason = refused("!clock remove TVA")
    assert (reason.why, reason.details["words"]) == (Why.NOT_ONE_OF, "add, follow, calendar")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("!classified DORA-4", core.Classify(rule=RuleId("DORA-4"))),
        ("!classement dora-4 14:30", core.Classify(rule=RuleId("DORA-4"), when=paris("2026-11-24T14:30"))),
    ],
)
def test_a_classification_is_now_or_at_a_time(line: str, expected: core.Classify) -> None:
    assert command(line) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", core.ShowRisk()),
        (
            "data high RIB",
            core.WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="RIB"),
        ),
        (
            "2 aucun rien de sensible",
            core.WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.NONE, reason="rien de sensible"),
        ),
        ("décision risque paie", core.DecideRisk(level=RiskLevel.RISK, reason="paie")),
        ("decision unknown too early", core.DecideRisk(level=RiskLevel.UNKNOWN, reason="too early")),
        ("score", core.ShowScore()),
        ("score 3 1 0.5 0 0.25 0.5 paie copiée", core.ScoreSeverity(score=SCORE, reason="paie copiée")),
        ("score 3 1 0,5 0 0,25 0,5 paie copiée", core.ScoreSeverity(score=SCORE, reason="paie copiée")),
    ],
)
def test_a_risk_is_shown_weighed_or_decided(typed: str, expected: core.Command) -> None:
    assert command(f"!risk {typed}") == expected
    assert command(f"!risque {typed}") == expected


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("weather high x", Why.UNKNOWN_FACTOR),
        ("decision", Why.MISSING),
        ("data huge x", Why.UNKNOWN_LEVEL),
        ("data high", Why.MISSING),
        ("decision high", Why.MISSING),
        ("score 3", Why.MISSING),
        ("score 3 1 0.5 0 0.25 0.5", Why.MISSING),
        ("score 5 1 0.5 0 0.25 0.5 x", Why.NOT_ONE_OF),
        ("score 3 0.3 0.5 0 0.25 0.5 x", Why.NOT_ONE_OF),
        ("score 3 1 0.75 0 0.25 0.5 x", Why.NOT_ONE_OF),
        ("score 3 1 0.5 0 0.25 0.25 x", Why.NOT_ONE_OF),
        ("score 3 nan 0.5 0 0.25 0.5 x", Why.NOT_ONE_OF),
    ],
)
def test_a_level_of_risk_never_stands_without_its_reason(typed: str, why: Why) -> None:
    assert refused(f"!risk {typed}").why is why


@pytest.mark.parametrize("typed", ["!risk data", "!risque données"])
def test_a_question_on_the_risk_without_a_level_is_asked(typed: str) -> None:
    assert command(typed) == core.AskFactor(factor=RiskFactor.DATA)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", core.ShowDrafts()),
        ("cnil-initial", core.MakeDraft(draft=CNIL)),
        ("**CNIL-initial**", core.MakeDraft(draft=CNIL)),
        ("cnil-initial new", core.MakeDraft(draft=CNIL, again=True)),
        ("cnil-initial nouveau", core.MakeDraft(draft=CNIL, again=True)),
        ("cnil-initial reviewed", core.ReviewDraft(draft=CNIL)),
        ("cnil-initial figé", core.FreezeDraft(draft=CNIL)),
    ],
)
def test_a_draft_is_listed_made_reviewed_or_frozen(typed: str, expected: core.Command) -> None:
    assert command(f"!draft {typed}") == expected
    assert command(f"!brouillon {typed}") == expected


@pytest.mark.parametrize(
    ("typed", "form"),
    [("", core.RegisterForm.MESSAGE), ("csv", core.RegisterForm.CSV), ("MD", core.RegisterForm.MARKDOWN)],
)
def test_the_register_is_shown_or_handed_out(typed: str, form: core.RegisterForm) -> None:
    assert command(f"!registre {typed}", place=Place.DIRECT) == core.ShowRegister(form=form)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("next-update demain 12:00", ("next-update", "2026-11-25T11:00:00+00:00")),
        ("prochain-point inconnu", ("next-update", "unknown")),
        ("Nature Confidentialité + disponibilité", ("nature", "confidentiality, availability")),
        ("malveillant Oui", ("malicious", "yes")),
        ("gravity énorme", ("gravity", "énorme")),
        ("nombre-personnes environ 350", ("people-count", "environ 350")),
    ],
)
def test_a_detail_is_kept_under_one_name_and_in_one_spelling(typed: str, expected: tuple[str, str]) -> None:
    name, value = expected
    assert command(f"!fact {typed}") == core.Answer(question=Question(name), value=value)


def test_a_moment_that_is_none_is_asked_for_again() -> None:
    assert refused("!fact attack-start la semaine dernière").why is Why.NOT_A_TIME
