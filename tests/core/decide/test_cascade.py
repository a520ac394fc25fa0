"""Which list is meant, whom it adds, and whether more rooms are opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.cascade import Cascade, Going, Progress
from bot.core.commands import CancelCascade, InviteBelow, PauseCascade, ResumeCascade
from bot.core.decide.cascade import LIST_LASTS, Steer, enclosed_of, extend, invite_below, list_of, steer
from bot.core.desk import Desk, evolve_desk
from bot.core.errors import IncidentClosed, RuleError
from bot.core.facts import (
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    CascadeRow,
    Closed,
    EncryptedFile,
    Fact,
    FileOffered,
    Left,
    Member,
    PersonInvited,
    ProgressPosted,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import EventId, RoomId
from bot.core.organisations.children import cascade_of
from bot.core.organisations.errors import (
    AlreadyCancelled,
    AlreadyPaused,
    NoCascade,
    NoFileSent,
    NoListSent,
    NothingLeftToOpen,
    StillOpening,
)
from bot.core.organisations.lists.matching import match
from bot.core.people.roster import Role
from tests.core import cascades
from tests.core.build import ALICE, BOB, ERIN, HOUR, NOW, ROOM, incident

FILE = FileOffered(
    at=NOW,
    by=ALICE,
    room=ROOM,
    name="firms.csv",
    size=100,
    file=EncryptedFile(url="mxc://example.org/1", key="k", iv="i", sha256="s"),
)
SOME = Progress(total=10, done=4, failed=0, going=Going.RUNNING)


def row(key: str) -> CascadeRow:
    people = (Member(user=BOB, roles=(Role.COORDINATOR,)),)
    return CascadeRow(key=key, organisation=key.title(), people=people, language=Language("fr"))


EXTENDED = CascadeExtended(at=NOW, by=ALICE, playbook="provider-hit", rows=(row("a"), row("b")))


def parent(*facts: Fact) -> Incident:
    return incident(EXTENDED, *facts)


# --- lists --------------------------------------------------------------------------------------------------


def test_the_last_list_of_somebody_in_a_room_is_meant_for_an_hour() -> None:
    newer = replace(FILE, at=NOW + HOUR, name="newer.csv")
    desk = evolve_desk(evolve_desk(Desk(), FILE), newer)
    assert list_of(desk, ALICE, ROOM, NOW + HOUR) == newer
    assert list_of(desk, ALICE, ROOM, NOW + HOUR + LIST_LASTS - timedelta(seconds=1)) == newer
    for user, room, now in ((BOB, ROOM, NOW), (ALICE, RoomId("!x"), NOW), (ALICE, ROOM, NOW + HOUR + LIST_LASTS)):
        with pytest.raises(NoListSent):
            list_of(desk, user, room, now)


def test_any_file_goes_along_and_only_a_list_is_read_as_one() -> None:
    paper = replace(FILE, at=NOW + HOUR, name="  faq\n" + "x" * 200, is_list=False)
    desk = evolve_desk(evolve_desk(Desk(), FILE), paper)
    assert list_of(desk, ALICE, ROOM, NOW) == FILE
    found = enclosed_of(desk, ALICE, ROOM, NOW + HOUR)
    assert (found.file, found.size, found.name) == (FILE.file, FILE.size, ("faq " + "x" * 200)[:120])
    with pytest.raises(NoFileSent):
        enclosed_of(desk, ALICE, ROOM, NOW + HOUR + LIST_LASTS)
    with pytest.raises(NoFileSent):
        enclosed_of(desk, BOB, ROOM, NOW + HOUR)


def test_only_those_are_added_that_are_not_there() -> None:
    known = cascade_of(parent()).rows
    more = extend(match((row("b"), row("c")), known), "provider-hit", ALICE, NOW)
    assert more == replace(EXTENDED, rows=(row("c"),))
    assert extend(match((row("a"), row("b")), known), "provider-hit", ALICE, NOW) is None
    assert extend(match((row("a"), row("b")), {}), "provider-hit", ALICE, NOW) == EXTENDED


# --- repair -------------------------------------------------------------------------------------------------

ALPHA, BETA = cascades.row("Alpha"), cascades.row("Beta")
BELOW = (cascades.child(ALPHA), cascades.child(BETA, Closed(at=NOW, by=ALICE, summary="")))


@pytest.mark.parametrize("typed", ["Alpha", " ÀLPHA ", "calm alpha"])
def test_who_leads_above_invites_into_the_room_of_one_organisation(typed: str) -> None:
    command = InviteBelow(organisation=typed, who="@erin:example.org", role=Role.DPO)
    child, fact = invite_below(cascades.parent(), BELOW, command, ALICE, NOW)
    assert child == BELOW[0]
    assert fact == PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.DPO,))


def test_who_left_comes_back_with_what_they_had() -> None:
    gone = cascades.child(ALPHA, Left(at=NOW, user=cascades.person_of("Alpha")))
    command = InviteBelow(organisation="Alpha", who=cascades.person_of("Alpha"))
    assert invite_below(cascades.parent(), (gone,), command, ALICE, NOW)[1].roles == (Role.COORDINATOR,)


# --- going on -----------------------------------------------------------------------------------------------

PAUSED, CANCELLED = CascadePaused(at=NOW, by=ALICE), CascadeCancelled(at=NOW, by=ALICE)
RESUMED = CascadeResumed(at=NOW, by=ALICE)
PAUSE, RESUME, CANCEL = PauseCascade(), ResumeCascade(), CancelCascade()


@pytest.mark.parametrize(
    ("before", "command", "expected"),
    [
        ((), PAUSE, PAUSED),
        ((), CANCEL, CANCELLED),
        ((), RESUME, StillOpening),
        ((PAUSED,), PAUSE, AlreadyPaused),
        ((PAUSED,), CANCEL, CANCELLED),
        ((PAUSED,), RESUME, RESUMED),
        ((CANCELLED,), PAUSE, AlreadyCancelled),
        ((CANCELLED,), CANCEL, AlreadyCancelled),
        ((CANCELLED,), RESUME, RESUMED),
        ((PAUSED, RESUMED), PAUSE, PAUSED),
    ],
)
def test_what_follows_from_each_word(
    before: tuple[Fact, ...], command: Steer, expected: Fact | type[RuleError]
) -> None:
    now = parent(*before)
    if isinstance(expected, type):
        with pytest.raises(expected):
            steer(now, command, SOME, ALICE, NOW)
    else:
        assert steer(now, command, SOME, ALICE, NOW) == expected


def test_a_refused_room_can_be_tried_again_while_others_are_opened() -> None:
    assert steer(parent(), RESUME, replace(SOME, failed=1), ALICE, NOW) == RESUMED


@pytest.mark.parametrize("command", [PAUSE, RESUME, CANCEL])
def test_there_is_nothing_to_steer_when_all_is_done_or_closed_or_was_no_cascade(command: Steer) -> None:
    with pytest.raises(NothingLeftToOpen):
        steer(parent(), command, replace(SOME, done=10), ALICE, NOW)
    with pytest.raises(IncidentClosed):
        steer(parent(Closed(at=NOW, by=ALICE, summary="")), command, SOME, ALICE, NOW)
    with pytest.raises(NoCascade):
        steer(incident(), command, SOME, ALICE, NOW)


def test_resumes_are_counted() -> None:
    assert cascade_of(parent(PAUSED, RESUMED, PAUSED, RESUMED)).resumes == 2


def test_who_adds_organisations_lets_nothing_go_on() -> None:
    more = replace(EXTENDED, rows=(row("c"),))
    paused = cascade_of(parent(PAUSED, more))
    assert (paused.going, len(paused.rows)) == (Going.PAUSED, 3)
    assert cascade_of(parent(CANCELLED, more)).going is Going.CANCELLED


def test_where_the_progress_stands_is_kept() -> None:
    assert cascade_of(parent()).progress is None
    assert cascade_of(parent(ProgressPosted(at=NOW, event=EventId("$p")))).progress == "$p"


# --- progress -----------------------------------------------------------------------------------------------


def test_the_time_left_is_known_only_while_something_goes_on_at_some_pace() -> None:
    assert SOME.waiting == 6
    assert SOME.left is None
    assert replace(SOME, per_minute=3.0).left == timedelta(minutes=2)
    assert replace(SOME, per_minute=3.0, going=Going.PAUSED).left is None
    assert replace(SOME, per_minute=3.0, done=10).left is None
    assert Cascade().going is Going.RUNNING
