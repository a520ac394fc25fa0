"""Files that people send into rooms that are in memory, to be evidence."""

from __future__ import annotations

import itertools

from bot.core.facts import EncryptedFile, EvidenceFact
from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.ports import FileSent, evidence_part
from tests.core.build import ALICE
from tests.service.shell import DEVICE, Shell

_NUMBERS = itertools.count(1)


async def send(
    shell: Shell,
    data: bytes = b"ransom note",
    *,
    name: str = "note.png",
    caption: str = "",
    sender: UserId = ALICE,
    room: RoomId | None = None,
    size: int | None = None,
    device: DeviceId = DEVICE,
) -> EventId:
    """Let *sender* send a file, and return the message that names it."""
    number = next(_NUMBERS)
    file = EncryptedFile(url=f"mxc://example.org/evidence{number}", key="k", iv="i", sha256="s")
    shell.chat.media[file] = data
    now = shell.clock.now()
    await shell.receive(
        FileSent(
            id=InputId(f"$evidence{number}"),
            room=room or shell.room,
            sender=sender,
            device=device,
            name=name,
            size=len(data) if size is None else size,
            file=file,
            received_at=now,
            caption=caption,
            sent_at=now,
        )
    )
    return EventId(f"$evidence{number}")


def last(shell: Shell) -> str:
    """Return what was said last in the incident's room."""
    return shell.said()[-1].body


async def custody(shell: Shell) -> list[EvidenceFact]:
    """Return what happened to evidence, the oldest first."""
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if isinstance(record.fact, EvidenceFact)]


async def kept(shell: Shell) -> bytes:
    """Return all that is kept of the incident's evidence."""
    parts = await shell.store.named(evidence_part(shell.incident().id))
    return b"".join(parts[name] for name in sorted(parts))
