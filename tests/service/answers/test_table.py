from __future__ import annotations

from typing import get_args

from bot.core.commands import Command
from bot.service.answers.table import ANSWERS, ENTRIES


def test_every_command_has_exactly_one_answer() -> None:
    assert set(ANSWERS) == set(get_args(Command))
    assert len(ENTRIES) == len(ANSWERS)
