"""Contracts of the organisation that set an hour of their own: each becomes a clock beside those of the law."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from bot.config.reading import Spot, Wrong, kind, read_group, shown, text
from bot.config.reading import key as row
from bot.config.values import one_of
from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import CONTRACT, CONTRACT_ID, Proof, Rule
from bot.core.language import Words
from bot.core.names import RuleId
from bot.core.people.roster import Role
from bot.sentences import languages
from bot.voice.catalogue import word

_ID = re.compile(rf"{CONTRACT_ID}[A-Z0-9]+(?:-[A-Z0-9]+)*")
_MOST_HOURS = 8760


def _id(value: object) -> RuleId:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Wrong(f"{shown(value)} is not an id people can type; write {CONTRACT_ID} and a number or a name: C-1")
    return RuleId(value)


def _hours(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_HOURS:
        raise Wrong(f"must be a whole number of hours from 1 to {_MOST_HOURS}, like 24")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Whom a contract wants told of an incident, and how soon."""

    id: RuleId = field(metadata=row(_id, "the id people type, like C-1"))
    name: str = field(metadata=row(text, "what you call the contract"))
    party: str = field(metadata=row(text, "whom the contract wants told"))
    hours: int = field(metadata=row(_hours, "the hours it leaves from awareness on, like 24"))
    channel: str = field(default="", metadata=row(text))
    owner: Role = field(default=Role.COORDINATOR, metadata=row(one_of(Role)))


def read_contracts(value: object, spot: Spot) -> tuple[Contract, ...]:
    """Return the contracts; tells every problem it finds."""
    if not isinstance(value, list):
        spot.tell(f"must be a list, one line a contract, like - {{id: C-1, name: ..., party: ...}}, not {kind(value)}")
        return ()
    found: dict[RuleId, Contract] = {}
    for number, one in enumerate(value, start=1):
        contract = read_group(Contract, one, spot.inside(number))
        if contract and contract.id in found:
            spot.inside(number).inside("id").tell(f"{contract.id} is the id of another contract; write one of its own")
        elif contract:
            found[contract.id] = contract
    return tuple(found.values())


def contract_rule(contract: Contract) -> Rule:
    """Return the row of a clock that *contract* sets."""
    return Rule(
        id=contract.id,
        title=_words("contract.title", party=contract.party, name=contract.name),
        who=_words("contract.who"),
        to=Words(en=contract.party),
        trigger=_words("contract.trigger"),
        late=_words("contract.late"),
        channel=contract.channel,
        length=Elapsed(hours=contract.hours),
        owner=contract.owner,
        source=contract.name,
        source_url="",
        read_on=date.min,
        proof=Proof.COMPUTED,
        valid_from=date.min,
        regime=CONTRACT,
        by_contract=True,
    )


def _words(key: str, /, **holes: str) -> Words:
    return Words(**{language: word(language, key, **holes) for language in languages()})
