"""Our playbooks go out and come back whole, in each format."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.language import Language
from bot.core.names import StepId
from bot.core.playbook import Playbook
from bot.exchange.assemble import Target
from bot.exchange.formats import Format, Imported, export, take
from bot.exchange.sheet import length_text, preface_of
from bot.exchange.to_cacao import EXTENSION
from bot.host.shipped import playbooks_folder
from bot.library.body import read_length
from bot.library.lint import check
from bot.library.playbooks import README, parse
from bot.library.problems import PlaybookError
from tests.exchange.files import SCHEMAS, schema

AT = datetime(2026, 11, 29, 16, tzinfo=UTC)
SHIPPED = sorted(path for path in playbooks_folder().glob("*.*.md") if path.name != README)

every = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
both = pytest.mark.parametrize("written_in", Format)


def target(path: Path) -> Target:
    id, language, _ = path.name.split(".")
    return Target(id=id, language=Language(language))


def out(path: Path, written_in: Format = Format.CACAO) -> Any:
    return json.loads(export(path.read_text("utf-8"), written_in, AT))


def back(path: Path, found: Any) -> Imported:
    return take(json.dumps(found).encode(), None, target(path))


def read(text: str) -> Playbook:
    """Return a playbook without the digest of its file."""
    return replace(parse(text), sha256="")


def mailbox() -> Path:
    return next(path for path in SHIPPED if path.name == "mailbox.fr.md")


@every
@both
def test_a_shipped_playbook_comes_back_with_every_field(path: Path, written_in: Format) -> None:
    came = back(path, out(path, written_in))
    assert read(came.text) == read(path.read_text("utf-8"))
    assert preface_of(came.text) == preface_of(path.read_text("utf-8"))
    assert came.losses == ()


@every
def test_a_shipped_playbook_is_a_valid_playbook_of_cacao(path: Path) -> None:
    assert [error.message for error in schema().iter_errors(out(path))] == []


def test_the_schema_would_notice_a_step_that_says_nothing() -> None:
    found = out(mailbox())
    found["workflow"][next(id for id in found["workflow"] if id.startswith("action--"))].pop("commands")
    assert not schema().is_valid(found)


def test_each_manual_command_is_one_by_the_schema_of_commands() -> None:
    kinds = json.loads((SCHEMAS / "commands/manual.json").read_text("utf-8"))["allOf"][1]["properties"]
    commands = [command for step in out(mailbox())["workflow"].values() for command in step.get("commands", ())]
    assert commands
    assert all(set(command) <= set(kinds) for command in commands)


def test_an_export_for_mattermost_has_only_fields_that_its_exports_have() -> None:
    found = out(mailbox(), Format.MATTERMOST)
    settings = {"metrics", "retrospective_enabled", "status_update_enabled", "version"}
    assert set(found) == {"title", "description", "checklists", *settings}
    assert {key for row in found["checklists"] for key in row} == {"title", "items"}
    items = [item for row in found["checklists"] for item in row["items"]]
    assert {key for item in items for key in item} == {"title", "description", "due_date"}


@both
def test_what_came_back_is_fine_by_the_linter(tmp_path: Path, written_in: Format) -> None:
    folder = Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))
    for path in SHIPPED:
        (folder / path.name).write_text(back(path, out(path, written_in)).text, "utf-8")
    assert check([folder]) == ()


def test_what_is_changed_in_a_tool_for_cacao_counts() -> None:
    found = out(mailbox())
    step = next(step for step in found["workflow"].values() if step.get("name") == "Arrêter le paiement, par téléphone")
    step["name"] = "Arrêter le virement"
    step["commands"][0]["command"] = "Appelez la banque."
    step["agent"] = next(id for id, agent in found["agent_definitions"].items() if agent["name"] == "comms")
    condition = next(step for step in found["workflow"].values() if step.get("name") == "payment = yes or unknown")
    condition["condition"] = "(__payment__:value = 'yes') AND (__insured__:value = 'no')"
    changed = {step.id: step for step in parse(back(mailbox(), found).text).steps()}[StepId("C1")]
    assert (changed.title, changed.action, changed.role) == ("Arrêter le virement", "Appelez la banque.", "comms")
    assert [clause.question for clause in changed.when.clauses] == ["payment", "insured"]


def test_a_step_that_another_tool_added_gets_a_place_beside_the_one_before_it() -> None:
    found = out(mailbox())
    id = next(id for id, step in found["workflow"].items() if step.get("name", "").startswith("Savoir ce qui a été lu"))
    added = "action--00000000-0000-4000-8000-000000000001"
    found["workflow"][added] = {**found["workflow"][id], "name": "Relire", "step_extensions": {}}
    found["workflow"][id]["on_completion"] = added
    assert [step.id for step in parse(back(mailbox(), found).text).steps()][:5] == ["D1", "D2", "D3", "D4", "C1"]


def test_a_step_that_was_copied_with_its_id_gets_one_of_its_own() -> None:
    found = out(mailbox(), Format.MATTERMOST)
    items = found["checklists"][0]["items"]
    items.insert(1, items[0])
    assert [step.id for step in parse(back(mailbox(), found).text).steps()][:4] == ["D1", "D4", "D2", "D3"]


def test_when_an_item_is_due_in_mattermost_counts_before_what_our_block_says() -> None:
    found = out(mailbox(), Format.MATTERMOST)
    item = found["checklists"][0]["items"][0]
    assert item["due_date"] == 15 * 60 * 1000
    item["due_date"] = 2 * 3600 * 1000
    first = next(parse(back(mailbox(), found).text).steps())
    assert (first.target, first.target_text) == (timedelta(hours=2), "2 h")


def test_when_an_item_is_due_counts_also_where_our_block_says_what_cannot_be() -> None:
    found = out(mailbox(), Format.MATTERMOST)
    item = found["checklists"][0]["items"][0]
    item["description"] = item["description"].replace("15\u00a0min", "5 fortnights")
    assert next(parse(back(mailbox(), found).text).steps()).target_text == "15 min"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("rank", "first", "`rank` is a whole number"), ("roles", "it", "`roles` must be a list")],
)
def test_a_field_of_ours_that_cannot_be_is_told_with_the_line_it_would_have_had(
    field: str, value: str, told: str
) -> None:
    found = out(mailbox())
    found["playbook_extensions"][EXTENSION][field] = value
    with pytest.raises(PlaybookError, match=told):
        back(mailbox(), found)


def test_the_same_file_goes_out_the_same_and_a_changed_one_as_another_playbook() -> None:
    text = mailbox().read_text("utf-8")
    once, again = (export(text, Format.CACAO, AT) for _ in range(2))
    changed = json.loads(export(text.replace("l’attaquant lit", "il lit"), Format.CACAO, AT))
    assert once == again
    assert changed["id"] != json.loads(once)["id"]


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(days=1), "1 jour"),
        (timedelta(days=3), "3 jours"),
        (timedelta(hours=36), "36 h"),
        (timedelta(minutes=90), "90 min"),
        (timedelta(seconds=90), "2 min"),
        (timedelta(days=30, seconds=1), "31 jours"),
    ],
)
def test_a_length_is_written_as_it_is_read(span: timedelta, told: str) -> None:
    assert length_text(span, Language("fr")) == told
    assert read_length(told) is not None


def test_what_is_repeated_and_what_rings_again_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "prepare.en.md"
    text = next(path for path in SHIPPED if path.name == "prepare.en.md").read_text("utf-8")
    text = text.replace("- **Mandatory**", "- **Again:** 36 h\n- **Mandatory**", 1)
    text = text.replace("repeat: 12 months", "repeat: 40 months")
    path.write_text(text, "utf-8")
    came = read(back(path, out(path)).text)
    assert came == read(text)
    assert came.repeat is not None


def test_the_smallest_playbook_goes_out_and_back() -> None:
    front = "id: small\nlanguage: en\ntitle: Small\nsummary: Small\nversion: 1\nroles: [it]\n"
    step = "### D1 · Look\n- **Who:** management\n- **Source:** us\n\nLook."
    text = f"---\n{front}---\n## D · Detect\n\nFirst.\n\n{step}\n"
    small = Path("small.en.md")
    for written_in in Format:
        found = json.loads(export(text, written_in, AT))
        assert read(back(small, found).text) == read(text)
    assert schema().is_valid(json.loads(export(text, Format.CACAO, AT)))
