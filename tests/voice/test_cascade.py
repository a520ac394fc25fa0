"""How a list, and the opening of rooms, is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import voice
from bot.commands.organisations import Flaw, Wrong
from bot.core.cascade import Going, Progress
from bot.core.language import Language
from bot.sentences import languages
from bot.voice import Text
from bot.voice.organisations.cascade import MOST_MISTAKES

OF_ORGANISATIONS = list(Flaw)[: list(Flaw).index(Flaw.WRONG_ANSWER) + 1]
"""The rest is of lists of clients."""
RUNNING = Progress(total=1200, done=431, failed=2, going=Going.RUNNING, per_minute=212.4)
SHOWN = {
    "start": Progress(total=1200, done=0, failed=0, going=Going.RUNNING),
    "running": RUNNING,
    "one-refused": Progress(total=12, done=4, failed=1, going=Going.RUNNING, per_minute=0.4),
    "paused": Progress(total=1200, done=431, failed=0, going=Going.PAUSED, per_minute=212.4),
    "cancelled": Progress(total=1200, done=431, failed=3, going=Going.CANCELLED),
    "all-but-some": Progress(total=1200, done=1198, failed=2, going=Going.RUNNING, per_minute=200.0),
    "all": Progress(total=1200, done=1200, failed=0, going=Going.RUNNING, per_minute=200.0),
    "all-but-one-invited": Progress(total=1200, done=1200, failed=0, going=Going.RUNNING, uninvited=1),
    "some-uninvited": Progress(total=1200, done=431, failed=0, going=Going.PAUSED, uninvited=7),
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHOWN)
def test_progress(golden: Callable[[str, Text], None], name: str, language: Language) -> None:
    golden(f"progress-{name}.{language}", voice.progress(SHOWN[name], language))


@pytest.mark.parametrize("language", languages())
def test_what_is_wrong_with_a_list(golden: Callable[[str, Text], None], language: Language) -> None:
    wrong = [Wrong(line=number, flaw=flaw, given="*x* <y>") for number, flaw in enumerate(OF_ORGANISATIONS, start=2)]
    golden(f"list-wrong.{language}", voice.list_wrong("clients *2*.csv", wrong, language))


def test_of_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    wrong = [Wrong(line=number, flaw=Flaw.NO_ORGANISATION) for number in range(2, 4002)]
    body = voice.list_wrong("firms.csv", wrong, Language("en")).body
    assert "4000 mistakes" in body
    assert body.count("line ") == MOST_MISTAKES
    assert f"… and {4000 - MOST_MISTAKES} more" in body


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("new", "known", "going"), [(1200, 0, Going.RUNNING), (1, 1199, Going.PAUSED), (0, 1200, Going.RUNNING)]
)
def test_what_becomes_of_a_list(
    golden: Callable[[str, Text], None], new: int, known: int, going: Going, language: Language
) -> None:
    text = voice.cascade_extended("firms.csv", "Calm Heron", new, known, going, language)
    golden(f"cascade-extended-{new}.{language}", text)
