"""Plays the exchange of the README and a weekend in a language, and prints what happened and what was said, as JSON."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import replace

from bot.commands.parse import find_row
from bot.core.language import Language
from bot.host.shipped import playbooks_folder
from bot.library.lint import check
from bot.sentences.po import said
from tests.docs.test_readme_exchange import Stage, Turn, stage, turns
from tests.patience import eventually
from tests.service.shell import BOT
from tests.weekend import LINES
from tests.weekend_play import weekend


def spoken(typed: str, language: Language) -> str:
    """Return what somebody types instead who speaks *language*."""
    if found := re.match(r"!(\w+)", typed):
        row = find_row(found[1])
        assert row is not None
        typed = f"!{row.words[language][0]}{typed[found.end() :]}"
    for key in ("answer.yes", "answer.no", "answer.unknown", "role.it"):
        (english, *_), (own, *_) = said(f"typed.{key}", Language("en")), said(f"typed.{key}", language)
        typed = re.sub(rf"(?<= ){english}$", own, typed)
    return typed.replace("--lang en", f"--lang {language}")


async def exchange(language: Language) -> list[str]:
    """Play what people type in the README."""
    async with stage(language) as played:
        await eventually(lambda: len(played.rooms) == 1, otherwise=lambda: "no control room")
        for number, turn in enumerate(turns(), start=1):
            await _type(played, number, replace(turn, typed=spoken(turn.typed, language), answers=[]))
        return [one.content.body for room in played.chat.rooms.values() for one in room.said]


async def _type(played: Stage, number: int, turn: Turn) -> None:
    def answers() -> int:
        return sum(len(room.said) for room in played.chat.rooms.values())

    before = answers()
    await played.play(number, turn)
    await eventually(lambda: answers() > before, otherwise=lambda: f"no answer to {turn.typed!r}")


async def main(language: Language) -> None:
    """Print it all."""
    days = weekend(language)
    await days.play(tuple(replace(line, en=spoken(line.en, language)) for line in LINES))
    happened = [type(fact).__name__ for fact in await days.facts()]
    heard = [*(turn.body for turn in days.turns if turn.who == BOT), *await exchange(language)]
    problems = [str(problem) for problem in check([playbooks_folder()])]
    json.dump({"facts": happened, "said": heard, "problems": problems}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(Language(sys.argv[1])))
