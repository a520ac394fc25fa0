"""The sealed file: what goes in comes out, and nothing that was changed, cut, exchanged or opened with another key."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.backup.errors import DamagedBackupError, OtherKeyError, RecoveryError
from bot.backup.sealing import CHUNK, MAGIC, Sealing, Unsealing

KEY = b"k" * 32
HEAD = len(MAGIC) + 32
SEALED = CHUNK + 16


def sealed(data: bytes, *, piece: int = 10_000) -> bytes:
    to = io.BytesIO()
    sealing = Sealing(to, KEY)
    for start in range(0, len(data), piece):
        sealing.write(data[start : start + piece])
    sealing.finish()
    return to.getvalue()


def opened(file: bytes, key: bytes = KEY) -> bytes:
    unsealing = Unsealing(io.BytesIO(file), key)
    data = b""
    while part := unsealing.read(7_777):
        data += part
    unsealing.finish()
    return data


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_what_goes_in_comes_out(size: int) -> None:
    data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    file = sealed(data)
    assert opened(file) == data
    assert len(file) == HEAD + size + 16 * max(1, -(-size // CHUNK))
    assert b"0123456789abcdef" not in file


def test_the_same_twice_is_never_the_same_file() -> None:
    one, other = sealed(b"the same"), sealed(b"the same")
    assert one[len(MAGIC) : len(MAGIC) + 16] != other[len(MAGIC) : len(MAGIC) + 16]
    assert one[HEAD:] != other[HEAD:]


def test_another_key_is_told_apart_from_damage() -> None:
    with pytest.raises(OtherKeyError):
        opened(sealed(b"data"), b"o" * 32)


FILE = sealed(bytes(2 * CHUNK + 100))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_refused(place: int, by: int) -> None:
    changed = bytearray(FILE)
    changed[place] ^= by
    with pytest.raises(RecoveryError):
        opened(bytes(changed))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FILE) - 1))
def test_a_file_that_is_cut_off_is_refused_wherever_it_is(length: int) -> None:
    with pytest.raises(RecoveryError):
        opened(FILE[:length])


@pytest.mark.parametrize("length", [HEAD, HEAD + SEALED, HEAD + 2 * SEALED])
def test_a_file_cut_between_two_chunks_is_damaged(length: int) -> None:
    with pytest.raises(DamagedBackupError):
        opened(FILE[:length])


def test_chunks_cannot_change_places_come_twice_or_be_added() -> None:
    head, first, second, last = (FILE[:HEAD], *(FILE[HEAD + n * SEALED :][:SEALED] for n in range(3)))
    assert head + first + second + last == FILE
    for parts in ((second, first, last), (first, last), (first, first, second, last), (first, second, last, last)):
        with pytest.raises(DamagedBackupError):
            opened(head + b"".join(parts))


def test_a_chunk_of_another_file_is_refused() -> None:
    other = sealed(bytes(2 * CHUNK + 100))
    with pytest.raises(DamagedBackupError):
        opened(FILE[: HEAD + SEALED] + other[HEAD + SEALED :])


def test_what_is_no_backup_is_told_to_be_none() -> None:
    for file in (b"", b"SQLite format 3\0" + bytes(100), MAGIC.replace(b"1", b"2") + FILE[len(MAGIC) :]):
        with pytest.raises(RecoveryError, match="no backup of Cellule"):
            opened(file)
