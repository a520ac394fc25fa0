"""Bulletins on their way to very many rooms: each once, whatever breaks, and nobody hears of anybody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from random import Random

import pytest

from bot.core.facts import BulletinReceived
from bot.core.incident import Status
from bot.core.organisations.children import child_id
from bot.ports import UnreachableError
from tests.core.build import ALICE, BOB, DAVE, HOUR, MINUTE, ROOM
from tests.core.cascades import NAMES, PARENT, person_of, row
from tests.service.cascades import send
from tests.service.organisations.scene import Organisations, room_of

MANY = tuple(f"Firm{number}" for number in range(200))


@pytest.fixture
async def shell() -> AsyncIterator[Organisations]:
    told = Organisations()
    await told.lay(map(row, NAMES))
    async with told.life():
        yield told


async def test_it_rings_in_every_room_once_with_its_blanks_filled(shell: Organisations) -> None:
    said = await shell.lead("!bulletin Cut the link of {organisation} ({codename}).\n\n{sector}, {siren}")
    assert said.startswith("Bulletin 1 to all\nNow: 6 organisations")
    for name in NAMES:
        (heard,) = shell.heard(name)
        assert (heard.rings, heard.mentions_room) == (True, True)
        assert f"Cut the link of {name} (Calm {name}).\n\n" in heard.body


async def test_the_numbers_go_on_and_a_filter_reaches_only_those_it_means(shell: Organisations) -> None:
    await shell.lead("!bulletin one")
    await shell.type("!ack", room=room_of("Alpha"), sender=person_of("Alpha"))
    assert "Now: 5 organisations" in await shell.lead("!bulletin --to silent two")
    assert [len(shell.heard(name)) for name in NAMES] == [1, 2, 2, 2, 2, 2]
    assert "Bulletin 2" in shell.heard("Beta")[1].body


async def test_a_refused_one_is_sent_to_nobody(shell: Organisations) -> None:
    for typed in ("!bulletin Dear {name}", "!bulletin --to place=Paris x", "!bulletin --to overdue x", "!bulletin"):
        assert await shell.lead(typed)
    assert not any(map(shell.heard, NAMES))
    assert "This room is yours" in await shell.type("!bulletin x", room=room_of("Alpha"), sender=DAVE)


async def test_only_who_leads_sends(shell: Organisations) -> None:
    shell.chat.join(ROOM, BOB)
    assert "role" in await shell.type("!bulletin x", room=ROOM, sender=BOB)
    assert not any(map(shell.heard, NAMES))


async def test_a_farewell_ends_the_incidents_of_those_it_means_and_of_nobody_else(shell: Organisations) -> None:
    said = await shell.lead("!cascade close silent Thank you, {organisation}. Keep your record.")
    assert "Nobody is meant" in said
    said = await shell.lead("!cascade close sector=law Thank you, {organisation}. Keep your record.")
    assert "With it their incidents are closed." in said
    for name in NAMES:
        closed = shell.service.books.incident(child_id(PARENT, row(name).key))
        assert closed is not None
        is_meant = row(name).columns["Sector"] == "law"
        assert (closed.status is Status.CLOSED) is is_meant
        assert any(f"Thank you, {name}." in heard.body for heard in shell.heard(name)) is is_meant
        assert any("!ack" in heard.body for heard in shell.heard(name)) is False


async def test_the_next_one_that_was_promised_rings_in_the_parents_room(shell: Organisations) -> None:
    await shell.lead("!bulletin --next +2h Cut the link")
    assert all("Next bulletin: " in shell.heard(name)[0].body for name in NAMES)
    await shell.pass_time(2 * HOUR)
    rings = [one.body for one in shell.said(ROOM) if one.rings]
    assert [body.startswith("Bulletin promised for ") for body in rings] == [False, True], "it was confirmed first"


async def test_an_acknowledgement_says_bulletins_and_reminders_in_one_answer(shell: Organisations) -> None:
    room, alpha = room_of("Alpha"), person_of("Alpha")
    await shell.lead("!bulletin one")
    await shell.type("!aware GDPR-33-1 -71h", room=room, sender=alpha)
    await shell.pass_time(HOUR + MINUTE)
    said = await shell.type("!ack", room=room, sender=alpha)
    assert "GDPR-33-1" in said
    assert "alpha acknowledged bulletin 1" in said
    assert "Nothing is waiting" in await shell.type("!ack", room=room, sender=alpha)


async def test_who_is_closed_is_told_nothing_and_who_comes_later_the_last_one(shell: Organisations) -> None:
    await shell.type("!close", room=room_of("Alpha"), sender=DAVE)
    await shell.lead("!bulletin one")
    assert "Closed, and told nothing: 1 organisation" in await shell.lead("!bulletin two")
    assert not shell.heard("Alpha")
    await shell.pass_time(MINUTE)
    await shell.type("!resume", room=room_of("Alpha"), sender=DAVE)
    (heard,) = shell.heard("Alpha")
    assert "two" in heard.body


async def test_a_room_that_is_made_later_hears_the_last_one(shell: Organisations) -> None:
    await shell.lead("!bulletin one")
    await shell.lead("!bulletin two")
    shell.clock.move_to(shell.clock.now() + MINUTE)
    await shell.add(row("Late"))
    async with shell.life():
        (heard,) = shell.heard("Late")
        assert "two" in heard.body


async def test_who_asks_something_meanwhile_is_answered_before_it_is_everywhere() -> None:
    shell = Organisations()
    await shell.lay(map(row, MANY))
    async with shell.life() as service:
        bulletin = await shell.confirmed("!bulletin x")
        await shell.receive_without_rest(bulletin, shell.message("!note x", room=ROOM))
        while not any("Noted" in one.body for one in shell.said(ROOM)):
            await shell.turn()
        assert service.bulletins.waiting + service.drain.lanes.waiting > len(MANY) // 2
        await shell.settle()
    assert all(len(shell.heard(name)) == 1 for name in MANY)


@pytest.mark.parametrize("seed", range(3))
async def test_killed_again_and_again_each_organisation_hears_each_bulletin_once(seed: int) -> None:
    random, shell = Random(seed), Organisations()
    await shell.lay(map(row, MANY))
    progress = set()
    for typed in ("one", "two"):
        async with shell.life():
            await shell.receive_without_rest(await shell.confirmed(f"!bulletin {typed} for {{organisation}}"))
            await shell.turn(random.randrange(30))
        for _ in range(6):
            shell.chat.lost = random.randrange(3)
            shell.chat.faults.extend([UnreachableError("away")] * random.randrange(3))
            async with shell.life(turns=random.randrange(150)):
                pass
            progress.add(sum(len(shell.heard(name)) for name in MANY))
    assert len(progress) > 3
    async with shell.life():
        await shell.pass_time(HOUR)
    for name in MANY:
        assert [one.body.split("\n\n")[1] for one in shell.heard(name)] == [f"one for {name}", f"two for {name}"]
        facts = [one.fact for one in await shell.store.history(child_id(PARENT, name.casefold()))]
        assert [fact.number for fact in facts if isinstance(fact, BulletinReceived)] == [1, 2]


async def test_an_organisation_never_sees_another(shell: Organisations) -> None:
    """Whoever asks, whatever they ask, in the room of an organisation."""
    await shell.lead("!bulletin For {organisation}")
    room = room_of("Alpha")
    shell.chat.join(room, ALICE)
    questions = ("!list", "!rollup", "!rollup csv", "!bulletin x", "!status", "!timeline 50", "!brief", "!help", "!ack")
    for typed in (
        *questions,
        "!invite nobody",
        "!trust beta",
        "!register",
        "!facts",
        "!clocks",
        "!next",
        "!assign D1 x",
    ):
        for sender in (person_of("Alpha"), DAVE):
            await shell.type(typed, room=room, sender=sender)
    told = "\n".join(one.body + one.html for one in shell.said(room)).casefold()
    assert "alpha" in told
    assert not [name for name in NAMES[1:] if name.casefold() in told]


# --- before it is sent, and after ----------------------------------------------------------------------------


async def test_what_one_of_them_reads_is_shown_first_and_sent_to_a_few_on_a_yes(shell: Organisations) -> None:
    said = await shell.type("!bulletin --to sector=law Cut the link of {organisation}", room=ROOM)
    assert said.startswith("Nothing is done yet: send a bulletin to 4 organisations\n\nNow: 4 organisations\n")
    assert "Only sector=law; left out: 2 organisations (Beta, Zeta)" in said
    assert "What Alpha reads:\n\nBulletin 1\n" in said
    assert "\n\nCut the link of Alpha\n\n" in said
    assert not any(map(shell.heard, NAMES))
    assert "A few words" not in await shell.reply("not so", "Is this right?", room=ROOM)
    assert not any(map(shell.heard, NAMES))
    said = await shell.reply("oui", "Is this right?", room=ROOM)
    assert said == "Bulletin 1 to sector=law\nNow: 4 organisations"
    assert [len(shell.heard(name)) for name in NAMES] == [1, 0, 1, 1, 1, 0]
    assert "Nothing waits" in await shell.reply("yes", "Is this right?", room=ROOM), "it is sent once"


async def test_to_all_the_second_person_reads_what_one_of_them_will(shell: Organisations) -> None:
    said = await shell.type("!bulletin Cut the link of {organisation}", room=ROOM)
    (asked,) = [one for one in shell.said(ROOM) if one.rings]
    assert asked.mentions == (DAVE,)
    assert asked.body == said
    assert "to 6 organisations" in said
    assert "\n\nCut the link of Alpha\n\n" in said
    assert "It takes a second person" in await shell.type("!confirm 1", room=ROOM)
    assert not any(map(shell.heard, NAMES))


async def test_a_correction_reaches_whom_the_first_reached_and_says_so_and_nobody_else(shell: Organisations) -> None:
    await shell.lead("!bulletin --to sector=law --next +2h Restart at once, {organisation}")
    await shell.type("!ack", room=room_of("Alpha"), sender=person_of("Alpha"))
    said = await shell.lead("!bulletin correct 1 Restart nothing, {organisation}")
    assert said.startswith("Bulletin 2 to sector=law\nBulletin 2 corrects bulletin 1, which counts no more.\n")
    first, corrected = shell.heard("Alpha")
    assert "Bulletin 2 corrects bulletin 1, which counts no more.\n\nRestart nothing, Alpha\n\n" in corrected.body
    promised = re.findall(r"Next bulletin: .*", first.body)
    assert promised == re.findall(r"Next bulletin: .*", corrected.body) != []
    assert corrected.rings
    assert not shell.heard("Beta")
    assert "took its place" in await shell.lead("!bulletin correct 1 No, so")
    assert "Bulletin 2 is withdrawn" in await shell.lead("!bulletin withdraw 2")
    assert [one.body.split("\n")[0] for one in shell.heard("Alpha")] == ["Bulletin 1", "Bulletin 2", "Bulletin 3"]


async def test_who_comes_late_reads_what_counts_alone(shell: Organisations) -> None:
    await shell.lead("!bulletin Restart at once")
    await shell.lead("!bulletin correct 1 Restart nothing")
    shell.clock.move_to(shell.clock.now() + MINUTE)
    await shell.add(row("Late"))
    async with shell.life():
        (heard,) = shell.heard("Late")
    assert "Restart nothing" in heard.body
    assert "corrects" not in heard.body
    assert "Your first: the numbers count all bulletins of the coordination." in heard.body


async def test_whom_to_call_stands_in_each(shell: Organisations) -> None:
    await shell.type("!fact hotline +33 1 00 00 00 00, 8:00 to 22:00", room=ROOM)
    await shell.lead("!bulletin one")
    (heard,) = shell.heard("Alpha")
    assert heard.body.split("\n")[2] == "Call: +33 1 00 00 00 00, 8:00 to 22:00"


async def test_a_file_that_was_sent_before_goes_along_with_it(shell: Organisations) -> None:
    assert "Send it here first" in await shell.type("!bulletin --with Read it", room=ROOM)
    file = await send(shell, "all we know", name="faq.pdf", room=ROOM)
    await send(shell, "of a firm", name="own.pdf", room=room_of("Beta"), sender=person_of("Beta"))
    assert "With it, a file: faq.pdf" in await shell.type("!bulletin --with Read it", room=ROOM)
    await shell.type("!confirm 1", room=ROOM, sender=DAVE)
    for name in NAMES:
        bulletin, enclosed = shell.said(room_of(name))[-2:]
        assert "Read it\n\nWith it, a file: faq.pdf\n\n" in bulletin.body
        assert enclosed.enclosed is not None
        assert (enclosed.body, enclosed.enclosed.file, enclosed.rings) == ("faq.pdf", file, False)
    await shell.lead("!bulletin Nothing with it")
    assert shell.said(room_of("Alpha"))[-1].enclosed is None


async def test_the_longest_one_can_be_shown_before_it_is_sent(shell: Organisations) -> None:
    said = await shell.type(f"!bulletin --to sector=law {'中' * 6000}", room=ROOM)
    assert "!confirm 1" in said


async def test_what_became_of_each_is_shown_on_one_line_and_who_did_not_read_one(shell: Organisations) -> None:
    assert "No bulletin was sent yet" in await shell.type("!bulletin list", room=ROOM)
    await shell.lead("!bulletin one")
    await shell.lead("!bulletin --to sector=health two")
    await shell.type("!ack", room=room_of("Beta"), sender=person_of("Beta"))
    said = await shell.type("!bulletin liste", room=ROOM)
    assert "to sector=health\n  1 silent, 1 acknowledged\n" in said
    assert "to all\n  5 silent, 1 acknowledged\n" in said
    said = await shell.type("!bulletin 2", room=ROOM)
    assert "Not acknowledged:\n\n- Zeta" in said
    assert "no bulletin 3" in await shell.type("!bulletin 3", room=ROOM)
    for typed in ("!bulletin list", "!bulletin 1"):
        assert "This room is yours" in await shell.type(typed, room=room_of("Alpha"), sender=person_of("Alpha"))
