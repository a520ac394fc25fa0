from __future__ import annotations

import pytest

from bench.figures import percentile, ratio, result


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
def test_a_percentile_is_a_value_that_was_measured(percent: float, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], percent) == expected


def test_one_value_is_every_percentile() -> None:
    assert {percentile([7.0], percent) for percent in (0, 1, 50, 99, 100)} == {7.0}


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_equal_bots_have_the_ratio_one_within_the_interval() -> None:
    same = [60.0, 61.0, 62.0, 63.0, 64.0] * 20
    found = ratio(same, same, 50)
    assert found.value == 1.0
    assert found.low <= 1.0 <= found.high


def test_twice_as_slow_is_the_ratio_two() -> None:
    assert ratio([20.0, 40.0, 60.0], [10.0, 20.0, 30.0], 50).value == 2.0


def test_a_result_has_the_keys_that_are_promised() -> None:
    found = result(
        {"cellule": [11.0], "bare": [10.0]},
        {"cellule": [11.0], "slow-bot": [22.0], "fast-bot": [12.5]},
        {"cellule": [1_200.0], "bare": [1_000.0]},
    )
    assert {key: found[key] for key in ("echo_ratio_p50", "echo_ratio_p99", "open_ratio", "peer_ratio_max")} == {
        "echo_ratio_p50": 1.1,
        "echo_ratio_p99": 1.1,
        "open_ratio": 1.2,
        "peer_ratio_max": 0.88,
    }
    assert found["peers"]["slow-bot"] == {"p50_ms": 22.0, "p99_ms": 22.0, "turns_ms": [22.0]}


def test_a_part_that_was_not_run_has_no_figures() -> None:
    found = result({}, {}, {"cellule": [2.0], "bare": [1.0]})
    assert "echo_ratio_p50" not in found
    assert "peer_ratio_max" not in found
    assert found["open_ratio"] == 2.0
