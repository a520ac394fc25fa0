"""The linter: what one file alone cannot show."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library.lint import check
from tests.library.texts import RULES, SAMPLE, in_french, line_of


def shelf(folder: Path, *, english: str = SAMPLE, french: str | None = None, rules: str = RULES) -> Path:
    (folder / "sample.en.md").write_text(english, encoding="utf-8")
    (folder / "sample.fr.md").write_text(in_french(SAMPLE) if french is None else french, encoding="utf-8")
    (folder / "clocks.yaml").write_text(rules, encoding="utf-8")
    return folder


def messages(folder: Path) -> list[str]:
    return [f"{Path(problem.file).name}:{problem.line}: {problem.message}" for problem in check([folder])]


def test_a_sound_folder_has_no_problem(tmp_path: Path) -> None:
    assert check([shelf(tmp_path)]) == ()


def test_a_playbook_that_says_its_languages_needs_no_other(tmp_path: Path) -> None:
    folder = shelf(tmp_path, english=SAMPLE.replace("language: en", "language: en\nlanguages: [en]"))
    (folder / "sample.fr.md").unlink()
    assert check([folder]) == ()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("[fr]", "4: `languages` leaves out `en`, in which this file is written"),
        ("[en, xx]", "4: unknown language `xx`"),
        ("[]", "1: the translation `sample.fr.md` is missing"),
    ],
)
def test_languages_that_do_not_fit_are_named(tmp_path: Path, written: str, message: str) -> None:
    folder = shelf(tmp_path, english=SAMPLE.replace("language: en", f"language: en\nlanguages: {written}"))
    (folder / "sample.fr.md").unlink()
    assert any(problem.startswith(f"sample.en.md:{message}") for problem in messages(folder))


@pytest.mark.parametrize("mark", ["[TODO]", "[TODO: what?]", "[À COMPLÉTER\u00a0: quoi\u00a0?]", "[TODO: open"])
def test_a_place_to_fill_is_the_only_problem_of_its_line(tmp_path: Path, mark: str) -> None:
    text = SAMPLE.replace("- **Who:** it", f"- **Who:** {mark}", 1)
    found = messages(shelf(tmp_path, english=text))
    assert found[0] == f"sample.en.md:{line_of(text, mark)}: still to be filled in: `{mark}`"
    assert not [problem for problem in found[1:] if problem.startswith("sample.en.md")]


@pytest.mark.parametrize("text", ["TODO", "[todo](https://example.org)", "[TODOS: x]"])
def test_what_only_looks_like_one_is_none(tmp_path: Path, text: str) -> None:
    assert check([shelf(tmp_path, english=SAMPLE.replace("Look at the screen,", f"Look at {text},"))]) == ()


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("version: 1.0", "version: 2.0", "---", "the version is 2.0, but 1.0 in sample.en.md"),
        ("version: 1.0", "version: 1.0\nrank: 2", "---", "the rank is not that of sample.en.md"),
        ("version: 1.0", "version: 1.0\nrepeat: 12 months", "---", "the time after which it is repeated is not that"),
        ("roles: [coordinator, it]", "roles: [it]", "---", "the roles differ from those of sample.en.md"),
        ("[none, all, unknown]", "[all, unknown]", "- name: scope", "the values or the condition are not those"),
        ("    text: How far?\n", "    text: How far?\n    when: insured = yes\n", "- name: scope", "question `scope`"),
        ("  - name: insured\n", "  - name: tired\n    text: T?\n  - name: insured\n", "name: tired", "has no question"),
        ("    when: insured = yes or unknown\n", "    when: insured = yes\n", "- rule:", "the condition is not that"),
        ("### R1 · Reconnect", "### R2 · Reconnect", "### R2", "sample.en.md has no step `R2`"),
        ("### R1 · Reconnect", "### R2 · Reconnect", "---", "the step `R1` of sample.en.md is missing"),
        ("**Qui :** it", "**Qui :** comms", "### D1", "the role of `D1` is not that of sample.en.md"),
        ("15 min", "20 min", "### D1", "the time target of `D1`"),
        ("- **Pour :** before each service\n", "", "### R1", "the time target of `R1`"),
        ("- **Garder :** a screenshot\n", "", "### D1", "the evidence of `D1`"),
        ("- **Obligatoire**\n", "", "### D1", "the mandatory mark of `D1`"),
        ("and scope = all", "and scope = none", "### D2", "the condition of `D2`"),
        ("- **Délai :** FR-LOPMI\n", "", "### D2", "the clock of `D2`"),
    ],
)
def test_a_translation_that_differs_is_named(tmp_path: Path, old: str, new: str, part: str, message: str) -> None:
    french = in_french(SAMPLE)
    assert old in french
    text = french.replace(old, new, 1)

    found = messages(shelf(tmp_path, french=text))

    place = f"sample.fr.md:{line_of(text, part)}: "
    assert any(problem.startswith(place) and message in problem for problem in found), found


def test_what_a_translation_leaves_out_is_named(tmp_path: Path) -> None:
    text = (
        in_french(SAMPLE)
        .replace("  - rule: FR-LOPMI\n    when: insured = yes or unknown\n", "  - rule: FR-OTHER\n", 1)
        .replace("**Délai :** FR-LOPMI", "**Délai :** FR-OTHER")
    )

    found = "\n".join(messages(shelf(tmp_path, french=text)))

    assert "sample.fr.md:1: the clock `FR-LOPMI` of sample.en.md is missing" in found
    assert "sample.en.md has no clock `FR-OTHER`" in found


def test_steps_in_another_order_are_named(tmp_path: Path) -> None:
    before, first, second = in_french(SAMPLE).partition("### D1")[0], "### D1", "### D2"
    rest = in_french(SAMPLE)[len(before) :]
    one, two = rest[: rest.index(second)], rest[rest.index(second) : rest.index("## R")]
    assert one.startswith(first)

    found = messages(shelf(tmp_path, french=before + two + one + rest[rest.index("## R") :]))

    assert found == ["sample.fr.md:1: the steps stand in another order or other phases than in sample.en.md"]


def test_a_missing_translation_is_named(tmp_path: Path) -> None:
    (shelf(tmp_path) / "sample.fr.md").unlink()

    assert messages(tmp_path) == ["sample.en.md:1: the translation `sample.fr.md` is missing"]


def test_a_translation_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    found = messages(shelf(tmp_path, french="nothing"))

    assert found == ["sample.fr.md:1: a playbook begins with its front matter, between two lines `---`"]


def test_a_clock_without_a_rule_is_named(tmp_path: Path) -> None:
    found = messages(shelf(tmp_path, rules=RULES.replace("FR-LOPMI", "FR-OTHER")))

    assert found == [
        f"sample.{language}.md:15: `clocks.yaml` has no rule `FR-LOPMI`; it has: FR-OTHER" for language in ("en", "fr")
    ]


def test_a_clock_that_no_step_serves_is_named(tmp_path: Path) -> None:
    text = SAMPLE.replace("- **Clock:** FR-LOPMI\n", "")

    found = messages(shelf(tmp_path, english=text, french=in_french(text)))

    assert "sample.en.md:15: no step serves the clock `FR-LOPMI`: name it in the step that stops it" in found


def test_a_chained_clock_whose_first_is_not_watched_is_named(tmp_path: Path) -> None:
    second = RULES.removeprefix("rules:\n").replace("FR-LOPMI", "FR-FIRST")
    chained = RULES.replace("proof: P", "proof: P\n    after: FR-FIRST") + second

    found = messages(shelf(tmp_path, rules=chained))

    assert "sample.en.md:15: `FR-LOPMI` starts after `FR-FIRST`, which this playbook does not watch" in found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("scope = all and scope = none", "dead condition: `scope` stands in it twice"),
        ("scope = all or all", "the condition on `scope` names a value twice"),
        ("scope = all or none or unknown", "the condition on `scope` always holds"),
    ],
)
def test_a_dead_condition_is_named(tmp_path: Path, condition: str, message: str) -> None:
    text = SAMPLE.replace("insured = yes or unknown and scope = all", condition)

    found = messages(shelf(tmp_path, english=text, french=in_french(text)))

    line = line_of(text, "### D2")
    assert any(problem.startswith(f"sample.en.md:{line}: {message}") for problem in found), found


def test_a_catalogue_that_cannot_be_read_is_named_once_and_the_rest_is_still_checked(tmp_path: Path) -> None:
    found = messages(shelf(tmp_path, rules="rules: 1", french=in_french(SAMPLE).replace("version: 1.0", "version: 2")))

    assert found == [
        "clocks.yaml:1: `rules` must be a list",
        "clocks.yaml:1: `rules` must list at least one clock",
        "sample.fr.md:1: the version is 2, but 1.0 in sample.en.md",
    ]


def test_a_single_file_is_checked_with_its_translations_and_nothing_else(tmp_path: Path) -> None:
    shelf(tmp_path, french=in_french(SAMPLE).replace("version: 1.0", "version: 2.0"))
    (tmp_path / "other.en.md").write_text("nothing", encoding="utf-8")

    found = check([tmp_path / "sample.en.md"])

    assert [Path(problem.file).name for problem in found] == ["sample.fr.md"]
    assert check([tmp_path / "clocks.yaml"]) == ()


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (problem,) = check([tmp_path / "absent"])

    assert problem.message == "there is no such file or folder"


EXAMPLE = "example: {aware: 2023-12-08 18:00, due: 2023-12-11 18:00}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({f"    {EXAMPLE}\n": ""}, "`FR-LOPMI` has no `example`"),
        ({"length: 72 h": "length: 73 h"}, "is due 2023-12-11 19:00+01:00 by its length, not as written"),
        ({"length: 72 h": "length: none"}, "`FR-LOPMI` gives no figure, so its `example` can have no `due`"),
        ({"18:00, due": "18:00, classified: 2023-12-08 19:00, due"}, "has a `classified`, which its length does not"),
    ],
)
def test_a_row_and_its_example_that_differ_are_named(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    rules = RULES
    for old, new in changes.items():
        assert old in rules
        rules = rules.replace(old, new)

    (found,) = messages(shelf(tmp_path, rules=rules))

    assert found.startswith("clocks.yaml:2: ")
    assert message in found


def test_a_row_without_a_figure_needs_no_example_and_a_classification_counts(tmp_path: Path) -> None:
    open_ended = RULES.replace("length: 72 h", "length: none").replace(f"    {EXAMPLE}\n", "")
    assert messages(shelf(tmp_path, rules=open_ended)) == []

    earlier = RULES.replace("length: 72 h", "length: 24 h, or 4 h after classification").replace(
        EXAMPLE, "example: {aware: 2023-12-08 18:00, classified: 2023-12-08 19:00, due: 2023-12-08 23:00}"
    )
    assert messages(shelf(tmp_path, rules=earlier)) == []


def test_what_leads_nowhere_in_one_file_is_named_on_its_line(tmp_path: Path) -> None:
    text = SAMPLE.replace("Look at the screen,", "Look at **D9**,").replace(
        "- **Clock:** FR-LOPMI\n- **Source:** exp", "- **Source:** exp"
    )

    found = messages(shelf(tmp_path, english=text, french=in_french(text)))

    assert f"sample.en.md:{line_of(text, '### D1')}: `D1` points to the step `D9`, which does not exist" in found
    assert any(problem.startswith(f"sample.en.md:{line_of(text, '- rule:')}: with insured = yes") for problem in found)
