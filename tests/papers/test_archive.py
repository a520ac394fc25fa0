"""Several files in one."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

from bot.papers.archive import pack


def test_an_archive_has_each_file_under_its_name_and_is_the_same_whenever_it_is_made() -> None:
    at = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    packed = pack([("a.docx", b"one"), ("b.docx", b"two")], at)
    with ZipFile(BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a.docx": b"one", "b.docx": b"two"}
    assert pack([("a.docx", b"one"), ("b.docx", b"two")], at) == packed
