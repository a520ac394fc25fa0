"""Somebody who has an account comes by the same link: it is used up, no account is made, and none is ended later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.door.errors import NotAskedError, NotLetInError, Refusal, Why
from tests.door.stage import DAY, House, standing
from tests.fakes.accounts import FakeAccounts

ALICE, BOB, FAR = "@alice:example.org", "@bob:example.org", "@carol:elsewhere.example.com"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing(tmp_path) as house:
        house.accounts.users |= {ALICE, BOB}
        yield house


async def opened(house: House, id: str = "one") -> str:
    await house.doors.open(id, house.tomorrow)
    return id


async def refused(house: House, typed: str = ALICE, id: str = "one") -> Why:
    with pytest.raises(NotLetInError) as why:
        await house.doors.bring(id, typed)
    return why.value.why


async def test_the_link_is_used_up_by_it_and_no_account_is_made(house: House) -> None:
    await house.doors.bring(await opened(house), ALICE)
    told = await house.state("one")
    assert (told["state"], told["user"], told["made"], told["again"]) == ("come", ALICE, False, 0)
    assert told["settled"]
    assert house.accounts.tokens == {}


async def test_an_account_that_was_not_made_by_the_door_is_never_ended(house: House) -> None:
    await house.doors.bring(await opened(house), ALICE)
    house.accounts.is_away = True
    assert (await house.doors.deactivate("one")).user == ALICE
    assert (await house.state("one"))["state"] == "gone"
    assert house.accounts.gone == []
    assert await refused(house) is Why.USED


async def test_a_restart_does_not_forget_that_it_was_not_made(tmp_path: Path) -> None:
    async with standing(tmp_path) as house:
        house.accounts.users.add(ALICE)
        await house.doors.bring(await opened(house), ALICE)
    async with standing(tmp_path, house.accounts, house.clock) as again:
        assert (await again.state("one"))["made"] is False
        await again.doors.deactivate("one")
    assert house.accounts.gone == []


@pytest.mark.parametrize(
    "typed",
    [
        *("", "alice", "alice:example.org", "@alice", "@:example.org", "@alice:", "@al ice:example.org"),
        *("@é:example.org", "@alice:é", "@alice:example.org:", "@alice:example.org/x", "@alice:exa mple.org"),
        *("#alice:example.org", "@a:b:c", "https://matrix.to/#/@alice:example.org", "@alice:b.org @bob:b.org"),
        "@" + "a" * 250 + ":example.org",
    ],
)
async def test_what_is_no_matrix_id_is_not_taken(house: House, typed: str) -> None:
    await opened(house)
    assert await refused(house, typed) is Why.MISSPELT
    told = await house.state("one")
    assert (told["state"], told["again"]) == ("waiting", 0)


async def test_an_account_that_is_not_there_or_was_ended_is_not_taken(house: House) -> None:
    await opened(house)
    assert await refused(house, "@nobody:example.org") is Why.NOBODY
    await house.accounts.deactivate(BOB)
    assert await refused(house, BOB) is Why.NOBODY
    await house.doors.bring("one", ALICE)


async def test_one_of_another_server_comes_only_where_that_is_allowed(tmp_path: Path, house: House) -> None:
    await opened(house)
    assert await refused(house, FAR) is Why.ELSEWHERE
    async with standing(tmp_path / "open", other_servers=True) as other:
        await other.doors.bring(await opened(other), FAR)
        assert (await other.state("one"))["user"] == FAR
        assert await refused(other, ALICE, await opened(other, "two")) is Why.NOBODY


async def test_used_twice_closed_or_late_it_lets_nobody_in_and_the_try_is_told(house: House) -> None:
    await house.doors.bring(await opened(house, "used"), ALICE)
    await opened(house, "closed")
    await house.doors.close("closed")
    await opened(house, "late")
    house.clock.advance(DAY)
    assert [await refused(house, BOB, id) for id in ("used", "closed", "late")] == [Why.USED, Why.CLOSED, Why.LATE]
    assert [row["again"] for row in await house.doors.rows()] == [1, 1, 1]
    with pytest.raises(NotLetInError) as why:
        await house.doors.claim("used")
    assert why.value.why is Why.USED
    assert (await house.state("used"))["user"] == ALICE


async def test_after_an_account_was_made_nobody_comes_by_another(house: House) -> None:
    claim = await house.doors.claim(await opened(house))
    assert house.accounts.register(claim.token, claim.name)
    assert await refused(house) is Why.USED
    told = await house.state("one")
    assert (told["user"], told["made"], told["again"]) == (f"@{claim.name}:example.org", True, 1)


async def test_of_two_at_once_exactly_one_wins(house: House) -> None:
    await opened(house)
    tries = (house.doors.bring("one", ALICE), house.doors.bring("one", BOB))
    told = await asyncio.gather(*tries, return_exceptions=True)
    lost = [why.why for why in told if isinstance(why, NotLetInError)]
    assert lost == [Why.USED]
    row = await house.state("one")
    assert row["user"] in {ALICE, BOB}
    assert row["again"] == 1


async def test_a_page_that_missed_the_answer_asks_again_and_that_is_no_alarm(house: House) -> None:
    await opened(house)
    first, second = await asyncio.gather(house.doors.bring("one", ALICE), house.doors.bring("one", ALICE))
    assert first == second
    assert (await house.state("one"))["again"] == 0


async def test_while_the_homeserver_is_away_or_refuses_the_link_is_not_used_up(house: House) -> None:
    await opened(house)
    house.accounts.is_away = True
    assert await refused(house) is Why.AWAY
    house.accounts.is_away, house.accounts.refuses = False, True
    assert await refused(house) is Why.AWAY
    assert (await house.state("one"))["state"] == "waiting"
    house.accounts.refuses = False
    await house.doors.bring("one", ALICE)


async def test_before_the_homeserver_ever_answered_nobody_is_taken(tmp_path: Path) -> None:
    accounts = FakeAccounts()
    accounts.is_away = True
    async with standing(tmp_path, accounts, other_servers=True) as house:
        assert await refused(house, FAR, await opened(house)) is Why.AWAY


# --- who had begun to make an account -----------------------------------------------------------------------------


async def test_what_was_begun_is_taken_back(house: House) -> None:
    claim = await house.doors.claim(await opened(house))
    await house.doors.bring("one", ALICE)
    assert not house.accounts.register(claim.token, claim.name)
    with pytest.raises(NotLetInError) as why:
        await house.doors.came("one")
    assert why.value.why is Why.USED
    assert not (await house.state("one"))["settled"]
    house.clock.advance(2 * MINUTE)
    await house.doors.upkeep()
    told = await house.state("one")
    assert (told["state"], told["user"], told["settled"]) == ("come", ALICE, True)


async def test_while_an_account_is_being_made_nobody_comes_by_another(house: House) -> None:
    claim = await house.doors.claim(await opened(house))
    house.accounts.tokens[claim.token].pending = 1
    assert await refused(house) is Why.BUSY


async def test_an_account_that_slips_in_beside_it_is_an_alarm_and_theirs_is_not_ended(house: House) -> None:
    claim = await house.doors.claim(await opened(house))
    await house.doors.bring("one", ALICE)
    house.accounts.users.add(f"@{claim.name}:example.org")
    house.clock.advance(2 * MINUTE)
    await house.doors.upkeep()
    told = await house.state("one")
    assert (told["state"], told["user"], told["made"]) == ("astray", ALICE, False)
    await house.doors.deactivate("one")
    assert house.accounts.gone == []


async def test_a_token_that_cannot_be_taken_back_leaves_the_link_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = await house.doors.claim(await opened(house))

    async def lives(user: str) -> bool:
        house.accounts.is_away = True
        return user == ALICE

    monkeypatch.setattr(house.accounts, "lives", lives)
    assert await refused(house) is Why.AWAY
    house.accounts.is_away = False
    assert (await house.state("one"))["state"] == "claimed"
    assert await house.doors.claim("one") == claim


async def test_who_came_by_an_account_of_theirs_has_no_end_of_it_asked_before(house: House) -> None:
    await opened(house)
    with pytest.raises(NotAskedError) as why:
        await house.doors.deactivate("one")
    assert why.value.why is Refusal.NOBODY


async def test_the_log_says_that_somebody_came_and_not_who(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await house.doors.bring(await opened(house), ALICE)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "somebody came in who has an account already" in told
    assert "alice" not in told
