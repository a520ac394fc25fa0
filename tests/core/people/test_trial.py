"""The monthly trial: when it is, whose codes count, and when it is told whom it reached."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.desk import Desk, evolve_desk
from bot.core.facts import ChannelsReported, ChannelsTried, TrialAnswered, TrialPage
from bot.core.names import UserId
from bot.core.people.contacts import Way
from bot.core.people.trial import (
    ANSWERED_WITHIN,
    ConfirmReached,
    NoTrialAsks,
    Trial,
    answer,
    next_trial,
    report_at,
    trial_after,
)

PARIS = ZoneInfo("Europe/Paris")
ALICE, BOB = UserId("@alice:example.org"), UserId("@bob:example.org")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""The first Tuesday of December 2026, at ten in Paris."""
PAGES = (
    TrialPage(user=ALICE, way=Way.MAIL, code="11111"),
    TrialPage(user=ALICE, way=Way.SMS, code="22222"),
    TrialPage(user=BOB, way=Way.NTFY, code="33333"),
)
MADE = ChannelsTried(at=NOW, month="2026-12", pages=PAGES)
TRIAL = Trial(made=MADE)


def local(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("now", "trial", "at"),
    [
        (NOW - timedelta(days=1), None, "Tue 2026-12-01 10:00"),
        (NOW + timedelta(hours=6), None, "Tue 2026-12-01 10:00"),
        (NOW + timedelta(hours=8), None, "Tue 2027-01-05 10:00"),
        (NOW, TRIAL, "Tue 2027-01-05 10:00"),
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), None, "Tue 2026-12-01 10:00"),
    ],
)
def test_it_is_on_the_first_tuesday_at_ten_and_once_a_month(now: datetime, trial: Trial | None, at: str) -> None:
    assert local(next_trial(trial, PARIS, (), now)) == at


def test_a_closed_day_moves_it_to_the_next_working_day() -> None:
    closed = [date(2026, 12, day) for day in (1, 2, 3, 4)]
    assert local(next_trial(None, PARIS, closed, NOW)) == "Mon 2026-12-07 10:00"


def test_where_this_month_is_over_and_the_next_was_tried_early_it_is_the_one_after() -> None:
    early = Trial(made=ChannelsTried(at=NOW, month="2027-01", pages=()))
    assert local(next_trial(early, PARIS, (), NOW + timedelta(days=2))) == "Tue 2027-02-02 10:00"


def test_codes_count_for_those_they_were_sent_to() -> None:
    typed = ConfirmReached(codes=("22222", "33333", "22222"))
    assert answer(TRIAL, typed, ALICE, NOW) == TrialAnswered(at=NOW, by=ALICE, codes=("22222",))
    for trial, by in ((TRIAL, UserId("@carol:example.org")), (None, ALICE)):
        with pytest.raises(NoTrialAsks):
            answer(trial, typed, by, NOW)


def test_it_is_told_a_day_later_once_who_is_missing() -> None:
    read = trial_after(TRIAL, TrialAnswered(at=NOW, by=ALICE, codes=("11111", "22222")))
    assert read is not None
    assert read.missing == PAGES[2:]
    assert report_at(read) == NOW + ANSWERED_WITHIN
    assert report_at(trial_after(read, ChannelsReported(at=NOW, month="2026-12"))) is None
    assert report_at(None) is None


def test_what_is_said_of_a_trial_that_nobody_knows_changes_nothing() -> None:
    assert trial_after(None, TrialAnswered(at=NOW, by=ALICE, codes=("1",))) is None
    assert trial_after(None, ChannelsReported(at=NOW, month="2026-12")) is None
    assert evolve_desk(Desk(), MADE).trial == TRIAL
