"""The desk: opening incidents, offering playbooks, the first roster."""

from dataclasses import replace
from itertools import permutations

import pytest

from bot.core.clocks.lengths import Elapsed, WithoutDelay
from bot.core.commands import Asker, Choose, Open
from bot.core.desk import KEPT_FILES, OFFER_LASTS, SAME_TITLE, Desk, House, evolve_desk, open_incident, playbooks_in
from bot.core.errors import JustOpened, NoChoiceOffered, UnknownPlaybook
from bot.core.evolve import fold
from bot.core.facts import (
    ChoiceOffered,
    ControlRoomReady,
    DeskFact,
    EncryptedFile,
    Fact,
    FileOffered,
    IdentityChangeSeen,
    IdentityConfirmed,
    IdentityShown,
    Member,
    Noted,
    Opened,
    Severity,
)
from bot.core.language import Language
from bot.core.names import EventId, RoomId, RuleId, UserId
from bot.core.people.roster import Role
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    DAY,
    ERIN,
    FRENCH,
    HOURS_72,
    HOUSE,
    MAILBOX,
    MINUTE,
    NOW,
    OPENED,
    PLAYBOOK,
    RULES,
    asker,
    input_id,
    rule,
)

TITLE = "The host is down"
FULL = Open(title=TITLE, playbook="provider-hit")
EMPTY = Desk()


def opened(command: Open | Choose = FULL, desk: Desk = EMPTY, house: House = HOUSE, who: Asker | None = None) -> Opened:
    fact = open_incident(desk, house, command, who or asker(), input_id(), NOW)
    assert isinstance(fact, Opened)
    return fact


def offered(command: Open | None = None, user: UserId = ALICE) -> ChoiceOffered:
    fact = open_incident(EMPTY, HOUSE, command or Open(title=TITLE), asker(user), input_id(), NOW)
    assert isinstance(fact, ChoiceOffered)
    return fact


def desk(*facts: Fact | DeskFact) -> Desk:
    current = Desk()
    for fact in facts:
        current = evolve_desk(current, fact)
    return current


def test_the_newest_files_are_known_by_the_messages_that_name_them() -> None:
    file = EncryptedFile(url="mxc://example.org/1", key="k", iv="i", sha256="s")
    sent = FileOffered(at=NOW, by=ALICE, room=RoomId("!r"), name="note.png", size=1, file=file, is_list=False)
    known = desk(sent, *(replace(sent, event=EventId(f"${number}")) for number in range(KEPT_FILES + 1)))
    assert len(known.sent) == KEPT_FILES
    assert EventId("$0") not in known.sent
    assert known.sent[EventId(f"${KEPT_FILES}")].name == "note.png"
    assert known.files == {}


# --- opening ------------------------------------------------------------------------------------------------


def test_an_incident_opens_with_what_the_house_says() -> None:
    fact = opened()
    assert (fact.title, fact.severity, fact.language, fact.by, fact.at) == (
        TITLE,
        Severity.HIGH,
        Language("en"),
        ALICE,
        NOW,
    )
    assert (fact.zone, fact.pace, fact.drill, fact.closed_days) == ("Europe/Paris", 1, False, HOUSE.closed_days)
    assert (fact.playbook, fact.rules) == (PLAYBOOK, RULES)
    assert fold((fact,)) is not None


def test_options_win_over_the_house() -> None:
    command = Open(title=TITLE, playbook="provider-hit", severity=Severity.LOW, language=Language("fr"), drill=True)
    fact = opened(command)
    assert (fact.severity, fact.language, fact.playbook) == (Severity.LOW, Language("fr"), FRENCH)
    assert (fact.drill, fact.pace) == (True, HOUSE.drill_pace)


def test_only_the_rules_of_the_playbook_are_frozen_in_it() -> None:
    more = replace(HOUSE, rules=(*HOUSE.rules, rule(RuleId("OTHER"), WithoutDelay())))
    assert {row.id for row in opened(house=more).rules} == {row.id for row in RULES}


def test_an_opening_takes_the_rules_in_force_that_day() -> None:
    old, new = (
        rule(HOURS_72, Elapsed(hours=72), valid_to=NOW.date()),
        rule(HOURS_72, Elapsed(hours=96), valid_from=NOW.date() + DAY),
    )
    changing = replace(HOUSE, rules=(old, new))
    assert opened(house=changing).rules == (old,)
    later = open_incident(EMPTY, changing, FULL, asker(), input_id("$later"), NOW + DAY)
    assert isinstance(later, Opened)
    assert later.rules == (new,)


