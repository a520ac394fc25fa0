"""Whom a call was made to: by a name however spelled, a codename, a beginning that is one's alone; else the nearest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import NoteCall
from bot.core.errors import IncidentClosed
from bot.core.facts import Closed, FirmCalled, PurgeCause, Purged
from bot.core.organisations.calls import AmbiguousFirm, NothingSaid, UnknownFirm, note_call
from bot.core.organisations.errors import NoCascade
from tests.core.build import ALICE, NOW, grow, incident
from tests.core.cascades import child, parent, row

NAMES = (
    *("Étude Brésard", "Compta Sud", "Compta Sud Ouest", "Okafor & Co", "Durand", "Durand Associés", "Du"),
    *("Martin Nord", "Martin Sud", "SARL: Nguyen"),
)
ROWS = tuple(map(row, NAMES))
PARENT = parent(rows=ROWS)
THERE = (child(ROWS[3], codename="Opal Summit"),)
CLOSED = Closed(at=NOW, by=ALICE, summary="")


def called(typed: str) -> tuple[str, str]:
    fact = note_call(PARENT, THERE, NoteCall(text=typed), ALICE, NOW)
    return fact.key, fact.text


@pytest.mark.parametrize(
    ("typed", "key", "text"),
    [
        ("Étude Brésard no answer", "étude brésard", "no answer"),
        ("etude  bresard : no answer", "étude brésard", "no answer"),
        ("ETUDE BRESARD: no\nanswer", "étude brésard", "no\nanswer"),
        ("opal summit rappelle demain", "okafor & co", "rappelle demain"),
        ("Compta Sud Ouest absent", "compta sud ouest", "absent"),
        ("Compta Sud absent", "compta sud", "absent"),
        ("okaf absent", "okafor & co", "absent"),
        ("okafor & c absent", "okafor & co", "& c absent"),
        ("Durand a rappelé", "durand", "a rappelé"),
        ("Durand assoc a rappelé", "durand", "assoc a rappelé"),
        ('"Durand" Associés était absent', "durand", "Associés était absent"),
        ("« Durand Assoc » absent", "durand associés", "absent"),
        ("Du absent", "du", "absent"),
        ("sarl: nguyen: ok", "sarl: nguyen", "ok"),
    ],
)
def test_the_longest_name_that_fits_is_meant_and_the_rest_is_kept(typed: str, key: str, text: str) -> None:
    assert called(typed) == (key, text)


def test_a_beginning_of_several_is_answered_with_them() -> None:
    with pytest.raises(AmbiguousFirm) as refused:
        called("Martin a rappelé")
    assert (refused.value.firm, refused.value.candidates) == ("Martin", ("Martin Nord", "Martin Sud"))
    same = parent(rows=(row("Alpha"), row("Beta")))
    twins = (child(row("Alpha"), codename="Beta"),)
    with pytest.raises(AmbiguousFirm):
        note_call(same, twins, NoteCall(text="Beta x"), ALICE, NOW)


@pytest.mark.parametrize(("typed", "near"), [("Okafro Co absent", "Okafor & Co"), ("Copmta Sud absent", "Compta Sud")])
def test_a_name_that_nobody_has_is_answered_with_the_nearest(typed: str, near: str) -> None:
    with pytest.raises(UnknownFirm) as refused:
        called(typed)
    assert refused.value.known[0] == near
    with pytest.raises(UnknownFirm) as nothing:
        called("xyzxyz")
    assert (nothing.value.firm, nothing.value.known) == ("xyzxyz", ())


def test_two_letters_begin_too_much_to_name_anybody() -> None:
    with pytest.raises(UnknownFirm):
        called("Ok absent")


def test_a_call_of_which_nothing_is_said_is_refused() -> None:
    for typed in ("Okafor", '"Compta Sud"', "Compta Sud :"):
        with pytest.raises(NothingSaid):
            called(typed)


def test_only_an_open_parent_has_calls() -> None:
    with pytest.raises(NoCascade):
        note_call(incident(), (), NoteCall(text="Okafor x"), ALICE, NOW)
    with pytest.raises(IncidentClosed):
        note_call(grow(PARENT, CLOSED), (), NoteCall(text="Okafor x"), ALICE, NOW)


def test_who_was_purged_is_called_nothing_any_more() -> None:
    gone = child(ROWS[4], CLOSED, Purged(at=NOW, cause=PurgeCause.RETENTION, entries=1, head=""))
    fact = note_call(PARENT, (gone,), NoteCall(text="Durand x"), ALICE, NOW)
    assert fact == FirmCalled(at=NOW, by=ALICE, key="durand associés", text="x")


@given(st.sampled_from(NAMES), st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40))
def test_a_quoted_name_and_any_text_are_told_apart(name: str, text: str) -> None:
    assert text.strip(":") == "" or called(f'"{name}" {text}'.rstrip()) == (name.casefold(), text.removeprefix(":"))


@given(st.text(max_size=200))
def test_no_text_makes_it_raise_what_is_not_a_refusal(typed: str) -> None:
    if not typed.strip():
        return
    try:
        key, _ = called(typed)
    except (AmbiguousFirm, UnknownFirm, NothingSaid):
        return
    assert key in {name.casefold() for name in NAMES}
