"""Evidence: a file is fetched, hashed and kept, or it is said why not; who receives it acknowledges it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from bot import ports
from bot.core import facts
from bot.core.evidence.items import Limits
from bot.core.facts import DeviceProof, EvidenceHanded, EvidenceReceived, EvidenceTaken, Keeping
from bot.core.people.trust import Distrust, TheirIdentity
from bot.library.drafts import read_template
from bot.ports import DESK, Batch, FileSent, RefusedError, UnreachableError
from bot.service.organisations.cascading import MOST_ATTEMPTS
from tests.core.build import ALICE, BOB, CAROL, HOUSE
from tests.library.draft_texts import FRONT
from tests.service.evidence import custody, kept, last, send
from tests.service.shell import BOT, DEVICE, Shell

NOTE = b"ransom note"
DIGEST = sha256(NOTE).hexdigest()


@pytest.fixture
def shell() -> Shell:
    return Shell(HOUSE)


async def test_a_file_with_the_caption_is_hashed_kept_and_asked_about(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        event = await send(shell, NOTE, caption="!evidence")
        told = last(shell)
        assert told.startswith(f"E1 · note.png\n11 bytes, SHA-256 {DIGEST}\nSent by alice, ")
        assert "from device ALICEPHONE: verified by its owner, whose identity nobody compared." in told
        assert "A copy lies encrypted with me. I do not open it." in told
        assert "Where does it come from? Reply" in told
        (taken,) = await custody(shell)
        assert isinstance(taken, EvidenceTaken)
        assert (taken.number, taken.size, taken.digest, taken.keeping) == (1, 11, DIGEST, Keeping.KEPT)
        assert taken.origin is not None
        assert (taken.origin.event, taken.origin.device, taken.origin.proof) == (event, DEVICE, DeviceProof.SIGNED)
        assert await kept(shell) == NOTE
        assert NOTE not in b"".join(content.file.data for content in shell.said() if content.file)


async def test_a_reply_to_a_file_does_the_same_and_one_to_the_answer_says_whence(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        event = await send(shell, NOTE, sender=BOB)
        told = await shell.type("!preuve", reply_to=event)
        assert told.startswith("E1 · note.png")
        assert "Sent by bob" in told
        assert await shell.reply("the screen of the file server", "Where does it come from") == (
            "E1 comes from: the screen of the file server"
        )
        shown = await shell.type("!evidence E1")
        assert "From: the screen of the file server" in shown
        for word in ("Identification: alice", "Acquisition: copied and hashed", "Preservation: encrypted here"):
            assert word in shown
        assert "Provenance as alice said" in shown
        assert "E1 · note.png · 11 bytes · with bob" in await shell.type("!evidence")


async def test_whence_can_stand_in_the_caption_and_be_said_anew(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, caption="!preuve du serveur de fichiers")
        assert "Where does it come from" not in last(shell)
        assert "From: serveur de fichiers" in await shell.type("!evidence 1")
        assert await shell.type("!preuve 1 d'un poste de la paie") == "E1 comes from: un poste de la paie"


async def test_a_large_file_is_refused_as_announced_and_as_it_came(shell: Shell) -> None:
    shell.house = replace(HOUSE, evidence=Limits(largest=10))
    async with shell.life():
        await shell.open()
        before = len(shell.counts.commands)
        await send(shell, caption="!evidence", size=2_000_000_000)
        assert "note.png is too large to keep here (10 bytes at most)" in last(shell)
        await send(shell, NOTE, caption="!evidence", size=0)
        assert "note.png is too large to keep here (10 bytes at most)" in last(shell)
        assert (await custody(shell), await kept(shell)) == ([], b"")
        assert len(shell.counts.commands) > before


async def test_an_empty_file_is_refused(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, b"", caption="!evidence")
        assert "note.png is empty" in last(shell)
        assert await custody(shell) == []


async def test_a_file_whose_hash_does_not_fit_is_refused(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        event = await send(shell)
        shell.chat.media.clear()
        assert "its fingerprint does not fit" in await shell.type("!evidence", reply_to=event)
        assert (await custody(shell), await kept(shell)) == ([], b"")


async def test_a_server_that_is_away_is_asked_again_and_one_that_hands_nothing_out_is_told(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        event = await send(shell)
        shell.chat.faults.append(RefusedError("M_NOT_FOUND"))
        assert "does not hand note.png out" in await shell.type("!evidence", reply_to=event)
        shell.chat.faults.extend(UnreachableError("away") for _ in range(MOST_ATTEMPTS + 1))
        await shell.type("!evidence", reply_to=event)
        await shell.pass_time(timedelta(hours=3))
        assert "does not hand note.png out" in last(shell)
        shell.chat.faults.append(UnreachableError("away"))
        await shell.type("!evidence", reply_to=event)
        await shell.pass_time(timedelta(minutes=10))
        assert "E1 · note.png" in last(shell)


async def test_the_same_file_twice_has_one_number(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, NOTE, caption="!evidence")
        await send(shell, NOTE, name="copy.png", caption="!evidence", sender=BOB)
        assert last(shell).startswith("That is E1 already, to the byte")
        assert len(await custody(shell)) == 1
        assert await kept(shell) == NOTE
        assert "That is E1 already" in await shell.type(f"!evidence {DIGEST.upper()} the same on a disk")


async def test_a_caption_or_a_reply_without_a_file_is_told(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "No file came with that" in await shell.type("!evidence from the mail server")
        assert "I know no file of that message" in await shell.type("!evidence", reply_to="$talk")
        sent = FileSent(
            id=shell.message("", room=shell.room).id,
            room=shell.room,
            sender=ALICE,
            device=DEVICE,
            name="plain.png",
            size=3,
            file=None,
            received_at=shell.clock.now(),
            caption="!evidence",
        )
        await shell.receive(sent)
        assert "I know no file of that message" in last(shell)
        assert await shell.type("!evidence", room=shell.control_room) != ""


async def test_other_captions_and_files_of_strangers_are_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        said = len(shell.said())
        await send(shell, caption="!close")
        await send(shell, caption="look at this")
        await send(shell, caption="!evidence", sender=BOT)
        assert len(shell.said()) == said
        assert await custody(shell) == []


async def test_an_unknown_number_is_told(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "no evidence was kept yet" in await shell.type("!evidence 7")
        assert "No evidence yet." in await shell.type("!evidence")
        await send(shell, caption="!evidence")
        for typed in ("!evidence 7", "!evidence 7 from here", "!evidence 7 handed bob", "!evidence 7 received"):
            assert "There is no E7 here: the last one is E1." in await shell.type(typed)


async def test_what_stays_with_its_holder_has_a_number_too(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        told = await shell.type(f"!evidence {DIGEST} disk of the file server, in the safe")
        assert told.startswith(f"E1 · disk of the file server, in the safe\nSHA-256 {DIGEST}")
        assert "I keep its fingerprint only: it stays with alice" in told
        shown = await shell.type("!evidence 1")
        assert "Collection: it never came here" in shown
        assert "Preservation: with alice" in shown
        assert "not here · with alice" in await shell.type("!evidence")


@pytest.mark.parametrize("limits", [Limits(keep=None), Limits(keep=10)])
async def test_what_has_no_room_here_stays_with_its_holder(shell: Shell, limits: Limits) -> None:
    shell.house = replace(HOUSE, evidence=limits)
    async with shell.life():
        await shell.open()
        await send(shell, NOTE, caption="!evidence")
        assert "I keep its fingerprint only: it stays with alice" in last(shell)
        (taken,) = await custody(shell)
        assert isinstance(taken, EvidenceTaken)
        assert (taken.keeping, taken.size) == (Keeping.WITH_HOLDER, 11)
        assert await kept(shell) == b""


async def test_what_others_filled_meanwhile_leaves_no_byte_behind(shell: Shell) -> None:
    shell.house = replace(HOUSE, evidence=Limits(keep=15))
    async with shell.life():
        await shell.open()
        one, other = await send(shell, NOTE), await send(shell, b"another one", sender=BOB)
        typed = [
            shell.message("!evidence", room=shell.room, sender=who, reply_to=to)
            for who, to in ((ALICE, one), (BOB, other))
        ]
        await shell.receive(*typed)
        assert len(await custody(shell)) == 2
        assert len(await kept(shell)) == 11


# --- hand-overs -----------------------------------------------------------------------------------------------------


async def test_a_hand_over_counts_once_its_receiver_acknowledged_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, caption="!evidence")
        told = await shell.type("!evidence 1 handed to bob")
        assert told.startswith("alice handed E1 (note.png) to bob. bob, reply received from a verified device")
        assert shell.said()[-1].mentions == (BOB,)
        assert "with alice, bob has not acknowledged it" in await shell.type("!evidence")
        answer = await shell.reply("reçue", "handed E1", sender=BOB)
        assert answer == "bob has E1 now. !evidence 1 shows every hand it went through."
        _, handed, received = await custody(shell)
        assert isinstance(handed, EvidenceHanded)
        assert isinstance(received, EvidenceReceived)
        assert (received.by, received.device, received.proof) == (BOB, DEVICE, DeviceProof.SIGNED)
        shown = await shell.type("!preuve 1")
        assert "Transfer: alice to bob" in shown
        assert "Acknowledged: bob" in shown
        assert "with bob" in await shell.type("!evidence")
        assert "E1 is with bob already" in await shell.type("!evidence 1 handed bob")


async def test_only_the_receiver_acknowledges(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, caption="!evidence")
        assert "Nobody handed E1 over" in await shell.type("!evidence 1 received", sender=BOB)
        await shell.type("!evidence 1 remise à bob")
        for who in (ALICE, CAROL):
            assert "E1 was handed to bob: only they can acknowledge it" in await shell.reply(
                "seen", "handed E1", sender=who
            )
        assert [type(fact) for fact in await custody(shell)] == [EvidenceTaken, EvidenceHanded]


async def test_a_device_that_is_not_verified_acknowledges_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, caption="!evidence")
        await shell.type("!evidence 1 handed bob")
        await shell.receive(
            ports.Distrusted(
                id=shell.message("", room=shell.room).id,
                room=shell.room,
                sender=BOB,
                device=DEVICE,
                why=Distrust.UNSIGNED_DEVICE,
                received_at=shell.clock.now(),
            )
        )
        assert "this device is not verified by you" in last(shell)
        assert [type(fact) for fact in await custody(shell)] == [EvidenceTaken, EvidenceHanded]


async def test_nothing_is_handed_to_a_stranger(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, caption="!evidence")
        assert "I do not know @mallory:evil.example" in await shell.type("!evidence 1 handed @mallory:evil.example")
        assert len(await custody(shell)) == 1


async def test_the_proof_of_a_device_is_what_is_known_of_its_owner(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.identities[ALICE] = TheirIdentity(known="m", published="m")
        desk = shell.service.books.desk
        confirmed = facts.IdentityConfirmed(at=shell.clock.now(), by=None, user=ALICE, master="m")
        shell.service.books.desk = replace(desk, confirmed={ALICE: confirmed})
        await send(shell, caption="!evidence")
        assert "whose identity was compared" in last(shell)


# --- steps, closing, purging ----------------------------------------------------------------------------------------


async def test_a_step_names_its_proof_and_what_is_missing_is_shown(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await send(shell, caption="!evidence")
        answer = await shell.type("!done D1 capture kept E1, see e9")
        assert "Proof: E1." in answer
        assert "There is no E9 here" in answer
        history = await shell.store.history(shell.incident().id)
        (done,) = [record.fact for record in history if isinstance(record.fact, facts.StepDone)]
        assert done.evidence == (1,)
        assert "Proof named: E1" in await shell.type("!step D1")
        assert "Named by: D1" in await shell.type("!evidence 1")


async def test_a_draft_lists_the_evidence(shell: Shell) -> None:
    text = FRONT.replace("clock: FR-LOPMI\n", "") + "Kept: {evidence}\n"
    template = read_template(text).template
    shell.house = replace(HOUSE, drafts={(template.id, template.language): template})
    async with shell.life():
        await shell.open()
        await send(shell, NOTE, caption="!evidence")
        assert f"Kept: E1 note.png, SHA-256 {DIGEST}, collected by alice" in await shell.type("!draft notice")


async def test_a_closed_incident_takes_nothing_in(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        event = await send(shell, caption="!evidence")
        async with shell.store.transaction() as tx:
            fact = facts.Closed(at=shell.clock.now(), by=ALICE, summary="")
            await tx.append(shell.incident().id, (fact,), input=shell.message("", room=shell.room).id, device=None)
    async with shell.life():
        assert "closed" in (await shell.type("!evidence", reply_to=event)).casefold()
        assert "closed" in (await shell.type("!evidence 1 received")).casefold()
        assert "E1" in await shell.type("!evidence 1")


async def test_a_purge_takes_the_files_along(shell: Shell) -> None:
    shell.house = replace(HOUSE, retention=timedelta(days=30))
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        await send(shell, NOTE, caption="!evidence")
        assert await kept(shell) == NOTE
        await shell.type("!close done")
        await shell.pass_time(timedelta(days=31))
        assert shell.incident().purged_at is not None
        assert await kept(shell) == b""
        desk = await shell.store.history(DESK)
        assert not [record for record in desk if isinstance(record.fact, facts.FileOffered)]


async def test_a_crash_between_any_two_instructions_loses_nothing_and_counts_once() -> None:
    for turns in range(0, 60, 3):
        shell = Shell(HOUSE)
        async with shell.life():
            await shell.open()
            event = await send(shell, NOTE)
            message = shell.message("!evidence", room=shell.room, reply_to=event)
        await shell.store.receive(Batch(events=(message,), token="before"))
        async with shell.life(turns):
            pass
        async with shell.life():
            assert len(await custody(shell)) == 1
            assert await kept(shell) == NOTE
            assert sum(content.body.startswith("E1 · note.png") for content in shell.said()) == 1