def test_the_same_input_names_the_same_incident_and_another_input_another() -> None:
    first, again = opened(), opened()
    other = open_incident(EMPTY, HOUSE, FULL, asker(), input_id("$other"), NOW)
    assert isinstance(other, Opened)
    assert (first.incident, first.codename) == (again.incident, again.codename)
    assert first.incident != other.incident
    assert len(first.incident) == 16


def test_a_codename_of_an_earlier_incident_is_not_used_again() -> None:
    first = opened()
    assert opened(Open(title="Another", playbook="mailbox"), desk(first)).codename != first.codename
    assert desk(first).codenames() == {first.codename}


@pytest.mark.parametrize(("id", "language"), [("nothing", None), ("mailbox", Language("fr")), ("", None)])
def test_an_unknown_playbook_is_refused_with_those_of_the_language(id: str, language: Language | None) -> None:
    with pytest.raises(UnknownPlaybook) as refusal:
        opened(Open(title=TITLE, playbook=id, language=language))
    known = ("provider-hit",) if language else ("mailbox", "provider-hit")
    assert (refusal.value.playbook, refusal.value.known) == (id, known)


def test_playbooks_are_listed_by_id_in_one_language() -> None:
    assert playbooks_in(HOUSE, Language("en")) == (MAILBOX, PLAYBOOK)
    assert playbooks_in(HOUSE, Language("fr")) == (FRENCH,)


def test_a_ranked_playbook_is_offered_before_those_of_a_higher_rank_or_of_none() -> None:
    first, second = replace(PLAYBOOK, rank=1), replace(PLAYBOOK, id="data-theft", rank=2)
    ranked = {(book.id, book.language): book for book in (second, MAILBOX, first)}
    assert playbooks_in(replace(HOUSE, playbooks=ranked), Language("en")) == (first, second, MAILBOX)


# --- the first roster ---------------------------------------------------------------------------------------


def roster(fact: Opened) -> dict[UserId, tuple[Role, ...]]:
    return {member.user: member.roles for member in fact.members}


def test_the_first_roster_is_the_admins_and_the_playbooks_roles_and_those_who_lead_come_first() -> None:
    assert list(roster(opened())) == [ALICE, DAVE, BOB, CAROL]
    assert opened().members[0] == Member(user=ALICE, roles=(Role.ADMIN, Role.COORDINATOR))


def test_the_opener_is_on_the_first_roster_whatever_their_role() -> None:
    assert list(roster(opened(Open(title=TITLE, playbook="mailbox"), who=asker(CAROL)))) == [ALICE, CAROL]


def test_who_has_no_role_of_the_playbook_is_not_invited() -> None:
    assert ERIN not in roster(opened())


# --- the list of playbooks ----------------------------------------------------------------------------------


def test_without_a_playbook_the_list_is_offered_in_the_language_asked_for() -> None:
    assert offered() == ChoiceOffered(
        at=NOW,
        by=ALICE,
        room=asker().room,
        title=TITLE,
        severity=Severity.HIGH,
        language=Language("en"),
        drill=False,
        playbooks=("mailbox", "provider-hit"),
    )
    assert offered(Open(title=TITLE, language=Language("fr"))).playbooks == ("provider-hit",)


def test_a_number_opens_what_was_offered_as_it_was_asked_for() -> None:
    asked = Open(title=TITLE, severity=Severity.CRISIS, language=Language("en"), drill=True)
    fact = opened(Choose(number=2), desk(offered(asked)))
    assert (fact.title, fact.playbook, fact.severity, fact.drill) == (TITLE, PLAYBOOK, Severity.CRISIS, True)
    assert opened(Choose(number=1), desk(offered())).playbook == MAILBOX


@pytest.mark.parametrize("number", [0, 3, -1, 10**9])
def test_a_number_off_the_list_is_refused_with_its_length(number: int) -> None:
    with pytest.raises(NoChoiceOffered) as refusal:
        opened(Choose(number=number), desk(offered()))
    assert refusal.value.offered == 2


@pytest.mark.parametrize(
    "who", [asker(BOB), asker(ALICE, "!direct:example.org")], ids=["another person", "another room"]
)
def test_a_list_is_for_one_person_in_one_room(who: Asker) -> None:
    with pytest.raises(NoChoiceOffered) as refusal:
        opened(Choose(number=1), desk(offered()), who=who)
    assert refusal.value.offered == 0


def test_a_choice_is_made_once() -> None:
    after = desk(offered(), opened(Choose(number=1), desk(offered())))
    assert after.offers == {}
    with pytest.raises(NoChoiceOffered):
        opened(Choose(number=1), after)


