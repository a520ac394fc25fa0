"""Whose letters are written, and who counts as told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.commands import MarkSent
from bot.core.decide.letters import Written, made, mergeable, sent
from bot.core.documents import errors
from bot.core.errors import DraftNotMade, IncidentClosed, NotAllowed, TimeInFuture
from bot.core.facts import Channel, ClientHole, Closed, DraftFrozen, DraftMade, DraftReviewed, LettersMade
from bot.core.incident import Incident
from bot.core.names import DraftId
from bot.core.people.roster import Role
from bot.library.drafts import read_template
from tests.core.build import ALICE, BOB, CAROL, HOUR, MINUTE, NOW, act, grow, incident, letters_made, letters_sent
from tests.library.draft_texts import FRONT

NOTICE = DraftId("notice")
TEMPLATE = read_template(FRONT + "To {client}.\n").template
NAME = ClientHole(label="name", name="client", optional=False)
SIREN = ClientHole(label="siren", name="client-siren", optional=False)
MADE = DraftMade(at=NOW, by=CAROL, draft=NOTICE, version=1, digest="a")
READ = DraftReviewed(at=NOW, by=BOB, draft=NOTICE, version=1, role=Role.DPO)
LATER = NOW + HOUR


def frozen(*holes: ClientHole, missing: tuple[str, ...] = ()) -> Incident:
    fact = DraftFrozen(at=NOW, by=BOB, draft=NOTICE, version=1, text="To [name].", holes=holes, missing=missing)
    return incident(MADE, READ, fact)


def written(*clients: str) -> tuple[Written, ...]:
    return tuple(Written(client=client, values={"client": client}, digest=f"of {client}") for client in clients)


def merged(room: Incident, *clients: str) -> LettersMade:
    return made(room, mergeable(room, NOTICE, BOB), TEMPLATE, written(*clients), BOB, LATER)


def numbers(fact: LettersMade) -> list[tuple[int, str]]:
    return [(letter.number, letter.client) for letter in fact.letters]


def marked(
    room: Incident, who: tuple[int, ...] | str | None, channel: Channel = Channel.EMAIL, **more: object
) -> object:
    act = MarkSent(who=who, channel=channel, **more)  # type: ignore[arg-type]
    return sent(room, act, CAROL, LATER).clients


def test_only_a_frozen_whole_draft_with_a_place_for_the_client_is_merged() -> None:
    with pytest.raises(DraftNotMade):
        mergeable(incident(), NOTICE, BOB)
    with pytest.raises(errors.DraftNotFrozen):
        mergeable(incident(MADE, READ), NOTICE, BOB)
    for holes in ((), (SIREN,)):
        with pytest.raises(errors.DraftNotForClients):
            mergeable(frozen(*holes), NOTICE, BOB)
    with pytest.raises(errors.DraftIncomplete) as refused:
        mergeable(frozen(NAME, missing=("Next update",)), NOTICE, BOB)
    assert refused.value.labels == ("Next update",)
    assert mergeable(frozen(NAME), NOTICE, BOB).holes == (NAME,)


def test_who_may_freeze_may_merge_and_nobody_else_and_nothing_once_it_is_closed() -> None:
    with pytest.raises(NotAllowed) as refused:
        mergeable(frozen(NAME), NOTICE, ALICE)
    assert refused.value.needed == (Role.DPO, Role.LEGAL)
    with pytest.raises(IncidentClosed):
        mergeable(grow(frozen(NAME), Closed(at=NOW, by=ALICE, summary="")), NOTICE, BOB)


def test_letters_are_numbered_in_the_order_of_the_list() -> None:
    fact = merged(frozen(NAME), "A", "B")
    assert numbers(fact) == [(1, "A"), (2, "B")]
    assert (fact.draft, fact.version, fact.clock, fact.name) == (NOTICE, 1, TEMPLATE.clock, "notice")
    assert len(fact.text) == 64


def test_a_second_list_adds_who_is_new_writes_anew_to_who_is_left_and_leaves_who_was_told() -> None:
    room = grow(frozen(NAME), letters_made("Société A", "B"), letters_sent(1))
    assert numbers(merged(room, "C", "B", "SOCIETE  a", "D")) == [(3, "C"), (2, "B"), (4, "D")]
    with pytest.raises(errors.AllTold) as refused:
        merged(room, "societe a")
    assert refused.value.draft == "notice-x"


def test_numbers_names_and_all_who_are_left_can_be_marked() -> None:
    room = incident(letters_made("Dupont SARL", "Martin", "Martinez"), letters_sent(2))
    assert marked(room, (3, 1, 3)) == (3, 1)
    assert marked(room, "dupont") == (1,)
    assert marked(room, "martin", Channel.POST) == (2,)
    assert marked(room, None) == (1, 3)
    fact = sent(room, MarkSent(who=None, channel=Channel.HAND, reference="R", when=NOW), CAROL, LATER)
    assert (fact.channel, fact.reference, fact.sent_at, fact.at, fact.by) == (Channel.HAND, "R", NOW, LATER, CAROL)


def test_who_works_in_the_incident_marks_letters() -> None:
    room = act(incident(letters_made("A", "B")), MarkSent(who=(2,), channel=Channel.POST), CAROL)
    assert [letter.client for letter in room.mailings[NOTICE, 1].left] == ["A"]


def test_whoever_is_meant_must_be_one_of_them() -> None:
    room = incident(letters_made("Dupont Nord", "Dupont Sud", "Martin SARL"))
    with pytest.raises(errors.AmbiguousClient) as several:
        marked(room, "dupont")
    assert several.value.candidates == ("1 Dupont Nord", "2 Dupont Sud")
    with pytest.raises(errors.UnknownClient) as near:
        marked(room, "Martn")
    assert near.value.known == ("3 Martin SARL",)
    with pytest.raises(errors.UnknownClient) as nobody:
        marked(room, "zzz")
    assert nobody.value.known == ()
    with pytest.raises(errors.UnknownLetter) as number:
        marked(room, (1, 4))
    assert (number.value.number, number.value.limit) == (4, 3)


def test_the_same_again_is_no_news_but_another_way_or_reference_is() -> None:
    room = incident(letters_made("A", "B"), letters_sent(1))
    with pytest.raises(errors.AllTold):
        marked(room, (1,))
    assert marked(room, (1, 2)) == (2,)
    assert marked(room, (1,), Channel.REGISTERED) == (1,)
    assert marked(room, (1,), reference="RR 1") == (1,)
    with pytest.raises(errors.AllTold):
        marked(grow(room, letters_sent(2)), None, Channel.POST)


def test_only_what_went_comes_back() -> None:
    room = incident(letters_made("A", "B", "C"), letters_sent(1, 2))
    assert marked(room, (1, 3), Channel.RETURNED) == (1,)
    assert marked(room, None, Channel.RETURNED) == (1, 2)
    with pytest.raises(errors.NobodyTold):
        marked(room, (3,), Channel.RETURNED)


def test_a_time_lies_between_the_writing_and_now() -> None:
    room = incident(letters_made("A", at=NOW + timedelta(seconds=40)))
    with pytest.raises(TimeInFuture):
        marked(room, None, when=LATER + MINUTE)
    with pytest.raises(errors.SentBeforeMade):
        marked(room, None, when=NOW - MINUTE)
    assert marked(room, None, when=NOW) == (1,)  # people type no seconds


def test_without_a_draft_the_only_one_with_somebody_left_is_meant() -> None:
    with pytest.raises(errors.NoLetters):
        marked(incident(), None)
    both = incident(letters_made("A"), letters_made("A", draft="kit"))
    with pytest.raises(errors.WhichLetters) as refused:
        marked(both, None)
    assert refused.value.drafts == ("kit-x", "notice-x")
    assert marked(both, None, draft=NOTICE) == (1,)
    with pytest.raises(errors.NoLetters):
        marked(both, None, draft=DraftId("press"))
    told = grow(both, letters_sent(1))
    assert sent(told, MarkSent(who=None, channel=Channel.EMAIL), CAROL, LATER).draft == "kit"
    with pytest.raises(errors.AllTold):
        marked(grow(told, letters_sent(1, draft=DraftId("kit"))), None)
