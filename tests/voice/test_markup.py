"""Whatever people type stays text: no tag, no link, no emphasis of theirs, and not one character lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.voice.markup import HOLE, SCREEN, Piece, bullets, fill, height, join, paragraphs, render, trusted

ALLOWED = {"p", "br", "strong", "em", "code", "ul", "li"}
NASTY = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<a href='javascript:x'>",
            "**bold**",
            "`code`",
            "&lt;",
        ),
        *(
            "![i](mxc://x/y)",
            "\n\n# title\n- item",
            HOLE,
            f"{HOLE}0\ue001",
            "{name}",
            "<javascript:x>",
            "[r]: javascript:x",
        ),
    ]
)
TYPED = st.one_of(st.text(), st.lists(st.one_of(NASTY, st.text(max_size=5))).map("".join))


def tags(html: str) -> set[str]:
    return set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", html))


@given(TYPED, TYPED)
def test_what_people_type_makes_no_tag_and_stays_exact(one: str, other: str) -> None:
    line = fill("**{one}** said *{other}* `{one}` | {other}", one=one, other=other)
    text = render(paragraphs(line, bullets([line, line])))
    assert tags(text.html) <= ALLOWED
    assert "<a" not in text.html
    assert "<img" not in text.html
    assert f"{one} said {other} {one} | {other}" in text.body
    shown = unescape(text.html.replace("<br>", "\n"))
    assert one.replace("\r", "") in shown.replace("\r", "") or "<br" in one


@given(st.text())
def test_trusted_markdown_is_cleaned_all_the_same(markdown: str) -> None:
    for hostile in (markdown, f"{markdown}\n\n<script>x</script>[a](javascript:x)<img src=x onerror=y>"):
        html = render(trusted(hostile)).html
        assert "<script" not in html
        assert "<img" not in html
        assert not re.search(r"""(?:href|src)=["']?\s*javascript:""", html, re.IGNORECASE)


def test_a_playbook_may_link() -> None:
    text = render(trusted("see [the form](https://authority.example.org) and **act**"))
    assert text.html == '<p>see <a href="https://authority.example.org">the form</a> and <strong>act</strong></p>'
    assert text.body == "see the form (https://authority.example.org) and act"


def test_a_text_keeps_its_lines() -> None:
    text = render(fill("**{step}** done: {result}", step="D1", result="one\ntwo <b>"))
    assert text.body == "D1 done: one\ntwo <b>"
    assert text.html == "<p><strong>D1</strong> done: one<br>two &lt;b&gt;</p>"


def test_pieces_go_into_pieces_in_order() -> None:
    inner = fill("**{a}**", a="1")
    outer = fill("{x} {inner} {y} {inner}", x="0", inner=inner, y="2")
    assert render(outer).body == "0 1 2 1"


def test_empty_pieces_leave_no_gap() -> None:
    assert join([Piece(""), Piece("a"), Piece(""), Piece("b")]).source == "a\nb"
    assert render(Piece("")).body == ""


def test_a_forgotten_hole_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        fill("{who}", name="x")


def test_what_fills_more_than_a_screen_has_a_beginning_that_ends_with_a_paragraph_or_an_item() -> None:
    item = fill("{text}", text="typed\nin lines, " + "word " * 12)
    fits = render(paragraphs(*[item] * 5))
    assert fits.beginning is None
    beginning = render(paragraphs(trusted("**Title**"), bullets([item] * 20), item)).beginning
    assert beginning is not None
    begun = render(beginning).body
    assert begun.startswith("Title\n\n- typed\n")
    assert begun.endswith("word ")
    assert height(begun) + 3 <= SCREEN < height(begun) + 3 + height(item.values[0])


def test_of_one_paragraph_that_fills_more_than_a_screen_nothing_begins() -> None:
    assert render(fill("{text}", text="x" * 2_000)).beginning == Piece("")
