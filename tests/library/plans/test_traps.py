"""What is no plan, or not only one: each is answered with one sentence, and nothing is written."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from bot.cli.planning import PlanRefusedError, draft
from bot.host.shipped import playbooks_folder
from bot.papers.plans import LARGEST, PlanError, Why, read_here, read_plan
from tests.library.plans.files import book_of, english_plan, french_plan, listed, saved

TODAY = date(2026, 11, 29)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCX, DOCUMENT = "plan.docx", "word/document.xml"


def changed(
    data: bytes, change: Callable[[str, bytes], bytes] = lambda _, part: part, added: Mapping[str, bytes] = {}
) -> bytes:
    """Return a package with each part as *change* makes it, and the parts that are *added*."""
    kept = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as before, ZipFile(kept, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
        for name, part in added.items():
            after.writestr(name, part)
    return kept.getvalue()


def many_parts(data: bytes) -> bytes:
    return changed(data, added={f"word/{number}": b"" for number in range(2_001)})


def in_document(mark: str, encoding: str = "utf-8") -> Callable[[str, bytes], bytes]:
    def change(name: str, part: bytes) -> bytes:
        if name not in ("word/document.xml", "xl/worksheets/sheet1.xml"):
            return part
        head, _, rest = part.decode().partition("?>")
        return f"{head}?>{mark}{rest}".replace("UTF-8", encoding.upper()).encode(encoding)

    return change


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
PLAN, BOOK = saved(french_plan()), saved(english_plan())


def why(data: bytes, name: str = DOCX) -> Why:
    with pytest.raises(PlanError) as refused:
        read_plan(data, name)
    return refused.value.why


@pytest.mark.parametrize("name", ["plan.pdf", "plan.doc", "plan", "plan.docx.zip", ".docx", "plan.odt", "plan.csv"])
def test_another_kind_of_file_is_refused_by_its_name(name: str) -> None:
    assert why(PLAN, name) is Why.KIND


@pytest.mark.parametrize("name", ["plan.docm", "plan.XLSM"])
def test_a_file_for_macros_is_refused_by_its_name(name: str) -> None:
    assert why(PLAN, name) is Why.MACROS


def test_a_file_that_is_too_large_is_not_looked_into() -> None:
    assert why(b"x" * (LARGEST + 1)) is Why.LARGE


def test_a_password_and_an_old_format_are_told_apart() -> None:
    assert why(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")) is Why.PASSWORD
    assert why(OLE + b"\0" * 600) is Why.OLD
    sealed = bytearray(PLAN)
    sealed[PLAN.index(b"PK\x01\x02") + 8] |= 1
    assert read_here(bytes(sealed), ".docx") == Why.PASSWORD


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"", ".docx"),
        (b"%PDF-1.7", ".docx"),
        (PLAN[:-100], ".docx"),
        (BOOK, ".docx"),
        (PLAN, ".xlsx"),
        (changed(PLAN, lambda name, part: part[:-20] if name == "word/document.xml" else part), ".docx"),
        (changed(BOOK, lambda name, part: b"<x" if name.startswith("xl/worksheets") else part), ".xlsx"),
    ],
)
def test_what_is_damaged_or_something_else_is_said_to_be(data: bytes, ending: str) -> None:
    assert read_here(data, ending) == Why.DAMAGED


def test_another_compression_than_a_word_processor_writes_is_not_unpacked() -> None:
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_BZIP2) as packed:
        packed.writestr("word/document.xml", b"x" * 1000)
    assert read_here(kept.getvalue(), ".docx") == Why.DAMAGED


@pytest.mark.parametrize("ending", [".docx", ".xlsx"])
def test_a_bomb_is_refused_before_it_is_unpacked(ending: str) -> None:
    endless = b"\0" * 30_000_000
    data = PLAN if ending == ".docx" else BOOK
    assert read_here(changed(data, added={"media/x": endless}), ending) == Why.BOMB
    assert read_here(many_parts(data), ending) == Why.BOMB


@pytest.mark.parametrize("mark", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_any_spelling(mark: str, encoding: str) -> None:
    for data, ending in ((PLAN, ".docx"), (BOOK, ".xlsx")):
        assert read_here(changed(data, in_document(mark, encoding)), ending) == Why.ENTITIES


def test_a_file_that_lies_about_its_size_is_damaged() -> None:
    data = bytearray(PLAN)
    place = data.index(b"PK\x01\x02")
    while b"word/document.xml" not in data[place : place + 70]:
        place = data.index(b"PK\x01\x02", place + 1)
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    assert read_here(bytes(data), ".docx") == Why.DAMAGED


def test_parts_nested_without_end_are_damaged() -> None:
    deep = b"<w:sdt><w:sdtContent>" * 3_000 + b"</w:sdtContent></w:sdt>" * 3_000
    nested = changed(
        PLAN, lambda name, part: part.replace(b"<w:body>", b"<w:body>" + deep) if DOCUMENT in name else part
    )
    assert why(nested) is Why.DAMAGED


def test_macros_and_links_to_elsewhere_are_not_looked_at() -> None:
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    away = b'<Relationship Id="rIdX" Type="%s" Target="https://127.0.0.1:1/x" TargetMode="External"/></Relationships>'

    def linked(name: str, part: bytes) -> bytes:
        return part.replace(b"</Relationships>", away % kind) if name == "word/_rels/document.xml.rels" else part

    with_macros = changed(PLAN, linked, added={"word/vbaProject.bin": b"\0macro"})
    assert read_here(with_macros, ".docx") == read_here(PLAN, ".docx")
    assert read_plan(with_macros, DOCX) == read_plan(PLAN, DOCX)


def test_a_plan_without_a_step_and_an_endless_one_are_said_to_be(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))
    plan = tmp_path / DOCX
    for document, sentence in (
        (listed(), "nothing in it reads as a step"),
        (listed(*(f"Faire {number}" for number in range(301))), "more than 300 steps"),
    ):
        plan.write_bytes(saved(document))
        with pytest.raises(PlanRefusedError, match=f"plan.docx: .*{sentence}"):
            draft(plan, folder / "plan.fr.md", None, playbooks_folder(), TODAY)
    assert not (folder / "plan.fr.md").exists()


def test_more_than_anybody_writes_is_refused() -> None:
    assert read_here(saved(book_of([["x"]] * 5_001)), ".xlsx") == Why.LONG
    assert read_here(saved(book_of([["x" * 4_000] * 60] * 5)), ".xlsx") == Why.LONG
