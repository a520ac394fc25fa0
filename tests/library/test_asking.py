"""Questions that are asked only while a condition on the others holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.conditions import Clause, Condition
from bot.core.names import Question
from bot.library.lint import check
from bot.library.playbooks import parse
from bot.library.problems import PlaybookError
from tests.library.texts import RULES, SAMPLE, in_french, line_of


def waiting(**conditions: str) -> str:
    """Return the sample with a condition below the question of each name, and below a third one, `paid`."""
    text = SAMPLE.replace("clocks:\n", "  - name: paid\n    text: Paid?\nclocks:\n", 1)
    for name, condition in conditions.items():
        head, _, rest = text.partition(f"- name: {name}\n")
        first, _, others = rest.partition("\n")
        text = f"{head}- name: {name}\n{first}\n    when: {condition}\n{others}"
    return text


def refused(text: str) -> list[str]:
    with pytest.raises(PlaybookError) as wrong:
        parse(text, file="sample.en.md")
    return [str(problem) for problem in wrong.value.problems]


def linted(folder: Path, text: str) -> list[str]:
    (folder / "sample.en.md").write_text(text, encoding="utf-8")
    (folder / "sample.fr.md").write_text(in_french(text), encoding="utf-8")
    (folder / "clocks.yaml").write_text(RULES, encoding="utf-8")
    found = (f"{Path(problem.file).name}:{problem.line}: {problem.message}" for problem in check([folder]))
    return [problem for problem in found if problem.startswith("sample.en.md")]


def test_a_question_may_wait_for_one_that_stands_below_it(tmp_path: Path) -> None:
    text = waiting(insured="paid = yes or unknown")

    asked = parse(text).question(Question("insured"))

    assert asked is not None
    assert asked.when == Condition(clauses=(Clause(question=Question("paid"), values=("yes", "unknown")),))
    assert linted(tmp_path, text) == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("weather = yes", "the condition names the unknown question `weather`; known: insured, scope, paid"),
        ("paid = maybe", "`paid` does not take `maybe`; it takes: yes, no, unknown"),
        ("paid", "bad condition: 'paid' is not `question = value`"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_with_its_line(condition: str, message: str) -> None:
    text = waiting(insured=condition)

    (problem,) = refused(text)

    assert problem.startswith(f"sample.en.md:{line_of(text, '    when:')}: {message}")


@pytest.mark.parametrize(
    ("conditions", "circle"),
    [
        ({"insured": "insured = yes"}, ["insured", "insured"]),
        ({"insured": "paid = yes", "paid": "insured = yes or unknown"}, ["insured", "paid", "insured"]),
        (
            {"insured": "scope = all", "scope": "paid = yes", "paid": "insured = yes"},
            ["insured", "scope", "paid", "insured"],
        ),
        ({"insured": "scope = all", "scope": "paid = yes", "paid": "scope = all"}, ["scope", "paid", "scope"]),
        ({"paid": "scope = all and insured = yes", "scope": "paid = yes"}, ["scope", "paid", "scope"]),
    ],
)
def test_questions_that_wait_for_each_other_are_named_with_their_circle_and_its_line(
    conditions: dict[str, str], circle: list[str]
) -> None:
    text = waiting(**conditions)

    (problem,) = refused(text)

    names = " waits for ".join(f"`{name}`" for name in circle)
    line = line_of(text, f"- name: {circle[0]}")
    assert problem == f"sample.en.md:{line}: these questions wait for each other in a circle: {names}"


@pytest.mark.parametrize(
    ("conditions", "part"),
    [
        ({"scope": "insured = yes", "paid": "insured = no and scope = all"}, "- name: paid"),  # never asked
        ({"scope": "insured = no"}, "### D2"),  # a step on a question that is not asked then
    ],
)
def test_a_condition_that_no_answers_can_meet_is_named(tmp_path: Path, conditions: dict[str, str], part: str) -> None:
    text = waiting(**conditions).replace(
        "insured = yes or unknown and scope = all", "insured = yes and scope = all or none"
    )

    found = linted(tmp_path, text)

    assert any(
        problem.startswith(f"sample.en.md:{line_of(text, part)}: dead condition: no answers that can be given together")
        for problem in found
    ), found


def test_a_step_on_a_question_that_is_never_asked_is_named(tmp_path: Path) -> None:
    conditions = {"scope": "insured = yes", "paid": "insured = no and scope = all"}
    text = waiting(**conditions).replace("- **Mandatory**\n", "- **When:** paid = yes\n", 1)

    found = linted(tmp_path, text)

    assert f"sample.en.md:{line_of(text, '### D1')}: dead condition" in "\n".join(found)


def test_a_clock_on_an_answer_that_cannot_come_is_named(tmp_path: Path) -> None:
    text = waiting(scope="insured = no").replace(
        "    when: insured = yes or unknown\n---", "    when: insured = yes and scope = all\n---"
    )

    found = linted(tmp_path, text)

    assert f"sample.en.md:{line_of(text, '- rule:')}: dead condition" in "\n".join(found)


def test_a_clock_may_be_hidden_by_answers_that_cannot_come(tmp_path: Path) -> None:
    """Its step is not there when `scope = none`, which nobody is asked while the clock is."""
    text = (
        waiting(scope="insured = no")
        .replace("- **When:** insured = yes or unknown and scope = all", "- **When:** scope = all or unknown")
        .replace("- **Clock:** FR-LOPMI\n- **Source:** exp", "- **Source:** exp")
    )

    assert linted(tmp_path, text) == []


def test_a_question_with_the_name_of_a_detail_is_refused() -> None:
    text = SAMPLE.replace("- name: scope", "- name: assureur").replace("and scope = all", "and assureur = all")

    assert (
        f"sample.en.md:{line_of(text, '- name: assureur')}: `assureur` is a detail that every incident has"
        in refused(text)[0]
    )
