"""Whatever organisations and whoever coordinates them do: no word of one reaches the room or a person of another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.coordinator.marks import Firm, firms, marks_of
from tests.coordinator.play import AGENT, Coordination, as_list, person
from tests.core.build import DAY, HOUR, MINUTE

EXAMPLES = int(os.environ.get("COORDINATOR_CASES", "5"))
FIRMS = firms(3)
LATE = Firm(3)
"""Stands in a list that comes later."""
Act = Callable[[Coordination, Firm], Coroutine[Any, Any, object]]
"""Something that is done by a firm, or about it."""


# --- what a firm does -----------------------------------------------------------------------------------------

TYPED_BY_A_FIRM = """\
!note {word} sees
!question why {short}?
!question May {short} of {word} wait?
!questions
!questions 1
!questions 3
!faq
!faq 1
!list
!timeline 30
!status
!next
!clocks
!who
!help
!about
!facts
!ack
!brief
!guide
!register
!fact insurer {word}
!fact personal-data yes
!fact complaint yes
!done D1 {word} did it
!done N2 plainte {word}
!skip D2 {word} no need
!assign D2 {word}.2
!aware GDPR-33-1 -3h {word}
!filed GDPR-33-1 {word}-77
!waive FR-LOPMI {word}
!snooze GDPR-33-1 2h
!close {word} is done
!close
!confirm 1
!resume
!severity crisis
!draft
!letters
!xyzzy {word}
!invite @{word}.3:firm.example
!remove @{word}.2:firm.example
!role dpo @{word}.2:firm.example
!rollup
!rollup csv
!rollup unreached
!cascade
!cascade pause
!cascade close
!cascade go 1
!cascade invite {name} @{word}.4:firm.example
!called {name} {word}
!bulletin {word}
!answer 1 {word}
!open {word}
!ouvrir {word} --playbook mailbox
1
{word}""".splitlines()
REPLIES = ("Why {short}?", "seen", "thanks", "vu", "done {word} of {short}", "yes")
"""Each question names who asks, by the word of its name that tells it apart: so none is kept for all as it stands."""


def _said(body: str, firm: Firm) -> str:
    return body.format(word=firm.mark, name=firm.name, short=firm.short)


def typing(body: str, number: int = 1) -> Act:
    async def act(play: Coordination, firm: Firm) -> str:
        said = _said(body, firm)
        return await play.type(said, room=play.room_of(firm), sender=person(firm, number))

    return act


def replying(body: str) -> Act:
    async def act(play: Coordination, firm: Firm) -> str:
        said = _said(body, firm)
        return await play.type(said, room=play.room_of(firm), sender=person(firm), reply_to=play.told(firm))

    return act


def moving(number: int, *, present: bool) -> Act:
    async def act(play: Coordination, firm: Firm) -> None:
        await play.move(person(firm, number), room=play.room_of(firm), present=present)

    return act


async def the_agent_lists(play: Coordination, firm: Firm) -> None:
    """Somebody who is in every room looks into one."""
    await play.move(AGENT, room=play.room_of(firm), present=True)
    for body in ("!list", "!questions", "!who", "!timeline 30"):
        await play.type(body, room=play.room_of(firm), sender=AGENT)


# --- what whoever coordinates does about a firm ---------------------------------------------------------------

TYPED_ABOVE = """\
!bulletin {{organisation}}, {{ville}}: {{contact}} calls {{conseiller}}
!bulletin --next 20:00 to all
!bulletin --to ville={word},nothing only {word}
!bulletin --to "ville=Ville {word}" only {word}
!bulletin --to "organisation={name}" only {word} reads {{codename}}
!bulletin --to silent news
!bulletin --to absent news
!bulletin --to overdue news
!bulletin --to personal-data=yes news
!bulletin --to unfiled {{personal-data}}
!bulletin correct 1 {{organisation}}, {{contact}}: another word
!bulletin withdraw 1
!bulletin list
!bulletin 1
!questions
!questions 1
!questions 2
!faq
!rollup
!rollup csv
!rollup unreached 1h
!rollup letters
!note {word} called us
!called {name} {word} was not there
!list
!timeline 30
!who
!status
!cascade
!cascade pause
!cascade resume
!cascade cancel
!confirm 1
!cascade invite {name} @{word}.5:firm.example
!cascade invite {name} @{word}.6:firm.example dpo
!cascade remove {name} @{word}.2:firm.example
!cascade replace {name} @{word}.2:firm.example @{word}.7:firm.example
!cascade reopen {name}
!cascade close "ville=Ville {word}" Bye {word}
!cascade close absent Bye {{organisation}}
!answer 1 so
!answer 1,2,3 so
!answer 2 --faq so
!answer 1 --faq="A question" so""".splitlines()


def leading(body: str) -> Act:
    async def act(play: Coordination, firm: Firm) -> str:
        return await play.lead(_said(body, firm))

    return act


async def answers_the_last(play: Coordination, firm: Firm) -> None:
    """One answer to one firm may name it."""
    asked = play.child(firm).questions
    if asked:
        await play.lead(f"!answer {asked[-1].number} {firm.name} may, says {firm.mark}")


async def answers_all_of_them(play: Coordination, firm: Firm) -> None:
    """One answer to several may name none of them, and none that is kept for all."""
    asked = [child.questions for child in play.service.books.incidents() if child.questions]
    last = [str(questions[-1].number) for questions in asked]
    own = [str(one.number) for one in play.child(firm).questions]
    if own and len(last) > 1:
        assert "Others would read" in await play.lead(f"!answer {','.join(last)} {firm.short} may")
    for number in own[:1]:
        assert "Others would read" in await play.lead(f"!answer {number} --faq {firm.short} may")
        await play.lead(f'!answer {number} --faq="May we wait?" so')
    if last:
        await play.lead(f"!answer {','.join(last)} so it is")


async def sends_the_list_again(play: Coordination, firm: Firm) -> None:
    """In another order, with one firm more and a contact changed."""
    if LATE not in play.firms:
        play.firms.append(LATE)
    changed = as_list(play.firms, seed=firm.number).replace(f"Madame {firm.mark}", f"Monsieur {firm.mark}")
    await play.send_list(changed)


# --- time, and what ends a process ----------------------------------------------------------------------------


async def an_hour_passes(play: Coordination, _: Firm) -> None:
    await play.pass_time(HOUR)


async def a_day_passes(play: Coordination, _: Firm) -> None:
    await play.pass_time(DAY)


async def nobody_can_be_reached(play: Coordination, firm: Firm) -> None:
    """The room is shut for an hour: what is due there is said elsewhere."""
    room = play.chat.rooms[play.room_of(firm)]
    room.shut = True
    await play.pass_time(HOUR)
    room.shut = False


async def is_killed(play: Coordination, _: Firm) -> None:
    raise Killed


class Killed(Exception):
    """The process ends here."""


ACTS: dict[str, Act] = {
    **{f"firm: {body}": typing(body) for body in TYPED_BY_A_FIRM},
    **{f"other: {body}": typing(body, 2) for body in ("!note {word}", "!question {short}?", "!confirm 1", "!list")},
    **{f"reply: {body}": replying(body) for body in REPLIES},
    **{f"above: {body}": leading(body) for body in TYPED_ABOVE},
    "comes": moving(2, present=True),
    "goes": moving(1, present=False),
    "comes back": moving(1, present=True),
    **{act.__name__: act for act in (the_agent_lists, answers_the_last, answers_all_of_them, sends_the_list_again)},
    **{act.__name__: act for act in (an_hour_passes, a_day_passes, nobody_can_be_reached, is_killed)},
}
SOME = st.tuples(st.sampled_from(FIRMS), st.sampled_from(sorted(ACTS)))


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SOME, min_size=12, max_size=30))
def test_no_word_of_a_firm_reaches_another(acts: list[tuple[Firm, str]]) -> None:
    asyncio.run(_played(acts))


async def _played(acts: list[tuple[Firm, str]]) -> None:
    play = Coordination(FIRMS)
    async with play.life():
        await play.begin()
        assert play.leaks() == []
    while acts:
        async with play.life():
            acts = await _one_life(play, acts)
    async with play.life():
        await play.pass_time(5 * MINUTE)
        assert play.leaks() == []


async def _one_life(play: Coordination, acts: list[tuple[Firm, str]]) -> list[tuple[Firm, str]]:
    """Do what can be done until the process is killed; return what is left."""
    for number, (firm, name) in enumerate(acts, start=1):
        try:
            await ACTS[name](play, firm)
        except Killed:
            return acts[number:]
        assert play.leaks() == [], f"after {firm.name}: {name}"
    return []


async def test_the_words_do_come_where_they_belong_and_what_strays_is_seen() -> None:
    play = Coordination(FIRMS)
    async with play.life():
        parent = await play.begin()
        for firm in FIRMS:
            await ACTS["firm: !question why {short}?"](play, firm)
            await answers_the_last(play, firm)
            await ACTS['above: !bulletin --to "organisation={name}" only {word} reads {{codename}}'](play, firm)
            assert marks_of(one.body for one in play.said(play.room_of(firm))[-2:]) == {firm.mark}
        await play.pass_time(5 * MINUTE)
        assert marks_of(one.body for one in play.said(parent.room)) == {firm.mark for firm in FIRMS}
        assert play.leaks() == []
        await play.lead(f"!bulletin all read of {FIRMS[0].mark}")
        assert len(play.leaks()) == len(FIRMS) - 1
        await play.lead(f"!bulletin all read of {play.child(FIRMS[1]).codename}")
        assert len(play.leaks()) == len(FIRMS) - 1
