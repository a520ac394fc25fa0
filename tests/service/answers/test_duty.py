"""Who is on duty, as people see and change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.core.duty.rota import Rota
from bot.core.language import Language
from bot.core.people.contacts import Contact
from bot.core.people.roster import Role
from bot.voice.markup import COLUMNS, SCREEN, height
from tests.core.build import ALICE, BOB, CAROL, DAVE, HOUSE, PEOPLE
from tests.service.shell import Shell

HOUR = time(9)
MONDAY = date(2026, 11, 23)
ROTAS = {
    Role.COORDINATOR: Rota(weeks=(ALICE, DAVE, None), since=MONDAY, hour=HOUR),
    Role.DPO: Rota(weeks=(BOB,), since=MONDAY, hour=HOUR),
}
FRENCH = replace(HOUSE, rotas=ROTAS, language=Language("fr"))


@pytest.fixture
def shell() -> Shell:
    return Shell(replace(HOUSE, rotas=ROTAS))


async def test_who_is_on_duty_now_and_next_stands_on_one_screen(shell: Shell) -> None:
    async with shell.life():
        said = await shell.type("!duty", room=shell.control_room)
    assert said.splitlines()[:7] == [
        "On duty",
        "",
        "coordinator: alice",
        "- Mon 30 Nov 09:00: dave",
        "- Mon 7 Dec 09:00: nobody → all",
        "- Mon 14 Dec 09:00: alice",
        "- Mon 21 Dec 09:00: dave",
    ]
    assert "DPO: bob" in said


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_with_a_rota_for_every_role_it_still_fits_a_phone(language: str) -> None:
    everybody = frozenset(Role)
    long = {role: Rota(weeks=(ALICE, DAVE, None), since=MONDAY, hour=HOUR) for role in Role}
    people = {**PEOPLE, ALICE: everybody, DAVE: everybody}
    shell = Shell(replace(HOUSE, rotas=long, people=people, language=Language(language)))
    async with shell.life():
        for typed in ("!duty", "!duty dpo"):
            said = await shell.type(typed, room=shell.control_room)
            assert height(said) <= SCREEN
            assert max(map(len, said.splitlines()[:-1])) <= COLUMNS, said


async def test_of_one_role_more_weeks_are_shown_in_french(shell: Shell) -> None:
    shell = Shell(FRENCH)
    async with shell.life():
        said = await shell.type("!garde coordination", room=shell.control_room)
    assert "coordination : alice" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert said.count("\n- ") == 8


async def test_before_the_first_week_everybody_is_called_but_for_who_was_put_on_duty(shell: Shell) -> None:
    later = {Role.COORDINATOR: Rota(weeks=(ALICE, DAVE), since=date(2026, 12, 7), hour=HOUR)}
    shell = Shell(replace(HOUSE, rotas=later))
    async with shell.life():
        said = await shell.type("!duty", room=shell.control_room)
        assert "coordinator: everybody, until Mon 7 Dec 09:00\n- Mon 7 Dec 09:00: alice" in said
        await shell.type("!duty coordinator dave today today", room=shell.control_room)
        assert "coordinator: dave\n" in await shell.type("!duty", room=shell.control_room)


async def test_without_rotas_it_says_where_they_are_written() -> None:
    shell = Shell()
    async with shell.life():
        assert "The operator writes one under duty" in await shell.type("!duty", room=shell.control_room)
        assert "There is no rota for DPO" in await shell.type("!duty dpo", room=shell.control_room)


async def test_a_swap_counts_says_whose_place_it_takes_and_survives_a_restart(shell: Shell) -> None:
    async with shell.life():
        said = await shell.type("!duty coordinator dave 2026-11-28", room=shell.control_room)
        assert said == ("coordinator: dave is on duty from Sat 28 Nov 00:00 to Mon 30 Nov 09:00.\nInstead of alice.")
    async with shell.life():
        assert "- Sat 28 Nov 00:00: dave" in await shell.type("!duty", room=shell.control_room)


async def test_who_is_away_leaves_a_hole_or_their_deputy_and_that_is_shown(shell: Shell) -> None:
    async with shell.life():
        said = await shell.type("!duty coordinator alice off today tomorrow", room=shell.control_room)
    assert said.splitlines()[1:] == ["- Tue 24 Nov 10:00: nobody → all"]
    shell = Shell(replace(shell.house, contacts={ALICE: Contact(deputy=DAVE)}))
    async with shell.life():
        said = await shell.type("!duty coordinator alice off today tomorrow", room=shell.control_room)
    assert said.splitlines()[1:] == ["- Tue 24 Nov 10:00: dave"]


async def test_what_a_coordinator_changes_in_a_direct_room_is_read_in_the_control_room(shell: Shell) -> None:
    async with shell.life():
        direct = shell.direct_room(DAVE)
        assert "dave is on duty" in await shell.type("!duty coordinator dave", room=direct, sender=DAVE)
        assert "dave is on duty" in shell.said(shell.control_room)[-1].body


async def test_who_does_not_lead_changes_nothing(shell: Shell) -> None:
    async with shell.life():
        direct = shell.direct_room(CAROL)
        assert "coordinator" in await shell.type("!duty nonsense whoever", room=direct, sender=CAROL)
        assert not shell.service.books.desk.duty.changes


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "!duty it carol",
            "There is no rota for IT: everybody of the role is called. Roles with one: coordinator, DPO.",
        ),
        ("!duty dpo carol", "has not the role DPO in the configuration, so cannot be on duty for it. Who has it: @bob"),
        ("!duty dpo eve", "I do not know eve."),
        ("!duty dpo bob 2026-03-02 2026-03-03", "That ends Wed 4 Mar 2026"),
        ("!duty dpo bob 2026-12-04 2026-12-02", "That ends Thu 3 Dec 2026"),
        ("!duty dpo bob 2026-12-04 2028-04-02", "Duty is planned 366 days ahead"),
    ],
)
async def test_what_cannot_be_is_refused_in_one_sentence(shell: Shell, typed: str, told: str) -> None:
    async with shell.life():
        assert told in await shell.type(typed, room=shell.control_room)
        assert not shell.service.books.desk.duty.changes
