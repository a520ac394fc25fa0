"""Run again: who came keeps the account, who waits keeps the link, who is late gets another."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.core.people.roster import Role
from bot.lifeboat import boarding
from bot.lifeboat.boarding import Boarding, Link, Seen
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.people import Person
from tests.lifeboat.stage import NOW

ALICE = Person(name="Alice", roles=(Role.ADMIN,))
LINK = Link(id="one", person=ALICE, url="http://127.0.0.1:18001/join#secret", until=NOW + timedelta(hours=1))


def sorted_out(state: str | None, person: Person = ALICE, link: Link = LINK) -> Boarding:
    seen = {} if state is None else {"one": Seen(state=state, user="@a:localhost" if state == "come" else None)}
    return boarding.sorted_out([person], [link], seen, NOW)


@pytest.mark.parametrize("state", ["waiting", "claimed"])
def test_who_waits_keeps_the_link(state: str) -> None:
    found = sorted_out(state)
    assert (found.same, found.anew, found.void) == ((LINK,), (), ())


@pytest.mark.parametrize("state", [None, "late"])
def test_who_is_late_or_whom_the_door_does_not_know_gets_another(state: str | None) -> None:
    found = sorted_out(state)
    assert (found.same, found.anew, found.void) == ((), (ALICE,), ())


def test_who_came_keeps_the_account() -> None:
    found = sorted_out("come")
    assert (found.same, found.anew, found.come) == ((), (), ((LINK, "@a:localhost"),))


@pytest.mark.parametrize("state", ["astray", "closed", "gone"])
def test_whose_link_went_astray_gets_none_before_somebody_has_looked(state: str) -> None:
    found = sorted_out(state)
    assert (found.same, found.anew, found.astray) == ((), (), ((LINK, state),))


def test_another_role_is_another_link_and_the_former_is_closed() -> None:
    changed = Person(name="Alice", roles=(Role.ADMIN, Role.DPO))
    found = sorted_out("waiting", changed)
    assert (found.same, found.anew, found.void) == ((), (changed,), ("one",))


def test_whoever_is_said_to_have_been_somebody_else_gets_another_link() -> None:
    changed = Person(name="Alice", roles=ALICE.roles, was="alice")
    found = sorted_out("waiting", changed)
    assert (found.same, found.anew, found.void) == ((), (changed,), ("one",))


def test_who_is_not_on_the_list_any_more_does_not_come_in() -> None:
    found = boarding.sorted_out([], [LINK], {"one": Seen(state="waiting", user=None)}, NOW)
    assert found.void == ("one",)
    found = boarding.sorted_out([], [LINK], {"one": Seen(state="come", user="@a:localhost")}, NOW)
    assert found.void == ()


def test_what_is_kept_is_read_as_the_same() -> None:
    was = Link(id="two", person=Person(name="Bob", roles=(Role.IT,), was="bob"), url=LINK.url, until=NOW)
    assert boarding.read(boarding.written([LINK, was]), "doors.json") == (LINK, was)


def test_links_of_before_anybody_could_be_named_by_what_they_were_are_read() -> None:
    row = {"id": "one", "name": "Alice", "roles": ["admin"], "url": LINK.url, "until": LINK.until.isoformat()}
    assert boarding.read(json.dumps([row]), "doors.json") == (LINK,)


@pytest.mark.parametrize(
    "text", ["", "{}x", "[1]", '[{"id": "one"}]', '[{"id":"a","name":"b","roles":["x"],"url":"","until":""}]']
)
def test_what_is_damaged_says_so(text: str) -> None:
    with pytest.raises(LifeboatError, match=r"doors\.json cannot be read as it was written"):
        boarding.read(text, "doors.json")
