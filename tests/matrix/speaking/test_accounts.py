"""What is said of people whom nothing is known of: on a real homeserver, and by one that limits us and lies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from aiohttp import web

from bot.core.names import UserId
from bot.core.people.accounts import Found
from bot.matrix.account.device_policy import CrossSigned, FirstUse
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.accounts import BATCH, Accounts
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.identity import FakeIdentity, FakePhone
from tests.matrix.between import Between
from tests.matrix.listeners import guarded
from tests.matrix.people import Bot, Town
from tests.matrix.speaking.test_trusted_sending import verified
from tests.servers import register

NOWHERE = UserId("@somebody:nowhere.invalid")


async def look_up(bot: Bot, *users: str) -> dict[UserId, Found]:
    found: dict[UserId, Found] = {}
    await bot.chat.look_up([UserId(user) for user in users], found)
    return found


@pytest.mark.slow
async def test_a_homeserver_says_who_can_be_reached_and_nothing_of_it_is_kept(town: Town, between: Between) -> None:
    strict, lenient = await town.bot(url=between.url, policy=CrossSigned()), await town.bot(policy=FirstUse())
    proved, unproved = await town.person(), await town.person()
    await verified(proved)
    silent = await register(town.homeserver, "silent")
    nobody = UserId(f"@nobody-at-all:{proved.user.partition(':')[2]}")
    users = (proved.user, unproved.user, silent.user, nobody, NOWHERE)
    expected = {
        proved.user: Found.PROVED,
        unproved.user: Found.UNPROVED,
        UserId(silent.user): Found.NO_DEVICE,
        nobody: Found.NO_ACCOUNT,
        NOWHERE: Found.AWAY,
    }
    assert await look_up(strict, *users) == expected
    # Who has a device is there: only of the others a profile is asked for, and of no server that does not answer.
    asked = {request.path.rpartition("/")[2] for request in between.passed if request.path.startswith("profile/")}
    assert len(asked) == 2
    assert await look_up(lenient, *users) == {**expected, unproved.user: Found.PROVED}
    machine = strict.client.machine
    assert machine.tracked_users.isdisjoint(users)
    assert machine.identities.known().isdisjoint(users)
    assert not list(machine.device_store.active_user_devices(proved.user))


class Patience:
    """Takes no time to wait, and says how long it would have."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def people(number: int, server: str = "firm.example") -> list[UserId]:
    return [UserId(f"@p{one}:{server}") for one in range(number)]


async def asked_of(
    client: GuardedClient, users: Iterable[UserId], patience: Patience | None = None
) -> dict[UserId, Found]:
    found: dict[UserId, Found] = {}
    accounts = Accounts(client, Wire(client), sleep=(patience or Patience()).sleep)
    await accounts.look_up(list(users), found)
    return found


def answering(*answers: web.Response) -> list[web.Response]:
    return list(answers)


def error(status: int, code: str, **more: object) -> web.Response:
    return web.json_response({"errcode": code, "error": "no", **more}, status=status)


async def test_what_a_profile_says_of_who_has_no_device(server: FakeHomeserver, tmp_path: Path) -> None:
    ours, theirs = "example.org", "firm.example"
    said = {
        f"@there:{theirs}": (lambda: web.json_response({}), Found.NO_DEVICE),
        f"@gone:{theirs}": (lambda: error(404, "M_NOT_FOUND"), Found.NO_ACCOUNT),
        f"@gone:{ours}": (lambda: error(404, "M_UNKNOWN"), Found.NO_ACCOUNT),
        f"@old:{theirs}": (lambda: error(404, "M_UNRECOGNIZED"), Found.UNSAID),
        f"@shy:{theirs}": (lambda: error(403, "M_FORBIDDEN"), Found.UNSAID),
        f"@away:{theirs}": (lambda: error(502, "M_UNKNOWN"), Found.AWAY),
        # Of one of ours our own homeserver fails: nothing follows from that.
        f"@faulty:{ours}": (lambda: error(500, "M_UNKNOWN"), None),
    }
    server.profiles = {user: answer for user, (answer, _) in said.items()}
    async with guarded(server, tmp_path) as client:
        found = await asked_of(client, map(UserId, said))
    assert found == {user: found for user, (_, found) in said.items() if found is not None}


async def test_a_limit_is_waited_for_and_a_fault_is_tried_again(server: FakeHomeserver, tmp_path: Path) -> None:
    limits = answering(error(429, "M_LIMIT_EXCEEDED", retry_after_ms=7000), error(500, "M_UNKNOWN"))
    server.lies["/keys/query"] = lambda told: limits.pop(0) if limits else told
    patience = Patience()
    server.profiles = {user: lambda: web.json_response({}) for user in people(BATCH + 1)}
    async with guarded(server, tmp_path) as client:
        found = await asked_of(client, people(BATCH + 1), patience)
    assert set(found.values()) == {Found.NO_DEVICE}
    assert len(found) == BATCH + 1
    assert max(patience.waits) >= 7
    assert len(patience.waits) == 2


async def test_a_batch_that_is_refused_for_good_costs_the_others_nothing(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    refusals = answering(error(400, "M_INVALID_PARAM"))
    server.lies["/keys/query"] = lambda told: refusals.pop(0) if refusals else told
    server.profiles = {user: lambda: web.json_response({}) for user in people(2 * BATCH)}
    async with guarded(server, tmp_path) as client:
        assert len(await asked_of(client, people(2 * BATCH))) == BATCH


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"failures": {"firm.example": {"status": 503}}}, Found.AWAY),
        ({"failures": ["firm.example"]}, Found.NO_DEVICE),
        ({"device_keys": []}, Found.NO_DEVICE),
        ({"device_keys": {"@p0:firm.example": {"A": {"user_id": "@p0:firm.example", "device_id": "A"}}}}, None),
        ({"device_keys": {"@p0:firm.example": ["A"]}, "master_keys": 7}, Found.NO_DEVICE),
    ],
)
async def test_an_answer_of_any_shape_is_read(
    server: FakeHomeserver, tmp_path: Path, told: Json, found: Found | None
) -> None:
    server.lies["/keys/query"] = lambda _: told
    (user,) = people(1)
    server.profiles = {user: lambda: web.json_response({})}
    async with guarded(server, tmp_path) as client:
        assert await asked_of(client, [user]) == {user: found or Found.NO_DEVICE}


async def test_a_device_counts_that_its_owner_made_and_the_identity_known_vouches_for(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    user, *_ = people(1)
    identity, phone = FakeIdentity(user), FakePhone(user, "PHONE")
    forged = {**phone.keys, "signatures": {}}
    server.profiles = {user: lambda: web.json_response({})}
    told: Json = {"device_keys": {user: {"PHONE": identity.sign(phone.keys)}}}
    told |= {section: {user: key} for section, key in identity.published().items()}
    server.lies["/keys/query"] = lambda _: told
    async with guarded(server, tmp_path, policy=CrossSigned()) as client:
        assert await asked_of(client, [user]) == {user: Found.PROVED}
        told["device_keys"] = {user: {"PHONE": phone.keys}}
        assert await asked_of(client, [user]) == {user: Found.UNPROVED}
        told["device_keys"] = {user: {"PHONE": forged}}
        assert await asked_of(client, [user]) == {user: Found.NO_DEVICE}
        # Somebody whom we know by another key: what is published now vouches for nobody.
        told["device_keys"] = {user: {"PHONE": identity.sign(phone.keys)}}
        client.machine.identities.confirm(user, FakeIdentity(user).master)
        assert await asked_of(client, [user]) == {user: Found.UNPROVED}
