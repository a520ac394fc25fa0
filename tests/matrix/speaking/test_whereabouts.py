from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.names import RoomId, UserId
from bot.matrix.speaking.whereabouts import Whereabouts

ROOMS = [RoomId(f"!{name}:example.org") for name in "abc"]
PEOPLE = [UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol")]


@given(st.lists(st.tuples(st.sampled_from(ROOMS), st.frozensets(st.sampled_from(PEOPLE))), max_size=20))
def test_both_ends_tell_the_same_whatever_was_put(puts: list[tuple[RoomId, frozenset[UserId]]]) -> None:
    whereabouts = Whereabouts()
    for room, people in puts:
        whereabouts.put(room, people)
    last = dict(puts)
    for user in PEOPLE:
        assert set(whereabouts.of(user)) == {room for room, people in last.items() if user in people}
    assert whereabouts.people == frozenset().union(*last.values())
