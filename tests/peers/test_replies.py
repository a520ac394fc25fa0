"""The first minutes with a strict foreign client, in French, by replies alone: no id is typed."""

from __future__ import annotations

import re

import pytest

from tests.peers.conftest import Scene
from tests.peers.views import Message

pytestmark = [pytest.mark.peer, pytest.mark.slow]


def number_of(listed: Message, words: str) -> str:
    """Return the number in front of *words* in a list of ours."""
    found = re.search(rf"^(\d+) .*{words}", listed.text or "", re.MULTILINE)
    assert found is not None, listed.text
    return found[1]


async def test_the_first_minutes_are_played_by_replies_alone(scene: Scene) -> None:
    control, bot = scene.control, scene.control.bot
    known = [room.id for room in await control.peer.rooms()]
    offered = await control.ask("!ouvrir Hébergeur chiffré --langue fr --exercice", "Which playbook")
    await control.say("1", reply_to=offered.id)
    alice = control.in_room((await control.peer.wait_room(inviter=bot, known=known)).id)
    start = await alice.hear("Commencez ici")

    done = await alice.ask("fait SMS, capture gardée", "^D1 terminée", reply_to=start.id, mentions=[bot])
    await alice.ask("je m'en occupe", "confié à alice", reply_to=done.id)

    listed = await alice.ask("!constats", "Encore à répondre")
    asked = await alice.ask("oui", "pour lequel", reply_to=listed.id)
    await alice.ask(number_of(asked, "donnees-personnelles"), "^donnees-personnelles = oui", reply_to=asked.id)

    clocks = await alice.ask("!delais", "GDPR-33-1")
    quoted = f"> <{bot}> {(clocks.text or '').splitlines()[0]}\n\nconnu -23h50 lettre de l'hébergeur"
    several = await alice.ask(quoted, "pour lequel", reply_to=clocks.id)
    started = await alice.ask(number_of(several, "GDPR-33-1"), "^GDPR-33-1 lancé", reply_to=several.id)
    rung = await alice.hear(r"GDPR-33-1\s: dans 4\d", after=started.id)
    await alice.ask("vu", "^Vu.*GDPR-33-1", reply_to=rung.id)
    filed = await alice.ask("declare CNIL 2026/123", "2026/123", reply_to=rung.id)
    assert "GDPR-33-4" in (filed.text or "")


async def test_talk_under_a_message_of_the_bot_is_answered_once_and_that_of_others_never(scene: Scene) -> None:
    bob, bot = scene.bob, scene.bob.bot
    step = await bob.ask("!step D1", "^D1 ")
    hint = await bob.ask("thanks", "Here I take: done RESULT, skip REASON, to WHO", reply_to=step.id, mentions=[bot])
    again = await bob.say("thanks again", reply_to=step.id, mentions=[bot])
    theirs = await scene.alice.say("who looks at the mail?")
    await bob.say("done", reply_to=theirs)
    last = await bob.ask("!step D1", "^D1 ")
    assert [said.id for said in await bob.heard(after=again)] == [last.id]
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
