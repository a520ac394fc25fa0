"""The firm's calendar of taxes and payroll in a room: silent until somebody adds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.people.profile import Profile
from tests.core.build import DAVE, HOUSE
from tests.core.cascades import row
from tests.core.dates import PAYROLL, TAX, VAT
from tests.service.answers.test_calendars import export
from tests.service.organisations.scene import Organisations, room_of
from tests.service.shell import Shell

FIRM = replace(HOUSE, profile=Profile(calendar=(PAYROLL, VAT, TAX)))


@pytest.fixture
def shell() -> Shell:
    return Shell(FIRM)


async def test_the_first_message_points_to_it_and_nothing_runs_before_it_is_asked_for(shell: Shell) -> None:
    """It is Tuesday 24 November 2026, 10:00 in Paris: 15 and 19 December are near."""
    async with shell.life():
        await shell.open()
        assert any("Taxes and payroll to come: !clock calendar" in content.body for content in shell.said())
        assert not shell.incident().clock_states
        listed = await shell.type("!clock calendar")
        assert "DSN-12-15 Tue 15 Dec 2026 12:00 (UTC+1)\n  File dsn" in listed
        assert listed.index("DSN-12-15") < listed.index("IS-12-15") < listed.index("VAT-12-19")
        assert "!clock calendar all adds them as clocks" in listed
        assert not shell.incident().clock_states


async def test_they_are_added_by_one_message_ring_and_are_filed(shell: Shell) -> None:
    """The first reminder rings 48 hours before noon of 15 December: on the 13th at 12:00, in 19 days and 2 hours."""
    async with shell.life():
        await shell.open()
        answer = await shell.type("!clock calendar all")
        assert answer.startswith("Added from your calendar:")
        assert "IS-12-15 Tue 15 Dec 23:59" in answer
        assert set(shell.incident().clock_states) == {"DSN-12-15", "IS-12-15", "VAT-12-19"}
        assert "no more dates" in await shell.type("!clock calendar")
        assert "alice added dates of the calendar: DSN-12-15, IS-12-15, VAT-12-19" in await shell.type("!timeline")
        await shell.type("!filed GDPR-33-1 receipt 0")
        await shell.pass_time(timedelta(days=19, hours=2, minutes=1))
        assert "DSN-12-15: in 48\u00a0h\nFile dsn\nDue Tue 15 Dec 2026 12:00 (UTC+1), from your calendar" in (
            shell.rings()[-1].body
        )
        assert "In time" in await shell.type("!filed DSN-12-15 receipt 1")
        assert "set aside" in await shell.type("!waive IS-12-15 we make no profit")


async def test_one_says_which_text_sets_it_and_how_that_was_read(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!clock calendar VAT-12-19")
        assert "Your calendar: art. 1" in await shell.type("!clocks")
        whole = await shell.type("!clocks VAT-12-19")
        assert "Law: art. 1. Read in a secondary source on 28 Nov 2026: https://example.org/tax" in whole
        assert "A date of your own" not in whole


async def test_it_goes_into_a_calendar_like_any_due_time(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!clock calendar VAT-12-19")
        _, found = await export(shell, "full")
        (entry,) = found.values()
        assert entry.at == datetime(2026, 12, 19, 22, 59, tzinfo=UTC)
        assert entry.description == f"The room {shell.incident().codename} says what this is."


async def test_it_speaks_french_and_takes_french_names(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --lang fr")
        assert any("Impôts et paie à venir\u00a0: !delai calendrier" in content.body for content in shell.said())
        listed = await shell.type("!delai calendrier")
        assert "DSN-12-15 mar. 15 déc. 2026 à 12:00 (UTC+1)\n  Déposer dsn" in listed
        assert "!delai calendrier tout les ajoute" in listed
        assert (await shell.type("!délai calendrier tva-12-19")).startswith("Ajouté depuis votre calendrier\u00a0:")
        assert set(shell.incident().clock_states) == {"VAT-12-19"}
        refused = await shell.type("!delai calendrier TVA-01-19")
        assert "Aucune échéance à venir ne s’appelle TVA-01-19. Il y a\u00a0: DSN-12-15, IS-12-15" in refused


async def test_a_room_of_a_house_without_a_calendar_says_nothing_of_one() -> None:
    shell = Shell()
    async with shell.life():
        await shell.open()
        assert not any("calendar" in content.body for content in shell.said())
        assert "organisation.calendar" in await shell.type("!clock calendar")
        assert "no more dates" in await shell.type("!clock calendar all")


async def test_the_taxes_of_the_house_are_nothing_of_an_organisations() -> None:
    scene = Organisations(FIRM)
    await scene.lay([row("Alpha")])
    async with scene.life():
        answer = await scene.type("!clock calendar all", room=room_of("Alpha"), sender=DAVE)
        assert "no more dates" in answer
