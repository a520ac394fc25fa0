from __future__ import annotations

import pytest

from bench.figures import against_floor, against_peers, percentile, ratio


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


def test_against_the_floor_every_ratio_has_its_interval_and_every_bot_its_turns() -> None:
    found = against_floor({"cellule": [11.0], "bare": [10.0]}, {"echo_ratio_p50": 50, "echo_ratio_p99": 99})
    assert (found["echo_ratio_p50"], found["echo_ratio_p99"]) == (1.1, 1.1)
    assert found["intervals_95"] == {"echo_ratio_p50": [1.1, 1.1], "echo_ratio_p99": [1.1, 1.1]}
    assert found["bots"]["bare"] == {"p50_ms": 10.0, "p99_ms": 10.0, "turns_ms": [10.0]}


def test_against_peers_the_fastest_of_them_counts() -> None:
    found = against_peers({"cellule": [11.0], "slow-bot": [22.0], "fast-bot": [12.5]})
    assert found["peer_ratio_max"] == 0.88
    assert found["peer_ratios"] == {"slow-bot": 0.5, "fast-bot": 0.88}
    assert found["intervals_95"]["slow-bot"] == [0.5, 0.5]


def test_without_a_peer_there_is_no_ratio() -> None:
    assert "peer_ratio_max" not in against_peers({"cellule": [11.0]})
