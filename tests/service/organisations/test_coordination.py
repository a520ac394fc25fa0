"""Who speaks for many: the room of the coordination, and what a firm reads of it first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.language import Language
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from bot.sentences import languages
from tests.core.build import HOUSE
from tests.service.cascades import firms, open_cascade, order, parent_of, send
from tests.service.shell import Shell

SHELF = playbooks.load(playbooks_folder())
SHIPPED = replace(HOUSE, playbooks=SHELF, rules=rules.load(playbooks_folder()))


# --- the playbook of the coordination ------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
async def test_who_opens_rooms_for_many_reads_the_steps_of_who_is_not_hit(language: Language) -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent = await open_cascade(shell, firms(2), options=f"--lang {language}")
        assert (parent.playbook.id, parent.playbook.language) == ("coordinator", language)
        assert parent.clocks() == ()
        said = " ".join(content.body for content in shell.said(parent.room))
        assert parent.open_steps()[0].title in said
        assert "ransom" not in said.casefold()
        assert "rançon" not in said.casefold()
        children = [one for one in shell.service.books.incidents() if one.parent == parent.id]
        assert {child.playbook.id for child in children} == {"provider-hit"}


async def test_who_is_hit_too_begins_with_the_playbook_of_the_attack_and_adding_firms_changes_it_no_more() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        parent = await open_cascade(shell, firms(1), options="--parent-playbook rancongiciel")
        assert parent.playbook.id == "ransomware"
        assert parent.clocks()
        await send(shell, firms(2))
        await order(shell, "!cascade open Host down --parent-playbook coordinator")
        assert parent_of(shell).playbook.id == "ransomware"


async def test_a_playbook_of_the_parent_that_nobody_keeps_is_refused_before_anything_is_opened() -> None:
    shell = Shell(SHIPPED)
    async with shell.life():
        await send(shell, firms(1))
        answer = await order(shell, "!cascade open Host down --parent-playbook nosuch")
        assert "There is no playbook nosuch in this language." in answer
        assert shell.service.books.incidents() == ()


async def test_who_keeps_no_playbook_for_it_has_the_one_of_the_attack_or_of_the_firms(shell: Shell) -> None:
    kept = {key: book for key, book in SHELF.items() if key[0] != "coordinator"}
    older = Shell(replace(SHIPPED, playbooks=kept))
    async with older.life():
        assert (await open_cascade(older, firms(1))).playbook.id == "ransomware"
    async with shell.life():
        assert (await open_cascade(shell, firms(1))).playbook.id == "provider-hit"
