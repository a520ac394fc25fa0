"""A small calendar of taxes and payroll, in Paris."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from bot.core.clocks.dates import Recurring
from bot.core.clocks.rules import Proof
from bot.core.language import Language, Words
from bot.core.people.roster import Role


def recurring(name: str, day: int, *months: int, **more: Any) -> Recurring:
    return Recurring(
        name=name,
        title=Words(en=f"File {name}", fr=f"Déposer {name}"),
        day=day,
        months=months or tuple(range(1, 13)),
        owner=more.pop("owner", Role.COORDINATOR),
        source="art. 1",
        source_url="https://example.org/tax",
        read_on=date(2026, 11, 28),
        proof=Proof.SECONDARY,
        **more,
    )


PAYROLL = recurring("dsn", 15, at=time(12), owner=Role.HR)
VAT = recurring("vat", 19, called={Language("fr"): "tva"})
TAX = recurring("is", 15, 3, 6, 9, 12)
