"""The first minutes with a strict foreign client, in French, by replies and votes alone: no id is typed."""

from __future__ import annotations

import pytest

from tests.peers.conftest import Scene
from tests.peers.views import Message
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]


LATER, POLL_START = "plus tard", "org.matrix.msc3381.poll.start"


async def test_the_first_minutes_are_played_by_replies_and_votes_alone(scene: Scene) -> None:
    control, bot = scene.control, scene.control.bot
    known = [room.id for room in await control.peer.rooms()]
    opening = await control.say("!ouvrir Hébergeur chiffré --langue fr --exercice")
    await vote(control, opening, "prestataire")
    alice = control.in_room((await control.peer.wait_room(inviter=bot, known=known)).id)
    start = await alice.hear("Commencez ici")
    done = await alice.ask("fait SMS, capture gardée", "^D1 terminée", reply_to=start.id, mentions=[bot])
    await alice.ask("je m'en occupe", "confié à alice", reply_to=done.id)

    guide = await alice.say("guider", reply_to=done.id, mentions=[bot])
    asked = await until_about("FR-INS-2", await alice.hear(LATER, after=guide), alice, guide)
    asked = await alice.ask("connu -2h appel de l'hébergeur", "^FR-INS-2 lancé", thread=guide)
    asked = await until_about("FR-LOPMI", asked, alice, guide)
    asked = await alice.ask("connu -23h59 lettre de l'hébergeur", "^FR-LOPMI lancé", thread=guide)
    rung = await alice.hear(r"FR-LOPMI\s: dans 4\d", after=asked.id)
    asked = await until_about("donnees-personnelles", asked, alice, guide)
    voted = await vote(alice, asked.id, "oui")
    await alice.hear("^donnees-personnelles = oui", after=voted)

    await alice.ask("vu", "^Vu.*FR-LOPMI", reply_to=rung.id)
    filed = await alice.ask("declare PV 2026/123", "2026/123", reply_to=rung.id)
    assert (filed.text or "").startswith("FR-LOPMI arrêté")


async def until_about(wanted: str, asked: Message, alice: Talk, guide: str) -> Message:
    """Leave for later what the guide asks, until that is about *wanted*, and return its question."""
    while wanted not in (asked.text or "").split("\n\n")[-2]:
        asked = await alice.ask("plus tard", LATER, thread=guide)
    return asked


async def vote(talk: Talk, after: str, words: str) -> str:
    """Vote, in the bot's first poll after the event *after*, for the answer that has *words*; return the vote's id."""
    await talk.hear(rf"\n- [^\n]*{words}", after=after)
    start = next(said.id for said in await talk.heard(after=after) if said.type == POLL_START)
    poll = await talk.peer.poll(talk.room, start)
    chosen = next(id for id, answer in poll.answers.items() if words in answer)
    return await talk.peer.vote(talk.room, start, chosen)


async def test_talk_under_a_message_of_the_bot_is_answered_once_and_that_of_others_never(scene: Scene) -> None:
    bob, bot = scene.bob, scene.bob.bot
    step = await bob.ask("!step D1", "^D1 ")
    hint = await bob.ask("thanks", "Here I take: done RESULT, skip REASON, to WHO", reply_to=step.id, mentions=[bot])
    again = await bob.say("thanks again", reply_to=step.id, mentions=[bot])
    theirs = await scene.alice.say("who looks at the mail?")
    await bob.say("done", reply_to=theirs)
    last = await bob.ask("!step D1", "^D1 ")
    # What fills more than a screen stands whole in a thread, too: that may have come by now, or not.
    assert [said.id for said in await bob.heard(after=again) if said.relates_to is None] == [last.id]
    assert hint.relates_to is None


async def test_the_guide_asks_in_a_thread_and_takes_plain_words(scene: Scene) -> None:
    bob = scene.bob
    root = await bob.say("!guide")
    first = await bob.hear("or later. Any other word ends the guide", after=root)
    assert first.relates_to is not None
    assert first.relates_to["event_id"] == root
    second = await bob.ask("later", "or later", thread=root)
    assert second.text != first.text
    over = await bob.ask("wait, the phone", "The guide ends here", thread=root)
    assert over.relates_to is not None
    assert over.relates_to["event_id"] == root
