"""Measure: `python -m bench [--short | --long] [PART...]`; results go to bench/results, one file for each part."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import traceback
from pathlib import Path

from bench import kept, report
from bench.measurements import MEASUREMENTS, Size


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Cellule against floors and peers.")
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--short", dest="form", action="store_const", const="short", help="under ten minutes; the default"
    )
    form.add_argument("--long", dest="form", action="store_const", const="long", help="all of it, with 1,200 rooms")
    parser.add_argument("--turns", type=int, help="turns of each part, whatever the form")
    parser.add_argument("--rooms", type=int, help="rooms of each part, whatever the form")
    parser.add_argument("--results", type=Path, default=kept.RESULTS, help="the folder where results go")
    names = ", ".join(MEASUREMENTS)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of {names}; all of the form by default")
    parser.set_defaults(form="short")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(MEASUREMENTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; write {names}")
    return arguments


def _measure(part: str, size: Size, arguments: argparse.Namespace) -> bool:
    """Measure one part and keep what it found; a part that fails keeps nothing and stops no other."""
    measurement = MEASUREMENTS[part]
    run = kept.begin(arguments.form)
    print(f"{measurement.title} ({size}; load {run.load})", flush=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(measurement.measure(Path(folder), size, lambda line: print(line, flush=True)))
    except Exception:  # noqa: BLE001 - whatever went wrong, the other parts are worth their time
        traceback.print_exc()
        return False
    path = run.keep(part, found, small=size.is_smaller_than(measurement.whole), folder=arguments.results)
    print(f"  kept in {path.name}", flush=True)
    return True


def main() -> None:
    """Measure what was asked for, keep it, and say it. Exit 1 if a part could not be measured."""
    arguments = _arguments()
    # What the clients of the people here think of each other's devices is no news.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    failed: list[str] = []
    for part, measurement in MEASUREMENTS.items():
        size = measurement.size(arguments.form, turns=arguments.turns, rooms=arguments.rooms)
        is_wanted = part in arguments.parts if arguments.parts else measurement.is_in(arguments.form)
        if is_wanted and not _measure(part, size, arguments):
            failed.append(part)
    kept.gather(arguments.results)
    print("\n" + report.summary(kept.parts(arguments.results)))
    if arguments.results == kept.RESULTS:
        report.publish()
        print(f"\nThe figures of {report.PAGE.name} and its pictures are drawn from {arguments.results.name}.")
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
