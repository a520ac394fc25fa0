"""The three verifiers say the same: of whole records, and of some of the mutations of `make mutants-record`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.record.checking import verdict
from bot.core.record.canonical import canonical
from bot.papers.record import verify_record
from tests.record.authority import OPENSSL, Authority
from tests.record.build import KEY, exported, record
from tests.record.mutations import BYTES, CONTENT, OTHER, repacked, run, samples
from tests.record.verifiers import NODE, Page, by_console, by_script

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NODE is None or OPENSSL is None, reason="needs Node.js and OpenSSL"),
]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    opened = Page(tmp_path)
    yield opened
    opened.close()


def test_every_mutation_is_found_by_all_three_and_no_whole_record_is(page: Page, tmp_path: Path) -> None:
    score = run(300, page, list(samples(Authority(tmp_path).stamp)))
    assert (score.missed, score.apart) == ([], [])
    assert {*BYTES, *CONTENT, "an attachment"} == set(score.tried), "each kind was tried"


@pytest.mark.parametrize("key", [None, KEY.public, OTHER.public])
def test_they_agree_on_the_key(page: Page, key: str | None) -> None:
    data = exported(record(4))
    said = {by_console(data, key), by_script(data, key), page(data, key)}
    assert said == {(1, "key") if key == OTHER.public else (0, "")}


@pytest.mark.parametrize("data", [b"", b"no record", b"%PDF-1.7\n"])
def test_they_agree_on_what_is_no_record(page: Page, data: bytes) -> None:
    assert {by_console(data), by_script(data), page(data)} == {(2, "other")}


@pytest.mark.parametrize("name", ["\x1b[2J", "a\nb", "\u202efdp", "\ud800", "à é", "\xa0", "\U0001f600" * 14])
def test_they_tell_a_name_alike(page: Page, name: str) -> None:
    written, files = verify_record.read(exported(record(4)))
    for payload in (
        {**written, "attachments": {**written["attachments"], name: ""}},
        {**written, "parts": {**written["parts"], name: ""}},
    ):
        data = repacked(canonical(payload), files)
        _, _, said = page.said(data)
        assert [tuple(one) for one in said] == verdict(data, None)[1]


def test_they_say_the_same_of_a_whole_one(page: Page, tmp_path: Path) -> None:
    data = exported(record(30, purged=(3, 4), stamp=Authority(tmp_path).stamp))
    _, _, said = page.said(data)
    assert [(what, where) for what, where in said] == verify_record.check(data)
