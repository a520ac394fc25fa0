"""The parser of playbooks: what it reads, and the line of everything it refuses."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conditions import ALWAYS, Clause, Condition
from bot.core.language import Language
from bot.core.names import Question, RuleId, StepId
from bot.core.people.roster import Role
from bot.core.playbook import UNRANKED, Asked, Playbook, Step, Watched
from bot.library.playbooks import load, parse
from bot.library.problems import PlaybookError, Problem
from tests.library.texts import SAMPLE, in_french, line_of


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(PlaybookError) as refused:
        parse(text, file="sample.en.md")
    return refused.value.problems


def assert_refused(text: str, part: str, message: str) -> None:
    """Assert that one problem stands on the line of *part* and says *message*."""
    line = line_of(text, part)
    found = problems_of(text)
    assert any(problem.line == line and message in problem.message for problem in found), [str(p) for p in found]


def step(playbook: Playbook, id: str) -> Step:
    found = playbook.step(StepId(id))
    assert found is not None
    return found


def test_the_front_matter_is_read_as_it_is_written() -> None:
    playbook = parse(SAMPLE)

    assert (playbook.id, playbook.language, playbook.version) == ("sample", Language("en"), "1.0")
    assert (playbook.title, playbook.summary) == ("A sample", "For tests.")
    assert playbook.roles == (Role.COORDINATOR, Role.IT)
    assert playbook.questions == (
        Asked(name=Question("insured"), text="Insured?", values=("yes", "no", "unknown")),
        Asked(name=Question("scope"), text="How far?", values=("none", "all", "unknown")),
    )
    insured = Condition(clauses=(Clause(question=Question("insured"), values=("yes", "unknown")),))
    assert playbook.clocks == (Watched(rule=RuleId("FR-LOPMI"), when=insured),)
    assert playbook.rank == UNRANKED
    assert playbook.sha256 == hashlib.sha256(SAMPLE.encode()).hexdigest()


def test_a_rank_is_read_as_a_number() -> None:
    assert parse(SAMPLE.replace("version: 1.0", "version: 1.0\nrank: 12")).rank == 12


@pytest.mark.parametrize("rank", ["0", "-1", "first", "1.5", "1000"])
def test_a_rank_that_is_no_place_in_a_list_is_refused(rank: str) -> None:
    text = SAMPLE.replace("version: 1.0", f"version: 1.0\nrank: {rank}")

    assert_refused(text, "rank:", f"`rank` is a whole number from 1 to 999; not `{rank}`")


@pytest.mark.parametrize(("written", "days"), [("12 months", 365), ("1 months", 30), ("90 days", 90)])
def test_the_time_after_which_it_is_run_again_is_read(written: str, days: int) -> None:
    assert parse(SAMPLE.replace("version: 1.0", f"version: 1.0\nrepeat: {written}")).repeat == timedelta(days=days)
    assert parse(SAMPLE).repeat is None


@pytest.mark.parametrize("written", ["yearly", "0 days", "12months", "12 mois", "1.5 months", "1000 days"])
def test_a_time_to_run_it_again_that_is_none_is_refused(written: str) -> None:
    text = SAMPLE.replace("version: 1.0", f"version: 1.0\nrepeat: {written}")

    assert_refused(text, "repeat:", f"`repeat` is `12 months` or `90 days`; not `{written}`")


def test_a_step_has_all_that_its_list_says() -> None:
    first, second, third = parse(SAMPLE).steps()

    assert (first.id, first.title, first.role, first.evidence) == ("D1", "Look", Role.IT, "a screenshot")
    assert (first.target, first.target_text) == (timedelta(minutes=15), "15 min")
    assert (first.mandatory, first.when, first.clock, first.source) == (True, ALWAYS, None, "experience")
    assert (second.mandatory, second.clock, second.evidence) == (False, "FR-LOPMI", "")
    assert (second.target, second.target_text) == (timedelta(hours=24), "24 h; legal limit 72 h")
    assert [clause.question for clause in second.when.clauses] == ["insured", "scope"]
    assert (third.target, third.target_text) == (None, "before each service")


def test_a_playbook_answers_questions_about_itself() -> None:
    playbook = parse(SAMPLE)

    assert step(playbook, "D2").title == "Complain"
    assert playbook.step(StepId("D9")) is None
    assert playbook.question(Question("scope")) == playbook.questions[1]
    assert playbook.question(Question("weather")) is None
    assert [(phase.name, phase.intro) for phase in playbook.phases] == [
        ("Detect", "Look first. Then look again."),
        ("Recover", "Come back."),
    ]


def test_a_paragraph_becomes_one_line_and_lists_and_fences_stay() -> None:
    playbook = parse(SAMPLE)

    assert step(playbook, "D1").action == ("Look at the screen, and write down what you see.\n\n- one thing\n- another")
    assert step(playbook, "D2").action == "Go to the police.\n\n```\n## not a heading\n  kept as it is\n```"


def test_french_labels_and_no_break_spaces_read_the_same() -> None:
    english, french = parse(SAMPLE), parse(in_french(SAMPLE).replace("15 min", "15\u00a0min"))

    assert french.language == Language("fr")
    assert [(s.id, s.role, s.target, s.when, s.clock, s.mandatory) for s in french.steps()] == [
        (s.id, s.role, s.target, s.when, s.clock, s.mandatory) for s in english.steps()
    ]


def test_windows_line_ends_change_nothing_but_the_digest() -> None:
    windows = parse(SAMPLE.replace("\n", "\r\n"))

    assert list(windows.steps()) == list(parse(SAMPLE).steps())


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("id: sample", "id: A sample", "id: A sample", "`id` is lower-case words"),
        ("id: sample\n", "id: sample\nid: other\n", "id: other", "`id` stands here twice"),
        ("title: A sample\n", "", "id: sample", "`title` is missing"),
        ("title: A sample", "title:", "id: sample", "`title` is missing"),
        ("title: A sample", "title: ''", "title: ''", "`title` is empty"),
        ("title: A sample", "title: [a]", "title: [a]", "`title` must be a text"),
        ("title: A sample", "colour: red", "colour: red", "unknown key `colour`; known: id, called, language"),
        ("title: A sample", "? [a]\n: b", "? [a]", "a key must be one word"),
        ("language: en", "language: de", "language: de", "unknown language `de`; known: fr, en"),
        ("version: 1.0", "version: [1.0", "roles: [coordinator, it]", "is not YAML"),
        ("roles: [coordinator, it]", "roles: [boss]", "roles: [boss]", "unknown role `boss`; known: admin"),
        ("roles: [coordinator, it]", "roles: [it, it]", "roles: [it, it]", "the role `it` stands here twice"),
        ("roles: [coordinator, it]", "roles: it", "roles: it", "`roles` must be a list"),
        ("roles: [coordinator, it]", "roles:", "id: sample", "`roles` is missing"),
        ("- name: insured", "- name: the insured", "- name: the insured", "one lower-case word"),
        ("- name: scope", "- name: insured", "name: insured", "the question `insured` stands here twice"),
        ("[none, all, unknown]", "[none, all]", "- name: scope", "must include `unknown`"),
        ("[none, all, unknown]", "[all, all, unknown]", "[all, all", "the value `all` stands here twice"),
        ("[none, all, unknown]", "[None, unknown]", "[None, unknown]", "a value is one lower-case word"),
        ("    text: How far?\n", "    words: x\n    text: How far?\n", "words: x", "unknown key `words`"),
        ("  - name: insured\n    text: Insured?\n", "  - insured\n", "  - insured", "must be made of `key: value`"),
        ("- rule: FR-LOPMI", "- rule: lopmi", "- rule: lopmi", "a rule's id is capitals and figures"),
        ("    when: insured = yes or unknown", "    when: tired = yes", "when: tired", "unknown question `tired`"),
        ("    when: insured = yes or unknown", "    when: insured", "when: insured", "bad condition: 'insured'"),
        ("    when: insured = yes or unknown", "    when: insured = oui", "insured = oui", "does not take `oui`"),
    ],
)
def test_a_faulty_front_matter_is_refused_with_its_line(old: str, new: str, part: str, message: str) -> None:
    text = SAMPLE.replace(old, new, 1)
    if message == "the question `insured` stands here twice":
        assert [problem.line for problem in problems_of(text) if message in problem.message] == [11]
    else:
        assert_refused(text, part, message)


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("## D · Detect", "## Detect", "## Detect", "a phase is its letters, a middle dot and its name"),
        ("## R · Recover", "## D · Recover", "## D · Recover", "the letters `D` belong to an earlier phase"),
        ("## R · Recover", "##R · Recover", "##R", "a heading is its marks, a space and its text"),
        ("Come back.\n", "", "## R · Recover", "say in a sentence or two"),
        ("### R1 · Reconnect", "### D3 · Reconnect", "### D3", "`D3` stands in the phase `R`"),
        ("### D2 · Complain", "### D1 · Complain", "### D1 · Complain", "taken by the step of line"),
        ("### D2 · Complain", "### d2 · Complain", "### d2", "a step is its id, a middle dot and its title"),
        ("### D2 · Complain", "### D02 · Complain", "### D02", "a step is its id"),
        ("### D2 · Complain", "#### D2 · Complain", "#### D2", "only `## phase` and `### step` headings"),
        ("### D2 · Complain", "# Complain", "# Complain", "only `## phase` and `### step` headings"),
        ("## D · Detect\n\nLook first.\nThen look again.\n", "", "### D1", "below a phase"),
        ("- **Who:** it", "- **Who:** boss", "boss", "unknown role `boss`"),
        ("- **Who:** it\n", "", "### D1", "`Who` is missing"),
        ("- **Source:** the law\n", "", "### D2", "`Source` is missing"),
        ("- **Source:** the law", "- **Source:**", "### D2", "`Source` is missing"),
        ("- **Keep:** a screenshot", "- **Keep:**", "- **Keep:**", "`Keep` has no value"),
        ("- **Keep:** a screenshot", "- **Garder:** x", "Garder", "unknown label `Garder`; known: Who, By"),
        ("- **Keep:** a screenshot", "- **By:** 2 h", "- **By:** 2 h", "`By` stands here twice"),
        ("- **Keep:** a screenshot", "- keep a screenshot", "- keep a", "expected `- **Label:** value`"),
        ("- **Mandatory**", "- **Mandatory:** yes", "- **Mandatory:** yes", "`Mandatory` takes no value"),
        ("- **By:** 15 min", "- **By:** 15 minutes", "15 minutes", "bad time target `15 minutes`"),
        ("- **By:** 15 min", "- **By:** 15min", "15min", "bad time target `15min`"),
        ("- **By:** 15 min", "- **By:** 0 h", "0 h", "bad time target `0 h`"),
        ("- **By:** 15 min", "- **By:** 15 min or so", "or so", "bad time target"),
        ("and scope = all", "and scope = some", "scope = some", "`scope` does not take `some`; it takes: none, all"),
        ("and scope = all", "and", "yes or unknown and", "bad condition: a part is missing around `and`"),
        (
            "- **Clock:** FR-LOPMI",
            "- **Clock:** GDPR-34",
            "GDPR-34",
            "watches no clock `GDPR-34`; it watches: FR-LOPMI",
        ),
        ("Only on proof.\n", "", "### R1", "`R1` does not say what to do"),
        ("Only on proof.", "Only.\n\n- **When:** insured = no", "insured = no", "below an empty line"),
        ("  kept as it is\n```", "  kept as it is", "### D2", "a code fence opened below this line is never closed"),
    ],
)
def test_a_faulty_body_is_refused_with_its_line(old: str, new: str, part: str, message: str) -> None:
    assert_refused(SAMPLE.replace(old, new, 1), part, message)


def test_a_text_without_front_matter_is_no_playbook() -> None:
    for text in ("", "# Title\n", "---\nid: sample\n"):
        assert "begins with its front matter" in problems_of(text)[0].message


def test_a_front_matter_that_is_no_mapping_is_refused() -> None:
    assert "expected `key: value` lines" in problems_of("---\n- a\n---\n")[0].message
    assert "expected `key: value` lines" in problems_of("---\n---\n")[0].message
    assert "is not YAML" in problems_of("---\nid: \x00\n---\n")[0].message


def test_a_playbook_without_phases_or_a_phase_without_steps_is_refused() -> None:
    front = SAMPLE.split("# A sample")[0]

    assert "needs at least one phase" in problems_of(front)[0].message
    assert_refused(f"{front}## D · Detect\n\nLook.\n", "## D", "a phase needs at least one step")


def test_a_clock_named_where_none_is_watched_is_refused() -> None:
    text = SAMPLE.replace("clocks:\n  - rule: FR-LOPMI\n    when: insured = yes or unknown\n", "")

    assert_refused(text, "- **Clock:**", "it watches: none")


def test_a_condition_where_no_question_is_asked_is_refused() -> None:
    start, end = SAMPLE.index("questions:"), SAMPLE.index("clocks:")

    assert_refused(SAMPLE[:start] + SAMPLE[end:], "when: insured", "known: none")


def test_every_problem_is_named_at_once_in_the_order_of_the_file() -> None:
    text = SAMPLE.replace("- **Who:** it", "- **Who:** boss").replace("id: sample", "id: S").replace("24 h;", "24;")

    found = problems_of(text)

    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert len(found) == 4
    assert str(found[0]) == "sample.en.md:2: `id` is lower-case words joined by hyphens, as in `provider-hit`; not `S`"


def test_a_folder_gives_its_playbooks_by_id_and_language(tmp_path: Path) -> None:
    (tmp_path / "sample.en.md").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "sample.fr.md").write_text(in_french(SAMPLE), encoding="utf-8")
    (tmp_path / "README.md").write_text("How to write one.", encoding="utf-8")

    assert set(load(tmp_path)) == {("sample", Language("en")), ("sample", Language("fr"))}


def test_a_folder_with_faulty_files_names_the_problems_of_all(tmp_path: Path) -> None:
    (tmp_path / "one.en.md").write_text("nothing", encoding="utf-8")
    (tmp_path / "other.en.md").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "two.en.md").write_bytes(b"\xff\xfe")

    with pytest.raises(PlaybookError) as refused:
        load(tmp_path)

    assert [Path(problem.file).name for problem in refused.value.problems] == ["one.en.md", "other.en.md", "two.en.md"]
    assert "named after its id and language: `sample.en.md`" in str(refused.value)
    assert "it is not UTF-8" in str(refused.value)


def test_a_folder_without_playbooks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="there is no playbook"):
        load(tmp_path)
    with pytest.raises(PlaybookError, match="there is no playbook"):
        load(tmp_path / "absent")


@given(st.text(), st.integers(0, len(SAMPLE)), st.integers(0, 40))
def test_a_damaged_playbook_is_read_or_refused_and_nothing_else(noise: str, place: int, length: int) -> None:
    try:
        parse(SAMPLE[:place] + noise + SAMPLE[place + length :])
    except PlaybookError as refused:
        assert refused.problems  # noqa: PT017 - either outcome is right
