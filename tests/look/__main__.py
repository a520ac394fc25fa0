"""`make look`: play a night in each language in a client that is built here; build/look has what was seen."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.core.language import Language
from bot.sentences import languages
from tests.look import paper
from tests.look.album import SCREEN_PX, Look
from tests.look.play import play
from tests.look.screen import JS, ScreenError, program

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "look"
DOCUMENTS = ROOT / "docs" / "pictures"


def main() -> int:
    """Return 0; 1 when something was not seen that had to be, or an answer is longer than asked for."""
    options = _parser().parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        looks = _look(options.languages)
    except ScreenError as error:
        print(error, file=sys.stderr)
        return 1
    paper.write_heights(looks, FOLDER / "heights.json")
    paper.write_page(looks, FOLDER / "index.html")
    if options.pictures:
        paper.write_chosen(looks, DOCUMENTS)
    long = _tell(looks, options.at_most)
    print(f"All of it: {(FOLDER / 'index.html').relative_to(ROOT)}")
    return 1 if long else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.look", description=__doc__)
    parser.add_argument("--pictures", action="store_true", help="write the chosen pictures into docs/pictures too")
    parser.add_argument("--at-most", type=float, metavar="SCREENS", help="fail if an answer is longer")
    parser.add_argument("languages", nargs="*", default=languages(), help="default: %(default)s")
    return parser


def _look(wanted: list[str]) -> list[Look]:
    program("chromium")
    looks: list[Look] = []
    with tempfile.TemporaryDirectory(prefix="cellule-look-") as scratch:
        site = Path(scratch, "site")
        subprocess.run([program("node"), str(JS / "build.mjs"), str(site)], check=True)
        for language in map(Language, wanted):
            folder = Path(scratch, language)
            folder.mkdir()
            looks += asyncio.run(play(site, folder, FOLDER, language))
            print(f"{language}: played and pictured")
    return looks


def _tell(looks: list[Look], at_most: float | None) -> bool:
    """Print the table of heights, and say whether one is more than *at_most*."""
    table = paper.heights(looks)
    for name, by_language in table.items():
        row = "".join(f"  {language} {px:5} px {paper.screens(px):4}" for language, px in by_language.items())
        print(f"{name:16}{row}")
    return at_most is not None and any(px > at_most * SCREEN_PX for row in table.values() for px in row.values())


if __name__ == "__main__":
    sys.exit(main())
