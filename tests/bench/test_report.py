from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import plot, report
from bench.rivals import RIVALS

SAMPLE = Path(__file__).with_name("sample.json")


@pytest.fixture
def sample() -> dict[str, Any]:
    return report.read(SAMPLE)


def test_the_page_says_what_the_latest_result_says() -> None:
    page = report.PAGE.read_text("utf-8")
    assert report.fill(page, report.read()) == page, "run `python -m bench.report`"


def test_the_page_has_every_passage_once() -> None:
    page = report.PAGE.read_text("utf-8")
    assert {name: page.count(f"<!-- measured: {name} -->\n") for name in report.PASSAGES} == dict.fromkeys(
        report.PASSAGES, 1
    )


def test_the_picture_is_drawn_from_the_latest_result(tmp_path: Path) -> None:
    plot.draw(report.read(), tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == plot.PICTURE.read_bytes(), "run `python -m bench.report`"


def test_the_latest_result_has_every_promised_figure() -> None:
    result = report.read()
    assert result.keys() >= {*report.GOALS, "machine", "versions", "date", "echo", "peers", "opening", "left_out"}
    assert all(len(one["turns_ms"]) >= 300 for one in result["echo"].values())
    assert all(len(one["turns_ms"]) >= 7 for one in result["opening"].values())


def test_a_ratio_is_shown_with_its_interval_and_its_goal(sample: dict[str, Any]) -> None:
    assert "| **1.05** | 1.00 and 1.10 | 1.15 | 1.0 |" in report.ratios(sample)


def test_the_fastest_comes_first_and_few_turns_have_no_p99(sample: dict[str, Any]) -> None:
    rows = report.latencies(sample).splitlines()
    assert rows[2] == "| answer, against the floor | bare nio | 3 | 60.0 ms | too few turns |"
    assert rows[3] == "| answer, against the floor | Cellule | 3 | 63.0 ms | too few turns |"


def test_who_could_not_take_part_is_named_with_the_reason_on_one_line(sample: dict[str, Any]) -> None:
    expected = "| matrix-reminder-bot 0.4.0 | none: it never answered in the encrypted room | | |"
    assert expected in report.latencies(sample)


def test_conditions_name_the_machine_and_every_peer(sample: dict[str, Any]) -> None:
    said = report.conditions(sample)
    assert "Some CPU, 2 cores, 16 GB" in said
    assert all(f"{rival.name} {rival.version}" in said for rival in RIVALS)


def test_a_part_that_was_not_run_is_left_out(sample: dict[str, Any]) -> None:
    del sample["peers"], sample["peer_ratio_max"]
    assert "fastest peer" not in report.ratios(sample)
    assert "nio-bot" not in report.latencies(sample)
    assert len(plot.figure(sample).axes) == 2


def test_a_result_reads_back_as_it_was_written(sample: dict[str, Any]) -> None:
    text = report.as_text(sample)
    assert json.loads(text) == sample
    assert '"turns_ms": [ 60.0, 63.0, 90.0 ]' in text


def test_an_unknown_passage_is_refused(sample: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="weather"):
        report.fill("<!-- measured: weather -->\n<!-- end: weather -->", sample)


def test_the_picture_has_one_line_for_each_bot(sample: dict[str, Any]) -> None:
    assert [len(axes.lines) for axes in plot.figure(sample).axes] == [2, 3, 2]


def test_the_same_result_gives_the_same_picture(sample: dict[str, Any], tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        plot.draw(sample, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_every_peer_is_installed_at_the_version_that_is_said(rival: Any) -> None:
    assert rival.versions()[rival.name] == rival.version
    assert {"matrix-nio", "vodozemac"} <= rival.versions().keys()
