"""What stands after `!outage`: a system with its times, in whatever words, or more about one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands.reasons import Argument, Why
from bot.core.commands import CancelOutage, Command, EndOutage, NoteOutage, RetimeOutage, ShowOutages
from tests.commands.lines import NOW, command, paris, refused

TEN, NINE = paris("2026-11-24 07:10"), paris("2026-11-24 09:30")
YESTERDAY = paris("2026-11-23 18:00")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ShowOutages()),
        ("mail", NoteOutage(system="mail")),
        ("payroll 07:10", NoteOutage(system="payroll", begin=TEN)),
        ("mail from 07:10 to 09:30", NoteOutage(system="mail", begin=TEN, end=NINE)),
        ("messagerie de paie de 07:10 à 09:30", NoteOutage(system="messagerie de paie", begin=TEN, end=NINE)),
        ("mail 07:10 09:30", NoteOutage(system="mail", begin=TEN, end=NINE)),
        ("mail 07:10 - 09:30", NoteOutage(system="mail", begin=TEN, end=NINE)),
        ("mail 07:10-09:30", NoteOutage(system="mail", begin=TEN, end=NINE)),
        ("messagerie de 7h10–9h30", NoteOutage(system="messagerie", begin=TEN, end=NINE)),
        ("mail 2026-11-24T07:10+01:00", NoteOutage(system="mail", begin=TEN)),
        ("vpn-2 -2h", NoteOutage(system="vpn-2", begin=NOW - timedelta(hours=2))),
        ("serveur de fichiers depuis hier 18h", NoteOutage(system="serveur de fichiers", begin=YESTERDAY)),
        ("2 ended", EndOutage(number=2)),
        ("n°2 rétablie 09:30", EndOutage(number=2, end=NINE)),
        ("2 rétabli à 9h30", EndOutage(number=2, end=NINE)),
        ("2 ended at 09:30", EndOutage(number=2, end=NINE)),
        ("2 from 07:10-09:30", RetimeOutage(number=2, begin=TEN, end=NINE)),
        ("2 to 09:30", EndOutage(number=2, end=NINE)),
        ("2 depuis 07:10", RetimeOutage(number=2, begin=TEN)),
        ("2 from 07:10 to 09:30", RetimeOutage(number=2, begin=TEN, end=NINE)),
        ("2 cancelled it was the proxy", CancelOutage(number=2, reason="it was the proxy")),
    ],
)
def test_an_outage_is_read_with_its_times(typed: str, meant: Command) -> None:
    assert command(f"!outage {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("07:10", Why.MISSING),
        ("mail to 09:30", Why.MISSING),
        ("2", Why.MISSING),
        ("2 cancelled", Why.MISSING),
        ("2 from", Why.MISSING),
        ("2 from the start", Why.NOT_A_TIME),
        ("2 ended soon", Why.NOT_A_TIME),
        ("2 perhaps", Why.NOT_ONE_OF),
        ("mail from 03/04 10:00", Why.AMBIGUOUS_DATE),
    ],
)
def test_what_is_no_outage_is_refused(typed: str, why: Why) -> None:
    assert refused(f"!outage {typed}").why is why


def test_an_end_without_a_begin_asks_for_it() -> None:
    assert refused("!outage mail to 09:30").details["argument"] is Argument.WHEN
