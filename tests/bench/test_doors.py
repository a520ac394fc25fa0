from __future__ import annotations

import pytest

from bench.doors import STEPS, Walk, found
from bench.report import doors


def walk(ms: float, taps: int = 5) -> Walk:
    times = {name: ms * number / len(STEPS) for number, name in enumerate(STEPS, start=1)}
    return Walk(link_ms=400, steps=times, taps=["tap"] * taps, asked=3)


def test_who_did_not_come_in_is_missing_and_in_no_time() -> None:
    told = found([walk(10_000), walk(20_000, taps=6), Walk(link_ms=900, steps={})])
    assert (told["doors_in"], told["people"]) == (2, 3)
    assert (told["doors_p95_s"], told["doors_hands"], told["questions_left"]) == (20.0, 6, 3)
    assert told["steps"]["read"] == {"p50_s": 10.0, "p95_s": 20.0, "max_s": 20.0, "all_s": [10.0, 20.0]}
    assert told["steps"]["link"]["max_s"] == 0.9


def test_what_is_typed_counts_as_what_is_tapped_does() -> None:
    told = found([Walk(link_ms=1, steps=walk(1).steps, taps=["begin"], typed=["name", "password"])])
    assert (told["doors_hands"], told["typed"]) == (3, 2)


def test_nobody_in_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="nobody"):
        found([Walk(link_ms=1, steps={})])


def test_the_page_has_a_row_for_each_step() -> None:
    shown = doors({"doors": {"samples": found([walk(12_000)])}})
    assert shown.count("\n") == 2 + 1 + len(STEPS)
    assert "| the first encrypted line is read | 12.0 s | 12.0 s | 12.0 s |" in shown
