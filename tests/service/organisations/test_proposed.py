"""Since when a firm knows, as a list says it: it counts at once, and the firm has the last word."""

from __future__ import annotations

import csv
from io import StringIO

from bot.core.names import RoomId, UserId
from tests.core.build import ALICE
from tests.service.cascades import children_of, open_cascade
from tests.service.organisations.test_coordination import SHIPPED
from tests.service.shell import Shell

FIRM = UserId("@c1:firm.example")
LIST = f"organisation;coordinator;aware\nFirm 1;{FIRM}, {ALICE};2026-11-24 09:00\nFirm 2;@c2:firm.example;\n"


async def both(shell: Shell) -> tuple[RoomId, RoomId]:
    """Return the room of the parent and that of the firm whose hour is in the list."""
    parent = await open_cascade(shell, LIST)
    child, _ = children_of(shell, parent.id)
    assert parent.room is not None
    assert child.room is not None
    return parent.room, child.room


async def test_it_is_provisional_in_the_firms_room_and_in_the_roll_up_until_the_firm_confirms() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent, room = await both(shell)
        first = "\n".join(one.body for one in shell.said(room))
        assert "CNIL provisional, since Tue 24 Nov 09:00 (firms.csv): !confirm CNIL, else !aware CNIL TIME" in first
        told = await shell.type("!timeline", room=room, sender=FIRM)
        assert "proposed from firms.csv: GDPR-33-1 known since Tue 24 Nov 09:00, provisional until" in told
        assert "Provisional, proposed by a list and not confirmed: CNIL 1" in await shell.type("!rollup", room=parent)
        assert "only somebody of the organisation itself" in await shell.type("!confirm CNIL", room=room)
        assert "GDPR-33-1 confirmed:" in await shell.type("!confirm CNIL", room=room, sender=FIRM)
        assert "c1 confirmed GDPR-33-1" in await shell.type("!timeline 1", room=room, sender=FIRM)
        assert "Provisional" not in await shell.type("!rollup", room=parent)
        assert "No hour of GDPR-33-1 waits" in await shell.type("!confirmer CNIL", room=room, sender=FIRM)


async def test_the_firm_corrects_it_without_a_reason_and_the_file_shows_the_other_due_time() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent, room = await both(shell)
        assert await state(shell, parent) == ("running, provisional", "2026-11-27 09:00")
        said = await shell.type("!aware CNIL 08:00", room=room, sender=FIRM)
        assert "Formerly known since Tue 24 Nov 2026 09:00" in said
        assert await state(shell, parent) == ("running", "2026-11-27 08:00")


async def state(shell: Shell, parent: RoomId) -> tuple[str, str]:
    """Return state and due time of the first firm's notification as the table has them."""
    await shell.type("!rollup csv", room=parent)
    file = shell.said(parent)[-1].file
    assert file is not None
    line = next(csv.DictReader(StringIO(file.data.decode("utf-8-sig"), newline="")))
    due = next(line[name] for name in line if name.startswith("GDPR-33-1 due"))
    return line["GDPR-33-1 state"], due
