"""What is said when rooms of organisations are mended from the parent's, there and in each, and why they close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core import facts
from bot.core.evolve import evolve
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.people.roster import Role
from bot.sentences import languages
from bot.voice import Text
from tests.core.build import ALICE, DAVE, ERIN, HOURS_72, NO_FIGURE, NOW, started
from tests.core.cascades import child, parent, person_of, row

Golden = Callable[[str, Text], None]
ALPHA = person_of("Alpha")
MERGING = facts.Merging(into="alpha", merged="beta", people=2, rules=(HOURS_72, NO_FIGURE))
ASKED = (
    MERGING,
    replace(MERGING, people=0, rules=()),
    facts.RemovingBelow(key="alpha", user=ALPHA, is_last=True),
    facts.RemovingBelow(key="alpha", user=ALPHA, new=ERIN),
)
ABOVE: tuple[facts.Fact, ...] = (
    facts.FirmsMerged(at=NOW, by=ALICE, number=1, into="alpha", merged="beta"),
    facts.RemovedBelow(at=NOW, by=ALICE, number=2, key="alpha", user=ALPHA),
    facts.RemovedBelow(at=NOW, by=ALICE, number=3, key="gone", user=ALPHA, new=ERIN),
)
TOOK_IN = facts.FirmTookIn(at=NOW, by=ALICE, number=1, organisation="*Beta*", codename="Calm Beta", filed=(HOURS_72,))
MOVED = facts.FirmMoved(at=NOW, by=ALICE, number=1, organisation="*Beta*", codename="Calm Beta", waits=(HOURS_72,))
THERE: tuple[facts.Fact, ...] = (
    TOOK_IN,
    replace(TOOK_IN, codename="", filed=()),
    MOVED,
    replace(MOVED, waits=()),
    facts.PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.DPO,)),
    facts.PersonRemoved(at=NOW, by=ALICE, user=DAVE),
    replace(started(), by=ERIN),
    facts.Closed(at=NOW, by=ALICE, summary=""),
)


def all_of(*parts: Text) -> Text:
    return Text(body="\n\n---\n\n".join(part.body for part in parts), html="\n<hr>\n".join(part.html for part in parts))


def done(fact: facts.Fact, before: Incident, say: Callable[[facts.Fact, Incident, Incident], Text]) -> Text:
    return say(fact, before, evolve(before, fact))


@pytest.mark.parametrize("language", languages())
def test_in_the_parents_room(golden: Golden, language: Language) -> None:
    above, one = parent(language=language), child(row("Alpha"))
    asked = [facts.ConfirmationAsked(at=NOW, by=ALICE, number=1, act=act) for act in ASKED]
    given = [facts.ConfirmationGiven(at=NOW, by=DAVE, number=1, asked_by=ALICE, act=act) for act in ASKED]
    done_there: tuple[facts.Fact, ...] = (*asked, *ABOVE)
    parts = [done(fact, above, voice.confirm) for fact in done_there]
    golden(
        f"repair-above.{language}",
        all_of(*parts, *(voice.announce(fact, above) for fact in given), voice.reopened_below(one, language)),
    )


@pytest.mark.parametrize("language", languages())
def test_in_the_room_of_an_organisation(golden: Golden, language: Language) -> None:
    one = child(row("Alpha"), language=language)
    parts = [done(fact, one, voice.done_above) for fact in THERE]
    whole: tuple[facts.Fact, ...] = (facts.RepairDone(at=NOW, number=1), *THERE)
    timeline = [voice.announce(fact, one) for fact in whole]
    asking = evolve(one, facts.QuestionAsked(at=NOW, by=ALPHA, number=4, text="And payroll?"))
    parts.append(done(replace(MOVED, waits=()), asking, voice.done_above))
    answered = facts.AnswerReceived(at=NOW, answer=1, numbers=(4,), text="On Friday")
    assert done(MOVED, evolve(asking, answered), voice.done_above) == done(MOVED, one, voice.done_above)
    golden(f"repair-below.{language}", all_of(*parts, *timeline))
