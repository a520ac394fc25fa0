"""The door's console: its exit codes are a contract, and every refusal is one line."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.door.config import Mas
from bot.door.doors import Doors
from bot.door.errors import RightsError
from bot.door.kept import opened
from bot.door.serving import keep_up
from bot.door.socket import DoorSocket
from tests.console import Ended, cellule
from tests.door.running import a_door_by_service
from tests.door.service import Service, served
from tests.door.stage import PAGE, standing
from tests.door.test_config import write
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import FakeClock
from tests.web import Answers, serving

WHOAMI = "/_matrix/client/v3/account/whoami"
TOKENS = "/_synapse/admin/v1/registration_tokens"
GOOD: Answers = {
    WHOAMI: (200, {"user_id": "@admin:example.org"}),
    f"{TOKENS}/-": (404, {"errcode": "M_NOT_FOUND"}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("syt_very_secret")
    return tmp_path


async def refused(folder: Path, answers: Answers, **changed: object) -> Ended:
    async with serving(answers) as address:
        config = await asyncio.to_thread(lambda: write(folder, homeserver=address, **changed))
        return await cellule("door", "serve", "--config", config)


def last(ended: Ended) -> str:
    assert "syt_very_secret" not in ended.err
    return ended.err.splitlines()[-1]


async def test_a_configuration_that_cannot_be_used_ends_with_2(folder: Path) -> None:
    ended = await cellule("door", "serve", "--config", write(folder, kind="matrix", listen=...))
    assert (ended.code, len(ended.err.splitlines())) == (2, 2)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({WHOAMI: (401, {"errcode": "M_UNKNOWN_TOKEN"})}, "the homeserver does not know the token"),
        ({**GOOD, f"{TOKENS}/-": (403, {"errcode": "M_FORBIDDEN"})}, "the account of admin_token_file is no admin"),
        ({WHOAMI: GOOD[WHOAMI]}, "the homeserver does not serve Synapse’s admin API"),
    ],
)
async def test_a_token_without_rights_ends_with_3(folder: Path, answers: Answers, told: str) -> None:
    ended = await refused(folder, answers)
    assert ended.code == 3
    assert last(ended).startswith(told)


def by_mas(folder: Path, config: Mas, **changed: object) -> Path:
    secret = folder / "client"
    secret.touch(mode=0o600)
    secret.write_text(config.client_secret.reveal())
    group = {"service": config.service, "client_id": config.client_id, "client_secret_file": "client"}
    page = "http://127.0.0.1:9468"
    return write(folder, kind="mas", admin_token_file=..., mas={**group, **changed}, page=page)


async def test_a_client_without_rights_ends_with_3_too(folder: Path) -> None:
    service = Service()
    async with served(service) as config:
        unknown = await cellule("door", "serve", "--config", by_mas(folder, config, client_id="0" * 26))
        service.admins.clear()
        no_admin = await cellule("door", "serve", "--config", by_mas(folder, config))
    assert (unknown.code, no_admin.code) == (3, 3)
    assert last(unknown).startswith("the service does not know the client of mas.client_id")
    assert last(no_admin).startswith("the client of mas.client_id may not do an administrator’s work")


async def test_by_matrix_authentication_service_somebody_comes_and_their_account_is_ended(folder: Path) -> None:
    service = Service()
    async with served(service) as config, a_door_by_service(folder, config) as door:
        secret = await door.open("one")
        _, claim = await door.claim(secret)
        assert claim["register"] == f"{config.service}/register/password?username={claim['name']}"
        assert (await door.came(secret))[1] == {"error": "soon"}
        await door.end(signal.SIGKILL)
        await door.start()
        assert service.register(claim["token"], claim["name"])
        assert (await door.came(secret))[1]["user"] == f"@{claim['name']}:example.org"
        async with door.asking() as asker:
            row = (await asker.ask({"deactivate": "one"}))["door"]
        assert await door.end() == 0
    assert (row["state"], row["made"]) == ("gone", True)
    assert (service.user(claim["name"]) or {})["deactivated_at"] is not None
    assert not [hidden for hidden in (secret, claim["token"], claim["name"], "phoo8ahneir") if hidden in door.log]


async def test_a_second_door_ends_with_4(folder: Path) -> None:
    async with standing(folder) as house, DoorSocket(house.doors, PAGE).opened(folder / "door.sock"):
        elsewhere = await refused(folder, GOOD, socket="other.sock")
        beside = await refused(folder, GOOD, state="other")
    assert (elsewhere.code, beside.code) == (4, 4)
    assert last(beside).startswith("another door answers at")


async def test_a_port_that_is_taken_ends_with_1_and_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await refused(folder, GOOD, listen=f"127.0.0.1:{port}")
    assert ended.code == 1
    assert last(ended).startswith(f"cannot listen on 127.0.0.1:{port} (")


async def test_a_socket_that_cannot_be_made_ends_with_1_and_a_sentence(folder: Path) -> None:
    (folder / "mine").write_text("not a socket")
    ended = await refused(folder, GOOD, socket="mine")
    assert ended.code == 1
    assert last(ended).startswith("no socket can be made at")


async def test_slips_need_a_door_that_runs_and_a_list(folder: Path) -> None:
    config, people = write(folder), folder / "people.csv"
    people.write_text("name,role\nAlice,DPO\n")
    words = ("door", "many", people, "--config", config, "--to", folder / "slips")
    silent = await cellule(*words)
    assert (silent.code, last(silent).startswith("no door answers at")) == (1, True)
    people.write_text("Alice\n")
    wrong = await cellule(*words, env={"LC_ALL": "fr_FR.UTF-8"})
    assert (wrong.code, last(wrong).startswith("la première ligne de")) == (2, True)


# --- by itself ----------------------------------------------------------------------------------------------------


class Stopped(Exception):
    pass


def after(steps: list[Callable[[], None]]) -> Callable[[float], Awaitable[None]]:
    """Return a sleep that does the next of *steps* each time, and at last ends."""

    async def sleep(_: float) -> None:
        if not steps:
            raise Stopped
        steps.pop(0)()

    return sleep


async def test_a_homeserver_that_is_away_is_asked_again_until_it_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    accounts = FakeAccounts()
    accounts.is_away = True
    async with opened(tmp_path / "kept") as kept:
        doors = Doors(kept, accounts, FakeClock().now)
        steps = [lambda: None, lambda: setattr(accounts, "is_away", False), lambda: None]
        with pytest.raises(Stopped):
            await keep_up(doors, after(steps))
        assert doors.server == "example.org"


async def test_rights_that_lack_when_it_answers_at_last_end_it(tmp_path: Path) -> None:
    accounts = FakeAccounts()
    accounts.refuses = True
    async with opened(tmp_path / "kept") as kept:
        with pytest.raises(RightsError):
            await keep_up(Doors(kept, accounts, FakeClock().now), after([lambda: None]))


async def test_rights_that_are_taken_away_later_do_not_end_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with standing(tmp_path) as house:
        await house.doors.open("one", house.tomorrow)
        await house.doors.claim("one")
        steps = [
            lambda: setattr(house.accounts, "refuses", True),
            lambda: setattr(house.accounts, "is_away", True),
            lambda: None,
        ]
        with pytest.raises(Stopped):
            await keep_up(house.doors, after(steps))
    assert "the homeserver refuses the door" in caplog.text
    assert "the homeserver did not answer the door" in caplog.text
