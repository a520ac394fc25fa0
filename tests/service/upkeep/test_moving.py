"""Who cannot read the card gets one they can: posted anew, pinned, edited from then on. Not one for each of many."""

from __future__ import annotations

from datetime import timedelta

from bot.core.names import DeviceId, EventId, InputId, UserId
from bot.ports import Content, ReaderCame
from tests.core.build import BOB, GUEST
from tests.service.shell import Shell

MINUTE = timedelta(minutes=1)
GUESTS = tuple(UserId(f"@guest{number}:firm.example") for number in range(50))


def cards(shell: Shell) -> list[Content]:
    """Return every card that was posted, not its edits."""
    head = (shell.incident().title, f"{shell.incident().codename} · ")
    bodies = [content for content in shell.said() if content.replaces is None and content.thread is None]
    return [one for one in bodies if one.body.split("\n", 2)[1:2] == [head[0]]]


def event_of(shell: Shell, content: Content) -> EventId:
    (event,) = [said.event for said in shell.chat.rooms[shell.room].said if said.content is content]
    return event


async def device_came(shell: Shell, user: UserId, device: str) -> None:
    id = InputId(f"reader:{user}:{device}")
    await shell.receive(ReaderCame(id=id, user=user, device=DeviceId(device), received_at=shell.clock.now()))


async def test_who_comes_late_reads_a_card_that_is_pinned_and_edited_from_then_on(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        first = shell.incident().card
        await shell.type(f"!invite {GUEST}")
        await shell.pass_time(10 * MINUTE)
        await shell.move(GUEST, room=shell.room, present=True)
        await shell.pass_time(MINUTE)
        old, new = cards(shell)
        card = shell.incident().card
        assert card == event_of(shell, new) != event_of(shell, old) == first
        assert shell.chat.rooms[shell.room].pinned == card
        retired = [content.body for content in shell.said() if content.replaces == first]
        assert retired[-1] == "This card is not kept up to date any more. The current one is pinned, further down."
        await shell.type("!severity crisis")
        await shell.pass_time(MINUTE)
        assert [content.replaces for content in shell.said() if "severity crisis" in content.body] == [card]


async def test_fifty_people_who_join_within_a_minute_get_one_card(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for guest in GUESTS:
            await shell.type(f"!invite {guest}")
            await shell.pass_time(timedelta(seconds=20))
        await shell.pass_time(10 * MINUTE)
        before = len(cards(shell))
        for guest in GUESTS:
            await shell.move(guest, room=shell.room, present=True)
            await shell.pass_time(timedelta(seconds=1))
        await shell.pass_time(20 * MINUTE)
        assert 1 <= len(cards(shell)) - before <= 2


async def test_a_new_verified_device_of_somebody_in_the_room_gets_a_card(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(BOB, room=shell.room, present=True)
        await shell.pass_time(10 * MINUTE)
        for device in ("LAPTOP", "TABLET"):
            await device_came(shell, BOB, device)
        await shell.pass_time(MINUTE)
        assert len(cards(shell)) == 2
        await device_came(shell, GUEST, "PHONE")
        await shell.pass_time(10 * MINUTE)
        assert len(cards(shell)) == 2, "who is not in the room reads nothing there"


async def test_of_very_many_rooms_the_newest_show_their_card_anew(shell: Shell) -> None:
    async with shell.life():
        for number in range(22):
            await shell.open(f"Host {number} down")
            await shell.move(BOB, room=shell.room, present=True)
            await shell.pass_time(2 * MINUTE)
        await shell.pass_time(10 * MINUTE)
        cards_before = [incident.card for incident in shell.service.books.incidents()]
        await device_came(shell, BOB, "LAPTOP")
        await shell.pass_time(10 * MINUTE)
        moved = [
            incident.card != before
            for incident, before in zip(shell.service.books.incidents(), cards_before, strict=True)
        ]
        assert moved == [False, False, *([True] * 20)]
