"""`!who`: who of the roster is here, since when, and whether they can read. Nothing of other incidents is shown."""

from __future__ import annotations

from datetime import timedelta

from bot.core.facts import IdentityConfirmed
from bot.core.people.trust import TheirIdentity
from bot.service.outcome import Outcome
from tests.core.build import ALICE, BOB, CAROL, ERIN
from tests.service.shell import Shell


async def who(shell: Shell) -> list[str]:
    return [line for line in (await shell.type("!who")).splitlines() if line]


async def test_who_is_here_is_listed_with_roles_and_devices_and_who_is_not_is_named(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(ALICE, room=shell.room, present=True)
        title, alice, away = await who(shell)
        assert title == "On the roster and in this room"
        assert alice.startswith("- alice: ")
        assert ", since Tue 24 Nov 2026" in alice
        assert alice.endswith("; not verified by me")
        assert away.startswith("On the roster and not in this room: ")
        assert "bob" in away
        await shell.move(BOB, room=shell.room, present=True)
        assert [line.split(":")[0] for line in (await who(shell))[1:3]] == ["- alice", "- bob"]
        await shell.move(BOB, room=shell.room, present=False)
        assert not [line for line in await who(shell) if line.startswith("- bob")]


async def test_devices_are_verified_or_not_or_changed_or_none(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for user in (ALICE, BOB, CAROL):
            await shell.move(user, room=shell.room, present=True)
        confirmed = IdentityConfirmed(at=shell.clock.now(), by=BOB, user=ALICE, master="key")
        async with shell.service.ledger.deciding:
            message = shell.message("", room=shell.room)
            await shell.service.ledger.commit(message.id, Outcome(facts=(confirmed,)))
        shell.chat.identities[ALICE] = TheirIdentity(known="key", published="key")
        shell.chat.identities[BOB] = TheirIdentity(known="old", published="new")
        shell.chat.without_devices = {CAROL}
        states = {line.split(":")[0]: line.rpartition("; ")[2] for line in await who(shell) if line.startswith("- ")}
        assert states == {
            "- alice": "verified by me",
            "- bob": "identity changed, no device that can read me",
            "- carol": "no device that can read me",
        }
        shell.chat.identities[ALICE] = TheirIdentity(known="another", published="another")
        assert any(line.endswith("not verified by me") for line in await who(shell))


async def test_who_was_invited_later_is_there_since_then_and_only_in_this_incident(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        first = shell.room
        shell.clock.advance(timedelta(days=1))
        await shell.type(f"!invite {ERIN} it")
        await shell.move(ERIN, room=first, present=True)
        (erin,) = [line for line in await who(shell) if line.startswith("- erin")]
        assert ", since Wed 25 Nov 2026" in erin
        other = await shell.open("Another")
        shown = "\n".join(await who(shell))
        assert "erin" not in shown
        assert other.room is not None


async def test_only_members_of_the_roster_are_answered_and_only_in_a_room_of_an_incident(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.join(shell.room, ERIN)
        assert not await shell.type("!who", sender=ERIN)
        elsewhere = await shell.type("!who", room=shell.control_room)
        assert "incident" in elsewhere
        assert "alice" not in elsewhere
