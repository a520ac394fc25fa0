"""Who of a list cannot be invited is counted until they come otherwise."""

from __future__ import annotations

from bot.core.names import UserId
from tests.service.cascades import children_of, firms, open_cascade, parent_of
from tests.service.organisations.test_cascades import progress
from tests.service.shell import Shell


async def test_a_room_lacks_who_could_not_be_invited_until_they_come_otherwise(shell: Shell) -> None:
    lacking = UserId("@d2:firm.example")
    shell.chat.impossible = {lacking}
    async with shell.life() as service:
        parent = await open_cascade(shell, firms(3))
        (child,) = [child for child in children_of(shell, parent.id) if child.uninvited]
        assert (child.organisation, child.uninvited) == ("Firm 2", (lacking,))
        assert "In 1 room somebody could not be invited" in await progress(shell)
        assert service.cascades.feeder.progress(parent_of(shell)).uninvited == 1
        assert child.room is not None
        await shell.move(lacking, room=child.room, present=True)
        assert service.cascades.feeder.progress(parent_of(shell)).uninvited == 0
        assert await progress(shell) == "All 3 rooms are open."
    async with shell.life() as service:
        assert service.cascades.feeder.progress(parent_of(shell)).uninvited == 0


async def test_who_is_added_later_and_cannot_be_invited_is_counted_too(shell: Shell) -> None:
    wrong, there = UserId("@typo:gone.example"), UserId("@c1:firm.example")
    shell.chat.impossible = {wrong}
    async with shell.life() as service:
        parent = await open_cascade(shell, firms(1))
        (child,) = children_of(shell, parent.id)
        assert child.room is not None
        await shell.move(there, room=child.room, present=True)
        await shell.type(f"!invite {wrong}", room=child.room, sender=there)
        assert "In 1 room somebody could not be invited" in await progress(shell)
        assert "could not be invited" in await shell.type("!timeline 3", room=child.room, sender=there)
        said = await shell.type("!rollup unreached", room=parent_of(shell).room)
        assert "everybody is reached" in said
        assert service.cascades.feeder.progress(parent_of(shell)).uninvited == 1
