"""One value has one text: that of RFC 8785, which another implementation and a browser write too."""

from __future__ import annotations

import pytest

from bot.core.record.canonical import Json, canonical

# The example of RFC 8785, section 3.2, without the numbers that no fact has.
EXAMPLE: Json = {
    "numbers": [4.5, 0.002, 333.125],
    "string": '€$\u000f\nA\'B"\\\\"/',
    "literals": [None, True, False],
}
WRITTEN = '{"literals":[null,true,false],"numbers":[4.5,0.002,333.125],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


def test_the_example_of_the_rfc_is_written_as_it_stands_there() -> None:
    assert canonical(EXAMPLE) == WRITTEN.encode()


def test_names_are_sorted_by_their_utf_16_units() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    sorted_by_the_rfc = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    written = ",".join(f'"{name}":0' for name in sorted_by_the_rfc).replace("\r", "\\r")
    assert canonical(dict.fromkeys(names, 0)) == f"{{{written}}}".encode()


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (3600.0, "3600"),
        (1.5e-5, "0.000015"),
        (-2.5, "-2.5"),
        (2**53 - 1, f"{2**53 - 1}"),
    ],
)
def test_a_number_is_written_as_a_browser_does(number: float, written: str) -> None:
    assert canonical(number) == written.encode()


@pytest.mark.parametrize("number", [2**53, -(2.0**60), 1e-7, float("nan"), float("inf")])
def test_a_number_that_readers_would_change_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="exactly"):
        canonical(number)


def test_half_of_a_pair_is_written_as_an_escape() -> None:
    assert canonical(["a\ud800b"]) == b'["a\\ud800b"]'


def test_nothing_stands_between_things() -> None:
    assert canonical({"b": [1, {}], "a": []}) == b'{"a":[],"b":[1,{}]}'
