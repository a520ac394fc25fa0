"""A person verifies the bot: who is asked to compare, who may answer, and what is told of the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.facts import DeskFact, Fact, IdentityChangeSeen, IdentityConfirmed
from bot.core.names import DeviceId, InputId, UserId
from bot.core.people.roster import Role
from bot.core.people.trust import TheirIdentity
from bot.ports import DESK, Comparison, VerificationEnd, VerificationEnded, VerificationShown
from tests.core.build import ALICE, BOB, CAROL, DAVE, HOUSE, MINUTE, PEOPLE
from tests.service.shell import Shell

EMOJI = (0, 16, 34, 63, 5, 5, 42)
LINE = "🐶 Dog · 🌳 Tree · 🔧 Spanner · 📌 Pin · 🐷 Pig · 🐷 Pig · 📕 Book"


@pytest.fixture
async def shell() -> AsyncIterator[Shell]:
    told = Shell()
    async with told.life():
        yield told


def comparison(user: UserId = BOB, *, emoji: tuple[int, ...] = EMOJI) -> Comparison:
    return Comparison(
        id="v1", code="0471", user=user, device=DeviceId("PHONE"), emoji=emoji, numbers=(1234, 5678, 9012)
    )


async def verifies(shell: Shell, shown: Comparison) -> None:
    shell.verifications.shown.append(shown)
    await shell.receive(
        VerificationShown(id=InputId("verification:v1:shown"), comparison=shown, received_at=shell.clock.now())
    )


async def test_whoever_leads_is_called_to_compare_with_the_names_of_the_emoji(shell: Shell) -> None:
    await verifies(shell, comparison())
    asked = shell.said(shell.control_room)[-1]
    assert LINE in asked.body
    assert "!verify bob yes 0471" in asked.body
    assert asked.rings
    assert set(asked.mentions) == {user for user, roles in PEOPLE.items() if roles & {Role.ADMIN, Role.COORDINATOR}}


async def test_numbers_are_compared_where_the_app_has_no_emoji(shell: Shell) -> None:
    await verifies(shell, comparison(emoji=()))
    assert "1234 · 5678 · 9012" in shell.said(shell.control_room)[-1].body


@pytest.mark.parametrize(("typed", "same"), [("yes 0471", True), ("no", False)])
async def test_a_verdict_goes_to_the_verification_once(shell: Shell, typed: str, same: bool) -> None:
    await verifies(shell, comparison())
    said = await shell.type(f"!verify bob {typed}", room=shell.control_room, sender=ALICE)
    assert said.startswith("Noted: it is")
    assert shell.verifications.verdicts == [("v1", same)]
    assert shell.verifications.compared_by == [ALICE]
    assert "not verifying me now" in await shell.type(f"!verify bob {typed}", room=shell.control_room, sender=ALICE)


@pytest.mark.parametrize(
    "sender", [user for user, roles in PEOPLE.items() if not roles & {Role.ADMIN, Role.COORDINATOR}]
)
async def test_who_does_not_lead_cannot_answer(shell: Shell, sender: UserId) -> None:
    await verifies(shell, comparison())
    assert "needs" in await shell.type("!verify bob yes 0471", room=shell.control_room, sender=sender)
    assert shell.verifications.verdicts == []


async def test_an_answer_counts_for_what_was_compared_and_for_nothing_that_took_its_place(shell: Shell) -> None:
    await verifies(shell, comparison())
    shell.verifications.shown = [replace(comparison(), id="v2", code="9999")]
    assert "not the code" in await shell.type("!verify bob yes 0471", room=shell.control_room)
    assert "Missing" in await shell.type("!verify bob yes", room=shell.control_room)
    assert shell.verifications.verdicts == []
    await shell.type("!verify bob yes 9999", room=shell.control_room)
    assert shell.verifications.verdicts == [("v2", True)]


async def test_nobody_says_for_themselves_that_it_is_the_same_but_anybody_may_stop_it(shell: Shell) -> None:
    await verifies(shell, comparison(ALICE))
    said = await shell.type("!verify alice yes 0471", room=shell.control_room, sender=ALICE)
    assert "cellule verify" in said
    assert shell.verifications.verdicts == []
    await shell.type("!verify alice no", room=shell.control_room, sender=ALICE)
    assert shell.verifications.verdicts == [("v1", False)]


async def test_where_nobody_else_leads_the_emoji_are_on_the_operators_console_only() -> None:
    alone = Shell(replace(HOUSE, people={ALICE: frozenset({Role.ADMIN}), BOB: frozenset({Role.DPO})}))
    async with alone.life():
        await verifies(alone, comparison(ALICE))
        said = alone.said(alone.control_room)[-1].body
    assert "cellule verify" in said
    assert "Dog" not in said


async def test_a_person_who_verifies_nothing_or_is_unknown_is_said_to(shell: Shell) -> None:
    assert "not verifying me now" in await shell.type("!verify carol yes 0471", room=shell.control_room, sender=ALICE)
    assert "I do not know" in await shell.type("!verify zoe yes 0471", room=shell.control_room, sender=ALICE)


async def test_it_is_said_in_the_control_room_and_nowhere_else(shell: Shell) -> None:
    await verifies(shell, comparison())
    direct, incident = shell.direct_room(ALICE), (await shell.open()).room
    for room, why in ((direct, "in the room of an incident"), (incident, "waits to be proved here")):
        assert room is not None
        assert why in await shell.type("!verify bob yes 0471", room=room, sender=ALICE)
    assert shell.verifications.verdicts == []


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (VerificationEnd.VERIFIED, "has verified me"),
        (VerificationEnd.CANCELLED, "has cancelled"),
        (VerificationEnd.MISMATCH, "do not match"),
        (VerificationEnd.TIMED_OUT, "ten minutes"),
        (VerificationEnd.FAILED, "broke off"),
        (VerificationEnd.REFUSED, None),
    ],
)
async def test_the_end_is_told_unless_somebody_here_made_it(
    shell: Shell, end: VerificationEnd, words: str | None
) -> None:
    before = len(shell.said(shell.control_room))
    id_ = InputId("verification:v1:ended")
    await shell.receive(VerificationEnded(id=id_, user=BOB, end=end, received_at=shell.clock.now()))
    told = shell.said(shell.control_room)[before:]
    assert [words in said.body for said in told if words] == ([True] if words else [])
    assert not any(said.rings for said in told)


async def test_news_of_before_a_restart_are_passed_over_and_a_verdict_does_no_harm() -> None:
    told = Shell()
    async with told.life():
        pass
    old = VerificationShown(id=InputId("verification:v0:shown"), comparison=comparison(), received_at=told.clock.now())
    async with told.life():
        before = told.said(told.control_room)
        await told.receive(old)
        assert told.said(told.control_room) == before
        await verifies(told, comparison(CAROL))
        told.verifications.shown.clear()
        assert "not verifying me now" in await told.type("!verify carol yes 0471", room=told.control_room, sender=DAVE)
    assert told.verifications.verdicts == []


async def test_a_verdict_survives_as_an_act_that_is_done_once(shell: Shell) -> None:
    await verifies(shell, comparison())
    message = shell.message("!verify bob yes 0471", room=shell.control_room)
    await shell.receive(message, message)
    assert shell.verifications.verdicts == [("v1", True)]


# --- what it proves of the person ---------------------------------------------------------------------------


async def verified(shell: Shell, master: str | None, *, by: UserId | None = ALICE) -> list[Fact | DeskFact]:
    """Let Bob's verification end well; return the facts that the desk has of it."""
    before = len(await shell.store.history(DESK))
    ended = VerificationEnded(
        id=InputId("verification:v1:ended"),
        user=BOB,
        end=VerificationEnd.VERIFIED,
        received_at=shell.clock.now(),
        master=master,
        by=by,
    )
    await shell.receive(ended, ended)
    return [record.fact for record in await shell.store.history(DESK)][before:]


