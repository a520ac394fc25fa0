"""A checkpoint is one line of words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from bot.core.record.checkpoint import Checkpoint

AT = datetime(2026, 11, 24, 19, 0, 30, 999, tzinfo=timezone(timedelta(hours=1)))


def test_the_line_says_whose_record_how_many_entries_their_root_and_when_in_utc() -> None:
    checkpoint = Checkpoint(incident="i", size=41, root="ab" * 32, at=AT)
    assert checkpoint.statement() == f"cellule-checkpoint-1 i 41 {'ab' * 32} 2026-11-24T18:00:30Z"
    assert checkpoint.line("KEY", "SIGNATURE") == f"{checkpoint.statement()} KEY SIGNATURE"


def test_in_an_export_there_is_no_hour() -> None:
    assert Checkpoint(incident="i", size=1, root="", at=None).statement().endswith(" -")
    assert AT.astimezone(UTC).hour == 18
