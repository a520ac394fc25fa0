"""The file that is handed over: the same bytes for the same record, and everything in it that an expert needs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.language import ENGLISH, Language
from bot.papers.record import verify_record
from bot.papers.record.container import sealed
from bot.papers.record.keys import RecordKey, new_seed
from bot.papers.record.making import page, script
from bot.papers.report.html import html_page
from bot.sentences import languages
from tests.record.build import KEY, exported, record, reported

WHOLE = exported(record(6))
LINES = 400
"""So many an expert of the other side reads in one sitting."""


def read(data: bytes) -> dict[str, object]:
    return verify_record.read(data)[0]


def test_the_same_record_gives_the_same_bytes() -> None:
    assert exported(record(6)) == WHOLE
    assert exported(record(7)) != WHOLE


def test_the_file_says_in_its_second_line_what_it_is_and_ends_as_a_pdf_does() -> None:
    head, second = WHOLE.splitlines()[:2]
    assert head == b"%PDF-1.7"
    assert second == b"%\xe9\xeb\xf1\xbf cellule-record-1"
    seal, word, place, end = WHOLE.splitlines()[-4:]
    assert seal.startswith(b"%cellule-seal-1 ")
    assert (word, end) == (b"startxref", b"%%EOF")
    assert WHOLE[int(place) :].startswith(b"xref\n0 ")


def test_every_place_in_its_table_is_that_of_an_object() -> None:
    table = WHOLE[WHOLE.rindex(b"\nxref\n") :]
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    assert len(places) > 15
    for number, place in enumerate(places, 1):
        assert WHOLE[place:].startswith(b"%d 0 obj\n" % number)


def test_it_says_that_it_is_pdf_a_3_and_has_no_hour_of_its_making() -> None:
    assert b"<pdfaid:part>3</pdfaid:part>" in WHOLE
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in WHOLE
    assert b"/AFRelationship /Data" in WHOLE
    assert b"GTS_PDFA1" in WHOLE
    assert set(re.findall(rb"<xmp:\w+Date>([^<]+)<", WHOLE)) == {b"2026-03-27T17:00:00Z"}


def test_the_record_and_the_programs_are_attached() -> None:
    files = verify_record.attached(WHOLE)
    assert sorted(files) == ["record.json", "report.html", "verify.html", "verify_record.py"]
    assert files["verify_record.py"] == script(ENGLISH)
    assert files["verify.html"] == page(ENGLISH)
    assert files["report.html"] == html_page(reported(record(6)))
    assert json.loads(files["record.json"])["attachments"].keys() == files.keys() - {"record.json"}


def test_attachments_are_sorted_as_readers_look_for_them() -> None:
    assert list(verify_record.attached(WHOLE)) == sorted(verify_record.attached(WHOLE))


def test_a_part_has_no_report() -> None:
    assert sorted(verify_record.attached(exported(record(6, wanted=(1,))))) == [
        "record.json",
        "verify.html",
        "verify_record.py",
    ]


def test_the_program_of_the_source_says_what_it_finds_though_it_has_no_sentences(tmp_path: Path) -> None:
    """An expert who does not trust the copy in the file takes it from there."""
    path = tmp_path / "record.pdf"
    path.write_bytes(WHOLE)
    command = (sys.executable, str(verify_record.__file__), str(path))
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "whole {'shown':" in ended.stdout


def test_a_part_has_not_a_word_of_the_rest() -> None:
    """Disclosure: of the other 198 entries there are hashes, and nothing else."""
    texts = "The secret number {} is kept from you".format
    made = record(168, wanted=(*range(3, 10), *range(50, 57)), texts=texts)
    assert len(made.places) == 212
    part = exported(made)
    shown = json.dumps(read(part))
    everything = shown.encode() + part + b"".join(verify_record.attached(part).values())
    for place in made.places:
        assert place.entry is not None
        body = json.loads(place.entry.body)
        is_shown = place.number in (made.wanted or ())
        if place.entry.kind == "Noted":
            assert (body["text"] in shown) is is_shown
            assert (body["text"].encode() in everything) is is_shown
        assert (place.salt.hex() in shown) is is_shown


@pytest.mark.parametrize("language", languages())
def test_the_script_is_short_and_speaks_the_language_of_the_room(language: Language) -> None:
    written = script(language).decode()
    assert len(written.splitlines()) < LINES
    said = {"en": "all where they say they are", "fr": "toutes à la place qu’elles disent"}[language]
    assert said in written
    assert said in page(language).decode()
    compile(written, "verify_record.py", "exec")


def test_the_script_imports_the_standard_library_alone() -> None:
    imported = re.findall(r"^(?:import|from) ([\w.]+)", script(ENGLISH).decode(), re.MULTILINE)
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_page_asks_for_nothing_outside_itself() -> None:
    written = page(ENGLISH).decode()
    assert "default-src 'none'" in written
    assert not re.findall(r"https?:|fetch\(|XMLHttp|WebSocket|import\(|<link|<img|src=\"", written)


def run(folder: Path, data: bytes, *words: str) -> subprocess.CompletedProcess[str]:
    """Do as an expert does: save the script beside the file, and run it on a Python that knows nothing of Cellule."""
    (folder / "record.pdf").write_bytes(data)
    (folder / "verify_record.py").write_bytes(verify_record.attached(WHOLE)["verify_record.py"])
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_record.py", "record.pdf", *words],
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_an_expert_runs_the_attached_script_alone(tmp_path: Path) -> None:
    done = run(tmp_path, WHOLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "9 of 9 entries shown, all where they say they are."
    assert KEY.public in done.stdout
    assert run(tmp_path, WHOLE, KEY.public).returncode == 0
    assert run(tmp_path, WHOLE, RecordKey(bytes(32)).public).returncode == 1
    assert run(tmp_path, WHOLE[:-1]).returncode == 1
    assert run(tmp_path, b"%PDF-1.7\n").returncode == 2


def test_the_script_tells_how_it_is_used(tmp_path: Path) -> None:
    done = run(tmp_path, WHOLE, "a", "b", "c")
    assert done.returncode == 2
    assert "python3 verify_record.py FILE [KEY]" in done.stdout


def test_a_file_that_is_no_pdf_of_ours_gets_no_seal() -> None:
    with pytest.raises(ValueError, match="no PDF of ours"):
        sealed(b"%PDF-1.7\n%%EOF", KEY)


def test_each_key_is_another() -> None:
    assert RecordKey(new_seed()).public != RecordKey(new_seed()).public
    assert RecordKey(bytes(32)).public == RecordKey(bytes(32)).public


def test_a_record_of_purged_entries_shows_their_hashes() -> None:
    made = record(6, purged=(1, 4))
    entries = read(exported(made))["entries"]
    assert isinstance(entries, list)
    assert [entry["number"] for entry in entries] == [*range(1, 10)]
    assert entries[3] == {"number": 4, "purged": made.places[3].leaf.hex()}
    assert replace(made.places[3], leaf=b"").entry is None
