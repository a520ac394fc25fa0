"""Exports of Mattermost's playbooks that others wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.exchange.untrusted import ExchangeError
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