@pytest.mark.parametrize("identity", [TheirIdentity(known="key", published="key"), TheirIdentity()])
async def test_the_identity_that_was_compared_is_the_one_a_person_is_known_by(
    shell: Shell, identity: TheirIdentity
) -> None:
    shell.chat.identities[BOB] = identity
    assert (
        "nobody has compared it" in (await shell.type("!trust bob", room=shell.control_room))
        or identity == TheirIdentity()
    )
    (fact,) = await verified(shell, "key")
    assert isinstance(fact, IdentityConfirmed)
    assert (fact.by, fact.user, fact.master) == (ALICE, BOB, "key")
    assert "I have verified them as well" in shell.said(shell.control_room)[-1].body
    assert shell.chat.identity_of(BOB).known == "key"
    assert f"Compared by {ALICE}" in await shell.type("!trust bob", room=shell.control_room)
    assert await shell.store.tasks() == ()


async def test_the_operator_who_compared_at_the_machine_is_named_as_such(shell: Shell) -> None:
    shell.chat.identities[BOB] = TheirIdentity(known="key", published="key")
    await verified(shell, "key", by=None)
    assert "Compared by the operator" in await shell.type("!trust bob", room=shell.control_room)


async def test_an_identity_that_is_another_than_the_known_one_rings_and_waits_for_an_admin(shell: Shell) -> None:
    shell.chat.identities[BOB] = TheirIdentity(known="old", published="key")
    await shell.open()
    (fact,) = await verified(shell, "key")
    await shell.pass_time(MINUTE)
    assert isinstance(fact, IdentityChangeSeen)
    assert (fact.user, fact.master) == (BOB, "key")
    assert shell.chat.identity_of(BOB).known == "old"
    alarm, told = shell.said(shell.control_room)[-2:]
    assert "has verified me" in told.body
    assert "as well" not in told.body
    for rung in (alarm, *shell.rings()):
        assert rung.rings
        assert "identity of @bob:example.org changed" in rung.body
    assert len(shell.rings()) == 1
    assert "by the new identity" in await shell.type("!trust bob confirm", room=shell.control_room)
    assert shell.chat.identity_of(BOB).known == "key"


