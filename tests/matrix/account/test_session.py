from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Matrix, PasswordLogin, TokenLogin
from bot.core.names import DeviceId, UserId
from bot.host.secret import Secret
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.account.session import KeysLostError, Login, LoginRefusedError, Session
from bot.ports import UnreachableError
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.peer import Peer
from tests.fakes.vault import MemoryVault
from tests.matrix.listeners import ALICE, BOT

PASSWORD = "correct horse"


class Household:
    """What lasts from one start of the bot to the next."""

    def __init__(self, server: FakeHomeserver, folder: Path) -> None:
        self.server = server
        self.vault = MemoryVault()
        self.crypto = MemoryCrypto()
        self.password = folder / "password"
        self.password.write_text(PASSWORD)
        self.password.chmod(0o600)
        server.passwords[BOT] = PASSWORD
        self.account = Matrix(
            homeserver=server.url,
            user_id=UserId(BOT),
            login=PasswordLogin(file=self.password),
            device_name="Cellule",
        )

    def session(self) -> Session:
        return Session(self.account, self.vault, self.crypto, knows=lambda _: False, policy=FirstUse())

    def given_token(self, token: str, device: str) -> None:
        login = TokenLogin(access_token=Secret(token), device_id=DeviceId(device))
        self.account = replace(self.account, login=login)

    @property
    def logins(self) -> int:
        return sum(path.endswith("/login") for _, path in self.server.requests)


@pytest.fixture
def household(server: FakeHomeserver, tmp_path: Path) -> Household:
    return Household(server, tmp_path)


async def start_and_stop(household: Household) -> tuple[str, str]:
    """Start once; return the device and its identity key."""
    session = household.session()
    client = await session.open()
    device, key = client.device_id, client.machine.account.identity_keys["ed25519"]
    await client.close()
    assert device is not None
    return device, key


async def test_the_bot_logs_in_once_for_all_its_starts(household: Household) -> None:
    first = await start_and_stop(household)
    assert await start_and_stop(household) == first
    assert household.logins == 1


async def test_the_password_may_be_gone_after_the_first_login(household: Household) -> None:
    first = await start_and_stop(household)
    household.password.unlink()
    assert await start_and_stop(household) == first


async def test_a_stop_between_login_and_keeping_it_costs_no_second_device(household: Household) -> None:
    first = await start_and_stop(household)
    del household.vault.kept["matrix-login"]
    assert await start_and_stop(household) == first
    assert household.logins == 2


async def test_a_wrong_password_is_refused_for_good(household: Household) -> None:
    household.server.passwords[BOT] = "another"
    session = household.session()
    with pytest.raises(LoginRefusedError, match="M_FORBIDDEN"):
        await session.open()
    await session.client.close()


async def test_a_device_without_its_keys_is_refused(household: Household) -> None:
    await start_and_stop(household)
    household.crypto.rows.clear()
    session = household.session()
    with pytest.raises(KeysLostError, match="keys of the bot's device are missing"):
        await session.open()
    await session.client.close()


async def test_a_state_folder_of_another_account_is_refused(household: Household) -> None:
    await start_and_stop(household)
    household.account = replace(household.account, user_id=UserId(ALICE))
    session = household.session()
    with pytest.raises(LoginRefusedError, match="another account"):
        await session.open()
    await session.client.close()


async def test_a_given_token_is_used_without_a_login(household: Household) -> None:
    household.given_token(household.server.add_device(BOT, "GIVEN"), "GIVEN")
    device, key = await start_and_stop(household)
    assert device == "GIVEN"
    assert await start_and_stop(household) == (device, key)
    assert household.logins == 0


async def test_a_given_device_of_an_account_without_any_list_has_no_keys_yet(household: Household) -> None:
    household.given_token(household.server.add_device(BOT, "GIVEN"), "GIVEN")
    household.server.lies["/keys/query"] = lambda told: {**told, "device_keys": {}}
    assert (await start_and_stop(household))[0] == "GIVEN"


@pytest.mark.parametrize(("user", "device"), [(BOT, "OTHER"), (ALICE, "GIVEN")])
async def test_a_given_token_of_somebody_or_something_else_is_refused(
    household: Household, user: str, device: str
) -> None:
    household.given_token(household.server.add_device(user, device), "GIVEN")
    session = household.session()
    with pytest.raises(LoginRefusedError, match="another user or another device"):
        await session.open()
    await session.client.close()


async def test_a_given_device_whose_keys_lie_elsewhere_is_refused(household: Household) -> None:
    Peer(household.server, BOT, "GIVEN")
    household.given_token("token-0", "GIVEN")
    session = household.session()
    with pytest.raises(KeysLostError, match="already has encryption keys"):
        await session.open()
    await session.client.close()


async def test_a_forgotten_token_is_replaced_for_the_same_device_when_the_homeserver_allows_it(
    household: Household,
) -> None:
    session = household.session()
    client = await session.open()
    device, token = client.device_id, client.access_token
    await session.renew(soft_logout=True)
    assert client.device_id == device
    assert client.access_token != token
    await client.close()
    assert (await start_and_stop(household))[0] == device


async def test_a_session_ended_for_good_is_refused(household: Household) -> None:
    session = household.session()
    await session.open()
    with pytest.raises(LoginRefusedError, match="for good"):
        await session.renew(soft_logout=False)
    await session.client.close()


async def test_a_token_that_is_unknown_at_the_start_is_refused(household: Household) -> None:
    await start_and_stop(household)
    household.server.tokens.clear()
    session = household.session()
    with pytest.raises(LoginRefusedError):
        await session.open()
    await session.client.close()


async def test_an_expired_given_token_asks_for_a_new_one(household: Household) -> None:
    household.given_token(household.server.add_device(BOT, "GIVEN"), "GIVEN")
    session = household.session()
    await session.open()
    with pytest.raises(LoginRefusedError, match="Put a new one"):
        await session.renew(soft_logout=True)
    await session.client.close()


async def test_a_homeserver_that_is_away_is_worth_another_try(household: Household) -> None:
    household.account = replace(household.account, homeserver="http://127.0.0.1:9")
    session = household.session()
    with pytest.raises(UnreachableError):
        await session.open()
    await session.client.close()


async def test_nothing_secret_shows_in_what_is_kept_or_printed(household: Household) -> None:
    session = household.session()
    client = await session.open()
    assert client.access_token not in repr(session)
    assert client.access_token not in repr(Login.load(household.vault.kept["matrix-login"]))
    await client.close()


async def test_a_token_that_fits_into_no_request_is_not_kept(household: Household) -> None:
    household.server.lies["/login"] = lambda told: told | {"access_token": "abc\r\nX: y"}
    session = household.session()
    with pytest.raises(UnreachableError):
        await session.open()
    assert "matrix-login" not in household.vault.kept
    del household.server.lies["/login"]
    await session.open()
    await session.client.close()
