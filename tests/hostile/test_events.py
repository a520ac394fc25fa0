"""A homeserver that forges, repeats, withholds, reorders and rewrites what people say."""

from __future__ import annotations

import asyncio

import pytest

from tests.hostile import told
from tests.hostile.evil import each_event, injected, timeline_of
from tests.hostile.scene import Scene, forged, text
from tests.matrix.between import Changed
from tests.peers.views import Json
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


async def noted(scene: Scene, note: str) -> Json:
    """Let Alice have *note* written down, and return the event as the homeserver has it."""
    scene.expected.append(note)
    said = await scene.alice.say(f"!note {note}")
    await scene.alice.hear("^Noted", after=said)
    return await scene.alice.peer.event(scene.alice.room, said)


async def test_forged_sender(scene: Scene) -> None:
    """What Bob says is shown as said by Alice."""
    names = {scene.bob.peer.user: scene.alice.peer.user}

    def relabel(room: str, event: Json) -> list[Json]:
        return [event | {"sender": names.get(event["sender"], event["sender"])}]

    scene.evil.lie("GET", "sync", Changed(by=lambda answer: each_event(answer, relabel)))
    await scene.bob.say("!note forged sender")
    await scene.named("not from a device of its sender")


async def test_plaintext_injection(scene: Scene) -> None:
    await scene.evil.sync(
        injected(scene.alice.room, forged(scene.alice.peer.user, "m.room.message", text("!note in clear")))
    )
    await scene.named("plain message passed over")


async def test_plaintext_injection_as_state(scene: Scene) -> None:
    said = forged(scene.alice.peer.user, "m.room.message", text("!note as state"), state_key="")
    await scene.evil.sync(injected(scene.alice.room, said))
    await scene.named("poses as a setting")


async def test_replay_under_another_event_id(scene: Scene) -> None:
    event = await noted(scene, "said once")
    copy = forged(scene.alice.peer.user, "m.room.encrypted", event["content"])
    await scene.evil.sync(injected(scene.alice.room, copy))
    await scene.named("heard before as another event")


async def test_replay_in_another_room(scene: Scene) -> None:
    event = await noted(scene, "said in one room")
    copy = forged(scene.alice.peer.user, "m.room.encrypted", event["content"])
    await scene.evil.sync(injected(scene.other.room, copy))
    await scene.named("meant for another room")


async def test_the_same_event_again_and_again(scene: Scene) -> None:
    scene.evil.lie("GET", "sync", Changed(by=lambda answer: each_event(answer, lambda _, event: [event] * 3)))
    event = await noted(scene, "told thrice")
    scene.evil.be_honest()
    await scene.evil.sync(injected(scene.alice.room, event, event))


async def test_dropped_events(scene: Scene) -> None:
    """Something Alice says never comes; the numbers inside the encryption show it."""
    await withhold(scene, "!note withheld")
    await noted(scene, "after a gap")
    await scene.named("1 messages before one of the same device have not come")


async def test_reordered_events(scene: Scene) -> None:
    """What Alice says first comes last. It is hers, so it is heard; and the order is named."""
    late = await withhold(scene, "!note said first")
    await noted(scene, "said second")
    scene.expected.append("said first")
    await scene.evil.sync(injected(scene.alice.room, late))
    await scene.named("came after later ones of the same device")


async def withhold(scene: Scene, body: str, *, by: Talk | None = None) -> Json:
    """Let Alice, or somebody else, say *body*, hide it from the bot, and return it."""
    hidden, talk = asyncio.Event(), by or scene.alice

    def without(room: str, event: Json) -> list[Json]:
        if event["sender"] != talk.peer.user or event["type"] != "m.room.encrypted":
            return [event]
        hidden.set()
        return []

    scene.evil.lie("GET", "sync", Changed(by=lambda answer: each_event(answer, without)))
    said = await talk.say(body)
    await hidden.wait()
    scene.evil.be_honest()
    return await talk.peer.event(talk.room, said)


async def test_rolled_back_sync_token(scene: Scene) -> None:
    tokens: list[str] = []

    def note(answer: Json) -> Json:
        tokens.append(answer["next_batch"])
        return answer

    await scene.evil.sync(note)
    await noted(scene, "before the token is rolled back")
    await scene.evil.sync(lambda answer: answer | {"next_batch": tokens[0]})
    await scene.named("sync goes back")
    await noted(scene, "after the token was rolled back")


