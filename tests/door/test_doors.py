"""The door itself, on a real file, beside a homeserver that does what a test wants of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.door import names, tickets
from bot.door.doors import Claim
from bot.door.errors import NotAskedError, NotLetInError, Refusal, Why
from bot.door.kept import FILE_NAME, opened
from bot.host.disk import DiskError
from bot.store.errors import StateInUseError
from tests.door.stage import DAY, House, standing

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing(tmp_path) as house:
        yield house


async def claimed(house: House, id: str = "one") -> Claim:
    await house.doors.open(id, house.tomorrow)
    return await house.doors.claim(id)


async def come(house: House, id: str = "one") -> str:
    claim = await claimed(house, id)
    assert house.accounts.register(claim.token, claim.name)
    return str((await house.doors.came(id)).user)


async def refused(house: House, id: str = "one") -> Why:
    with pytest.raises(NotLetInError) as why:
        await house.doors.claim(id)
    return why.value.why


# --- what whoever asks for a way in does --------------------------------------------------------------------------


async def test_a_way_in_waits_is_claimed_and_somebody_comes(house: House) -> None:
    await house.doors.open("one", house.tomorrow)
    assert (await house.state("one"))["state"] == "waiting"
    claim = await house.doors.claim("one")
    assert (await house.state("one"))["state"] == "claimed"
    assert house.accounts.register(claim.token, claim.name)
    await house.doors.came("one")
    told = await house.state("one")
    assert (told["state"], told["user"], told["again"]) == ("come", f"@{claim.name}:example.org", 0)


async def test_the_secret_is_in_no_file(house: House) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    files = [path for path in (house.folder / "kept").iterdir() if path.is_file()]
    assert any(path.name == FILE_NAME for path in files)
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert not [path for path in files if path.stat().st_mode & 0o077]


async def test_asked_again_before_anybody_came_it_has_another_secret_and_the_first_is_void(house: House) -> None:
    first = await house.doors.open("one", house.tomorrow)
    second = await house.doors.open("one", house.tomorrow)
    assert await house.doors.find(first) is None
    assert await house.doors.find(second) is not None
    assert len(await house.doors.rows()) == 1


async def test_one_that_was_used_is_not_opened_again(house: House) -> None:
    await claimed(house)
    with pytest.raises(NotAskedError) as why:
        await house.doors.open("one", house.tomorrow)
    assert why.value.why is Refusal.THERE


@pytest.mark.parametrize("span", [-MINUTE, timedelta(0), 8 * DAY])
async def test_an_end_that_is_past_or_too_far_is_refused(house: House, span: timedelta) -> None:
    with pytest.raises(NotAskedError) as why:
        await house.doors.open("one", house.clock.now() + span)
    assert why.value.why is Refusal.TIME
    assert await house.doors.rows() == []


async def test_there_is_an_end_to_how_many_are_open_and_those_that_ended_do_not_count(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "MOST_OPEN", 2)
    await house.doors.open("one", house.tomorrow)
    await house.doors.open("two", house.tomorrow)
    with pytest.raises(NotAskedError) as why:
        await house.doors.open("three", house.tomorrow)
    assert why.value.why is Refusal.FULL
    await house.doors.open("two", house.tomorrow)
    await house.doors.close("one")
    await house.doors.open("three", house.tomorrow)


@pytest.mark.parametrize("id", ["one"])
async def test_what_nobody_opened_is_not_known(house: House, id: str) -> None:
    for asked in (house.doors.close(id), house.doors.deactivate(id)):
        with pytest.raises(NotAskedError) as why:
            await asked
        assert why.value.why is Refusal.UNKNOWN


async def test_an_account_is_put_an_end_to_only_where_one_was_made_and_once(house: House) -> None:
    await house.doors.open("two", house.tomorrow)
    with pytest.raises(NotAskedError) as why:
        await house.doors.deactivate("two")
    assert why.value.why is Refusal.NOBODY
    user = await come(house)
    await house.doors.deactivate("one")
    await house.doors.deactivate("one")
    assert house.accounts.gone == [user]
    assert (await house.state("one"))["state"] == "gone"


async def test_an_account_that_cannot_be_ended_now_is_still_there(house: House) -> None:
    await come(house)
    house.accounts.is_away = True
    with pytest.raises(NotAskedError) as why:
        await house.doors.deactivate("one")
    assert why.value.why is Refusal.AWAY
    assert (await house.state("one"))["state"] == "come"


# --- what a page does ---------------------------------------------------------------------------------------------


async def test_a_page_that_was_closed_is_given_the_same_again(house: House) -> None:
    first = await claimed(house)
    assert await house.doors.claim("one") == first
    assert len(house.accounts.tokens) == 1


async def test_of_two_at_once_exactly_one_registers_and_the_other_is_an_alarm(house: House) -> None:
    await house.doors.open("one", house.tomorrow)
    first, second = await asyncio.gather(house.doors.claim("one"), house.doors.claim("one"))
    assert first == second
    made = [house.accounts.register(claim.token, claim.name) for claim in (first, second)]
    assert made == [True, False]
    assert await refused(house) is Why.USED
    told = await house.state("one")
    assert (told["state"], told["again"]) == ("come", 1)


async def test_a_name_that_is_taken_meanwhile_gives_way_to_another_under_the_same_token(house: House) -> None:
    first = await claimed(house)
    house.accounts.users.add(f"@{first.name}:example.org")
    second = await house.doors.claim("one")
    assert second.name != first.name
    assert second.token == first.token


async def test_a_name_that_is_taken_is_not_given_and_no_two_have_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = iter(["amber-fern-10", "amber-fern-10", "calm-olive-11", "calm-olive-11", "calm-olive-11", "warm-sail-12"])
    monkeypatch.setattr(names, "chosen", lambda: next(chosen))
    house.accounts.users.add("@amber-fern-10:example.org")
    assert (await claimed(house, "one")).name == "calm-olive-11"
    assert (await claimed(house, "two")).name == "warm-sail-12"


async def test_while_somebody_registers_nobody_else_does(house: House) -> None:
    claim = await claimed(house)
    house.accounts.tokens[claim.token].pending = 1
    assert await refused(house) is Why.BUSY
    assert (await house.state("one"))["again"] == 0


async def test_one_that_was_used_closed_or_is_late_lets_nobody_in_and_the_try_is_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await come(house, "used")
    await house.doors.open("closed", house.tomorrow)
    await house.doors.close("closed")
    await house.doors.open("late", house.tomorrow)
    house.clock.advance(DAY)
    assert [await refused(house, id) for id in ("used", "closed", "late")] == [Why.USED, Why.CLOSED, Why.LATE]
    assert [row["again"] for row in await house.doors.rows()] == [1, 1, 1]
    assert "was tried again that is used" in caplog.text


async def test_nobody_has_come_before_the_homeserver_says_so(house: House) -> None:
    await claimed(house)
    with pytest.raises(NotLetInError) as why:
        await house.doors.came("one")
    assert why.value.why is Why.SOON


async def test_an_account_of_another_name_is_an_alarm_and_never_taken_for_the_one(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    claim = await claimed(house)
    assert house.accounts.register(claim.token, "alice")
    with pytest.raises(NotLetInError) as why:
        await house.doors.came("one")
    assert why.value.why is Why.ASTRAY
    told = await house.state("one")
    assert (told["state"], told["user"]) == ("astray", None)
    with pytest.raises(NotAskedError):
        await house.doors.deactivate("one")
    assert "alice" not in caplog.text


async def test_a_token_that_made_several_accounts_is_an_alarm_and_the_one_that_is_known_can_be_ended(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    claim = await claimed(house)
    assert house.accounts.register(claim.token, claim.name)
    house.accounts.tokens[claim.token].completed = 2
    await house.doors.upkeep()
    told = await house.state("one")
    assert (told["state"], told["user"]) == ("astray", f"@{claim.name}:example.org")
    assert "was not meant for" in caplog.text
    await house.doors.deactivate("one")
    assert house.accounts.gone == [told["user"]]


async def test_while_the_homeserver_is_away_nothing_is_half_made(house: House) -> None:
    await house.doors.open("one", house.tomorrow)
    house.accounts.is_away = True
    assert await refused(house) is Why.AWAY
    assert house.accounts.tokens == {}
    house.accounts.is_away = False
    claim = await house.doors.claim("one")
    house.accounts.is_away = True
    with pytest.raises(NotLetInError) as why:
        await house.doors.came("one")
    assert why.value.why is Why.AWAY
    house.accounts.is_away = False
    assert house.accounts.register(claim.token, claim.name)
    assert (await house.doors.came("one")).user is not None


async def test_a_homeserver_that_takes_the_rights_away_is_told_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.doors.open("one", house.tomorrow)
    house.accounts.refuses = True
    assert await refused(house) is Why.AWAY
    assert "the homeserver refuses the door" in caplog.text


async def test_before_the_homeserver_ever_answered_a_link_is_not_used_up(tmp_path: Path) -> None:
    async with standing(tmp_path) as house:
        await house.doors.open("one", house.tomorrow)
        house.accounts.is_away = True
        async with standing(tmp_path / "other", house.accounts) as other:
            await other.doors.open("one", other.tomorrow)
            assert await refused(other) is Why.AWAY
            assert (await other.state("one"))["state"] == "waiting"


# --- closing, ends and restarts -----------------------------------------------------------------------------------


async def test_closed_after_a_claim_nobody_can_register(house: House) -> None:
    claim = await claimed(house)
    await house.doors.close("one")
    assert not house.accounts.register(claim.token, claim.name)
    told = await house.state("one")
    assert (told["state"], told["settled"]) == ("closed", False)
    house.clock.advance(2 * MINUTE)
    await house.doors.upkeep()
    assert (await house.state("one"))["settled"]


async def test_closed_too_late_it_says_who_has_come(house: House) -> None:
    claim = await claimed(house)
    assert house.accounts.register(claim.token, claim.name)
    assert (await house.doors.close("one")).user == f"@{claim.name}:example.org"
    assert (await house.state("one"))["state"] == "come"


async def test_who_slips_in_while_it_is_closed_is_found(house: House) -> None:
    claim = await claimed(house)
    await house.doors.close("one")
    house.accounts.users.add(f"@{claim.name}:example.org")
    house.clock.advance(2 * MINUTE)
    await house.doors.upkeep()
    assert (await house.state("one"))["state"] == "come"


async def test_closed_while_the_homeserver_is_away_it_is_closed_and_the_token_goes_later(house: House) -> None:
    claim = await claimed(house)
    house.accounts.is_away = True
    await house.doors.close("one")
    assert (await house.state("one"))["state"] == "closed"
    house.accounts.is_away = False
    assert claim.token in house.accounts.tokens
    await house.doors.upkeep()
    assert claim.token not in house.accounts.tokens


async def test_who_came_without_a_word_of_the_page_is_found(house: House) -> None:
    claim = await claimed(house)
    assert house.accounts.register(claim.token, claim.name)
    await house.doors.upkeep()
    assert (await house.state("one"))["state"] == "come"


async def test_of_one_that_ended_unused_no_token_is_left(house: House) -> None:
    claim = await claimed(house)
    house.clock.advance(DAY + 2 * MINUTE)
    await house.doors.upkeep()
    told = await house.state("one")
    assert (told["state"], told["settled"]) == ("late", True)
    assert claim.token not in house.accounts.tokens


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    async with standing(tmp_path) as house:
        secret = await house.doors.open("one", house.tomorrow)
        first = await house.doors.claim("one")
        user = await come(house, "two")
    async with standing(tmp_path, house.accounts, house.clock) as again:
        found = await again.doors.find(secret)
        assert found is not None
        assert await again.doors.claim(found.id) == first
        assert (await again.state("two"))["user"] == user


async def test_killed_between_its_note_and_the_homeserver_it_goes_on_with_the_same(tmp_path: Path) -> None:
    async with standing(tmp_path) as house:
        claim = await claimed(house)
        house.accounts.tokens.clear()
    async with standing(tmp_path, house.accounts, house.clock) as again:
        assert await again.doors.claim("one") == claim
        assert claim.token in house.accounts.tokens


async def test_what_ended_long_ago_is_forgotten(house: House) -> None:
    await house.doors.open("one", house.tomorrow)
    house.clock.advance(DAY + tickets.KEPT + MINUTE)
    await house.doors.upkeep()
    assert await house.doors.rows() == []


async def test_two_doors_do_not_share_a_folder(tmp_path: Path) -> None:
    async with standing(tmp_path):
        with pytest.raises(StateInUseError):
            async with opened(tmp_path / "kept"):
                pass


async def test_a_file_that_holds_no_tickets_is_told_with_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(b"no database at all" * 1000)
    with pytest.raises(DiskError, match=FILE_NAME):
        async with opened(folder):
            pass


async def test_the_log_has_no_secret_no_token_and_no_name(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = await house.doors.open("one", house.tomorrow)
    claim = await house.doors.claim("one")
    assert house.accounts.register(claim.token, claim.name)
    await house.doors.came("one")
    assert await refused(house) is Why.USED
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert told
    assert not [hidden for hidden in (secret, claim.token, claim.name, "one ") if hidden in told]
