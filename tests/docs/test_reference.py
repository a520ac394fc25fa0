"""The reference is made from the code; what is looked at here is that nothing is left out of it."""

import re

from bot.cli import CALLS, Exit
from bot.commands import ROWS
from bot.config import GROUPS, NAMED
from bot.config.reading import keys_of
from bot.core.people.roster import Right
from docs.configuration import meanings
from docs.console import EXITS, codes_of, commands
from docs.health import levels_of
from tests.docs.pages import first_cells, passage, read

KEYS = {*NAMED} | {f"{name}.{key}" for name, rows in GROUPS.items() for key in keys_of(rows)}


def test_every_key_is_in_the_table_and_its_meaning_in_the_example() -> None:
    table = read("docs/reference/configuration.md").partition("## ")[0]
    assert {cell.strip("`") for cell in first_cells(table)} == KEYS
    assert meanings().keys() >= KEYS


def test_keys_that_follow_each_other_share_what_is_said_and_no_other_does() -> None:
    told = meanings()
    assert told["locale.language"].startswith("Language of the control room")
    assert told["organisation.name"] != told["organisation.siren"]
    assert told["heartbeat"].startswith("A sign of life")


def test_every_command_has_its_row_and_every_right_its_roles() -> None:
    page = read("docs/reference/commands.md")
    rows = [
        re.split(r"(?<!\\)\|", row) for row in page.partition("## Rights")[0].splitlines() if row.startswith("| `!")
    ]
    assert [row[4].strip() for row in rows] == [row.right.name.lower() for row in ROWS]
    assert first_cells(passage(page, "Rights")) == [right.name.lower() for right in Right]


def test_every_command_of_the_console_has_its_chapter() -> None:
    chapters = re.findall(r"^## cellule (.+)$", read("docs/reference/console.md"), re.MULTILINE)
    assert chapters == [name for name, _ in commands()]
    assert CALLS.keys() <= set(chapters)


def test_every_code_has_its_meaning_and_every_command_says_which_it_ends_with() -> None:
    assert EXITS.keys() == set(Exit)
    told = {name: codes_of(reader.epilog or "") for name, reader in commands() if name != "demo"}
    assert all(told.values())
    assert told["restore"] == {
        0: "restored",
        1: "the backup is damaged",
        2: "another key, a folder that is not empty, or another account",
        4: "a running Cellule holds the state folder",
    }
    assert {code for codes in told.values() for code in codes} <= set(Exit)


def test_a_line_has_the_level_of_what_it_names_and_not_of_what_begins_like_it() -> None:
    known = [("stopped", "info"), ("stopped by a failure", "error"), ("room key dropped: it is gone", "warning")]
    known += [("encrypted event dropped: %s", "warning")]
    assert levels_of("stopped", known) == {"info"}
    assert levels_of("room key dropped: ...", known) == {"warning"}
    assert levels_of("encrypted event dropped: heard before", known) == {"warning"}
    assert levels_of("nobody writes this", known) == set()
