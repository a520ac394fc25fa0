"""The lines of the tour are commands of the bot, and what must stay secret is really typed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands import ParsedCommand, Place, parse
from bot.core.language import Language
from bot.demo.script import script
from bot.sentences import languages

LINES = ("open", "next", "done", "fact", "aware", "ack", "filed", "clocks", "timeline", "complaint", "close")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("language", languages())
def test_every_line_of_the_tour_is_a_command(language: Language) -> None:
    for name in LINES:
        line = getattr(script(language), name)
        parsed = parse(line, place=Place.INCIDENT, now=NOW, zone=ZoneInfo("Europe/Paris"), language=language)
        assert isinstance(parsed, ParsedCommand), line


@pytest.mark.parametrize("language", languages())
def test_every_secret_is_typed_in_some_line(language: Language) -> None:
    lines = script(language)
    typed = "\n".join(getattr(lines, name) for name in LINES)
    assert all(secret in typed for secret in (*lines.secrets, lines.title, lines.result, lines.source, lines.summary))
