"""Exports of Mattermost's playbooks that others wrote."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.exchange.formats import Format, export
from bot.exchange.untrusted import ExchangeError
from bot.host.shipped import playbooks_folder
from tests.exchange.files import ENGLISH, losses, mattermost, playbook, read, steps


def test_checklists_become_phases_and_their_items_steps() -> None:
    found = mattermost({"title": "Lock it"}, {"title": "Tell *the* DPO", "description": "By phone.\nAt once."})
    found["checklists"].append({"title": "Later", "items": [{"title": "Buy another"}]})
    book = playbook(found)
    assert [(phase.name, [step.id for step in phase.steps]) for phase in book.phases] == [
        ("First hour", ["A1", "A2"]),
        ("Later", ["B1"]),
    ]
    assert [step.title for step in book.steps()] == ["Lock it", "Tell the DPO", "Buy another"]
    assert steps(found)["Tell the DPO"].action == "By phone.\nAt once."
    assert book.roles == ("coordinator",)


def test_when_an_item_is_due_is_its_target() -> None:
    assert steps(mattermost({"title": "Lock it", "due_date": 5400000}))["Lock it"].target == timedelta(minutes=90)


@pytest.mark.parametrize("due", [-1, 1 << 60, True, "soon"])
def test_a_time_that_nobody_waits_for_is_named_and_left_out(due: object) -> None:
    found = mattermost({"title": "Lock it", "due_date": due})
    assert steps(found)["Lock it"].target in (None, timedelta(minutes=1))
    assert due is True or "“Lock it”: kept as text only: due_date" in losses(found)


def test_commands_assignees_and_settings_are_kept_as_text_and_named() -> None:
    found = mattermost(
        {"title": "Call", "command": "/zoom start", "assignee_type": "owner", "condition_id": "abc"},
        message_on_join="Welcome",
        retrospective_enabled=False,
        conditions=[{"id": "abc"}],
    )
    told = losses(found)
    assert told == [
        "kept above the first phase, as text only: message_on_join",
        "kept above the first phase, as text only: conditions",
        "“Call”: kept as text only: command, assignee_type, condition_id",
    ]
    assert "```\n/zoom start\n```" in steps(found)["Call"].action
    assert '"message_on_join": "Welcome"' in read(found).text


def test_an_empty_checklist_is_left_out_and_named() -> None:
    found = mattermost({"title": "Lock it"})
    found["checklists"].append({"title": "Nothing", "items": []})
    assert losses(found) == ["“Nothing”: left out, as it has no step"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"version": 2}, "the export is of version 2; only version 1 is read"),
        ({"checklists": "none"}, "the file is no export of Mattermost"),
        ({"title": ""}, "the file is no export of Mattermost"),
        ({"checklists": [{"title": "Empty"}]}, "the file has no step"),
        ({"description": "x\n```cellule\n{]}\n```"}, "the file is not a JSON object"),
    ],
)
def test_what_is_no_export_is_refused_with_one_sentence(more: dict[str, object], told: str) -> None:
    with pytest.raises(ExchangeError, match=told):
        read(mattermost({"title": "Lock it"}, **more), ENGLISH)


def test_a_text_without_end_is_cut_and_that_is_said() -> None:
    assert losses(mattermost({"title": "Call", "description": "x" * 30_000})) == [
        "“Call”: the text is too long, and its end was cut"
    ]


def moved() -> dict[str, Any]:
    """Return a playbook of ours, as Mattermost has it."""
    text = (playbooks_folder() / "mailbox.en.md").read_text("utf-8")
    found: dict[str, Any] = json.loads(export(text, Format.MATTERMOST, datetime(2026, 11, 29, tzinfo=UTC)))
    return found


def phases(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    book = playbook(found)
    return [(phase.name, [step.id for step in phase.steps]) for phase in book.phases]


def test_a_step_that_was_dragged_to_the_top_of_another_checklist_is_one_of_that_phase() -> None:
    found = moved()
    first, second = found["checklists"][:2]
    before = phases(found)
    second["items"].insert(0, first["items"].pop())
    after = phases(found)
    assert after[0] == (before[0][0], before[0][1][:-1])
    assert after[1][1][1:] == before[1][1]
    assert after[1][1][0].startswith(before[1][1][0][0])


def test_a_checklist_that_was_duplicated_is_a_phase_of_its_own() -> None:
    found = moved()
    before = phases(found)
    found["checklists"].insert(1, {**found["checklists"][0], "title": "Once more"})
    after = phases(found)
    assert [after[0], *after[2:]] == before
    assert after[1][0] == "Once more"
    assert not {id[0] for id in after[1][1]} & {id[0] for _, ids in before for id in ids}


def test_what_else_a_checklist_says_is_kept_as_text_and_named() -> None:
    found = mattermost({"title": "Lock it"})
    found["checklists"][0] |= {"owner": "it", "id": ""}
    found["checklists"][0]["items"].append("Call me")
    found["checklists"] += ["Loose", {"title": "Odd", "items": {"title": "Nowhere"}}]
    assert losses(found) == [
        "kept above the first phase, as text only: checklists",
        "“Odd”: left out, as it has no step",
    ]
    text = read(found).text
    assert all(word in text for word in ('"owner": "it"', "Call me", "Loose", "Nowhere", "First hour"))
