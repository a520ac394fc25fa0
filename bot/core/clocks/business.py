"""Business clocks: a due time of the firm beside the law, such as VAT, payroll or a court date."""

from __future__ import annotations

import re
from datetime import datetime

from bot.core.clocks.lengths import Until
from bot.core.clocks.rules import BUSINESS, Proof, Rule
from bot.core.language import Words, fold
from bot.core.names import RuleId
from bot.core.people.roster import Role

_LONGEST_ID = 24


def business_id(name: str) -> RuleId:
    """Return the id people type for a business clock called *name*: `TVA décembre` is TVA-DECEMBRE."""
    plain = re.sub(r"[^A-Z0-9]+", "-", fold(name).upper())
    return RuleId(plain.strip("-")[:_LONGEST_ID].strip("-"))


def business_rule(name: str, due: datetime, owner: Role, now: datetime) -> Rule:
    """Return the row of a business clock that ends at *due*."""
    nothing = Words(en="")
    return Rule(
        id=business_id(name),
        title=Words(en=name),
        who=nothing,
        to=nothing,
        trigger=nothing,
        late=nothing,
        channel="",
        length=Until(at=due),
        owner=owner,
        source="",
        source_url="",
        read_on=now.date(),
        proof=Proof.COMPUTED,
        valid_from=now.date(),
        regime=BUSINESS,
    )
