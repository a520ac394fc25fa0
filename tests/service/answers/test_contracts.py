"""A contract with an hour of its own, as the people of the room see it: never taken for a clock of the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.config.contracts import Contract, contract_rule
from bot.core.clocks.rules import SetAside
from bot.core.names import RuleId
from bot.core.people.profile import Profile
from bot.core.people.quiet import QuietHours
from tests.core.build import DAVE, HOUSE
from tests.core.cascades import row
from tests.service.organisations.scene import Organisations, room_of
from tests.service.shell import Shell

ACME = RuleId("C-1")
CONTRACT = Contract(id=ACME, name="mission letter", party="Acme", hours=24, channel="security@example.org")
FIRM = replace(HOUSE, profile=Profile(contracts=(contract_rule(CONTRACT),)))
FRENCH = "--playbook provider-hit --lang fr"


@pytest.fixture
def shell() -> Shell:
    return Shell(FIRM)


async def test_it_stands_among_the_clocks_and_says_that_no_law_asks_for_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        listed = await shell.type("!clocks")
        assert "C-1 Tell Acme, as the contract “mission letter” wants" in listed
        whole = await shell.type("!clocks C-1")
        assert "To: Acme" in whole
        assert "Where: security@example.org" in whole
        assert "By your contract “mission letter”, not by the law" in whole
        assert "Law:" not in whole
        await shell.type("!aware C-1")
        assert "Your contract: mission letter" in await shell.type("!clocks")


async def test_it_is_said_in_french_too(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options=FRENCH)
        assert "C-1 Prévenir Acme, comme le veut le contrat «\u00a0mission letter\u00a0»" in await shell.type("!delais")
        started = await shell.type("!connaissance C-1 mail du client")
        assert "Selon votre contrat «\u00a0mission letter\u00a0», non selon la loi" in started
        assert "Droit" not in started
        assert "(par contrat)" in await shell.type("!etat")


async def test_its_hours_run_and_ring_through_the_night(shell: Shell) -> None:
    """Known at 10:00 in Paris and due at 10:00 the next day: twelve hours before that, at 22:00, it rings."""
    shell.house = replace(FIRM, quiet=QuietHours(start=time(21), end=time(7)))
    async with shell.life():
        await shell.open()
        answer = await shell.type("!aware C-1")
        assert "By your contract “mission letter”, not by the law" in answer
        assert "Wed 25 Nov 2026 10:00 (UTC+1)" in answer
        await shell.pass_time(timedelta(hours=12, minutes=1))
        (ring,) = [content for content in shell.rings() if "C-1" in content.body]
        assert "by your contract and not by the law" in ring.body
        assert "To: Acme\nWhere: security@example.org" in ring.body


async def test_started_by_nobody_it_rings_as_if_it_counted_from_the_opening_and_says_by_what(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.pass_time(timedelta(hours=12, minutes=1))
        (ring,) = [content for content in shell.rings() if content.body.startswith("C-1")]
        assert "Provisional, by your contract and not by the law" in ring.body


async def test_one_person_sets_it_aside_or_it_is_filed(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware C-1")
        assert "C-1 set aside" in await shell.type("!waive C-1 the clause is about thefts")
        assert isinstance(shell.incident().clock_states[ACME], SetAside)
        await shell.type("!aware C-1 -1h it is about us too")
        assert "In time" in await shell.type("!filed C-1 mail-7")


async def test_a_room_opened_before_it_was_written_follows_it(shell: Shell) -> None:
    shell.house = HOUSE
    async with shell.life():
        await shell.open()
        assert "C-1" not in await shell.type("!clocks")
    shell.house = FIRM
    async with shell.life():
        followed = await shell.type("!clock follow C-1")
        assert "C-1 is watched here from now on: Tell Acme" in followed
        assert "not by the law" in followed


async def test_the_room_of_an_organisation_never_hears_whom_the_house_has_contracts_with() -> None:
    scene = Organisations(FIRM)
    await scene.lay([row("Alpha")])
    async with scene.life():
        answer = await scene.type("!clock follow C-1", room=room_of("Alpha"), sender=DAVE)
        assert "No clock of the law is called C-1" in answer
        assert "Acme" not in answer
