"""Records are sealed: within a day of anything new, at the closing and when somebody asks; once, whatever fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.core.desk import House
from bot.core.documents.purge import AFTER_HOLD
from bot.core.evolve import fold
from bot.core.facts import CheckpointPosted, Fact, Purged
from bot.core.incident import Status
from bot.core.record.checkpoint import Stamping
from bot.core.record.tree import Tree
from bot.papers.record import verify_record
from bot.ports import Stamps, UnreachableError
from bot.service.upkeep.sealing import RECORD_KEY, record_key
from tests.core.build import BOB, DAVE, DAY, HOUR, HOUSE, MINUTE
from tests.fakes.store import MemoryStore
from tests.service.shell import RECORDS, Shell

KEPT = timedelta(days=400)
KEEPING: House = replace(HOUSE, retention=KEPT)


async def checkpoints(shell: Shell) -> list[CheckpointPosted]:
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if isinstance(record.fact, CheckpointPosted)]


def posted(shell: Shell) -> list[str]:
    return [content.body for content in shell.said() if content.body.startswith("Checkpoint ")]


async def test_on_demand_the_record_is_sealed_as_it_stands(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = await shell.store.leaves(shell.incident().id)
        said = await shell.type("!seal")
        (fact,) = await checkpoints(shell)
        assert (fact.number, fact.size, fact.stamp) == (1, len(before), None)
        assert said.startswith(f"Checkpoint 1 of the record: {len(before)} entries, ")
        assert fact.line in said
        line = verify_record.parse_line(fact.line)
        assert line["root"] == Tree(before).root()
        assert (line["incident"], line["key"]) == (shell.incident().id, RECORDS.public)
        assert not shell.said()[-1].rings


async def test_where_nothing_came_since_the_last_one_still_counts(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!seal")
        assert await shell.type("!seal") == "Nothing came since checkpoint 1: it still seals all there is."
        await shell.type("!note more")
        assert (await shell.type("!seal")).startswith("Checkpoint 2 ")
        assert [fact.number for fact in await checkpoints(shell)] == [1, 2]


async def test_whoever_saw_one_says_so_and_it_is_kept(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!seal")
        assert (await shell.type("!seal 1", sender=BOB)).startswith("Kept: bob saw checkpoint 1.")
        assert await shell.type("!seal 1", sender=BOB) == "You said so before; it is in the timeline."
        assert await shell.type("!seal 7") == (
            "There is no such checkpoint; the record has 1. !seal makes the next one."
        )
        assert shell.incident().witnesses == {1: {BOB}}
        assert "bob saw checkpoint 1" in await shell.type("!timeline 2")


async def test_what_comes_is_sealed_within_a_day_and_checkpoints_alone_ask_for_no_other(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.pass_time(DAY - MINUTE)
        assert posted(shell) == []
        await shell.pass_time(MINUTE)
        assert len(posted(shell)) == 1
        await shell.pass_time(9 * DAY)
        sealed = await checkpoints(shell)
        assert len(sealed) > 2, "reminders ring meanwhile"
        assert all(later.size > earlier.size + 1 for earlier, later in pairwise(sealed))


async def test_at_the_closing_the_last_word_is_sealed_with_the_rest(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!close over")
        assert shell.incident().status is Status.CLOSED
        (fact,) = await checkpoints(shell)
        history = [type(record.fact).__name__ for record in await shell.store.history(shell.incident().id)]
        assert history.index("Closed") < fact.size
        await shell.pass_time(3 * DAY)
        assert len(await checkpoints(shell)) == 1


@pytest.mark.parametrize("lost", [0, 1])
async def test_a_stop_in_the_middle_posts_one_checkpoint_and_the_fact_is_the_one_that_stands(
    shell: Shell, lost: int
) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(UnreachableError("away"))
        shell.chat.lost = lost
        await shell.type("!seal")
    async with shell.life():
        await shell.pass_time(HOUR)
        (fact,) = await checkpoints(shell)
        assert [fact.line in body for body in posted(shell)] == [True]


class Answering(Stamps):
    """An authority that answers the same each time."""

    def __init__(self, stamping: Stamping, stamp: bytes | None) -> None:
        self._said = stamping, stamp
        self.asked: list[str] = []

    async def stamp(self, line: str) -> tuple[Stamping, bytes | None]:
        self.asked.append(line)
        return self._said


@pytest.mark.parametrize(
    ("stamping", "stamp", "said"),
    [
        (Stamping.STAMPED, b"\x30", "An outside authority time-stamped it."),
        (Stamping.AWAY, None, "Without an outside time-stamp: the authority did not answer."),
        (Stamping.REFUSED, None, "Without an outside time-stamp: the authority refused."),
        (Stamping.WRONG, None, "is no time-stamp of this checkpoint."),
    ],
)
async def test_what_an_authority_answers_is_kept_or_said_and_the_checkpoint_goes_on(
    shell: Shell, stamping: Stamping, stamp: bytes | None, said: str
) -> None:
    shell.stamps = authority = Answering(stamping, stamp)
    async with shell.life():
        await shell.open()
        assert said in await shell.type("!seal")
        (fact,) = await checkpoints(shell)
        assert (fact.stamp, authority.asked) == (stamp, [fact.line])


async def test_the_key_is_made_once() -> None:
    store = MemoryStore()
    first = await record_key(store)
    assert (await record_key(store)).public == first.public
    assert await store.get(RECORD_KEY) is not None


async def test_about_shows_the_key_of_the_records(shell: Shell) -> None:
    async with shell.life():
        said = await shell.type("!about", room=shell.control_room)
        assert RECORDS.public in said.replace(" ", "")


# --- the hold -----------------------------------------------------------------------------------------------------


async def facts_of(shell: Shell) -> list[Fact]:
    return [record.fact for record in await shell.store.history(shell.incident().id)]  # type: ignore[misc]


async def test_what_is_held_outlives_its_retention_until_two_lift_it() -> None:
    shell = Shell(KEEPING)
    async with shell.life():
        await shell.open()
        await shell.type("!close over")
        assert (await shell.type("!hold the court asked")).startswith("Legal hold. Nothing of this incident is purged")
        assert "Legal hold, because: the court asked" in await shell.type("!status")
        assert await shell.type("!hold more") == "There is a legal hold already, because: the court asked"
        await shell.pass_time(KEPT + DAY)
        assert not isinstance((await facts_of(shell))[-1], Purged)
        await shell.type("!unhold")
        assert shell.incident().held is not None, "one person is not enough"
        number = shell.incident().asked[-1].number
        await shell.type(f"!confirm {number}")
        assert shell.incident().held is not None
        assert (await shell.type(f"!confirm {number}", sender=DAVE)).startswith("The legal hold is lifted.")
        assert shell.incident().held is None
        await shell.pass_time(AFTER_HOLD - MINUTE)
        assert not isinstance((await facts_of(shell))[-1], Purged)
        await shell.pass_time(MINUTE)
        assert isinstance((await facts_of(shell))[-1], Purged)
        assert fold(await facts_of(shell)) is not None


async def test_only_who_leads_lays_a_hold(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "role admin or coordinator" in await shell.type("!hold me", sender=BOB)
        assert await shell.type("!unhold") == "There is no legal hold to lift."
