"""Measure: `python -m bench [--short | --long] [echo] [peers] [opening]`; results go to bench/results."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import figures, machine, report
from bench.runs import Times, measure_echo, measure_opening, measure_peers

TURNS = {"short": {"echo": 300, "peers": 60, "opening": 7}, "long": {"echo": 1_000, "peers": 300, "opening": 21}}
PARTS = ("echo", "peers", "opening")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Cellule against floors and peers.")
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--short", dest="form", action="store_const", const="short", help="under five minutes; the default"
    )
    form.add_argument("--long", dest="form", action="store_const", const="long", help="about a quarter of an hour")
    parser.add_argument("--output", type=Path, default=report.LATEST, help="where the result goes")
    parser.add_argument("--turns", type=int, help="turns of each part, whatever the form")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of {', '.join(PARTS)}; all by default")
    parser.set_defaults(form="short")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; write {', '.join(PARTS)}")
    return arguments


async def _measure(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    turns = dict.fromkeys(PARTS, arguments.turns) if arguments.turns else TURNS[arguments.form]
    parts = arguments.parts or PARTS
    times: dict[str, Times] = {part: {} for part in PARTS}
    left_out: dict[str, str] = {}
    if "echo" in parts:
        print("From a command to its answer, against a bare echo")
        times["echo"] = await measure_echo(folder / "echo", turns["echo"], print)
    if "peers" in parts:
        print("The same, against the peers")
        times["peers"], peers_left_out = await measure_peers(folder / "peers", turns["peers"], print)
        left_out.update(peers_left_out)
    if "opening" in parts:
        print("From !open to eight readers of the first step, against the bare calls")
        times["opening"] = await measure_opening(folder / "opening", turns["opening"], print)
    return {**figures.result(times["echo"], times["peers"], times["opening"]), "left_out": left_out}


def main() -> None:
    """Measure what was asked for, say it, and keep it."""
    arguments = _arguments()
    before, started, date = machine.load(), time.monotonic(), datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_measure(arguments, Path(folder)))
    result = {
        **found,
        "form": arguments.form,
        "date": date.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started),
        "load_before": before,
        "machine": machine.machine(),
        "versions": machine.versions(),
    }
    print("\n" + report.summary(result))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(report.as_text(result), encoding="utf-8")
    print(f"\nWritten to {arguments.output}")
    if arguments.output == report.LATEST and not arguments.parts:
        report.publish()
        print(f"The figures of {report.PAGE.name} and the picture are drawn from it.")


if __name__ == "__main__":
    main()
