"""Disclosure: who is shown 14 of 212 entries finds no word of the others, wherever in the file they look."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator

from bot.core.facts import Noted
from bot.papers.record import verify_record
from bot.store.codec import decode_fact
from tests.record.build import exported, record

SHOWN = (*range(3, 10), *range(50, 57))
LETTERS = "abcdefghijklmnopqrstuvwxyzéàç"
ENDS = {b"n": b"\n", b"r": b"\r"}
WORD = re.compile(r"[^\W\d_]{5,}")


def text(number: int) -> str:
    """Return a note of a dozen words that no other note has."""
    chance = random.Random(number)
    return " ".join("".join(chance.choices(LETTERS, k=chance.randint(5, 11))) for _ in range(12))


def streams(pdf: bytes) -> Iterator[bytes]:
    for head, data in re.findall(rb"<<(.*?)>>\nstream\n(.*?)\nendstream", pdf, re.DOTALL):
        yield zlib.decompress(data) if b"FlateDecode" in head else data


def drawn(pdf: bytes) -> str:
    """Return what stands on the pages, read by the letters that the fonts give their numbers."""
    found = list(streams(pdf))
    maps = [
        {code: chr(int(letter, 16)) for code, letter in re.findall(rb"<(\w{4})> <(\w{4})>", stream)}
        for stream in found
        if b"begincmap" in stream
    ]
    assert len(maps) == 2
    told = []
    for stream in found:
        for raw in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", stream, re.DOTALL):
            codes = (
                re.sub(rb"\\(.)", lambda sign: ENDS.get(sign[1], sign[1]), raw, flags=re.DOTALL).hex().upper().encode()
            )
            told += ["".join(known.get(codes[at : at + 4], "") for at in range(0, len(codes), 4)) for known in maps]
    return "\n".join(told)


def readable(pdf: bytes) -> str:
    """Return all that can be read in a file."""
    attached = verify_record.attached(pdf).values()
    parts = (pdf, *streams(pdf), *attached)
    return "\n".join((drawn(pdf), *(part.decode("latin-1") + part.decode("utf-8", "replace") for part in parts)))


def notes(data: bytes) -> str:
    entries = verify_record.read(data)[0]["entries"]
    return " ".join(entry["body"]["text"] for entry in entries if entry.get("kind") == "Noted")


def test_a_part_has_no_word_of_the_others() -> None:
    made = record(168, wanted=SHOWN, texts=text)
    assert len(made.places) == 212
    part = exported(made)
    public = set(WORD.findall(readable(exported(record(0, wanted=(2,))))))
    shown = set(WORD.findall(notes(part)))
    hidden = set[str]()
    for place in made.places:
        if place.number not in SHOWN and place.entry is not None and place.entry.kind == "Noted":
            fact = decode_fact(place.entry.kind, place.entry.body)
            assert isinstance(fact, Noted)
            hidden |= set(WORD.findall(fact.text))
    secret = hidden - shown - public
    assert len(secret) > 1_500
    said = readable(part)
    assert not [word for word in secret if word in said]
    # The same looking finds them where they are.
    assert all(word in said for word in shown)
    assert len(shown) > 100


def test_the_pages_of_a_whole_record_say_its_words_and_those_of_a_part_none() -> None:
    whole = record(6, texts=text)
    words = set(WORD.findall(text(3)))
    assert all(word in drawn(exported(whole)) for word in words)
    part = drawn(exported(record(6, wanted=(1, 2, 3, 4, 5, 6), texts=text)))
    assert "record.json" in part
    assert not any(word in part for word in words)
