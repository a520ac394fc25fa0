"""Papers: what people typed is shown as it is by Markdown's own viewers, in the chat and in a word processor."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.documents.drafts import Shape
from bot.core.documents.paper import Paragraph, Run
from bot.voice.documents.paper import as_markdown, block, escape, read, show
from bot.voice.markup import HOLE, Piece, render

NASTY = (
    *("[x](http://evil.example)", "# head", "## head", "| a | b |", "`code`", "```\nx\n```", "{siren}", "~~x~~"),
    *(
        "- item",
        "+ item",
        "1. item",
        "12) item",
        "> quoted",
        "---",
        "===",
        "a\n===",
        "**b** *i* __b__ _i_",
        "\\",
        "a\\",
    ),
    *("<b>x</b>", "<!-- when: insured = yes -->", "&lt;", "![i](mxc://x/y)", "[to complete: SIREN]", "[r]: http://x"),
    *("a\n\nb", "a\r\nb", "\\\n\\", "x\\\ny", "a_b_c", "https://law.example.org/a_b?c=d&e", "$x$", HOLE, "    code"),
)
TYPED = st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=4))).map("\n".join))
SHAPES = (Shape.PARAGRAPH, Shape.ITEM, Shape.NUMBERED)
VIEWER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def kept(text: str) -> str:
    """Return what is left of a text: all but the white space around its lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join(line.strip() for line in lines)


def seen(html: str) -> str:
    """Return what a person reads of a page."""
    lines = re.sub(r"<br ?/?>\n?", "\n", html)
    return unescape(re.sub(r"<[^>]*>", "", lines)).strip()


@given(TYPED, st.sampled_from(SHAPES))
@example("x\n\\", Shape.ITEM)
def test_what_is_typed_is_read_back_as_one_block_of_plain_text(typed: str, shape: Shape) -> None:
    (paragraph,) = read(block(shape, "Said: " + as_markdown(Piece(HOLE, (typed,))) + "."))
    assert paragraph.shape is shape
    assert not any(run.bold or run.italic or run.is_gap or run.link for run in paragraph.runs)
    assert "".join(run.text for run in paragraph.runs) == f"Said: {kept(typed)}."


@pytest.mark.parametrize("typed", NASTY)
@pytest.mark.parametrize("shape", SHAPES)
def test_another_viewer_of_markdown_shows_it_exactly(typed: str, shape: Shape) -> None:
    html = VIEWER.render(block(shape, as_markdown(Piece(HOLE, (typed,)))))
    assert not re.search(r"<(?!/?(?:p|br|ul|ol|li)[ >/])", html), html
    assert seen(html) == kept(typed).replace(" \n", "\n")


@given(TYPED)
def test_the_chat_shows_it_exactly_and_makes_nothing_of_it(typed: str) -> None:
    said = render(show(read(block(Shape.ITEM, "**Said:** " + as_markdown(Piece(HOLE, (typed,)))))))
    assert said.body == f"- Said: {kept(typed)}"
    assert set(re.findall(r"<(\w+)", said.html)) <= {"ul", "li", "strong", "br", "p"}


def test_a_line_break_typed_stays_one_and_begins_nothing() -> None:
    assert escape("first\n# second\n1. third") == "first\\\n\\# second\\\n1\\. third"
    assert block(Shape.ITEM, escape("a\nb")) == "- a\\\n  b"


def test_our_own_marks_are_read() -> None:
    paper = read(
        "# Title\n\n**Name:** [to complete: SIREN] *now*\n\n- see [the law](https://law.example.org/1)\n1. one"
    )
    assert paper == (
        Paragraph(shape=Shape.HEADING, level=1, runs=(Run(text="Title"),)),
        Paragraph(
            shape=Shape.PARAGRAPH,
            runs=(
                Run(text="Name:", bold=True),
                Run(text=" "),
                Run(text="[to complete: SIREN]", is_gap=True),
                Run(text=" "),
                Run(text="now", italic=True),
            ),
        ),
        Paragraph(shape=Shape.ITEM, runs=(Run(text="see "), Run(text="the law", link="https://law.example.org/1"))),
        Paragraph(shape=Shape.NUMBERED, runs=(Run(text="one"),)),
    )


def test_the_chat_has_headings_in_bold_lists_together_and_addresses_beside_their_words() -> None:
    text = "## Now\n\n- **a** *b*\n- c\n\n1. one\n2. two\n\n[law](https://law.example.org/1)"
    said = render(show(read(text)))
    assert said.body == "Now\n\n- a b\n- c\n\n1. one\n2. two\n\nlaw (https://law.example.org/1)"
    assert said.html == (
        "<p><strong>Now</strong></p>\n"
        "<ul>\n<li><strong>a</strong> <em>b</em></li>\n<li>c</li>\n</ul>\n"
        "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"
        "<p>law (https://law.example.org/1)</p>"
    )


def test_one_sign_in_brackets_is_no_place_to_fill() -> None:
    ((run,),) = (paragraph.runs for paragraph in read("- [ ] a receipt"))
    assert run == Run(text="[ ] a receipt")
