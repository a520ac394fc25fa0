"""Makes mistakes, one at a time, and runs the tests that go over the line, those that mirror its folder first.

    make mutants                        300 of bot/matrix and bot/service, by chance, the same for the same seed
    make mutants ARGS="--count 50 --seed 7 matrix/guard"

A mutant counts as killed when one of these tests fails, or does not end. Tests that run the bot in another process are
not asked. Linux only: each mutant is tried in a fork.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.mutation import trial
from tests.mutation.mutants import ROOT, Mutant, mutants_of
from tests.mutation.reach import Reach, measured

SURVIVORS = Path(__file__).with_name("survivors.json")
FEW_S, MANY_S = 20.0, 60.0
"""So long the tests of one mutant may take by the measurement; what lives through the few is tried by the many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A mutant, its tests in the order they are asked in, and how long each round takes."""

    mutant: Mutant
    rounds: tuple[tuple[float, list[str]], ...]


def planned(mutant: Mutant, reach: Reach) -> Trial:
    """Return the trial of *mutant*."""
    few, many = reach.of(mutant, FEW_S), reach.of(mutant, MANY_S)
    rounds = (tests for tests in (few, many[len(few) :]) if tests)
    return Trial(mutant=mutant, rounds=tuple((sum(map(reach.took.__getitem__, tests)), tests) for tests in rounds))


def lives(tried: Trial) -> bool:
    """Say whether no test notices."""
    return not any(trial.fails(tried.mutant, tests, took_s) for took_s, tests in tried.rounds)


def survivors(picked: Sequence[Mutant], jobs: int) -> list[Mutant]:
    """Try all of them, and name at once those that live."""
    reach = measured()
    trial.warm_up()
    trials = [planned(mutant, reach) for mutant in picked]
    alive = list[Mutant]()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for number, (mutant, is_alive) in enumerate(zip(picked, pool.imap(lives, trials), strict=True), 1):
            if is_alive:
                alive.append(mutant)
                told(f"{number:4}  lives  {mutant}")
    return alive


def main(words: Sequence[str]) -> int:
    """Return 0 when every mutant that lives is one we know the reason of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", default=["matrix", "service"], help="folders or files below bot/")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--jobs", type=int, default=2, help="how many are tried at once")
    chosen = parser.parse_args(words)
    found = [mutant for room in chosen.rooms for path in _files(room) for mutant in mutants_of(path)]
    picked = sorted(found, key=partial(chance, chosen.seed))[: chosen.count]
    alive = survivors(picked, chosen.jobs)
    known = {
        tuple(entry[key] for key in ("path", "code", "was", "text")) for entry in json.loads(SURVIVORS.read_text())
    }
    unknown = [mutant for mutant in alive if (mutant.path, mutant.code, mutant.was, mutant.text) not in known]
    told(f"{len(picked)} of {len(found)} mutants, {len(picked) - len(alive)} killed, {len(alive)} live, of which")
    told(f"{len(unknown)} are not in {SURVIVORS.name}; seed {chosen.seed}")
    return int(bool(unknown))


def chance(seed: int, mutant: Mutant) -> float:
    """Return a number by which mutants are picked: a line that changes moves no other mutant."""
    return random.Random(f"{seed} {mutant.path} {mutant.code} {mutant.was} {mutant.text}").random()


def told(line: str) -> None:
    """Show a line at once: a run takes long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _files(room: str) -> list[Path]:
    place = ROOT / "bot" / room
    return [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
