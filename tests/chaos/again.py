"""What a run was judged by is kept when the judge complains: `python -m tests.chaos.again FILE` judges it again."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from tests.chaos.model import Evidence, House, judge

NAME = "evidence.pickle"


def keep(folder: Path, house: House, evidence: Evidence) -> None:
    file = folder / NAME
    file.write_bytes(pickle.dumps((house, evidence)))
    print(f"judge again: python -m tests.chaos.again {file}")  # noqa: T201 - for who reads why a run failed


def kept(file: Path) -> tuple[House, Evidence]:
    house, evidence = pickle.loads(file.read_bytes())
    return house, evidence


if __name__ == "__main__":
    print(*judge(*kept(Path(sys.argv[1]))).complaints, sep="\n")  # noqa: T201
