"""Base64 as Matrix writes it."""

from __future__ import annotations

import pytest

from bot.matrix.http import unpadded


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_what_is_written_without_padding_is_read_with_and_without(data: bytes) -> None:
    written = unpadded.encode(data)
    assert "=" not in written
    padded = written + "=" * (-len(written) % 4)
    assert unpadded.decode(written) == unpadded.decode(padded) == data


@pytest.mark.parametrize("text", ["A", "AA!AA", "AA AA", "AAAA\n", "é"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpadded.decode(text)
