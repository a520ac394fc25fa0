"""The recovery key as people write it down: the same as Element's, and a slip of the pen is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.host.recovery_key import RecoveryKeyError, new_key, read, written

ZEROS = "EsSz ygLv VP1b xF1C v7kE eBQx MxDP buG5 w25T L3b6 hfyG Kkrd"
"""What matrix-js-sdk writes for 32 zeros."""
keys = st.binary(min_size=32, max_size=32)


def test_a_key_is_written_as_matrix_js_sdk_writes_it() -> None:
    assert written(bytes(32)) == ZEROS
    assert read(ZEROS) == bytes(32)


@given(keys)
def test_every_key_is_twelve_groups_of_four_and_is_read_again(key: bytes) -> None:
    groups = written(key).split(" ")
    assert [len(group) for group in groups] == [4] * 12
    assert read(written(key)) == key


@given(keys, st.sampled_from(["", "  ", "\n", "\t"]))
def test_white_space_does_not_matter(key: bytes, between: str) -> None:
    assert read(between.join(written(key).split(" "))) == key


@given(keys, st.integers(0, 47), st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"))
def test_one_wrong_sign_is_seen_or_gives_another_key(key: bytes, place: int, sign: str) -> None:
    signs = written(key).replace(" ", "")
    slipped = signs[:place] + sign + signs[place + 1 :]
    try:
        assert (read(slipped) == key) == (slipped == signs)
    except RecoveryKeyError:
        return


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not the 48 signs"),
        ("EsSz", "not the 48 signs"),
        (ZEROS + " EsSz", "not the 48 signs"),
        ("1" * 100_000, "not the 48 signs"),
        (ZEROS.replace("E", "2", 1), "not the 48 signs"),
        (ZEROS[:-1] + "e", "parity"),
        (ZEROS.replace("Es", "0O"), "2 signs that no recovery key has"),
    ],
)
def test_what_is_no_key_is_refused_with_the_reason_and_without_the_text(text: str, said: str) -> None:
    with pytest.raises(RecoveryKeyError, match=said) as wrong:
        read(text)
    assert "SzygLv" not in str(wrong.value)


@given(st.text(max_size=80))
def test_nothing_that_is_typed_raises_anything_else(text: str) -> None:
    try:
        read(text)
    except RecoveryKeyError:
        return


def test_a_new_key_is_a_new_one() -> None:
    assert len({new_key() for _ in range(8)}) == 8
