"""One contract for what the door asks of a homeserver: the fake keeps it, and what is behind the door does."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.demo.homeserver import Homeserver as Server
from bot.door.errors import AwayError, RightsError
from bot.door.homeserver import Homeserver, Use
from bot.door.mas import Mas
from bot.door.synapse import Synapse
from bot.host.secret import Secret
from tests.door import people
from tests.door.service import Service, served
from tests.fakes.accounts import FakeAccounts
from tests.web import serving

SOON = datetime.now(UTC) + timedelta(hours=1)
WHOAMI = "/_matrix/client/v3/account/whoami"
TOKENS = "/_synapse/admin/v1/registration_tokens"
ME = (200, {"user_id": "@admin:example.org"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    homeserver: Homeserver
    register: Callable[[str, str], Awaitable[bool]]


async def contract(tried: Tried) -> None:
    homeserver, token, name = tried.homeserver, secrets.token_urlsafe(32), f"calm-{secrets.token_hex(4)}"
    user = f"@{name}:{await homeserver.server_name()}"
    assert await homeserver.use_of(token) is Use.NONE
    assert await homeserver.is_free(name)
    assert not await homeserver.has(user)
    assert not await homeserver.lives(user)
    await homeserver.make(token, SOON)
    await homeserver.make(token, SOON)
    assert await homeserver.use_of(token) is Use.FREE
    assert (await homeserver.uses())[token] is Use.FREE
    assert await tried.register(token, name)
    assert not await tried.register(token, f"{name}-2")
    assert await homeserver.use_of(token) is Use.USED
    assert (await homeserver.uses())[token] is Use.USED
    assert not await homeserver.is_free(name)
    assert await homeserver.has(user)
    assert await homeserver.lives(user)
    await homeserver.drop(token)
    await homeserver.drop(token)
    # Synapse forgets a token that was taken back, Matrix Authentication Service does not.
    assert await homeserver.use_of(token) in {Use.NONE, Use.USED}
    assert not await tried.register(token, f"{name}-3")
    await homeserver.deactivate(user)
    assert await homeserver.has(user)
    assert not await homeserver.lives(user)


async def test_the_fake_keeps_it() -> None:
    accounts = FakeAccounts()

    async def register(token: str, name: str) -> bool:
        return accounts.register(token, name)

    await contract(Tried(homeserver=accounts, register=register))


async def test_matrix_authentication_service_keeps_it() -> None:
    service = Service()

    async def register(token: str, name: str) -> bool:
        return service.register(token, name)

    async with aiohttp.ClientSession() as session, served(service) as config:
        await contract(Tried(homeserver=Mas(config, session), register=register))


@pytest.mark.slow
async def test_synapse_keeps_it(open_homeserver: Server) -> None:
    async with aiohttp.ClientSession() as session:
        token = Secret(await people.admin_token(session, open_homeserver))

        async def register(token: str, name: str) -> bool:
            return (await people.sign_up(session, open_homeserver.url, token, name))[0] == 200

        await contract(Tried(homeserver=Synapse(open_homeserver.url, token, session), register=register))


# --- what a real one does not say on demand -----------------------------------------------------------------------


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def synapse(address: str, session: aiohttp.ClientSession) -> Synapse:
    return Synapse(address, Secret("syt_token"), session)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({WHOAMI: (401, {"errcode": "M_UNKNOWN_TOKEN"})}, "does not know the token"),
        ({WHOAMI: ME, f"{TOKENS}/-": (403, {"errcode": "M_FORBIDDEN"})}, "is no administrator"),
        ({WHOAMI: ME}, "does not serve Synapse’s admin API"),
    ],
)
async def test_what_a_person_must_look_at_is_told_with_what_to_do(
    session: aiohttp.ClientSession, answers: dict[str, tuple[int, object]], told: str
) -> None:
    async with serving(answers) as address:
        with pytest.raises(RightsError, match=told) as refused:
            await synapse(address, session).server_name()
    assert "syt_token" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (502, "bad gateway"), (302, {}), (200, []), (200, {"user_id": 7}), (200, "x" * 5_000_000), (429, {})],
    ids=["500", "502", "redirect", "list", "number", "endless", "too-many"],
)
async def test_what_may_pass_is_a_homeserver_that_is_away(
    session: aiohttp.ClientSession, answer: tuple[int, object]
) -> None:
    async with serving({WHOAMI: answer}) as address:
        with pytest.raises(AwayError):
            await synapse(address, session).server_name()


async def test_nobody_at_the_address_is_a_homeserver_that_is_away(session: aiohttp.ClientSession) -> None:
    with pytest.raises(AwayError):
        await synapse("http://127.0.0.1:9", session).server_name()


async def test_an_account_that_is_locked_is_nobody(session: aiohttp.ClientSession) -> None:
    path = "/_synapse/admin/v2/users/@alice:example.org"
    async with serving({path: (200, {"name": "@alice:example.org", "deactivated": False, "locked": True})}) as address:
        assert not await synapse(address, session).lives("@alice:example.org")


async def test_a_token_that_synapse_does_not_take_is_not_taken_for_made(session: aiohttp.ClientSession) -> None:
    answers = {f"{TOKENS}/new": (400, {"errcode": "M_INVALID_PARAM"}), f"{TOKENS}/t": (404, {"errcode": "M_NOT_FOUND"})}
    async with serving(answers) as address:
        with pytest.raises(AwayError):
            await synapse(address, session).make("t", SOON)
