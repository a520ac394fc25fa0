"""Every playbook we ship is walked to its end, in both languages, with its clocks filed as its steps say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.incident import Status
from bot.core.language import Language
from bot.core.names import Question
from bot.core.playbook import Playbook
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from bot.sentences import languages
from tests.core.build import HOUSE
from tests.service.shell import Shell

SHELF = playbooks.load(playbooks_folder())
SHIPPED = replace(HOUSE, playbooks=SHELF, rules=rules.load(playbooks_folder()))
every = pytest.mark.parametrize("playbook", SHELF.values(), ids=lambda book: f"{book.id}.{book.language}")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


async def open_with_every_answer(shell: Shell, playbook: Playbook) -> None:
    await shell.open(options=f"--playbook {playbook.id} --lang {playbook.language}")
    for asked in playbook.questions:
        assert "yes" in asked.values
        await shell.type(f"!fact {asked.name} yes")


async def test_the_first_number_is_the_hit_provider() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        offered = await shell.type("!open Host down", room=shell.control_room)
        await shell.type("1", room=shell.control_room)
        assert shell.incident().playbook.id == "provider-hit"
        assert all(f"{number} " in offered for number in range(1, 7))


@every
async def test_with_every_answer_yes_every_step_is_there_and_shown_whole(playbook: Playbook) -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        await open_with_every_answer(shell, playbook)
        assert set(shell.incident().answers) == {Question(asked.name) for asked in playbook.questions}
        assert shell.incident().needed_steps() == tuple(playbook.steps())
        for step in playbook.steps():
            shown = plain(await shell.type(f"!step {step.id}"))
            assert plain(step.title) in shown, step.id
            assert plain(step.source) in shown.replace("\\", ""), step.id


@every
async def test_it_can_be_worked_through_and_closed(playbook: Playbook) -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        await open_with_every_answer(shell, playbook)
        for clock in shell.incident().clocks():
            await shell.type(f"!aware {clock.rule.id}")
        await shell.pass_time(timedelta(minutes=1))
        for step in playbook.steps():
            await shell.type(f"!done {step.id}")
            if step.clock is not None and shell.incident().clock(step.clock) is not None:
                await shell.type(f"!filed {step.clock} 1234")
        assert shell.incident().open_steps() == ()
        await shell.type("!close")
        assert shell.incident().status is Status.CLOSED


@pytest.mark.parametrize("language", languages())
async def test_a_clock_that_is_switched_off_stays_out_of_the_room(language: Language) -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        await open_with_every_answer(shell, SHELF["ransomware", language])
        assert not [clock for clock in shell.incident().clocks() if clock.rule.id.startswith("NIS2")]
        assert "N9" in {step.id for step in shell.incident().open_steps()}
