"""What the control room reads when the bot comes back, word for word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.core.language import Language
from bot.core.ringing.absence import Missed
from bot.sentences import languages
from bot.voice import Text
from bot.voice.ringing.absence import SHOWN

Golden = Callable[[str, Text], None]
PARIS = ZoneInfo("Europe/Paris")
SINCE = datetime(2026, 11, 27, 17, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.parametrize("language", languages())


def away(*missed: Missed, messages: int, language: Language) -> Text:
    return voice.away(SINCE, SINCE + 12 * HOUR, missed, messages, PARIS, language)


def missed(codename: str, *ended: datetime, late: bool = True) -> Missed:
    return Missed(codename=codename, is_rung_late=late, ended=ended)


def test_what_was_missed(golden: Golden, language: Language) -> None:
    falcon = missed("Late Falcon", SINCE + HOUR, SINCE + 3 * HOUR)
    lost = (falcon, missed("Quiet Otter"), missed("Calm Heron", SINCE + 2 * HOUR, late=False))
    golden(f"away.{language}", away(*lost, messages=3, language=language))


def test_nothing_was_missed(golden: Golden, language: Language) -> None:
    golden(f"away-nothing.{language}", away(messages=0, language=language))


def test_of_very_many_rooms_a_few_are_named(golden: Golden, language: Language) -> None:
    lost = [missed(f"Falcon {number}") for number in range(SHOWN + 2)]
    golden(f"away-many.{language}", away(*lost, messages=1, language=language))
