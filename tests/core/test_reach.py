"""Who is reached: what keeps each organisation from being, as the homeserver and its people left it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evolve import fold
from bot.core.facts import BulletinRead, Closed, Fact, InvitationRefused, Joined, Left, Noted, PersonInvited, RoomReady
from bot.core.incident import Incident
from bot.core.names import RoomId, UserId
from bot.core.organisations.bulletins import own_people
from bot.core.organisations.reach import NOT_REACHED, Reach, Reaching, Watch, reach_of, uninvited, unread
from bot.core.people.roster import Role
from tests.core.build import ALICE, DAVE, HOUR, MINUTE, NOW, grow
from tests.core.cascades import child, opening, parent, person_of, row, sent, told

PARENT, ALPHA, HER = parent(), row("Alpha"), person_of("Alpha")
THERE, GONE = Joined(at=NOW + MINUTE, user=HER), Left(at=NOW + HOUR, user=HER)
BOTH = (sent(1, at=NOW + HOUR), sent(2, at=NOW + 2 * HOUR))


def far(one: Incident | None, *, blind: frozenset[UserId] = frozenset(), hours: int | None = None) -> Reaching:
    watch = Watch(now=NOW + 30 * HOUR, blind=blind, silent_for=None if hours is None else hours * HOUR)
    return reach_of(PARENT, one, watch)


def refused(*users: UserId) -> Incident:
    """Return an organisation of which these could not be invited."""
    made = fold((opening(ALPHA), RoomReady(at=NOW, room=RoomId("!a:example.org"), uninvited=users)))
    assert made is not None
    return made


def test_who_has_no_room_was_never_invited() -> None:
    assert far(None) == far(fold((opening(ALPHA),))) == Reaching(reach=Reach.NEVER)


def test_an_impossible_id_is_told_from_one_who_was_invited_and_did_not_come() -> None:
    assert far(refused(HER)) == Reaching(reach=Reach.UNINVITED, since=NOW, uninvited=(HER,))
    assert far(child(ALPHA)) == Reaching(reach=Reach.ABSENT, since=NOW)
    assert far(grow(refused(HER), THERE)).reach is Reach.REACHED
    other = PersonInvited(at=NOW, by=DAVE, user=person_of("Beta"), roles=(Role.COORDINATOR,))
    assert far(grow(refused(HER), other)) == Reaching(reach=Reach.ABSENT, since=NOW, uninvited=(HER,))


def test_who_is_refused_later_could_not_be_invited_either_until_they_are_invited_anew() -> None:
    late = InvitationRefused(at=NOW, user=HER, code="M_FORBIDDEN")
    twice = grow(child(ALPHA), late, late)
    assert far(twice) == Reaching(reach=Reach.UNINVITED, since=NOW, uninvited=(HER,))
    again = PersonInvited(at=NOW + HOUR, by=DAVE, user=HER, roles=(Role.COORDINATOR,))
    assert far(grow(twice, again)).reach is Reach.ABSENT


def test_who_came_and_left_is_not_who_never_came() -> None:
    left = child(ALPHA, THERE, GONE)
    assert far(left) == Reaching(reach=Reach.LEFT, since=NOW + HOUR)
    again = PersonInvited(at=NOW + 2 * HOUR, by=DAVE, user=HER, roles=(Role.COORDINATOR,))
    assert far(grow(left, again)).reach is Reach.ABSENT


def test_who_leads_from_the_parent_is_nobody_of_it_unless_it_has_nobody_else() -> None:
    assert far(child(ALPHA, Joined(at=NOW, user=DAVE))).reach is Reach.ABSENT
    ours = child(ALPHA, Joined(at=NOW, user=DAVE), members=opening(ALPHA).members[:1])
    assert far(ours).reach is Reach.REACHED
    assert own_people(PARENT, ours) == {DAVE}


def test_who_has_no_device_that_may_read_is_not_reached_in_the_room_or_before_it() -> None:
    blind = frozenset({HER})
    assert far(child(ALPHA), blind=blind).reach is Reach.NO_DEVICE
    assert far(child(ALPHA, THERE), blind=blind) == Reaching(reach=Reach.NO_DEVICE, since=NOW + MINUTE)
    assert far(child(ALPHA, THERE), blind=frozenset({ALICE})).reach is Reach.REACHED
    assert far(refused(HER), blind=blind).reach is Reach.UNINVITED


def test_silence_counts_from_the_first_bulletin_after_the_last_that_was_acknowledged() -> None:
    here = child(ALPHA, THERE)
    both = grow(here, *(told(one, here) for one in BOTH))
    assert far(both) == Reaching(reach=Reach.SILENT, since=NOW + HOUR, unread=1)
    first = grow(both, BulletinRead(at=NOW + 3 * HOUR, by=HER, numbers=(1,)))
    assert far(first) == Reaching(reach=Reach.SILENT, since=NOW + 2 * HOUR, unread=2)
    second = grow(first, BulletinRead(at=NOW + 4 * HOUR, by=HER, numbers=(2,)))
    assert far(second) == Reaching(reach=Reach.REACHED, since=NOW + 4 * HOUR)
    assert [one.number for one in unread(first)] == [2]


def test_silence_counts_from_the_last_sign_of_life_where_it_is_asked_for() -> None:
    spoke = child(
        ALPHA, THERE, Noted(at=NOW + 10 * HOUR, by=HER, text="x"), Noted(at=NOW + 20 * HOUR, by=DAVE, text="y")
    )
    assert far(spoke, hours=21) == Reaching(reach=Reach.REACHED, since=NOW + 10 * HOUR)
    assert far(spoke, hours=20) == Reaching(reach=Reach.SILENT, since=NOW + 10 * HOUR)


def test_who_is_closed_has_not_to_be_reached() -> None:
    closed = child(ALPHA, Closed(at=NOW + HOUR, by=HER, summary=""))
    assert far(closed) == Reaching(reach=Reach.CLOSED, since=NOW + HOUR)


COMINGS = st.lists(st.sampled_from([(kind, user) for kind in (Joined, Left) for user in (HER, DAVE)]), max_size=8)


@given(
    comings=COMINGS, is_refused=st.booleans(), bulletins=st.integers(0, 2), read=st.integers(0, 2), blind=st.booleans()
)
def test_it_is_reached_only_when_one_of_its_own_is_there_who_reads_and_answered(
    comings: list[tuple[type[Joined | Left], UserId]], is_refused: bool, bulletins: int, read: int, blind: bool
) -> None:
    one = refused(HER) if is_refused else child(ALPHA)
    facts: list[Fact] = [kind(at=NOW + number * MINUTE, user=user) for number, (kind, user) in enumerate(comings)]
    one = grow(one, *facts, *(told(bulletin, one) for bulletin in BOTH[:bulletins]))
    if read:
        one = grow(one, BulletinRead(at=NOW + 5 * HOUR, by=HER, numbers=(read,)))
    reaching = far(one, blind=frozenset({HER}) if blind else frozenset())
    is_there = HER in one.joined
    assert (reaching.reach is Reach.REACHED) == (is_there and not blind and read >= bulletins)
    assert (reaching.reach in NOT_REACHED) == (reaching.reach is not Reach.REACHED)
    assert (HER in uninvited(one)) == (is_refused and not is_there)
    if any(kind is Joined and user == HER for kind, user in comings) and not is_there:
        assert reaching.reach is Reach.LEFT


@pytest.mark.parametrize("fact", [THERE, Noted(at=NOW, by=HER, text="x")])
def test_it_is_kept_who_was_heard_of_last_and_of_a_child_alone_who_came_first(fact: Fact) -> None:
    assert grow(child(ALPHA), fact).heard == {HER: fact.at}
    assert grow(PARENT, Noted(at=NOW, by=ALICE, text="x")).heard == {ALICE: NOW}
    assert grow(PARENT, Joined(at=NOW, user=ALICE)).came == {}
