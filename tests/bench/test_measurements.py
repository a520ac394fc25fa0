from __future__ import annotations

from bench import kept
from bench.measurements import MEASUREMENTS, Size


def test_every_part_that_can_be_measured_here_is_one_that_is_promised() -> None:
    assert MEASUREMENTS.keys() <= kept.PARTS.keys()


def test_a_long_run_is_never_smaller_than_a_short_one_and_always_whole() -> None:
    for measurement in MEASUREMENTS.values():
        assert measurement.short is None or not measurement.long.is_smaller_than(measurement.short)
        assert not measurement.long.is_smaller_than(measurement.whole)


def test_a_trial_of_a_few_turns_is_a_small_run() -> None:
    echo = MEASUREMENTS["echo"]
    assert echo.size("short", turns=3, rooms=None).is_smaller_than(echo.whole)
    assert not echo.size("short", turns=None, rooms=None).is_smaller_than(echo.whole)


def test_what_takes_an_hour_is_in_the_short_form_only_when_it_is_named() -> None:
    limits = MEASUREMENTS["limits"]
    assert not limits.is_in("short")
    assert limits.is_in("long")
    assert limits.size("short", turns=None, rooms=12) == Size(rooms=12)


def test_rooms_are_not_asked_of_a_part_that_has_none() -> None:
    assert MEASUREMENTS["echo"].size("long", turns=None, rooms=24) == MEASUREMENTS["echo"].long


def test_a_size_says_what_it_counts() -> None:
    assert str(Size(turns=7)) == "7 turns"
    assert str(Size(turns=60, rooms=24)) == "60 turns, 24 rooms"