async def test_a_person_without_an_identity_proves_none(shell: Shell) -> None:
    assert await verified(shell, None) == []
    assert shell.chat.identity_of(BOB) == TheirIdentity()


@pytest.mark.parametrize("end", [VerificationEnd.CANCELLED, VerificationEnd.TIMED_OUT, VerificationEnd.REFUSED])
async def test_where_it_was_asked_for_its_end_is_told_too(shell: Shell, end: VerificationEnd) -> None:
    async with shell.life():
        there, before = shell.direct_room(BOB), len(shell.said(shell.control_room))
        news = VerificationEnded(
            id=InputId("verification:1:ended"), user=BOB, end=end, received_at=shell.clock.now(), room=there
        )
        await shell.receive(news)
        (told,) = shell.said(there)
        assert "Nothing was verified" in told.body
        assert len(shell.said(shell.control_room)) - before == (end is not VerificationEnd.REFUSED)


async def test_what_nobody_was_to_compare_is_told_in_its_room_alone(shell: Shell) -> None:
    async with shell.life():
        there, before = shell.direct_room(BOB), shell.said(shell.control_room)
        news = VerificationEnded(
            id=InputId("verification:1:ended"),
            user=BOB,
            end=VerificationEnd.CANCELLED,
            received_at=shell.clock.now(),
            room=there,
            was_shown=False,
        )
        await shell.receive(news)
        assert "or begun another" in shell.said(there)[0].body
        assert shell.said(shell.control_room) == before
