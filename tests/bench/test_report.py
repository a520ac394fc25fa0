from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import kept, plot, report
from bench.rivals import RIVALS

SAMPLES = Path(__file__).with_name("results")


@pytest.fixture
def parts() -> dict[str, Any]:
    return dict(kept.parts(SAMPLES))


def test_the_page_says_what_is_kept() -> None:
    page = report.PAGE.read_text("utf-8")
    assert report.fill(page, kept.parts()) == page, "run `python -m bench.report`"


def test_the_page_has_every_passage_once() -> None:
    page = report.PAGE.read_text("utf-8")
    assert {name: page.count(f"<!-- measured: {name} -->\n") for name in report.PASSAGES} == dict.fromkeys(
        report.PASSAGES, 1
    )


def test_the_pictures_are_drawn_from_what_is_kept(tmp_path: Path) -> None:
    plot.draw(kept.parts(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()]
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (plot.IMAGES / path.name).read_bytes(), "run `python -m bench.report`"


def test_the_latest_figures_are_those_of_the_parts() -> None:
    assert kept.read(kept.LATEST) == kept.gathered(kept.parts()), "run `python -m bench.report`"


def test_every_promised_figure_has_a_goal_and_every_part_a_title() -> None:
    assert list(report.GOALS) == [name for names in kept.PARTS.values() for name in names]
    assert list(report.TITLES) == list(kept.PARTS)


def test_a_figure_is_shown_with_its_goal_its_interval_and_whether_it_is_met(parts: dict[str, Any]) -> None:
    shown = report.goals(parts)
    assert "| at most 1 | 1.050 | 1.00 and 1.10 | **no** |" in shown
    assert "| at most 1.2 | 1.200 | 0.90 and 1.40 | yes |" in shown
    assert "| at least 1,200 | 24 | | **no**, in a small run |" in shown


def test_a_figure_that_is_not_there_says_why(parts: dict[str, Any]) -> None:
    shown = report.goals(parts)
    assert "| at most 300 MB | not measured: the memory of a process is not told here | | |" in shown
    assert f"| at least 500 | not measured: {kept.NEVER_RUN} | | |" in shown


def test_the_fastest_comes_first_and_few_turns_have_no_p99(parts: dict[str, Any]) -> None:
    rows = report.latencies(parts).splitlines()
    assert rows[2] == "| answer, against the floor | bare nio | 3 | 60.0 ms | too few turns |"
    assert rows[3] == "| answer, against the floor | Cellule | 3 | 63.0 ms | too few turns |"


def test_who_could_not_take_part_is_named_with_the_reason_on_one_line(parts: dict[str, Any]) -> None:
    expected = "| matrix-reminder-bot 0.4.0 | none: it never answered in the encrypted room | | |"
    assert expected in report.latencies(parts)


def test_conditions_name_the_machine_once_and_each_part_with_its_load(parts: dict[str, Any]) -> None:
    said = report.conditions(parts)
    assert said.count("Some CPU, 2 cores, 16 GB") == 1
    assert "| answer, against the floor | 2026-01-31 12:00 | 0123456789 | short | 100 s | 0.10 | 0.90 |" in said
    assert "| rooms by one command | 2026-02-01 12:00 | 0123456789 | short, small | 60 s | 2.50, busy | 0.90 |" in said


def test_what_came_of_a_cascade_is_told(parts: dict[str, Any]) -> None:
    said = report.cascade(parts)
    assert "| reminders due meanwhile | 2, 0.50 s late at most |" in said
    assert "| commands typed meanwhile | 3, half of them answered within 0.20 s, all within 0.40 s |" in said
    assert "| killed at room 3 of 4, then started again | 4 rooms, 0 lost, 0 doubled |" in said
    assert "Not measured" in report.cascade({})


def test_the_runs_before_are_shown_below_the_last(parts: dict[str, Any]) -> None:
    rows = report.runs(parts).splitlines()
    assert rows[2].endswith("| 0123456789 | 0.10 | echo_ratio_p50 1.050, echo_ratio_p99 1.200 |")
    assert rows[3].endswith("| 9876543210 | 3.00 | echo_ratio_p50 1.300, echo_ratio_p99 1.900 |")


def test_a_part_that_was_not_run_is_left_out(parts: dict[str, Any]) -> None:
    del parts["peers"]
    assert "nio-bot" not in report.latencies(parts)
    drawn = plot.latency(parts)
    assert drawn is not None
    assert len(drawn.axes) == 1


def test_an_unknown_passage_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="weather"):
        report.fill("<!-- measured: weather -->\n<!-- end: weather -->", parts)


def test_hostile_inputs_are_told_with_their_day(parts: dict[str, Any]) -> None:
    assert report.goals(parts).splitlines()[-1].startswith("| hostile inputs | the bot keeps answering |")


def test_every_picture_is_drawn_when_there_is_something_to_draw(parts: dict[str, Any], tmp_path: Path) -> None:
    plot.draw(parts, tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(plot.PICTURES)


def test_growth_is_drawn_from_the_small_run_to_the_whole_one(parts: dict[str, Any]) -> None:
    drawn = plot.growth(parts)
    assert drawn is not None
    assert np.array_equal(drawn.axes[1].lines[0].get_xdata(), [1, 60, 1200])


def test_the_picture_of_latencies_has_one_line_for_each_bot(parts: dict[str, Any]) -> None:
    drawn = plot.latency(parts)
    assert drawn is not None
    assert [len(axes.lines) for axes in drawn.axes] == [2, 3]


def test_the_same_results_give_the_same_pictures(parts: dict[str, Any], tmp_path: Path) -> None:
    for name in ("one", "two"):
        plot.draw(parts, tmp_path / name)
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert one == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}


def test_nothing_kept_is_no_picture(tmp_path: Path) -> None:
    plot.draw({}, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_every_peer_is_installed_at_the_version_that_is_said(rival: Any) -> None:
    assert rival.versions()[rival.name] == rival.version
    assert {"matrix-nio", "vodozemac"} <= rival.versions().keys()
