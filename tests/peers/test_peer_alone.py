"""Two foreign clients talk to each other: what the harness claims to see, it sees."""

from __future__ import annotations

import pytest

from bot.demo.homeserver import Homeserver
from bot.demo.seen import events
from tests.peers.peer import Peer, PeerError
from tests.servers import register

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_two_strict_peers_read_each_other_and_the_homeserver_reads_neither(homeserver: Homeserver) -> None:
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    async with Peer(homeserver, alice) as a, Peer(homeserver, bob) as b:
        room = await a.create_room(invite=[b.user], name="Amber heron")
        joined = await b.wait_room(name="heron", inviter=a.user)
        await a.wait_member(room, b.user)
        await a.send(room, "the host is down")
        heard = await b.wait_for(room, "host is down", sender=a.user)
        await b.send(room, "on my way")
        answer = await a.wait_for(room, "^on my way$", sender=b.user)
        signed = [await a.is_signed(b.user), await b.is_signed(a.user)]

    stored = [event for event in await events(homeserver.database) if event.room == room]
    messages = [event for event in stored if event.id in {heard.id, answer.id}]
    assert joined.id == room
    assert joined.encrypted
    assert heard.encrypted
    assert answer.encrypted
    assert signed == [True, True]
    assert [event.type for event in messages] == ["m.room.encrypted"] * 2
    assert all(event.ciphertext and event.size > 0 for event in messages)
    assert [event.name for event in stored if event.name] == ["Amber heron"]


async def test_a_strict_peer_refuses_an_unsigned_device_both_ways(homeserver: Homeserver) -> None:
    strict, unsigned = await register(homeserver, "strict"), await register(homeserver, "unsigned")
    async with Peer(homeserver, strict) as s, Peer(homeserver, unsigned, sign=False, strict=False) as u:
        room = await s.create_room(invite=[u.user])
        await s.wait_member(room, u.user)
        await u.wait_room(inviter=s.user)
        await u.send(room, "believe me")
        refused = await s.wait_failure(room, sender=u.user)
        await s.send(room, "not for you")
        unread = await u.wait_failure(room, sender=s.user)
        signed = await s.is_signed(u.user)

    assert refused.failure == "UNSIGNED_SENDER_DEVICE"
    assert refused.text is None
    assert unread.failure is not None
    assert not signed


async def test_threads_replies_edits_mentions_and_reactions_arrive_as_such(homeserver: Homeserver) -> None:
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    async with Peer(homeserver, alice) as a, Peer(homeserver, bob) as b:
        room = await a.create_room(invite=[b.user], direct=True)
        await a.wait_member(room, b.user)
        root = await a.send(room, "card", html="<b>card</b>", mentions=[b.user])
        edit = await a.send(room, "new card", edit=root)
        aside = await a.send(room, "aside", thread=root)
        reply = await a.send(room, "a reply", msgtype="m.notice", reply_to=aside)
        reaction = await a.react(room, root, "👍")
        clear = await a.send_clear(room, {"msgtype": "m.text", "body": "in clear"})
        await b.wait_for(room, "in clear")
        seen = {event.id: event for event in await b.timeline(room)}

    assert seen[root].formatted_body == "<b>card</b>"
    assert seen[root].mentioned == {b.user}
    assert seen[edit].replaces == root
    assert seen[edit].text == "new card"
    assert seen[edit].mentions == {}
    assert seen[aside].relates_to == {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }
    assert seen[reply].relates_to == {"m.in_reply_to": {"event_id": aside}}
    assert seen[reply].msgtype == "m.notice"
    assert seen[reaction].type == "m.reaction"
    assert not seen[clear].encrypted


async def test_only_what_came_after_counts_and_a_wait_ends(homeserver: Homeserver) -> None:
    async with Peer(homeserver, await register(homeserver)) as a:
        room = await a.create_room()
        first = await a.send(room, "same words")
        with pytest.raises(PeerError, match="no message /same words/"):
            await a.wait_for(room, "same words", after=first, within_s=0.2)
        second = await a.send(room, "same words")
        assert (await a.wait_for(room, "same words", after=first)).id == second


async def test_a_room_that_is_left_is_not_waited_for_and_an_unknown_path_is_an_error(homeserver: Homeserver) -> None:
    async with Peer(homeserver, await register(homeserver)) as a:
        room = await a.create_room(name="Left")
        await a.leave(room)
        with pytest.raises(PeerError, match="no joined room"):
            await a.wait_room(name="Left", within_s=0.2)
        assert (await a.request("GET", "/_matrix/client/v3/account/whoami"))["device_id"] == a.device
        with pytest.raises(PeerError, match="request"):
            await a.request("GET", "/_matrix/client/v3/nothing")
