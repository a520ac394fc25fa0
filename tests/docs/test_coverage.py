"""Every statement of the article has its row, and every row names things that exist."""

from __future__ import annotations

import re

import pytest

from bot.commands import ROWS
from bot.core.names import DraftId, StepId
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.sentences import languages
from tests.docs.pages import code_of, read

STATEMENTS = range(1, 64)
STATES = {"served", "left out"}
SHELF = playbooks.load(playbooks_folder())
DRAFTS = drafts.load(playbooks_folder())
CLOCKS = {rule.id for rule in rules.load(playbooks_folder())}
COMMANDS = {f"!{word}" for row in ROWS for words in row.words.values() for word in words}


def rows() -> list[tuple[str, str, str, str]]:
    found = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", read("docs/coverage.md"), re.MULTILINE)
    return [(number, said, served, state) for number, said, served, state in found]


def exists(name: str) -> bool:
    playbook, space, step = name.partition(" ")
    if not space:
        return name in CLOCKS or name in COMMANDS
    if playbook == "!draft":
        return all((DraftId(step), language) in DRAFTS for language in languages())
    return all(
        (playbook, language) in SHELF and SHELF[playbook, language].step(StepId(step)) is not None
        for language in languages()
    )


def test_every_statement_has_one_row_in_order() -> None:
    assert [int(number) for number, *_ in rows()] == list(STATEMENTS)
    assert {state for *_, state in rows()} == STATES


@pytest.mark.parametrize(("number", "said", "served", "state"), rows(), ids=[row[0] for row in rows()])
def test_a_row_names_steps_clocks_and_commands_that_exist(number: str, said: str, served: str, state: str) -> None:
    names = code_of(served)

    assert [name for name in names if not exists(name)] == []
    assert names or state == "left out", "what serves it?"
    assert ("a commercial offer" in served) == (state == "left out"), "what is left out has its reason"


def test_the_check_knows_what_does_not_exist() -> None:
    assert not exists("provider-hit Z9")
    assert not exists("nothing D1")
    assert not exists("GDPR-99")
    assert not exists("!fly")
    assert not exists("!draft love-letter")
    assert exists("!draft complaint")
    assert exists("prepare B2")


def test_the_two_misleading_statements_are_corrected_and_the_third_is_narrowed() -> None:
    marked = {number for number, said, *_ in rows() if "**" in said}

    assert marked == {"44", "45", "46"}
