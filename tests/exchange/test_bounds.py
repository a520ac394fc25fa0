"""How much of a file of others is taken: what is more than anybody reads is refused, or cut and said to be."""

from __future__ import annotations

import base64
import json

import pytest

from bot.exchange.to_cacao import EXTENSION
from bot.exchange.untrusted import ExchangeError
from tests.exchange.files import END, A, B, Json, action, cacao, chain, id_of, losses, mattermost, playbook, read, steps

IF, PARALLEL = id_of("if-condition", 1), id_of("parallel", 1)
TOO_MANY = r"^the file has {} steps; nobody goes through more than 300 in an incident$"


def block(**own: object) -> str:
    return f"x\n```cellule\n{json.dumps(own)}\n```"


def test_more_steps_than_there_are_ids_are_refused_with_one_sentence() -> None:
    numbered = [{"title": "One", "description": block(id=f"A{number}")} for number in range(1, 1000)]
    empty: list[Json] = [{}] * 1000
    for items in (empty, [*numbered, {"title": "One more"}]):
        with pytest.raises(ExchangeError, match=TOO_MANY.format(1000)):
            read(mattermost(*items))


def test_more_checklists_than_there_are_letters_are_refused_with_one_sentence() -> None:
    with pytest.raises(ExchangeError, match=TOO_MANY.format(703)):
        read({**mattermost(), "checklists": [{"items": [{"title": "One"}]}] * 703})


def test_phases_that_take_every_letter_and_have_no_step_are_left_out() -> None:
    letters = [chr(65 + number // 26) + chr(65 + number % 26) for number in range(676)]
    phases = [{"letters": each, "name": each} for each in (*letters, *map(chr, range(65, 91)))]
    items = [{"title": "One", "description": block(id="Z1")}, {"title": "Two"}]
    with pytest.raises(ExchangeError, match="702 rows under phases"):
        read(cacao(chain("One"), playbook_extensions={EXTENSION: {"phases": phases}}))
    with pytest.raises(ExchangeError, match="702 rows under phases"):
        read(mattermost(*items, description=block(phases=phases)))


def test_a_branch_that_names_the_same_steps_for_ever_names_them_once_and_ten_at_the_most() -> None:
    same = {"type": "parallel", "next_steps": [A, B] * 10_000, "on_completion": END}
    found = cacao({PARALLEL: same, A: action("One", END), B: action("Two", END)})
    assert "other branches: One, Two\n" in steps(found)["One"].action
    ids = [id_of("action", number) for number in range(12)]
    many = {PARALLEL: {**same, "next_steps": ids}, **{id: action(f"Step {id[-2:]}", END) for id in ids}}
    assert "branches: Step 00, Step 01" in (told := steps(cacao(many))["Step 00"].action)
    assert "Step 09, …\n" in told


def test_a_workflow_of_many_steps_is_refused_before_any_of_them_is_read() -> None:
    found = cacao(chain(*(f"Step {number}" for number in range(1100))))
    found["workflow"][A]["external_references"] = found["workflow"][A]["commands"] = [{"url": {}}]
    with pytest.raises(ExchangeError, match=TOO_MANY.format(1100)):
        read(found)


@pytest.mark.timeout(20)
def test_very_many_losses_are_gathered_in_no_time() -> None:
    found = mattermost({"title": "One"}, **{f"key-{number}": 1 for number in range(40_000)})
    assert len(losses(found)) == 40_000


# --- what is cut, and what is not ----------------------------------------------------------------------------


def test_a_command_is_kept_to_its_last_letter() -> None:
    script = "\n".join(f"echo {number}" for number in range(1_000))
    coded = {"type": "bash", "command_b64": base64.b64encode(script.encode()).decode()}
    assert script in steps(cacao({A: action("Look", END, commands=[coded])}))["Look"].action
    assert script in steps(mattermost({"title": "Look", "command": script}))["Look"].action


def branching(condition: str, **more: object) -> Json:
    own = {EXTENSION: {"questions": [{"name": "lost", "values": ["yes", "no", "unknown"]}]}}
    asked = {"__lost__": {"type": "string", "description": "Lost?"}}
    both = {"type": "if-condition", "name": "Lost", "condition": condition, "on_true": A, "on_completion": B, **more}
    workflow = {IF: both, A: action("One", END), B: action("Two", END)}
    return cacao(workflow, playbook_extensions=own, playbook_variables=asked)


def test_a_condition_is_read_to_its_end_and_one_that_is_cut_is_none() -> None:
    ours = " OR ".join(["__lost__:value = 'yes'"] * 100)
    (step, _) = playbook(branching(f"{ours} OR __lost__:value = 'no'")).steps()
    assert set(step.when.clauses[0].values) == {"yes", "no"}
    others = branching(f"{ours} OR (__lost__:value = 'no' AND __other__:value = 'no')")
    (step, _) = playbook(others).steps()
    assert step.when.clauses == ()
    assert "…`)" in step.action
    assert "“Lost”: the text is too long, and its end was cut" in losses(others)


def test_a_condition_of_our_own_block_is_taken_whole_or_not_at_all() -> None:
    when = f"lost = {' or '.join(['yes'] * 500)} or no"
    rows = [{"name": "lost", "text": "Lost?", "values": ["yes", "no", "unknown"]}]
    found = mattermost({"title": "One", "description": block(when=when)}, description=block(questions=rows))
    assert "no" in next(playbook(found).steps()).when.clauses[0].values


def test_a_title_that_is_cut_is_said_to_be() -> None:
    name = "Word " * 60
    for found in (mattermost({"title": name}), cacao({A: {**action("One", END), "name": name}})):
        assert any(loss.endswith("the text is too long, and its end was cut") for loss in losses(found))
        assert next(playbook(found).steps()).title.endswith("…")
