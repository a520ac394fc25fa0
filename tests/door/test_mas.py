"""Matrix Authentication Service behind the door: what it answers on no demand of a contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.door import mas
from bot.door.config import Mas as Config
from bot.door.errors import AwayError, RightsError
from bot.door.homeserver import Use
from bot.door.mas import Mas
from bot.host.secret import Secret
from tests.door.service import API, Service, served
from tests.web import serving

SOON = datetime.now(UTC) + timedelta(hours=1)
TOKEN = "/oauth2/token"
ACCESS = {TOKEN: (200, {"access_token": "mat_good"})}
SITE = f"{API}/site-config"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def config(service: Service) -> AsyncIterator[Config]:
    async with served(service) as config:
        yield config


@pytest.fixture
def door(config: Config, session: aiohttp.ClientSession) -> Mas:
    return Mas(config, session)


def at(address: str, session: aiohttp.ClientSession) -> Mas:
    return Mas(Config(service=address, client_id="0" * 26, client_secret=Secret("hidden secret")), session)


# --- its rights ---------------------------------------------------------------------------------------------------


async def test_an_access_token_that_has_ended_is_fetched_anew_and_what_was_asked_is_answered(
    service: Service, door: Mas
) -> None:
    assert await door.server_name() == "example.org"
    await door.make("one", SOON)
    service.access.clear()
    assert await door.use_of("one") is Use.FREE
    assert service.asked.count(("POST", TOKEN)) == 2


async def test_the_admin_api_may_answer_elsewhere_than_the_pages(
    service: Service, config: Config, session: aiohttp.ClientSession
) -> None:
    pages = Service()
    pages.access = service.access  # one service, two listeners
    async with served(pages) as public:
        split = Mas(replace(config, service=public.service, admin_api=config.service), session)
        assert await split.server_name() == "example.org"
    assert [path for _, path in pages.asked] == [TOKEN]
    assert [path for _, path in service.asked] == [SITE]


async def test_a_client_that_the_service_does_not_know_is_told(config: Config, session: aiohttp.ClientSession) -> None:
    for wrong in (replace(config, client_id="0" * 26), replace(config, client_secret=Secret("hidden secret"))):
        with pytest.raises(RightsError, match="does not know the client") as refused:
            await Mas(wrong, session).server_name()
        assert "hidden secret" not in str(refused.value)


async def test_a_client_without_an_administrators_rights_is_told(service: Service, door: Mas) -> None:
    service.admins.clear()
    with pytest.raises(RightsError, match=r"add it to policy\.data\.admin_clients"):
        await door.server_name()


@pytest.mark.parametrize("status", [401, 403])
async def test_rights_that_are_taken_away_meanwhile_are_told(session: aiohttp.ClientSession, status: int) -> None:
    async with serving({**ACCESS, SITE: (status, {"errors": [{"title": "Missing urn:mas:admin scope"}]})}) as address:
        with pytest.raises(RightsError, match=r"add it to policy\.data\.admin_clients"):
            await at(address, session).server_name()


async def test_an_address_of_something_else_is_told(session: aiohttp.ClientSession) -> None:
    async with serving({}) as address:
        with pytest.raises(RightsError, match="no Matrix Authentication Service answers"):
            await at(address, session).server_name()


async def test_a_service_that_does_not_serve_its_admin_api_is_told(session: aiohttp.ClientSession) -> None:
    async with serving(ACCESS) as address:
        with pytest.raises(RightsError, match="add the resource adminapi"):
            await at(address, session).server_name()


@pytest.mark.parametrize(
    "changed",
    [
        {"password_registration_enabled": False},
        {"password_registration_email_required": True},
        {"password_registration_token_required": False},
    ],
)
async def test_a_service_where_people_cannot_register_by_token_alone_is_told(
    service: Service, door: Mas, changed: dict[str, object]
) -> None:
    service.site.update(changed)
    with pytest.raises(RightsError, match="people cannot register"):
        await door.server_name()


async def test_the_older_name_of_a_setting_does_too(service: Service, door: Mas) -> None:
    service.site.update({"password_registration_token_required": False, "registration_token_required": True})
    assert await door.server_name() == "example.org"


# --- away ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (502, "bad gateway"), (302, {}), (200, []), (200, {"data": 7}), (200, "x" * 5_000_000), (429, {})],
    ids=["500", "502", "redirect", "list", "number", "endless", "too-many"],
)
@pytest.mark.parametrize("path", [TOKEN, SITE])
async def test_what_may_pass_is_a_service_that_is_away(
    session: aiohttp.ClientSession, path: str, answer: tuple[int, object]
) -> None:
    async with serving({**ACCESS, path: answer}) as address:
        with pytest.raises(AwayError):
            await at(address, session).server_name()


async def test_nobody_at_the_address_is_a_service_that_is_away(session: aiohttp.ClientSession) -> None:
    with pytest.raises(AwayError):
        await at("http://127.0.0.1:9", session).server_name()


@pytest.mark.parametrize(
    "told", [{}, {"data": []}, {"data": {"id": "../users", "attributes": {}}}, {"data": {"id": 7}}]
)
async def test_what_is_no_answer_of_the_admin_api_is_none(session: aiohttp.ClientSession, told: object) -> None:
    async with serving({**ACCESS, f"{API}/user-registration-tokens": (201, told)}) as address:
        with pytest.raises(AwayError):
            await at(address, session).make("one", SOON)


# --- tokens -------------------------------------------------------------------------------------------------------


async def test_after_a_restart_tokens_are_found_again_however_many_there_are(
    service: Service, door: Mas, config: Config, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mas, "_ROWS", 3)
    await asyncio.gather(*(door.make(f"token-{number}", SOON) for number in range(7)))
    assert service.register("token-6", "amber-fern-10")
    again = Mas(config, session)
    assert await again.use_of("token-6") is Use.USED
    assert len(await again.uses()) == 7
    assert await again.use_of("token-7") is Use.NONE


async def test_a_token_that_was_taken_back_and_is_made_again_lets_somebody_in(service: Service, door: Mas) -> None:
    await door.make("one", SOON)
    await door.drop("one")
    assert await door.use_of("one") is Use.NONE
    assert not service.register("one", "amber-fern-10")
    await door.make("one", SOON)
    assert service.register("one", "amber-fern-10")


async def test_a_token_that_was_used_before_it_was_taken_back_was_used(service: Service, door: Mas) -> None:
    await door.make("one", SOON)
    assert service.register("one", "amber-fern-10")
    await door.drop("one")
    assert await door.use_of("one") is Use.USED


async def test_more_accounts_than_one_by_a_token_are_seen(service: Service, door: Mas) -> None:
    await door.make("one", SOON)
    next(iter(service.tokens.values()))["times_used"] = 2
    assert (await door.uses())["one"] is Use.OVERUSED


async def test_a_token_that_vanished_is_none(service: Service, door: Mas) -> None:
    await door.make("one", SOON)
    service.tokens.clear()
    assert await door.use_of("one") is Use.NONE
    await door.drop("one")


# --- accounts -----------------------------------------------------------------------------------------------------


async def test_an_account_that_is_locked_or_ended_is_nobody(service: Service, door: Mas) -> None:
    service.add_user("alice")
    service.add_user("bob", locked_at="2026-11-25T09:00:00Z")
    service.add_user("carol", deactivated_at="2026-11-25T09:00:00Z")
    lives = [await door.lives(f"@{name}:example.org") for name in ("alice", "bob", "carol", "dora", "a/../b", "..")]
    assert lives == [True, False, False, False, False, False]


async def test_an_account_is_ended_and_its_messages_stay(service: Service, door: Mas) -> None:
    service.add_user("alice")
    await door.deactivate("@alice:example.org")
    await door.deactivate("@nobody:example.org")
    assert [row["username"] for row in service.users.values() if row["deactivated_at"]] == ["alice"]
