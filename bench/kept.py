"""What is kept of measurements: a file for each part, `bench/results/PART.json`, and `latest.json`, which gathers them.

A part that is measured again replaces its own file and no other, with its own date, commit, machine and load:

    run = kept.begin("long")
    ...
    run.keep("growth", {"growth_ratio": 1.1, "intervals_95": {...}, "whatever": [...]})
    kept.gather()

What `PARTS` promises goes among the figures, all else among the samples, from which the pictures are drawn. A run that
is smaller than the part is meant to be (`small=True`) is kept beside the whole one, as `PART-small.json`, and stands in
until there is one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine

RESULTS = machine.ROOT / "bench" / "results"
LATEST = RESULTS / "latest.json"

PARTS: Mapping[str, tuple[str, ...]] = {
    "echo": ("echo_ratio_p50", "echo_ratio_p99"),
    "engines": (
        "engine_ratio_p50",
        "engine_ratio_p99",
        "engine_open_ratio",
        "engine_cold_ratio",
        "engine_alarm_late_p99_s",
        "engine_alarms_lost",
        "engine_alarms_doubled",
    ),
    "peers": ("peer_ratio_max",),
    "opening": ("open_ratio",),
    "cascade": ("cascade_rooms", "cascade_ratio", "cascade_words_ratio", "cascade_rss_mb", "cascade_late_p99_s"),
    "limits": ("limited_rooms", "limited_lost", "limited_doubled"),
    "cold": ("cold_start_ratio",),
    "growth": ("growth_ratio",),
    "alarms": ("alarm_late_p99_s", "alarms_lost", "alarms_doubled"),
    "scale": (),
    "doors": ("doors_in", "doors_p95_s", "doors_hands"),
    "chaos": ("chaos_kills", "chaos_lost", "chaos_doubled"),
    "replicas": ("replica_kills", "takeover_s_max", "replica_lost", "replica_doubled"),
}
"""The figures that each part promises."""
NEVER_RUN = "no run of this part is kept"
EARLIER_KEPT = 4

Kept = Mapping[str, Any]
"""The file of one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A measurement under way: its form, since when, of which program, and how busy the machine was before it."""

    form: str
    date: datetime
    started: float
    load: float
    commit: str

    def keep(self, part: str, found: Mapping[str, Any], *, small: bool = False, folder: Path = RESULTS) -> Path:
        """Write what *part* found: figures, samples, and two by the names of figures if there is something to say.

        `intervals_95` says how sure they are, `not_measured` why one is not there.
        """
        path = folder / f"{part}{'-small' if small else ''}.json"
        named = {name: found.get(name, {}) for name in ("intervals_95", "not_measured")}
        date = self.date.isoformat(timespec="seconds")
        written = {
            "part": part,
            "figures": {name: found[name] for name in PARTS[part] if name in found},
            **named,
            "form": self.form,
            "small": small,
            "date": date,
            "commit": self.commit,
            "seconds": round(time.monotonic() - self.started),
            "load_before": self.load,
            "load_after": machine.load(),
            "machine": machine.machine(),
            "versions": machine.versions(),
            "samples": {name: value for name, value in found.items() if name not in {*PARTS[part], *named}},
            "earlier": _earlier(read(path), date) if path.exists() else [],
        }
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(written), encoding="utf-8")
        return path


def begin(form: str) -> Run:
    """Note the time and the load; to be called before anything of the part has begun."""
    return Run(
        form=form,
        date=datetime.now(UTC),
        started=time.monotonic(),
        load=machine.load(),
        commit=machine.commit(),
    )


def parts(folder: Path = RESULTS) -> dict[str, Kept]:
    """Return what is kept of each part: of a whole run, with a small one under `smaller`; or of the small one alone."""
    found: dict[str, Kept] = {}
    for part in PARTS:
        paths = (folder / f"{part}.json", folder / f"{part}-small.json")
        runs = [_in_form(part, read(path)) for path in paths if path.exists()]
        if runs:
            found[part] = {**runs[0], "smaller": runs[1] if runs[1:] else None}
    return found


def _in_form(part: str, found: Kept) -> Kept:
    """Return what is kept of *part*; what a test wrote by itself, figures beside samples, is brought into form."""
    if "figures" in found:
        return found
    told = {"date", "machine", "versions", "seconds", "load_before", "load_after", "commit", "form"}
    return {
        "part": part,
        "figures": {name: found[name] for name in PARTS[part] if name in found},
        "intervals_95": {},
        "not_measured": {},
        "form": "long",
        "small": False,
        "seconds": None,
        "load_before": None,
        "load_after": None,
        "commit": found["versions"].get("cellule", ""),
        "samples": {name: value for name, value in found.items() if name not in {*PARTS[part], *told}},
        "earlier": [],
        **{name: found[name] for name in told if name in found},
    }


def gathered(kept: Mapping[str, Kept]) -> dict[str, Any]:
    """Return the latest figures of all parts with what each was made on; a figure that is not measured is None."""
    figures: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for part, names in PARTS.items():
        one = kept.get(part, {})
        for name in names:
            figures[name] = one.get("figures", {}).get(name)
            if figures[name] is None:
                reasons[name] = one.get("not_measured", {}).get(name, NEVER_RUN)
    newest = max(kept.values(), key=lambda one: str(one["date"]), default={})
    return {
        **figures,
        "not_measured": reasons,
        "date": newest.get("date"),
        "commit": newest.get("commit"),
        "machine": newest.get("machine"),
        "versions": newest.get("versions"),
        "parts": {part: {name: one[name] for name in _SHOWN if name in one} for part, one in kept.items()},
    }


_SHOWN = (
    "form", "small", "date", "commit", "seconds", "load_before", "load_after", "machine", "figures", "intervals_95",
)  # fmt: skip


def gather(folder: Path = RESULTS) -> dict[str, Any]:
    """Write `latest.json` and return it."""
    latest = gathered(parts(folder))
    (folder / LATEST.name).write_text(as_text(latest), encoding="utf-8")
    return latest


def read(path: Path) -> dict[str, Any]:
    """Return what is kept at *path*."""
    result: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return result


def as_text(result: Mapping[str, Any]) -> str:
    """Return *result* as JSON with every list on one line: a diff of two results stays readable."""
    text = json.dumps(result, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text) + "\n"


def _earlier(last: Kept, date: str) -> list[dict[str, Any]]:
    """Return the runs before one, the youngest first: their figures and what tells how far to trust them.

    A run, known by its *date*, may keep what it has found so far more than once.
    """
    named = ("date", "commit", "form", "load_before", "figures")
    runs = [{name: last[name] for name in named}, *last["earlier"]]
    return [run for run in runs if run["date"] != date][:EARLIER_KEPT]


if __name__ == "__main__":
    gather()
