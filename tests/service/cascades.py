"""Lists of organisations, sent into rooms that are in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from bot.core.facts import EncryptedFile
from bot.core.incident import Incident
from bot.core.names import IncidentId, InputId, RoomId, UserId
from bot.ports import FileSent, Message
from tests.core.build import ALICE, DAVE
from tests.service.shell import DEVICE, Shell

_NUMBERS = count(1)


def firms(number: int, *, first: int = 1) -> str:
    """Return a list of *number* firms, each with a coordinator and somebody for its data."""
    lines = [f"Firm {n};@c{n}:firm.example;@d{n}:firm.example;health" for n in range(first, first + number)]
    return "\n".join(("organisation;coordinator;dpo;sector", *lines))


async def send(
    shell: Shell, text: str, *, name: str = "firms.csv", room: RoomId | None = None, sender: UserId = ALICE
) -> EncryptedFile:
    """Let *sender* send a list."""
    number = next(_NUMBERS)
    file = EncryptedFile(url=f"mxc://example.org/{number}", key="k", iv="i", sha256="s")
    shell.chat.media[file] = text.encode()
    await shell.receive(
        FileSent(
            id=InputId(f"$file{number}"),
            room=room or shell.control_room,
            sender=sender,
            device=DEVICE,
            name=name,
            size=len(text),
            file=file,
            received_at=shell.clock.now(),
        )
    )
    return file


async def open_cascade(shell: Shell, text: str, *, title: str = "Host down", options: str = "") -> Incident:
    """Send a list and open a cascade with it; return the parent."""
    await send(shell, text)
    await order(shell, f"!cascade open {title} {options}")
    return parent_of(shell)


async def order(shell: Shell, body: str) -> str:
    """Type *body* in the control room, have it confirmed if need be, and return the last answer."""
    answer = await shell.type(body, room=shell.control_room)
    confirmation = _confirmation(answer)
    return await shell.type(confirmation, room=shell.control_room, sender=DAVE) if confirmation else answer


async def confirmed(shell: Shell, body: str) -> Message:
    """Type *body* in the control room, and return the message by which a second person will confirm it."""
    confirmation = _confirmation(await shell.type(body, room=shell.control_room))
    return shell.message(confirmation, room=shell.control_room, sender=DAVE)


def _confirmation(answer: str) -> str:
    asked = re.search(r"!confirm \d+", answer)
    return asked[0] if asked else ""


def parent_of(shell: Shell) -> Incident:
    return next(incident for incident in shell.service.books.incidents() if incident.cascade is not None)


def children_of(shell: Shell, parent: IncidentId) -> tuple[Incident, ...]:
    found = (child for child in shell.service.books.incidents() if child.parent == parent)
    return tuple(sorted(found, key=lambda child: int(child.organisation.rpartition(" ")[2])))


def rooms_of(shell: Shell, incidents: Iterable[Incident]) -> list[str]:
    """Return the names of the rooms that are there for *incidents*, each once for each room."""
    names = {incident.codename for incident in incidents}
    return [room.plan.name for room in shell.chat.rooms.values() if room.plan.name in names]
