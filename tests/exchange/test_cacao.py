"""Playbooks of CACAO that others wrote: what becomes of each kind of step, and what is said of it."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import pytest

from bot.exchange.from_cacao import read_condition
from bot.host.shipped import playbooks_folder
from bot.library.lint import check
from tests.exchange.files import (
    END,
    ENGLISH,
    FRENCH,
    A,
    B,
    C,
    D,
    Json,
    action,
    cacao,
    chain,
    id_of,
    losses,
    playbook,
    read,
    schema,
    steps,
)

IF, SWITCH, PARALLEL, WHILE = (
    id_of(kind, 1) for kind in ("if-condition", "switch-condition", "parallel", "while-condition")
)
ENDS = {id_of("end", number): {"type": "end"} for number in (2, 3)}
END_2, END_3 = ENDS


def forked() -> Json:
    """Return a playbook with one step of every kind that branches."""
    return cacao(
        {
            A: action("Ask who had it", IF),
            IF: {
                "type": "if-condition",
                "name": "Encrypted?",
                "condition": "__encrypted__:value = false",
                "on_true": B,
                "on_false": PARALLEL,
                "on_completion": C,
            },
            B: action("Tell the people on it", END_2),
            PARALLEL: {"type": "parallel", "name": "Both", "next_steps": [D, WHILE], "on_completion": END_3},
            D: action("Lock it", END_3),
            WHILE: {
                "type": "while-condition",
                "name": "Is it online?",
                "condition": "__online__:value = true",
                "on_true": id_of("action", 5),
                "on_completion": END_3,
            },
            id_of("action", 5): action("Look where it is", WHILE),
            C: action("Write it down", SWITCH),
            SWITCH: {
                "type": "switch-condition",
                "name": "Whose",
                "switch": "__owner__:value",
                "cases": {"ours": id_of("action", 6), "theirs": id_of("playbook-action", 1)},
                "on_completion": END,
            },
            id_of("action", 6): action("Order a new one", END_2),
            id_of("playbook-action", 1): {
                "type": "playbook-action",
                "name": "Their own plan",
                "playbook_id": id_of("playbook", 7),
                "on_completion": END_3,
            },
            **ENDS,
        },
        playbook_variables={"__encrypted__": {"type": "bool", "value": "false"}},
    )


def test_the_file_of_these_tests_is_one_that_others_would_accept() -> None:
    assert [error.message for error in schema().iter_errors(forked())] == []


def test_the_branches_come_one_after_the_other_and_say_when_they_are_for() -> None:
    found = steps(forked())
    assert list(found) == [
        *("Ask who had it", "Tell the people on it", "Lock it", "Look where it is", "Write it down"),
        *("Order a new one", "Their own plan"),
    ]
    assert found["Tell the people on it"].action.startswith("Only if: Encrypted? (`__encrypted__:value = false`)")
    assert found["Lock it"].action.startswith("Only if this is not so: Encrypted?")
    assert "At the same time as the other branches: Lock it, Is it online?" in found["Lock it"].action
    assert "Again and again, as long as: Is it online?" in found["Look where it is"].action
    assert found["Write it down"].action == "Write it down, as agreed.\n\nDone by: Service desk"
    assert found["Order a new one"].action.startswith("Only in the case ours of: Whose (`__owner__:value`)")


def test_what_has_no_place_is_named_a_line_each_in_the_language_of_the_console() -> None:
    told = losses(forked())
    assert "“Encrypted?”: if-condition is no step here; the steps below it say it in words" in told
    assert "“Is it online?”: while-condition is no step here; the steps below it say it in words" in told
    assert "“Their own plan”: kept as text only: playbook_id" in told
    assert "kept above the first phase, as text only: playbook_variables" in told
    assert "« Lock it » : gardé comme simple texte : agent" in [
        text.replace("\u00a0", " ") for text in losses(forked(), FRENCH)
    ]


def test_what_others_wrote_is_fine_by_the_linter_in_both_languages(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))
    for target in (ENGLISH, FRENCH):
        (folder / f"foreign.{target.language}.md").write_text(read(forked(), target).text, "utf-8")
    assert check([folder / "foreign.en.md"]) == ()


def test_a_step_that_two_branches_lead_to_stands_once_and_under_neither() -> None:
    both = {"type": "if-condition", "condition": "x", "on_true": A, "on_false": B, "on_completion": END}
    found = steps(cacao({IF: both, A: action("One", C), B: action("Other", C), C: action("Then", END)}))
    assert list(found) == ["One", "Other", "Then"]
    assert found["Then"].action.startswith("Then, as agreed.")


def test_a_machine_of_others_is_minded_by_it_and_a_group_that_is_a_role_of_ours_is_that_role() -> None:
    machine, people = {"type": "http-api", "name": "Firewall"}, {"type": "group", "name": "dpo"}
    found = steps(
        cacao(
            {A: action("Block", B, agent=id_of("http-api", 1)), B: action("Judge", END, agent=id_of("group", 2))},
            agent_definitions={id_of("http-api", 1): machine, id_of("group", 2): people},
        )
    )
    assert (found["Block"].role, found["Judge"].role) == ("it", "dpo")
    assert "Done by: Firewall" in found["Block"].action


def test_commands_for_machines_are_kept_as_code_and_never_run() -> None:
    commands = [
        {"type": "bash", "command": "rm -rf /\n```\n# Title\n### A1 · Title"},
        {"type": "ssh", "command_b64": base64.b64encode(b"uptime").decode()},
        {"type": "http-api", "command": "GET /", "headers": {"Accept": ["text/plain"]}},
        {"type": "manual", "description": "By hand", "command_b64": "no base64!"},
    ]
    found = cacao({A: action("Look", END, commands=commands)})
    told = steps(found)["Look"].action
    assert "A command for bash; nothing runs it here:\n\n```\nrm -rf /" in told
    assert "```\nuptime\n```" in told
    assert '"headers"' in told
    assert "By hand\n\nno base64!" in told
    assert "“Look”: kept as text only: commands (bash), commands (ssh), commands (http-api), headers, agent" in losses(
        found
    )


def test_a_type_of_step_that_we_lack_becomes_a_step_for_people_and_is_named() -> None:
    found = cacao({A: {"type": "quantum", "name": "Entangle", "on_completion": END, "qubits": 3}})
    assert '"qubits": 3' in steps(found)["Entangle"].action
    assert "“Entangle”: there is no step of the type quantum here; it became a step for people" in losses(found)


def test_what_follows_a_failure_an_exception_or_nothing_stands_at_its_place_and_says_so() -> None:
    first = action("Try", "", on_success=END, on_failure=B)
    first.pop("on_completion")
    workflow = {A: first, B: action("Mend", END), C: action("Rescue", END), D: action("Lost", END)}
    found = cacao(workflow, workflow_exception=C)
    told = steps(found)
    assert list(told) == ["Try", "Mend", "Rescue", "Lost"]
    assert told["Mend"].action.startswith("Only if this failed: Try")
    assert told["Rescue"].action.startswith("Only if something stops the steps before their end.")
    assert told["Lost"].action.startswith("No step of the file leads here from its start.")


def test_an_exception_that_leads_nowhere_is_named_and_the_rest_is_read() -> None:
    found = cacao(chain("One"), workflow_exception=id_of("end", 9))
    assert f"workflow_exception leads to {id_of('end', 9)}, which is no step of the file" in losses(found)


_YES, _NO, _OURS = (f"__{name}__:value = '{value}'" for name, value in (("a", "yes"), ("a", "no"), ("b", "yes")))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_YES, "a = yes"),
        (f"{_YES} OR {_NO}", "a = yes or no"),
        (f"({_YES} OR {_NO}) AND {_OURS}", "a = yes or no and b = yes"),
        (f"({_YES}) AND ({_OURS})", "a = yes and b = yes"),
        (f"{_YES} OR {_NO} AND {_OURS}", None),
        (f"{_OURS} AND {_YES} OR {_NO}", None),
        (f"({_YES} OR {_NO} AND {_OURS})", None),
        (f"({_YES} AND {_OURS}) OR {_NO}", None),
        (f"({_YES} OR {_NO}", None),
    ],
)
def test_a_condition_is_one_of_ours_only_where_it_can_be_read_in_one_way(text: str, told: str | None) -> None:
    assert read_condition(text, {"a": {"yes", "no"}, "b": {"yes"}}) == told


def test_references_of_a_step_are_its_source_and_a_step_without_names_the_file() -> None:
    references = [{"name": "NIST", "url": "https://example.org/a"}, {"name": "*IRM*-7"}]
    found = steps(cacao({A: action("One", B, external_references=references), B: action("Two", END)}))
    assert found["One"].source == "NIST (https://example.org/a); IRM-7"
    assert found["Two"].source == f"A stolen laptop (CACAO, {id_of('playbook', 1)})"


def test_credentials_are_left_out_and_that_is_said() -> None:
    secret = {id_of("user-auth", 1): {"type": "user-auth", "username": "root", "password": "hunter2"}}
    found = cacao(chain("One"), authentication_info_definitions=secret)
    assert "hunter2" not in read(found).text
    assert any(loss.startswith("left out: authentication_info_definitions") for loss in losses(found))


def test_extensions_of_others_and_conditions_over_nothing_are_kept_above_the_steps() -> None:
    extension = {id_of("extension-definition", 9): {"type": "layout", "x": 570}}
    nothing = {"type": "if-condition", "name": "Nothing", "condition": "y", "on_true": END_2, "on_completion": END}
    found = cacao({A: action("One", IF, step_extensions=extension), IF: nothing, **ENDS})
    text = read(found).text
    assert text.index('"x": 570') < text.index("## A ·")
    assert text.index('"condition": "y"') < text.index("## A ·")
    assert "“Nothing”: kept as text only: condition" in losses(found)


def test_a_long_description_is_cut_for_the_list_and_whole_above_the_steps() -> None:
    found = cacao(chain("One"), description="Word " * 200)
    book = playbook(found)
    assert len(book.summary) <= 400
    assert book.summary.endswith("…")
    assert read(found).text.count("Word") > 200


def test_a_text_without_end_is_cut_and_that_is_said() -> None:
    found = cacao({A: action("One", END, description="x" * 30_000)})
    assert "“One”: the text is too long, and its end was cut" in losses(found)
    assert len(steps(found)["One"].action) <= 20_000


def test_a_playbook_that_says_next_to_nothing_is_read_all_the_same() -> None:
    found = cacao({A: {"type": "action", "on_completion": END}})
    for key in ("name", "description", "agent_definitions"):
        found.pop(key)
    book = playbook(found, FRENCH)
    assert (book.title, book.phases[0].name) == ("foreign", "Étapes")
    assert next(book.steps()).title == A


@pytest.mark.parametrize(
    "text",
    ["## Not a phase", "###No step", "- **Who:** dpo", "a\nb  \nc\\\nd", "```\nopen", "\ufeff\u202eevil\x07"],
)
def test_no_text_of_others_breaks_out_of_its_place(text: str) -> None:
    found = cacao({A: {**action("One", END, description=text), "name": text}}, description=text)
    (step,) = playbook(found).steps()
    assert step.id == "A1"
    assert step.role == "coordinator"
