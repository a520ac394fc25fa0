"""Contracts with an hour of their own: read whole, or refused with what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.organisation import profile_of
from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import Rule
from bot.core.language import Language
from bot.core.people.roster import Role
from tests.config.files import changed, fill, only_problem, problems_of, write

ACME: dict[str, Any] = {"id": "C-1", "name": "mission letter", "party": "Acme", "hours": 24}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def group(*contracts: object) -> str:
    return changed(organisation={"roles": ["processor"], "contracts": list(contracts)})


def rules(folder: Path, *contracts: object) -> tuple[Rule, ...]:
    return profile_of(load(write(folder, group(*contracts))).organisation).contracts


def test_a_contract_becomes_a_clock_that_is_none_of_the_law(folder: Path) -> None:
    (rule,) = rules(folder, ACME | {"channel": "security@example.org", "owner": "legal"})

    assert (rule.id, rule.length, rule.owner) == ("C-1", Elapsed(hours=24), Role.LEGAL)
    assert rule.title.to(Language("en")) == "Tell Acme, as the contract “mission letter” wants"
    assert rule.title.to(Language("fr")) == "Prévenir Acme, comme le veut le contrat «\u00a0mission letter\u00a0»"
    assert (rule.to.to(Language("fr")), rule.channel) == ("Acme", "security@example.org")
    assert (rule.source, rule.source_url) == ("mission letter", "")
    assert rule.is_contract
    assert not rule.is_business
    assert not rule.may_wait, "its hours run at night, so it rings at night"


def test_who_leads_is_reminded_when_nobody_is_named(folder: Path) -> None:
    first, second = rules(folder, ACME, ACME | {"id": "C-ACME-2", "channel": None})
    assert (first.owner, first.channel) == (Role.COORDINATOR, "")
    assert second.id == "C-ACME-2"


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"party": None}, ".party", "is missing; write whom the contract wants told"),
        ({"hours": None}, ".hours", "is missing; write the hours it leaves from awareness on, like 24"),
        ({"name": None}, ".name", "is missing; write what you call the contract"),
        ({"id": None}, ".id", "is missing; write the id people type, like C-1"),
        ({"hours": 0}, ".hours", "must be a whole number of hours from 1 to 8760, like 24"),
        ({"hours": -24}, ".hours", "must be a whole number of hours from 1 to 8760, like 24"),
        ({"hours": 8761}, ".hours", "must be a whole number of hours from 1 to 8760, like 24"),
        ({"hours": "24 h"}, ".hours", "must be a whole number of hours from 1 to 8760, like 24"),
        ({"hours": 1.5}, ".hours", "must be a whole number of hours from 1 to 8760, like 24"),
        ({"hours": True}, ".hours", "must be a whole number of hours from 1 to 8760, like 24"),
        ({"id": "GDPR-33-1"}, ".id", '"GDPR-33-1" is not an id people can type; write C- and a number or a name: C-1'),
        ({"id": "c-1"}, ".id", '"c-1" is not an id people can type; write C- and a number or a name: C-1'),
        ({"id": "C-"}, ".id", '"C-" is not an id people can type; write C- and a number or a name: C-1'),
        ({"id": 1}, ".id", "1 is not an id people can type; write C- and a number or a name: C-1"),
        ({"owner": "boss"}, ".owner", '"boss" is not known; write admin or coordinator or management'),
        ({"hour": 24}, ".hour", "is not a key of Cellule; did you mean hours?"),
    ],
)
def test_a_wrong_contract_is_told_with_its_path(folder: Path, change: dict[str, Any], key: str, words: str) -> None:
    wrong = only_problem(folder, group(ACME | change))
    assert wrong.startswith(f"organisation.contracts.1{key}: {words}")


def test_two_contracts_have_two_ids(folder: Path) -> None:
    assert only_problem(folder, group(ACME, ACME | {"party": "Other"})) == (
        "organisation.contracts.2.id: C-1 is the id of another contract; write one of its own"
    )


def test_every_contract_is_looked_at_and_they_are_a_list(folder: Path) -> None:
    assert problems_of(folder, group("Acme", ACME)) == [
        "organisation.contracts.1: must be a group of keys (id, name, party, hours, channel, owner), not text"
    ]
    assert only_problem(folder, changed(organisation={"roles": ["processor"], "contracts": ACME})) == (
        "organisation.contracts: must be a list, one line a contract, like - {id: C-1, name: ..., party: ...}, "
        "not a group of keys"
    )
