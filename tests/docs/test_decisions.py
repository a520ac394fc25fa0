import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, name_of, read

RECORDS = sorted((ROOT / "docs/adr").glob("*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "What would change our mind", "Where it is obeyed"]
ONE_PAGE = 80


def test_the_records_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in RECORDS]
    assert len(numbers) >= 12
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=name_of)
def test_a_record_has_its_number_its_status_and_its_sections(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.search(r"^Status: (accepted|replaced by)", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= ONE_PAGE


@pytest.mark.parametrize("path", RECORDS, ids=name_of)
def test_a_record_points_to_what_obeys_it(path: Path) -> None:
    assert re.search(r"\]\(\.\./\.\./", path.read_text("utf-8").partition("## Where it is obeyed")[2])


def test_every_record_is_listed_in_the_architecture() -> None:
    assert not [path.name for path in RECORDS if f"adr/{path.name}" not in read("docs/architecture.md")]


def test_every_file_that_answers_a_defect_of_nio_exists() -> None:
    table = read("docs/adr/0001-nio-pinned-behind-a-guard.md")
    rows = re.findall(r"^\| (D\d+) \|.*\| (.+) \|$", table, re.MULTILINE)
    assert [number for number, _ in rows] == [f"D{number}" for number in range(1, 15)]
    named = {file for _, files in rows for file in re.findall(r"`(\w+\.py)`", files)}
    assert not [file for file in named if not [*(ROOT / "bot/matrix").rglob(file)]]