def test_a_newer_list_replaces_the_older() -> None:
    newer = replace(offered(Open(title="Mailbox taken")), at=NOW)
    assert opened(Choose(number=1), desk(offered(), newer)).title == "Mailbox taken"


def test_a_number_typed_long_after_the_list_opens_nothing() -> None:
    old = replace(offered(), at=NOW - OFFER_LASTS)
    with pytest.raises(NoChoiceOffered) as refusal:
        opened(Choose(number=1), desk(old))
    assert refusal.value.offered == 0


def test_the_desk_is_the_same_in_whatever_order_the_streams_are_read() -> None:
    first = replace(OPENED, at=NOW)
    chosen = replace(offered(), at=NOW - MINUTE)
    waiting = replace(offered(), at=NOW + MINUTE, room=RoomId("!direct:example.org"))
    facts: tuple[Fact | DeskFact, ...] = (chosen, first, waiting)
    desks = [desk(*order) for order in permutations(facts)]
    assert all(other.offers == {(ALICE, waiting.room): waiting} for other in desks)


# --- the same title twice -----------------------------------------------------------------------------------


def earlier(title: str = TITLE, seconds: float = 59) -> Opened:
    return replace(OPENED, title=title, at=NOW - SAME_TITLE * (seconds / 60))


@pytest.mark.parametrize("command", [FULL, Open(title=TITLE), Open(title="THE HOST IS DOWN", playbook="mailbox")])
def test_the_same_title_within_a_minute_is_taken_for_a_repetition(command: Open) -> None:
    with pytest.raises(JustOpened) as refusal:
        opened(command, desk(earlier()))
    assert refusal.value.codename == OPENED.codename


def test_the_same_title_chosen_by_a_second_person_within_a_minute_is_a_repetition_too() -> None:
    both = desk(offered(), offered(user=BOB), earlier())
    with pytest.raises(JustOpened):
        opened(Choose(number=1), both, who=asker(BOB))


def test_another_title_or_a_minute_later_is_another_incident() -> None:
    assert opened(FULL, desk(earlier(seconds=60))).title == TITLE
    assert opened(FULL, desk(earlier("The mail is down"))).title == TITLE
    assert opened(FULL, desk(replace(earlier(), parent=OPENED.incident))).title == TITLE


# --- the fold -----------------------------------------------------------------------------------------------


def test_the_control_room_is_remembered_and_what_happens_in_incidents_is_not() -> None:
    room = RoomId("!control:example.org")
    after = desk(ControlRoomReady(at=NOW, room=room))
    assert after.control_room == room
    assert evolve_desk(after, Noted(at=NOW, by=ALICE, text="x")) == after
    assert DAVE not in {offer.by for offer in after.offers.values()}


# --- identities ---------------------------------------------------------------------------------------------


def changed(master: str | None) -> IdentityChangeSeen:
    return IdentityChangeSeen(at=NOW, user=BOB, master=master)


def shown(master: str, by: UserId = ALICE) -> IdentityShown:
    return IdentityShown(at=NOW, by=by, user=BOB, master=master)


@pytest.mark.parametrize(
    ("facts", "compared"),
    [
        ((), None),
        ((changed("new"),), "new"),
        ((changed("new"), changed("new")), "new"),
        ((changed("new"), changed("newer")), None),
        ((changed(None), changed("newer")), None),
        ((changed("new"), changed("newer"), shown("newer")), "newer"),
        ((changed("new"), changed("newer"), shown("newer", by=DAVE)), None),
        ((changed("new"), shown("new"), changed("newer")), "new"),
        ((changed("new"), IdentityConfirmed(at=NOW, by=ALICE, user=BOB, master="new")), None),
        ((shown("new"), IdentityConfirmed(at=NOW, by=ALICE, user=BOB, master="new"), changed("newer")), "newer"),
    ],
)
def test_an_admin_has_compared_what_they_were_shown_or_the_only_key_that_was_told(
    facts: tuple[DeskFact, ...], compared: str | None
) -> None:
    assert desk(*facts).compared(ALICE, BOB) == compared


def test_a_confirmation_leaves_the_others_alone() -> None:
    other = IdentityChangeSeen(at=NOW, user=DAVE, master="other")
    confirmed = IdentityConfirmed(at=NOW, by=ALICE, user=BOB, master="new")
    after = desk(other, changed("new"), shown("new"), confirmed)
    assert after.compared(ALICE, DAVE) == "other"
    assert after.confirmed == {BOB: confirmed}
