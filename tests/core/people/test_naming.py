"""Finding people by what was typed."""

import pytest

from bot.core.errors import AmbiguousPerson, UnknownPerson
from bot.core.names import UserId
from bot.core.people.naming import find_person, full_id, localpart
from tests.core.build import ALICE, BOB

OTHER_ALICE = UserId("@alice:firm.example")
SHOUTING = UserId("@Carol.Old:example.org")


@pytest.mark.parametrize(
    "typed",
    [
        "@alice:example.org",
        "  @alice:example.org ",
        "https://matrix.to/#/@alice:example.org",
        "https://matrix.to/#/@alice:example.org?via=example.org",
        "https://matrix.to/#/%40alice%3Aexample.org",
        "http://matrix.to/#/%40alice:example.org",
        "[Alice](https://matrix.to/#/@alice:example.org)",
        "<https://matrix.to/#/@alice:example.org>",
    ],
)
def test_a_full_id_is_found_bare_or_in_a_link(typed: str) -> None:
    assert full_id(typed) == ALICE


@pytest.mark.parametrize("id", ["@a.b_c=d-e/f+g:sub.example.org:8448", "@x:[2001:db8::1]:80", "@Old!Style~:10.0.0.1"])
def test_ids_of_every_shape_are_ids(id: str) -> None:
    assert full_id(id) == id


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "alice",
        "@alice",
        "@alice:",
        "@:example.org",
        "@ali ce:example.org",
        "@alice:example.org and more",
        "@élise:example.org",
        "!room:example.org",
        "https://matrix.to/#/!room:example.org",
        "https://matrix.to/#/%40ali%20ce%3Aexample.org",
        "https://matrix.to/#/%40alice%3Aexample.org%0A",
        "@alice:example.org\u202e",
        "@" + "a" * 250 + ":example.org",
    ],
)
def test_what_is_not_an_id_is_not_taken_for_one(typed: str) -> None:
    assert full_id(typed) is None


@pytest.mark.parametrize(
    "typed", ["bob", "@bob", "BOB", " bob ", "@bob:example.org", "https://matrix.to/#/@bob:example.org"]
)
def test_a_person_is_found_by_id_or_by_a_name_of_their_own(typed: str) -> None:
    assert find_person(typed, (ALICE, BOB)) == BOB


def test_a_name_is_found_whatever_its_case() -> None:
    assert find_person("carol.old", (ALICE, SHOUTING)) == SHOUTING


def test_two_people_of_one_name_are_told_apart_by_their_ids_only() -> None:
    with pytest.raises(AmbiguousPerson) as refusal:
        find_person("alice", (OTHER_ALICE, ALICE))
    assert (refusal.value.who, refusal.value.candidates) == ("alice", (ALICE, OTHER_ALICE))
    assert find_person("@alice:firm.example", (OTHER_ALICE, ALICE)) == OTHER_ALICE


@pytest.mark.parametrize("typed", ["dave", "", "@", "@bob:other.example", "alice:example.org", "ali"])
def test_nobody_is_guessed(typed: str) -> None:
    with pytest.raises(UnknownPerson) as refusal:
        find_person(typed, (BOB, ALICE))
    assert (refusal.value.who, refusal.value.known) == (typed, (ALICE, BOB))


def test_the_localpart_is_what_stands_before_the_server() -> None:
    assert localpart(UserId("@alice:example.org:8448")) == "alice"
