"""Codenames: stable, without a clash, even when the words run out."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from bot.core.codenames import _FIRST, _PREMIERS, _SECOND, _SECONDS, pick_codename
from bot.core.language import Language
from bot.core.names import InputId

ALL = frozenset(f"{first} {second}" for first, second in product(_FIRST, _SECOND))


@given(st.text())
def test_a_codename_is_two_words_and_the_same_for_the_same_input(text: str) -> None:
    name = pick_codename(InputId(text), frozenset())
    assert name in ALL
    assert pick_codename(InputId(text), frozenset()) == name


def test_the_words_are_plain_and_all_different() -> None:
    assert len(ALL) == len(_FIRST) * len(_SECOND) == 64 * 66
    assert all(word.isascii() and word.isalpha() for word in (*_FIRST, *_SECOND))


@given(st.lists(st.text(), max_size=60))
def test_no_codename_is_ever_used_twice(inputs: list[str]) -> None:
    used: set[str] = set()
    for text in inputs:
        name = pick_codename(InputId(text), used)
        assert name not in used
        used.add(name)


def test_the_last_free_codename_is_found() -> None:
    last = "Yellow Wren"
    assert pick_codename(InputId("$event"), ALL - {last}) == last


def test_when_every_codename_is_used_numbers_follow_and_do_not_clash() -> None:
    used = set(ALL)
    for number in range(300):
        name = pick_codename(InputId(f"$event-{number % 3}"), used)
        assert name not in used
        used.add(name)


@given(st.text())
def test_a_french_room_has_a_french_codename(text: str) -> None:
    first, second = pick_codename(InputId(text), frozenset(), Language("fr")).split()
    assert first in _PREMIERS
    assert second in _SECONDS


def test_french_words_are_plain_and_all_different_and_none_is_a_first_word_in_english() -> None:
    words = [*_PREMIERS, *_SECONDS]
    assert len(set(words)) == len(words) == 64 + 52
    assert all(word.isascii() and word.isalpha() for word in words)
    assert not {*_PREMIERS} & {*_FIRST}


def test_a_language_without_words_of_its_own_takes_the_english_ones() -> None:
    assert pick_codename(InputId("x"), frozenset(), Language("de")) in ALL
