"""The report as one page for a browser: what was typed stays text, and nothing is fetched or run but our own lines."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from bot.core.report.entries import Kind
from bot.papers.report.html import html_page
from tests.papers.report.build import HOSTILE, event, every_block, report

VOID = {"meta", "input", "br"}
BY_TEXT = {"br", "dt"}
"""A line break for each in the text, and a label that is empty is left out."""


class Page(HTMLParser):
    """Reads a page, and holds that every tag is closed."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page.decode())
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.said.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(text: str) -> bytes:
    return html_page(report(event(1, text), event(2, text, None), blocks=every_block(text)))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_typed_stays_text(text: str) -> None:
    plain, told = Page(page("text")), Page(page(text))
    assert [tag for tag, _ in told.tags if tag not in BY_TEXT] == [tag for tag, _ in plain.tags if tag not in BY_TEXT]
    for _, attributes in told.tags:
        assert not any(name.startswith("on") or name in ("style", "src", "srcset", "action") for name in attributes)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0\uffff]", "".join(told.said))


def test_a_script_that_somebody_typed_is_read_as_it_was_typed() -> None:
    assert "<script>alert(1)</script>" in Page(page("<script>alert(1)</script>")).said


def test_nothing_is_fetched() -> None:
    found = Page(page("text"))
    assert [link["href"] for link in found.of("a")] == ["#report", "#s1", "#s2"]
    assert not {tag for tag, _ in found.tags} & {"link", "img", "iframe", "object", "embed", "base", "audio", "video"}
    assert re.findall(rb"https?://[^\s\"<]+", page("text")) == [b"http://www.w3.org/2000/svg"]
    assert b"url(" not in page("text")
    assert b"@import" not in page("text")


def test_its_policy_allows_the_one_style_and_the_one_script_that_are_in_it() -> None:
    told = page("text").decode()
    (policy,) = [meta["content"] for meta in Page(page("text")).of("meta") if "http-equiv" in meta]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", told, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_it_can_be_read_with_the_ears_and_the_keyboard() -> None:
    found = Page(page("text"))
    (html,) = found.of("html")
    assert html["lang"] == "en-GB"
    assert [svg["aria-label"] for svg in found.of("svg")] == ["An axis of <time>"]
    assert {table["aria-label"] for table in found.of("div") if table.get("class") == "wide"} == {"text"}
    assert all(div["tabindex"] == "0" for div in found.of("div") if div.get("role") == "region")
    labelled = {attributes.get("aria-labelledby") for _, attributes in found.tags} - {None}
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert labelled <= set(ids)
    assert len(ids) == len(set(ids))
    assert [label.get("for") for label in found.of("label") if "for" in label] == ["words"]
    assert [found_.get("aria-live") for found_ in found.of("p") if found_.get("role") == "status"] == ["polite"]


def test_only_kinds_that_are_there_can_be_chosen_and_what_was_purged_is_none_of_them() -> None:
    found = Page(html_page(report(event(1, "a", Kind.STEP), event(2, "gone", None), event(3, "b", Kind.CLOCK))))
    assert [box["value"] for box in found.of("input") if box["type"] == "checkbox"] == ["step", "clock"]
    assert [item["data-kind"] for item in found.of("li") if "data-kind" in item] == ["step", "purged", "clock"]


def test_without_a_script_everything_is_shown() -> None:
    found = Page(page("text"))
    assert ["hidden" in form for form in found.of("form")] == [True]
    assert not any("hidden" in item for item in found.of("li"))


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page("text") == page("text")
