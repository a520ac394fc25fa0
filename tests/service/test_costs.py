"""Costs and outages as people in the room read them; what is refused is answered and changes nothing."""

from __future__ import annotations

import pytest

from bot.core.facts import CostCancelled, CostCorrected, CostNoted
from tests.core.build import BOB, CAROL, MINUTE
from tests.service.shell import Shell


async def test_costs_are_noted_corrected_and_added_up_and_all_of_it_stays(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        assert "Cost 1 noted: 12\u00a0h (IT) · reconstruction" in await shell.type("!cost 12h it reconstruction")
        assert "4,200\u00a0EUR" in await shell.type("!cout 4 200 € expertise du disque", sender=BOB)
        assert "3,900\u00a0EUR" in await shell.type("!cost 2 corrected 3900 EUR", sender=CAROL)
        await shell.type("!cost ~500 CHF")
        await shell.type("!cost 3 cancelled twice")
        shown = await shell.type("!cost")
        assert "Costs so far: 12\u00a0h · 3,900\u00a0EUR" in shown
        assert "cancelled: 500\u00a0CHF (estimated)" in shown
        assert "4,200\u00a0EUR" in await shell.type("!cost 2")
        kinds = [type(record.fact) for record in await shell.store.history(incident.id)]
        assert [kind for kind in kinds if kind in (CostNoted, CostCorrected, CostCancelled)] == [
            CostNoted,
            CostNoted,
            CostCorrected,
            CostNoted,
            CostCancelled,
        ]
        assert "corrected cost 2" in await shell.type("!timeline 20")


async def test_the_costs_come_as_a_table_under_a_name_that_says_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "No cost noted yet" in await shell.type("!cost csv")
        await shell.type("!cost 4200 EUR expertise")
        assert "1 cost, for a spreadsheet" in await shell.type("!cost csv")
        (file,) = [content.file for content in shell.said() if content.file is not None]
        assert file.name.startswith("costs-")
        assert b'"4200.00"' in file.data


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("!cost four thousand euros", "In figures"),
        ("!cost -40 EUR", "more than zero"),
        ("!cost 4200 ZZZ expertise", "no currency ZZZ"),
        ("!cost 4200.50", "of what?"),
        ("!cost 4200 EUR expertise E7", "no E7 here"),
        ("!cost 4200", "no cost 4200 here"),
        ("!cost 7 corrected 3900 EUR", "no cost 7 here"),
        ("!outage 2 ended", "no outage 2 here"),
        ("!outage mail from 23:59", "lies in the future"),
        ("!status everything", "!status [management]"),
    ],
)
async def test_bad_input_is_answered_in_a_sentence_and_nothing_is_lost(shell: Shell, typed: str, answer: str) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!cost 1h")
        before = await shell.store.history(incident.id)
        assert answer in await shell.type(typed)
        assert await shell.store.history(incident.id) == before


async def test_an_outage_goes_on_until_somebody_says_that_it_is_over(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "goes on, since" in await shell.type("!outage mail server")
        assert "mail server" in await shell.type("!status management")
        await shell.pass_time(90 * MINUTE)
        assert "1\u00a0h\u00a030" in await shell.type("!panne 1 finie")
        assert "goes on" not in await shell.type("!outage")
        await shell.type("!outage 1 cancelled it was the proxy")
        assert "No outage noted" in await shell.type("!outage")
