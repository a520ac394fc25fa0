"""Conditions on answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conditions import ALWAYS, Clause, Condition, parse_condition
from bot.core.names import Question

INSURED = Question("insured")
PERSONAL_DATA = Question("personal-data")


def test_a_condition_is_all_of_its_clauses_and_a_clause_any_of_its_values() -> None:
    condition = parse_condition("personal-data = yes or unknown and insured = yes")

    assert condition == Condition(
        clauses=(
            Clause(question=PERSONAL_DATA, values=("yes", "unknown")),
            Clause(question=INSURED, values=("yes",)),
        )
    )
    assert condition.holds({PERSONAL_DATA: "yes", INSURED: "yes"})
    assert not condition.holds({PERSONAL_DATA: "no", INSURED: "yes"})
    assert not condition.holds({PERSONAL_DATA: "yes", INSURED: "no"})


def test_an_unanswered_question_reads_as_unknown() -> None:
    assert parse_condition("insured = yes or unknown").holds({})
    assert not parse_condition("insured = yes").holds({})


def test_only_an_answer_that_is_known_rules_a_condition_out() -> None:
    condition = parse_condition("insured = yes and personal-data = yes")

    assert not condition.is_ruled_out({})
    assert not condition.is_ruled_out({INSURED: "unknown", PERSONAL_DATA: "yes"})
    assert condition.is_ruled_out({INSURED: "no"})
    assert condition.is_ruled_out({INSURED: "yes", PERSONAL_DATA: "no"})
    assert not ALWAYS.is_ruled_out({INSURED: "no"})


def test_a_condition_without_clauses_always_holds() -> None:
    assert ALWAYS.holds({})
    assert ALWAYS.holds({INSURED: "no"})


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "a part is missing"),
        ("insured", "'insured' is not `question = value`"),
        ("= yes", "is not `question = value`"),
        ("my firm = yes", "is not `question = value`"),
        ("insured =", "a part is missing around `or`"),
        ("insured = yes or", "a part is missing around `or`"),
        ("insured = yes and", "a part is missing around `and`"),
        ("and insured = yes", "a part is missing around `and`"),
    ],
)
def test_a_text_that_is_no_condition_is_refused_with_the_part_that_is_wrong(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_condition(text)


words = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda word: word not in {"or", "and"})
clauses = st.builds(Clause, question=words.map(Question), values=st.lists(words, min_size=1, max_size=3).map(tuple))


@given(st.lists(clauses, min_size=1, max_size=3).map(tuple))
def test_a_condition_written_out_reads_as_itself(written: tuple[Clause, ...]) -> None:
    text = " and ".join(f"{clause.question} = {' or '.join(clause.values)}" for clause in written)

    assert parse_condition(text) == Condition(clauses=written)
