"""The pages of a report: every text has letters that are there, whatever somebody typed, and no page is overfull."""

from __future__ import annotations

import re
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fpdf import FPDF

from bot.core.report.entries import Kind
from bot.core.report.pages import Cover, Heading, Pairs, Prose, Report, Section, Table
from bot.papers.record.container import made
from bot.papers.report.sheet import INNER, Look, Sheet, shaped
from tests.papers.report.build import HOSTILE, event, every_block, report
from tests.patience import PATIENCE_S

AT = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
COVER = Cover(language=report().language, title="Record", paragraphs=(), code=(), files={"a.json": "A file"})


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    pdf = FPDF()
    yield Sheet(pdf)
    pdf.add_page()
    pdf.output()


def drawn(whole: Report) -> bytes:
    return made(COVER, {"a.json": b"{}"}, AT, whole)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(one) for one in found if one[:1] == b"x"]


def test_the_same_report_gives_the_same_bytes() -> None:
    whole = report(event(1, "one"), blocks=every_block("text"))
    assert drawn(whole) == drawn(whole)
    assert drawn(whole) != drawn(report(event(1, "two")))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_typed_is_drawn_without_a_letter_that_the_font_lacks(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = drawn(report(event(1, text), event(2, text, None), blocks=every_block(text)))
    assert pdf.startswith(b"%PDF-1.7")
    assert "missing" not in caplog.text
    shown = [stream for stream in streams(pdf) if b" Tj" in stream]
    assert shown
    for stream in shown:
        for letters in re.findall(rb"\((.*?)(?<!\\)\) Tj", stream, re.DOTALL):
            assert not letters.startswith(b"\x00\x00")


def test_a_letter_that_the_font_lacks_is_a_box_and_a_mark_without_a_shape_is_left_out(sheet: Sheet) -> None:
    assert sheet.shown("a\U0001f999b") == "a□b"
    assert sheet.shown("a\u200d\u202e\x00") == "a□"
    assert sheet.shown("12\u202f000\u00a0€\u3000") == "12\u00a0000\u00a0€\u0020"


def test_its_fonts_are_in_it_and_nothing_in_it_acts() -> None:
    pdf = drawn(report(event(1, "text"), blocks=every_block("text")))
    fonts = len(re.findall(rb"/Subtype /Type0\b", pdf))
    assert fonts == len(re.findall(rb"/FontFile2 ", pdf)) == len(re.findall(rb"/ToUnicode ", pdf)) == 2
    assert not re.search(rb"/(JavaScript|JS|Launch|URI|SubmitForm|Encrypt|AcroForm)\b", pdf)


def test_what_is_kept_together_is_not_parted(sheet: Sheet) -> None:
    look = Look()
    assert sheet.lines("declared\u202f: yes", sheet.width("declared x", look), look) == ["declared\u00a0:", "yes"]
    assert sheet.lines("a declared\u00a0: yes", sheet.width("a declared", look), look)[0] == "a"


def test_what_is_read_from_right_to_left_is_drawn_so() -> None:
    assert shaped("\u05d0\u05d1\u05d2") == "\u05d2\u05d1\u05d0"
    assert shaped("abc") == "abc"


def test_a_line_is_never_wider_than_its_column_and_nothing_is_lost(sheet: Sheet) -> None:
    look = Look()
    text = "A word, " + "x" * 400 + " and " * 60
    lines = sheet.lines(text, 60, look)
    assert all(sheet.width(line, look) <= 60 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert sheet.lines("", 60, look) == [""]


def test_a_text_of_47_kilobytes_goes_over_many_pages() -> None:
    pdf = drawn(report(event(1, "word " * 9_400)))
    assert 8 <= pages(pdf) <= 20
    unbroken = drawn(report(event(1, "x" * 47_000)))
    assert 8 <= pages(unbroken) <= 20


def test_nothing_stands_outside_of_the_page() -> None:
    rows = every_block("text " * 200)
    for stream in streams(drawn(report(*(event(number, "text " * 30) for number in range(60)), blocks=rows))):
        for x, y in re.findall(rb"BT ([\d.-]+) ([\d.-]+) Td", stream):
            assert 0 < float(x) < (22 + INNER) * 72 / 25.4
            assert 20 < float(y) < 842


def test_3000_entries_are_drawn_in_time_and_without_much_memory() -> None:
    events = [event(number, f"alice: what happened at {number}, and more of it") for number in range(3_000)]
    tracemalloc.start()
    began = time.process_time()
    pdf = drawn(report(*events))
    took = time.process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < PATIENCE_S
    assert most < 200_000_000
    assert len(pdf) < 2_000_000
    assert pages(pdf) > 60


def test_a_summary_as_full_as_it_can_be_stands_on_one_page() -> None:
    """Six clocks, four decisions and six answers, each as long as the summary lets it be."""
    short, long = "five letter words " * 4, "five letter words " * 7
    clock = (short[:60], "mer. 13 déc. 16:40", "mer. 13 déc. 16:40", short[:60])
    answers = tuple((long[:124], f"{long[:100]} · not confirmed") for _ in range(6))
    aside = Prose(text="And 14 more.", is_aside=True)
    blocks = (
        aside,
        Pairs(rows=(*(("Steps", short[:40]) for _ in range(6)), ("At the closing", long[:100]))),
        Heading(text="Clocks"),
        Table(title="", head=("Clock", "Aware", "Due", "State"), widths=(6, 4, 4, 6), rows=(clock,) * 6),
        aside,
        Heading(text="Decisions"),
        Pairs(rows=(("2 · sam. 9 déc. 11:16", f"{long[:100]} (somebody)"),) * 4),
        aside,
        Heading(text="What is known"),
        Table(title="", head=("Question", "Answer"), widths=(5, 5), rows=answers),
        aside,
    )
    section = Section(title="In one page", blocks=blocks, begins_page=True, is_dense=True)
    assert pages(drawn(replace(report(), sections=(section,)))) == 2


def test_a_cover_with_much_to_say_goes_on_and_the_contents_with_it() -> None:
    long = Section(title="Record", blocks=(Prose(text="word " * 3_000),))
    whole = replace(report(event(1, "what happened")), cover=long)
    assert pages(drawn(whole)) == pages(drawn(report(event(1, "what happened")))) + 3


def test_every_page_says_for_whom_it_is_and_which_it_is_of_how_many() -> None:
    whole = report(*(event(number, "what happened", Kind.STEP) for number in range(90)))
    pdf = drawn(whole)
    count = pages(pdf)
    assert count > 2
    assert len([stream for stream in streams(pdf) if b" Tj" in stream]) == count
