"""People with strict clients (Element Web's engine, unsigned devices refused) work an incident through with the bot.

What the `scene` fixture checks after each test holds here: not one message of the bot is unreadable.
"""

from __future__ import annotations

import re

import pytest

from tests.peers.conftest import TITLE, Scene

pytestmark = [pytest.mark.peer, pytest.mark.slow]

EXACT = (
    "Seen:\n  two spaces, \ttab\n\n«\u202fété\u202f» — 🔥👩🏽‍💻 مرحبا بالعالم ✓ <b>&amp;</b> `!done D1` "
    + "long " * 900
    + "end"
)
"""A note that every layer could spoil: newlines, emoji, Arabic, HTML, Markdown, a length no card would show."""


async def test_the_control_room_greets_its_admin(scene: Scene) -> None:
    greeting = await scene.control.hear("Cellule is ready")
    assert greeting.encrypted
    assert greeting.msgtype == "m.notice"
    assert await scene.alice.peer.is_signed(scene.bot.user)


async def test_both_read_the_card_and_the_first_steps(scene: Scene) -> None:
    for talk in (scene.alice, scene.bob):
        card, steps = (await talk.heard())[:2]
        assert TITLE in (card.text or "")
        assert "severity crisis" in (card.text or "")
        assert "This is a drill" in (card.text or "")
        assert "D1" in (steps.text or "")
        assert card.encrypted
        assert steps.encrypted


async def test_the_card_is_pinned_and_edited_in_place(scene: Scene) -> None:
    card = (await scene.alice.heard())[0]
    before = await scene.alice.say("!severity low")
    edit = await scene.bob.hear("severity low · open", after=before)
    assert await scene.alice.pinned() == [card.id]
    assert edit.replaces == card.id
    assert edit.text is not None
    assert TITLE in edit.text


async def test_steps_are_done_skipped_reopened_and_assigned(scene: Scene) -> None:
    alice, bob = scene.alice, scene.bob
    assert "P1" in ((await alice.ask("!next")).text or "")
    assert "Proof to keep" in ((await bob.ask("!step N5")).text or "")
    await alice.ask("!done D1 Seen on LinkedIn at 18:00\nscreenshot kept", r"^D1 done")
    assert "screenshot kept" in ((await bob.ask("!step D1", "Done by")).text or "")
    await alice.ask("!skip P2 nothing falls due", r"^P2 skipped")
    await alice.ask("!reopen P2", r"^P2 .*open again")
    bob_name = bob.peer.user.partition(":")[0].removeprefix("@")
    await alice.ask(f"!assign P2 {bob_name}", rf"^P2 .*for {bob_name}")
    assert "P2" in ((await bob.ask("!next", "Open for you")).text or "")
    await bob.ask("!done P2", r"^P2 done")
    await alice.ask("!status", "Progress 2 of")


async def test_a_fact_brings_and_takes_steps_and_the_bot_says_which(scene: Scene) -> None:
    left = await scene.bob.ask("!fact processor no", "^processor = no")
    assert "N6" in (left.text or "")
    assert "GDPR-33-2" in (left.text or "")
    came = await scene.bob.ask("!fact processor yes", "^processor = yes")
    assert "N6" in (came.text or "")


async def test_a_note_is_kept_exactly(scene: Scene) -> None:
    before = await scene.alice.entries()
    await scene.bob.ask(f"!note {EXACT}", "^Noted")
    assert await scene.alice.entries() == before + 1
    shown = await scene.alice.ask("!timeline 1", "Entry")
    assert "مرحبا بالعالم" in (shown.text or "")


async def test_words_of_both_languages_work_and_answers_are_in_the_language_of_the_room(scene: Scene) -> None:
    await scene.bob.ask("!etat", "severity low")
    await scene.bob.ask("!délais", "Clocks, the earliest first")
    await scene.bob.ask("!chronologie 1", r"Timeline.*Entry \d+")
    await scene.bob.ask("!statsu", "Did you mean !status")


async def test_a_role_given_is_held(scene: Scene) -> None:
    bob = scene.bob.peer.user
    await scene.bob.ask("!severity high", "needs the role admin or coordinator")
    await scene.alice.ask(f"!role coordinator {bob}", "now also: coordinator")
    await scene.bob.ask("!severity high", "^Severity: high")


async def test_without_a_playbook_a_list_comes_and_its_number_opens_in_a_direct_room(scene: Scene) -> None:
    """The direct room is made by a person of the roster; its language and its words are French."""
    peer = scene.bob.peer
    direct = scene.bob.in_room(await peer.create_room(invite=[scene.bot.user], direct=True))
    await peer.wait_member(direct.room, scene.bot.user)
    await direct.ask("!aide", "Commands here")
    offered = await direct.ask('!ouvrir "Messagerie en panne" --langue fr', "Which playbook")
    number = re.search(r"(\d+) Mon prestataire est attaqué", offered.text or "")
    assert number is not None
    known = [room.id for room in await peer.rooms()]
    await direct.ask(number[1], "Messagerie en panne")
    room = scene.bob.in_room((await peer.wait_room(inviter=scene.bot.user, known=known)).id)
    await room.hear("Commencez ici|Pour commencer|D1")
    await room.ask("!status", "gravité élevée|gravité")
    await room.ask("!fait D1 vu", "^D1 .*fait|^D1 .*termin")
    await room.ask("!done D2 seen", "D2")
    await room.ask("!note d\u2019accord", "chronologie")


async def test_a_closed_incident_takes_only_resume(scene: Scene) -> None:
    alice = scene.alice
    await alice.ask("!close all is well", r"Closed\. No reminder rings.*all is well")
    before = await alice.sealed()
    await alice.ask("!done D2", "This incident is closed")
    await scene.bob.ask("!note too late", "This incident is closed")
    assert await alice.entries() == before
    await alice.ask("!resume", "Open again")
    await alice.ask("!note back at work", "^Noted")
