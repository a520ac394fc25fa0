"""What the bot says in HTML, read for a terminal."""

from __future__ import annotations

import pytest

from bot.demo.html import hanging, read_html


def plain(html: str) -> list[str]:
    return [line.plain for line in read_html(html)]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>one<br>\ntwo</p>", ["one", "two"]),
        ("<p>one</p>\n<p>two</p>", ["one", "", "two"]),
        ("<p>title</p>\n<ul>\n<li>one<br>\nmore</li>\n<li>two</li>\n</ul>", ["title", "• one", "  more", "• two"]),
        ("<ul><li><p>loose</p>\n<p>still it</p></li></ul>", ["• loose", "  still it"]),
        ("<ol><li>one<ul><li>inside</li></ul></li><li>two</li></ol>", ["1. one", "  • inside", "2. two"]),
        ("<p>&lt;b&gt; is text</p>", ["<b> is text"]),
        ('<p>see <a href="https://example.org">here</a></p>', ["see here (https://example.org)"]),
        ('<p><a href="https://example.org">https://example.org</a></p>', ["https://example.org"]),
        ("<blockquote><p>said</p></blockquote>", ["│ said"]),
        ("<pre><code>a\n  b</code></pre>", ["a", "  b"]),
        ("<p>before</p><hr><p>after</p>", ["before", "", "─" * 20, "after"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a  b"]),
        ("no start</ul> of it", ["no start of it"]),
        ("", []),
    ],
)
def test_html_becomes_lines(html: str, lines: list[str]) -> None:
    assert plain(html) == lines


def test_emphasis_and_code_keep_their_look() -> None:
    (line,) = read_html("<p><strong>D1</strong> and <code>!next</code></p>")
    assert [(line.plain[span.start : span.end], str(span.style)) for span in line.spans] == [
        ("D1", "bold"),
        ("!next", "cyan"),
    ]


@pytest.mark.parametrize(
    ("html", "indent"), [("<p>text</p>", 0), ("<ul><li>x</li></ul>", 2), ("<ol><li>x</li></ol>", 3)]
)
def test_a_list_item_wraps_below_its_own_text(html: str, indent: int) -> None:
    assert hanging(read_html(html)[0]) == indent
