"""A report in words is data and nothing else: what is drawn from it twice is the same."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import get_args

import pytest

from bot.core.report.pages import Block, Cover, Prose, Report, Screen, Section


@pytest.mark.parametrize("kind", [*get_args(Block), Section, Screen, Report, Cover])
def test_nothing_of_it_can_be_changed(kind: type) -> None:
    made: object = object.__new__(kind)
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(kind)[0].name, "other")


def test_two_that_say_the_same_are_the_same() -> None:
    section = Section(title="One", blocks=(Prose(text="a"),))
    assert section == replace(section, blocks=(Prose(text="a"),))
    assert section != replace(section, begins_page=True)
