"""Those who come late, and those who must go: what the room opens to them, and what it does not."""

from __future__ import annotations

import asyncio

import pytest

from tests.peers.conftest import Scene
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_late_joiners_share_one_brief_read_nothing_from_before_and_nothing_from_after_they_are_removed(
    scene: Scene,
) -> None:
    alice, bot = scene.alice, scene.bot.user
    carol, dave = await register(scene.homeserver, "carol"), await register(scene.homeserver, "dave")
    secret = await alice.say("said before Carol and Dave came")
    async with (
        Peer(scene.homeserver, carol, autojoin=False, meet=[bot]) as c,
        Peer(scene.homeserver, dave, autojoin=False, meet=[bot]) as d,
    ):
        invited = await alice.ask(f"!invite {carol.user} it", "is invited")
        await alice.ask(f"!invite {dave.user}", "is invited")
        talks = [Talk(peer=peer, room=alice.room, bot=bot) for peer in (c, d)]
        for talk in talks:
            await alice.peer.wait_member(alice.room, talk.peer.user, "invite")
        # One with the other: the bot waits half a minute for others to join.
        await asyncio.gather(*(talk.peer.join(alice.room) for talk in talks))
        briefs = await asyncio.gather(*(talk.hear("^Brief for those") for talk in (*talks, alice, scene.bob)))
        assert len({brief.id for brief in briefs}) == 1
        assert briefs[0].mentioned == {carol.user, dave.user}
        assert "Open steps" in (briefs[0].text or "")
        for talk in talks:
            assert await unread(talk.peer, bot) == []
            assert secret not in {event.id for event in await talk.peer.timeline(alice.room)}
            early = await talk.peer.decrypt(await alice.peer.event(alice.room, secret))
            assert early.failure is not None
            assert early.text is None
        await talks[0].ask("!next", "Open for you")
        assert len([said for said in await alice.heard(after=invited.id) if "^Brief" in f"^{said.text}"]) == 1
        await removed(scene, talks[1])


async def removed(scene: Scene, gone: Talk) -> None:
    """Remove a person and see that what is said next is closed to them, though they get hold of it."""
    before = await scene.alice.ask("!status", "Progress")
    read = await gone.peer.decrypt(await scene.alice.peer.event(gone.room, before.id))
    assert "Progress" in (read.text or "")
    answer = await scene.alice.ask(f"!remove {gone.peer.user}", "is out: no more keys")
    await scene.alice.peer.wait_member(gone.room, gone.peer.user, "leave")
    after = await scene.alice.ask("!clocks", "Clocks")
    for said in (answer, after):
        raw = await scene.alice.peer.event(gone.room, said.id)
        assert (await scene.bob.peer.decrypt(raw)).text == said.text
        shown = await gone.peer.decrypt(raw)
        assert shown.failure is not None
        assert shown.text is None
    assert "is out" not in "".join(event.text or "" for event in await gone.peer.timeline(gone.room))
