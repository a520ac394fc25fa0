import re
from pathlib import Path

import pytest
import yaml

from bot.cli import Exit
from bot.cli.words import parser
from bot.host.metrics import HELP
from bot.service.watchdog import DEAF_AFTER_S, HUNG_AFTER_S, LATE_AFTER_S, SILENT_AFTER_S, STUCK_AFTER_S
from docs.health import levels_of, templates
from tests.docs.pages import PAGES, code_of, first_cells, name_of, passage, read, sources

OPERATIONS = read("docs/operations.md")
LOG = read("docs/reference/log.md")
IMAGE = "cellule"
"""What `docker run` is given has the name of the command."""


def test_every_exit_code_of_run_is_documented() -> None:
    assert [int(cell) for cell in first_cells(passage(OPERATIONS, "Exit codes"))] == sorted(Exit)


def test_the_service_manager_does_not_restart_what_a_person_must_look_at() -> None:
    for_a_person = {Exit.WRONG, Exit.REFUSED, Exit.IN_USE}
    found = re.search(r"^RestartPreventExitStatus=(.+)$", read("contrib/systemd/cellule.service"), re.MULTILINE)
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
        "cellule_seconds_since_database": SILENT_AFTER_S,
    }


def test_the_example_alerts_ask_for_what_is_served_and_each_is_explained() -> None:
    (group,) = yaml.safe_load(read("docs/alerts.example.yaml"))["groups"]
    asked = {name for rule in group["rules"] for name in re.findall(r"\b(cellule_\w+)", rule["expr"])}
    assert asked <= HELP.keys()
    explained = re.findall(r"^\| `(Cellule\w+)` \|", passage(OPERATIONS, "Health and metrics"), re.MULTILINE)
    assert explained == [rule["alert"] for rule in group["rules"]]


LINES = re.findall(r"`([^`]+)`", "\n".join(row.split("|")[2] for row in LOG.splitlines() if row.startswith("|")))


def test_every_documented_line_of_the_log_is_one_the_program_writes() -> None:
    written = sources()
    assert LINES
    unknown = [
        part
        for line in LINES
        for part in re.split(r"\.\.\.|\bN\b|\bCODE\b|\bKIND\b|\bHOW\b|\bID\b|XXXXXXXX|: |[()]", line)
        if len(part.strip(" ,;.")) > 3 and part.strip(" ,;.") not in written
    ]
    assert not unknown


def test_every_line_that_the_program_logs_is_documented_with_its_level() -> None:
    logged = list(templates())
    assert not [text for text, level in logged if not any(levels_of(line, [(text, level)]) for line in LINES)]
    rows = [row.split("|")[1].strip() for row in LOG.splitlines() if row.startswith("|")][2:]
    assert all(rows)


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
