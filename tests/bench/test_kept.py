from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results"


def keep(folder: Path, part: str, figures: dict[str, Any], **more: Any) -> Path:
    return kept.begin("short").keep(part, figures, folder=folder, **more)


def test_a_part_that_is_measured_again_replaces_its_own_figures_and_no_others(folder: Path) -> None:
    keep(folder, "growth", {"growth_ratio": 1.1})
    keep(folder, "opening", {"open_ratio": 1.2})
    keep(folder, "growth", {"growth_ratio": 1.05})
    latest = kept.gather(folder)
    assert (latest["growth_ratio"], latest["open_ratio"]) == (1.05, 1.2)
    assert kept.read(folder / "latest.json") == latest


def test_every_promised_figure_is_there_or_says_why_not(folder: Path) -> None:
    keep(folder, "cascade", {"cascade_rooms": 24, "not_measured": {"cascade_rss_mb": "no /proc here"}})
    latest = kept.gather(folder)
    promised = {name for names in kept.PARTS.values() for name in names}
    assert latest.keys() >= {*promised, "machine", "versions", "date"}
    assert latest["not_measured"].keys() == {name for name in promised if latest[name] is None}
    assert latest["not_measured"]["cascade_rss_mb"] == "no /proc here"
    assert latest["not_measured"]["growth_ratio"] == kept.NEVER_RUN


def test_nothing_kept_is_nothing_said(folder: Path) -> None:
    folder.mkdir()
    latest = kept.gather(folder)
    assert latest["date"] is None
    assert latest["parts"] == {}


def test_each_part_tells_its_own_date_commit_machine_and_load(folder: Path) -> None:
    keep(folder, "echo", {"echo_ratio_p50": 1.0, "echo_ratio_p99": 1.1, "intervals_95": {"echo_ratio_p50": [0.9, 1.1]}})
    told = kept.gather(folder)["parts"]["echo"]
    assert told.keys() >= {"date", "commit", "machine", "load_before", "load_after", "seconds"}
    assert told["intervals_95"] == {"echo_ratio_p50": [0.9, 1.1]}
    assert "samples" not in told


def test_a_small_run_stands_in_for_the_whole_one_and_never_replaces_it(folder: Path) -> None:
    keep(folder, "cascade", {"cascade_rooms": 24}, small=True)
    assert kept.gather(folder)["cascade_rooms"] == 24
    keep(folder, "cascade", {"cascade_rooms": 1_200})
    keep(folder, "cascade", {"cascade_rooms": 48}, small=True)
    latest = kept.gather(folder)
    assert latest["cascade_rooms"] == 1_200
    assert latest["parts"]["cascade"]["small"] is False


def test_the_runs_before_are_told_the_youngest_first_and_not_for_ever(folder: Path) -> None:
    begun = kept.begin("short")
    for number in range(kept.EARLIER_KEPT + 3):
        run = replace(begun, date=begun.date + timedelta(minutes=number))
        run.keep("growth", {"growth_ratio": "so far"}, folder=folder)
        run.keep("growth", {"growth_ratio": number}, folder=folder)
    earlier = [run["figures"]["growth_ratio"] for run in kept.read(folder / "growth.json")["earlier"]]
    assert earlier == [5, 4, 3, 2], "what a run kept before it ended is no run"


def test_what_is_kept_reads_back_with_every_list_on_one_line() -> None:
    text = kept.as_text({"turns_ms": [60.0, 63.0], "deep": {"more": [[1, 2]]}})
    assert '"turns_ms": [ 60.0, 63.0 ]' in text


def test_what_is_not_promised_is_a_sample(folder: Path) -> None:
    written = kept.read(keep(folder, "growth", {"growth_ratio": 1.1, "rooms": 60, "intervals_95": {}}))
    assert written["figures"] == {"growth_ratio": 1.1}
    assert written["samples"] == {"rooms": 60}


def test_what_a_test_wrote_flat_is_brought_into_form(folder: Path) -> None:
    folder.mkdir()
    flat = {"chaos_kills": 500, "chaos_lost": 0, "seed": 7, "date": "2026-01-31"}
    made_on = {"machine": {"cores": 2}, "versions": {"cellule": "0123456789"}}
    (folder / "chaos.json").write_text(kept.as_text({**flat, **made_on}))
    latest = kept.gather(folder)
    assert (latest["chaos_kills"], latest["chaos_lost"], latest["chaos_doubled"]) == (500, 0, None)
    assert latest["parts"]["chaos"]["commit"] == "0123456789"
    assert kept.parts(folder)["chaos"]["samples"] == {"seed": 7}
