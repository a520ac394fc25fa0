from __future__ import annotations

from bench import kept
from bench.measurements import MEASUREMENTS, Size


def test_every_part_that_can_be_measured_here_is_one_that_is_promised() -> None:
    assert MEASUREMENTS.keys() <= kept.PARTS.keys()


def test_a_run_of_either_form_is_never_larger_than_the_long_one() -> None:
    for measurement in MEASUREMENTS.values():
        assert measurement.short.turns <= measurement.long.turns
        assert measurement.short.rooms <= measurement.long.rooms
        assert not measurement.long.is_smaller_than(measurement.whole)


def test_a_trial_of_a_few_turns_is_a_small_run() -> None:
    echo = MEASUREMENTS["echo"]
    assert echo.size("short", turns=3, rooms=None).is_smaller_than(echo.whole)
    assert not echo.size("short", turns=None, rooms=None).is_smaller_than(echo.whole)


def test_rooms_are_not_asked_of_a_part_that_has_none() -> None:
    assert MEASUREMENTS["echo"].size("long", turns=None, rooms=24) == MEASUREMENTS["echo"].long


def test_a_size_says_what_it_counts() -> None:
    assert str(Size(turns=7)) == "7 turns"
    assert str(Size(turns=60, rooms=24)) == "60 turns, 24 rooms"
