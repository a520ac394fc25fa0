"""A mistake of ours in wording a reminder: it rings all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.language import Language, Words
from tests.core.build import HOUSE
from tests.service.shell import Shell


class Unspeakable(Words):
    """Words that cannot be said."""

    def to(self, language: Language) -> str:
        raise ValueError(language)


async def test_a_reminder_that_cannot_be_put_into_words_rings_for_the_whole_room() -> None:
    broken = tuple(replace(rule, late=Unspeakable(fr="", en="")) for rule in HOUSE.rules)
    shell = Shell(replace(HOUSE, rules=broken))
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(timedelta(hours=74))
        assert shell.rings()[-1].mentions_room
        assert "reference" in shell.rings()[-1].body
        assert "D1" in await shell.type("!next")
