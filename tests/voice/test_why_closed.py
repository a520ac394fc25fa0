"""Why organisations closed: what the roll-up says of it, and what they read who did not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import Closed
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import rollup
from bot.sentences import languages
from bot.voice import Text
from tests.core.build import ALICE, HOUR, NOW
from tests.core.cascades import child, parent, person_of, row, sent, told

Golden = Callable[[str, Text], None]
ALPHA = person_of("Alpha")


def all_of(*parts: Text) -> Text:
    return Text(body="\n\n---\n\n".join(part.body for part in parts), html="\n<hr>\n".join(part.html for part in parts))


def closed_with(fact: Closed, before: Incident) -> Text:
    return voice.confirm(fact, before, evolve(before, fact))


@pytest.mark.parametrize("language", languages())
def test_why_they_close(golden: Golden, language: Language) -> None:
    rows = tuple(map(row, ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta")))
    closed = [
        child(one, Closed(at=NOW + place * HOUR, by=ALPHA, summary=f"We had *nothing* there, {place}"))
        for place, one in enumerate(rows[:4])
    ]
    bye = replace(sent(), closes=True)
    mute = Closed(at=NOW, by=ALICE, summary="")
    ended = child(rows[4], told(bye, child(rows[4])), mute)
    farewell = replace(ended, bulletins=tuple(replace(one, closes=True) for one in ended.bulletins))
    among = (*closed, farewell, child(rows[5], mute), child(rows[6]))
    above = parent(bye, rows=rows, language=language)
    page = voice.rollup(rollup(above, among, Watch(now=NOW + HOUR)))
    own = child(row("Alpha"), language=language)
    golden(
        f"why-closed.{language}",
        all_of(page, closed_with(mute, own), closed_with(replace(mute, summary="x"), own)),
    )
    quiet = rollup(above, (farewell,), Watch(now=NOW + HOUR))
    assert not {"Closed, and why", "Closes, et pourquoi"}.intersection(voice.rollup(quiet).body.splitlines())
    drill = child(row("Alpha"), language=language, drill=True)
    assert closed_with(mute, drill).body.count("\n") < closed_with(mute, own).body.count("\n")
