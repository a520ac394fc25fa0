"""A draft's way: made, found right by somebody who may say so, frozen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.decide.drafts import freeze, make, review
from bot.core.errors import DraftIsFrozen, DraftNotMade, DraftNotReviewed, DraftOutdated, NotAllowed
from bot.core.facts import DraftFrozen, DraftMade, DraftReviewed, RoleGiven
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DraftId
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, NOW, draft_template, grow, incident

CNIL = DraftId("cnil-initial")
TEMPLATE = draft_template(CNIL, called={Language("en"): "notification"})
LATER = NOW + timedelta(hours=1)


def made(digest: str = "a", version: int = 1) -> DraftMade:
    return DraftMade(at=NOW, by=CAROL, draft=CNIL, version=version, digest=digest)


def reviewed() -> Incident:
    return incident(made(), DraftReviewed(at=NOW, by=BOB, draft=CNIL, version=1, role=Role.DPO))


def frozen() -> Incident:
    return grow(reviewed(), DraftFrozen(at=NOW, by=BOB, draft=CNIL, version=1, text="All of it."))


def test_the_first_version_is_one() -> None:
    (fact,) = make(incident(), TEMPLATE, "a", CAROL, LATER)
    assert fact == DraftMade(at=LATER, by=CAROL, draft=CNIL, version=1, digest="a", name="notification")


def test_the_same_facts_make_no_new_version() -> None:
    assert make(incident(made()), TEMPLATE, "a", ALICE, LATER) == ()


def test_other_facts_make_the_next_version_and_nobody_has_reviewed_that() -> None:
    facts = make(reviewed(), TEMPLATE, "b", ALICE, LATER)
    state = grow(reviewed(), *facts).drafts[CNIL]
    assert (state.version, state.digest, state.reviewed_by) == (2, "b", ())


def test_a_version_after_a_frozen_one_begins_anew_though_it_says_the_same() -> None:
    (fact,) = make(frozen(), TEMPLATE, "a", ALICE, LATER)
    after = grow(frozen(), fact).drafts[CNIL]
    assert (after.version, after.frozen) == (2, None)


def test_the_dpo_or_a_lawyer_finds_it_right() -> None:
    fact = review(incident(made()), CNIL, "a", BOB, LATER)
    assert (fact.role, fact.version) == (Role.DPO, 1)
    lawyer = incident(made(), RoleGiven(at=NOW, by=ALICE, user=CAROL, role=Role.LEGAL))
    assert review(lawyer, CNIL, "a", CAROL, LATER).role is Role.LEGAL


def test_two_people_can_find_one_version_right() -> None:
    first = grow(reviewed(), RoleGiven(at=NOW, by=ALICE, user=CAROL, role=Role.LEGAL))
    both = grow(first, review(first, CNIL, "a", CAROL, LATER)).drafts[CNIL]
    assert both.reviewed_by == ((BOB, Role.DPO), (CAROL, Role.LEGAL))


def test_others_do_not_review_nor_freeze() -> None:
    with pytest.raises(NotAllowed) as refused:
        review(incident(made()), CNIL, "a", CAROL, LATER)
    assert refused.value.needed == (Role.DPO, Role.LEGAL)
    with pytest.raises(NotAllowed):
        freeze(reviewed(), CNIL, "a", "All of it.", ALICE, LATER)


def test_what_was_not_made_or_has_changed_since_is_not_reviewed() -> None:
    with pytest.raises(DraftNotMade):
        review(incident(), CNIL, "a", BOB, LATER)
    with pytest.raises(DraftOutdated):
        review(incident(made()), CNIL, "b", BOB, LATER)


def test_only_what_was_found_right_is_frozen_and_only_while_nothing_changed() -> None:
    with pytest.raises(DraftNotReviewed):
        freeze(incident(made()), CNIL, "a", "All of it.", BOB, LATER)
    with pytest.raises(DraftOutdated):
        freeze(reviewed(), CNIL, "b", "All of it.", BOB, LATER)
    assert freeze(reviewed(), CNIL, "a", "All of it.", BOB, LATER).text == "All of it."


def test_a_frozen_version_is_neither_reviewed_nor_frozen_again() -> None:
    with pytest.raises(DraftIsFrozen):
        review(frozen(), CNIL, "a", BOB, LATER)
    with pytest.raises(DraftIsFrozen):
        freeze(frozen(), CNIL, "a", "Other.", BOB, LATER)
