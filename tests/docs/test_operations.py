import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from bot.cli import Exit
from bot.cli.words import parser
from bot.config import GROUPS
from bot.config.organisation import Organisation
from bot.config.reading import keys_of
from bot.host.metrics import HELP
from bot.service.watchdog import DEAF_AFTER_S, HUNG_AFTER_S, LATE_AFTER_S, STUCK_AFTER_S
from tests.docs.pages import PAGES, code_of, first_cells, name_of, passage, read, sources

OPERATIONS = read("docs/operations.md")
WRITTEN_BY_HAND = {
    *("network.proxy", "retention.closed_after", "heartbeat.url_file", "heartbeat.file"),
    *("matrix.access_token_file", "matrix.device_id", "matrix.recovery_key_file", "playbooks.folder", "clocks.enable"),
    *(f"organisation.{key}" for key in keys_of(Organisation)),
}
"""Keys that the example shows as comments."""
IMAGE = "cellule"
"""What `docker run` is given has the name of the command."""


def _documented_keys() -> set[str]:
    return {cell.strip("`") for cell in first_cells(passage(OPERATIONS, "Configuration"))}


def test_every_key_of_the_example_is_documented_and_every_documented_key_stands_in_the_example() -> None:
    example = yaml.safe_load(read("config.example.yaml"))
    keys = {f"{group}.{key}" for group, written in example.items() if group != "people" for key in written or ()} | {
        "people"
    }
    assert _documented_keys() == keys | WRITTEN_BY_HAND
    for key in WRITTEN_BY_HAND:
        assert re.search(rf"# {key.partition('.')[2]}:", read("config.example.yaml"))


def test_the_documented_keys_are_those_the_program_reads() -> None:
    read_by_us = {
        f"{group}.{field.metadata.get('name') or field.name}"
        for group, rows in GROUPS.items()
        for field in dataclasses.fields(rows)
    }
    named_otherwise = {"matrix.access_token": "matrix.access_token_file", "state.key": "state.key_file"}
    assert {named_otherwise.get(key, key) for key in read_by_us} == _documented_keys() - {"people"}


def test_every_exit_code_of_run_is_documented() -> None:
    assert [int(cell) for cell in first_cells(passage(OPERATIONS, "Exit codes"))] == sorted(Exit)


def test_the_service_manager_does_not_restart_what_a_person_must_look_at() -> None:
    for_a_person = {Exit.WRONG, Exit.REFUSED, Exit.IN_USE}
    found = re.search(r"^RestartPreventExitStatus=(.+)$", OPERATIONS, re.MULTILINE)
    assert found is not None
    assert set(map(int, found[1].split())) == for_a_person


def test_the_documented_metrics_are_those_that_are_served() -> None:
    assert set(re.findall(r"\b(cellule_\w+)", passage(OPERATIONS, "Health and metrics"))) == HELP.keys()


def test_the_documented_thresholds_are_those_that_count() -> None:
    rows = [row.split(" | ") for row in passage(OPERATIONS, "Health and metrics").splitlines() if "from " in row]
    said = {row[0].strip("| `"): float(found[1]) for row in rows if (found := re.match(r"from (\d+) on", row[-1]))}
    assert said == {
        "cellule_seconds_since_sync": DEAF_AFTER_S,
        "cellule_alarms_overdue_seconds": LATE_AFTER_S,
        "cellule_outbox_still_seconds": STUCK_AFTER_S,
        "cellule_applying_seconds": HUNG_AFTER_S,
    }


def test_the_example_alerts_ask_for_what_is_served_and_each_is_explained() -> None:
    (group,) = yaml.safe_load(read("docs/alerts.example.yaml"))["groups"]
    asked = {name for rule in group["rules"] for name in re.findall(r"\b(cellule_\w+)", rule["expr"])}
    assert asked <= HELP.keys()
    explained = re.findall(r"^\| `(Cellule\w+)` \|", passage(OPERATIONS, "Health and metrics"), re.MULTILINE)
    assert explained == [rule["alert"] for rule in group["rules"]]


def test_every_documented_line_of_the_log_is_one_the_program_writes() -> None:
    written = sources()
    lines = re.findall(r"`([^`]+)`", "\n".join(first_cells(passage(OPERATIONS, "The log"))))
    assert lines
    unknown = [
        part
        for line in lines
        for part in re.split(r"\.\.\.|\bN\b|\bCODE\b|\bKIND\b|\bID\b|XXXXXXXX|: |[()]", line)
        if len(part.strip(" ,;.")) > 3 and part.strip(" ,;.") not in written
    ]
    assert not unknown


def test_every_quoted_message_of_the_program_is_one() -> None:
    written = sources()
    quoted = re.findall(r"(?<!\*)\*([^*\n]{12,})\*(?!\*)", OPERATIONS)
    assert quoted
    assert not [part for text in quoted for part in text.split(" ... ") if part not in written]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_console_command_in_a_page_can_be_typed(page: Path) -> None:
    names = set(next(action.choices for action in parser()._actions if isinstance(action.choices, dict)))
    typed = {
        word
        for code in code_of(page.read_text("utf-8"))
        for word in re.findall(r"(?:^|[\s/])cellule (?:cellule )?([a-z]+)\b(?![-.\w/])", code)
    }
    assert typed - {IMAGE} <= names