async def test_a_token_of_nonsense(scene: Scene) -> None:
    await scene.evil.sync(lambda answer: answer | {"next_batch": "nonsense \ud800"})
    await scene.named("the place to go on from is refused")
    await noted(scene, "after a token of nonsense")


async def test_edit_of_a_command(scene: Scene) -> None:
    event = await noted(scene, "never edited")
    await scene.alice.say("!note edited", edit=event["event_id"])
    await scene.named("an edit was passed over")


async def test_edit_that_is_shown_as_none(scene: Scene) -> None:
    """The relation stands outside the encryption, where the homeserver can take it away; the edit is known inside."""
    event = await noted(scene, "edited in secret")

    def without_relation(room: str, event: Json) -> list[Json]:
        content = {key: part for key, part in event["content"].items() if key != "m.relates_to"}
        return [event | {"content": content}]

    scene.evil.lie("GET", "sync", Changed(by=lambda answer: each_event(answer, without_relation)))
    await scene.alice.say("!note by an edit in disguise", edit=event["event_id"])
    await scene.named("an edit was passed over")


async def test_redaction_of_a_command(scene: Scene) -> None:
    event = await noted(scene, "not to be deleted")
    redaction = forged(
        scene.alice.peer.user, "m.room.redaction", {"redacts": event["event_id"]}, redacts=event["event_id"]
    )
    await scene.evil.sync(injected(scene.alice.room, redaction))
    await scene.named("a deletion was passed over")


async def test_damaged_ciphertext(scene: Scene) -> None:
    event = await noted(scene, "sound")
    ciphertext = event["content"]["ciphertext"]
    damaged = event["content"] | {"ciphertext": ciphertext[:-20] + ciphertext[-20:].swapcase()}
    await scene.evil.sync(injected(scene.alice.room, forged(scene.alice.peer.user, "m.room.encrypted", damaged)))
    await scene.named("damaged ciphertext")


async def test_a_limited_timeline_with_a_forged_place(scene: Scene) -> None:
    await scene.evil.sync(injected(scene.alice.room, limited=True, prev_batch="nonsense"))
    await scene.named("could not be filled")


async def test_a_timeline_of_nonsense_hides_nothing_beside_it(scene: Scene) -> None:
    nonsense: list[object] = [
        None,
        7,
        "x",
        [],
        {},
        {"type": "m.room.encrypted"},
        {"type": "m.room.member", "content": 1},
    ]

    def change(answer: Json) -> Json:
        timeline = timeline_of(answer, scene.alice.room)
        timeline["events"] = [*nonsense, *timeline["events"]]
        return answer

    scene.evil.lie("GET", "sync", Changed(by=change))
    await noted(scene, "beside nonsense")


async def test_a_command_under_the_id_of_another_event(scene: Scene) -> None:
    """What Alice says comes under an id that was heard before: it is not lost without a word."""
    known = (await noted(scene, "heard before"))["event_id"]

    def renamed(room: str, event: Json) -> list[Json]:
        is_hers = event["sender"] == scene.alice.peer.user and event["type"] == "m.room.encrypted"
        return [event | {"event_id": known}] if is_hers else [event]

    scene.evil.lie("GET", "sync", Changed(by=lambda answer: each_event(answer, renamed)))
    said = await scene.alice.say("!note swallowed")
    await scene.named(told.SAME_ID)
    scene.evil.be_honest()
    await scene.alice.hear(told.NOT_CARRIED_OUT, after=said)
    await noted(scene, "not swallowed")


async def test_a_command_before_a_forged_coming_of_the_bot(scene: Scene) -> None:
    """The bot is shown as just come, behind what Alice says: it made the room, so her words are carried out."""
    coming = forged(scene.bot.user, "m.room.member", {"membership": "join"}, state_key=scene.bot.user)

    def behind(answer: Json) -> Json:
        events = timeline_of(answer, scene.alice.room)["events"]
        hers = [event for event in events if event["sender"] == scene.alice.peer.user]
        return injected(scene.alice.room, coming)(answer) if hers else answer

    scene.evil.lie("GET", "sync", Changed(by=behind))
    await noted(scene, "not cut off")
