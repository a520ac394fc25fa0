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
from bot.sentences.told import Told
from bot.voice.catalogue import word

_ID = re.compile(rf"{CONTRACT_ID}[A-Z0-9]+(?:-[A-Z0-9]+)*")
_MOST_HOURS = 8760


def _id(value: object) -> RuleId:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Wrong("mistake.contract_id", value=shown(value), begins=CONTRACT_ID)
    return RuleId(value)


def _hours(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_HOURS:
        raise Wrong("mistake.hours", most=_MOST_HOURS)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Whom a contract wants told of an incident, and how soon."""

    id: RuleId = field(metadata=row(_id, Told("mistake.write.id")))
    name: str = field(metadata=row(text, Told("mistake.write.contract")))
    party: str = field(metadata=row(text, Told("mistake.write.party")))
    hours: int = field(metadata=row(_hours, Told("mistake.write.hours")))
    channel: str = field(default="", metadata=row(text))
    owner: Role = field(default=Role.COORDINATOR, metadata=row(one_of(Role)))


def read_contracts(value: object, spot: Spot) -> tuple[Contract, ...]:
    """Return the contracts; tells every problem it finds."""
    if not isinstance(value, list):
        spot.tell("mistake.contracts", like="- {id: C-1, name: ..., party: ...}", kind=kind(value))
        return ()
    found: dict[RuleId, Contract] = {}
    for number, one in enumerate(value, start=1):
        contract = read_group(Contract, one, spot.inside(number))
        if contract and contract.id in found:
            spot.inside(number).inside("id").tell("mistake.same_id", id=contract.id)
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
