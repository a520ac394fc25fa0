"""The record of the weekend in the documents is one that the programs find whole, and what is said of it is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.papers.record import verify_record
from tests.service.shell import RECORDS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
LARGEST = 400_000


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_example_is_whole_small_and_the_same_twice(language: str) -> None:
    pdf, page = (EXAMPLES / f"weekend.{language}.{kind}" for kind in ("pdf", "html"))
    data = pdf.read_bytes()
    (what, how), *rest = verify_record.check(data, RECORDS.public)
    assert (what, how["shown"]) == ("whole", how["size"])
    assert [what for what, _ in rest].count("at") == 2
    assert verify_record.attached(data)["report.html"] == page.read_bytes()
    assert verify_record.read(data)[0]["language"] == language
    assert max(len(data), page.stat().st_size) < LARGEST


def test_what_the_document_says_of_it_is_so() -> None:
    told = (ROOT / "docs" / "record.md").read_text("utf-8")
    (_, how), *_ = verify_record.check((EXAMPLES / "weekend.en.pdf").read_bytes())
    assert f"`{how['shown']} of {how['size']} entries shown, all where they say they are`" in " ".join(told.split())
    assert f"`{RECORDS.public}`" in told


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_summary_is_one_page(language: str) -> None:
    """The outline names the page on which each section begins: the second begins right after it."""
    data = (EXAMPLES / f"weekend.{language}.pdf").read_bytes()
    begun = re.findall(rb"/Dest \[(\d+) 0 R", data)
    pages = re.findall(rb"(\d+) 0 obj\n<<\n?(?:(?!endobj).)*?/Type /Page\n", data, re.DOTALL)
    assert [pages.index(page) for page in begun[:3]][:2] == [1, 2]
