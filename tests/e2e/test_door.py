"""The door as it is run, beside a real Synapse, and browsers that send what the page sends."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.door import people
from tests.door.people import CLIENT
from tests.door.running import Running, a_door
from tests.servers import register

pytestmark = pytest.mark.slow


async def test_from_a_link_to_an_account_that_signs_a_client_in_and_ends(
    open_homeserver: Homeserver, tmp_path: Path
) -> None:
    async with a_door(tmp_path, open_homeserver) as door:
        secret = await door.open("one")
        status, claim = await door.claim(secret)
        assert (status, claim["homeserver"], claim["server"]) == (200, open_homeserver.url, "example.org")
        assert await door.claim(secret) == (status, claim), "a page that is opened again"
        assert (await door.row("one"))["state"] == "claimed"
        status, made = await people.sign_up(
            door.session, claim["homeserver"], claim["token"], claim["name"], inhibit_login=False
        )
        assert (status, made.get("user_id")) == (200, f"@{claim['name']}:example.org"), made
        status, came = await door.came(secret)
        assert (status, came["user"]) == (200, made["user_id"])
        await signed_in(door, open_homeserver, made)
        assert await door.claim(secret) == (410, {"error": "used"})
        row = await door.row("one")
        assert (row["state"], row["user"], row["again"]) == ("come", made["user_id"], 1)
        async with door.asking() as asker:
            assert (await asker.ask({"deactivate": "one"}))["door"]["state"] == "gone"
        status, _ = await people.log_in(door.session, open_homeserver, claim["name"], "five-words-of-a-list")
        assert status == 403
        assert await door.end() == 0
        log = door.log
    assert not [hidden for hidden in (secret, claim["token"], claim["name"], "five-words") if hidden in log]


async def signed_in(door: Running, homeserver: Homeserver, made: dict[str, object] | object) -> None:
    """Enter a client as the page does: by a token of minutes, for the session of the page goes."""
    assert isinstance(made, dict)
    async with door.session.get(f"{homeserver.url}{CLIENT}/v3/login") as answer:
        flows = (await answer.json())["flows"]
    assert {"type": "m.login.token", "get_login_token": True} in flows
    access = str(made["access_token"])
    status, told = await people.ask(door.session, f"{homeserver.url}{CLIENT}/v1/login/get_token", {}, access)
    assert status == 200, told
    await people.ask(door.session, f"{homeserver.url}{CLIENT}/v3/logout", {}, access)
    login = {"type": "m.login.token", "token": told["login_token"]}
    status, client = await people.ask(door.session, f"{homeserver.url}{CLIENT}/v3/login", login)
    assert (status, client["user_id"]) == (200, made["user_id"])


async def test_of_ten_pages_at_once_exactly_one_registers(open_homeserver: Homeserver, tmp_path: Path) -> None:
    async with a_door(tmp_path, open_homeserver) as door:
        secret = await door.open("one")
        claims = [told for _, told in await asyncio.gather(*(door.claim(secret) for _ in range(10)))]
        assert len({(told["token"], told["name"]) for told in claims}) == 1
        token, name = claims[0]["token"], claims[0]["name"]
        tries = [people.sign_up(door.session, open_homeserver.url, token, name) for _ in range(10)]
        made = [status for status, _ in await asyncio.gather(*tries)]
        assert made.count(200) == 1, made
        assert (await door.came(secret))[0] == 200
        assert (await door.row("one"))["state"] == "come"


async def test_who_makes_other_accounts_with_a_link_is_an_alarm(open_homeserver: Homeserver, tmp_path: Path) -> None:
    """Whoever has a link can send what no page of ours does. Synapse lets several through that come at once."""
    async with a_door(tmp_path, open_homeserver) as door:
        secret = await door.open("one")
        _, claim = await door.claim(secret)
        names = [claim["name"], *(f"{claim['name']}-{number}" for number in range(5))]
        tries = [people.sign_up(door.session, open_homeserver.url, claim["token"], name) for name in names]
        made = [status == 200 for status, _ in await asyncio.gather(*tries)]
        assert any(made)
        status, _ = await door.came(secret)
        row = await door.row("one")
        is_the_one = made == [True, *[False] * 5]
        assert (status, row["state"]) == ((200, "come") if is_the_one else (409, "astray"))


async def test_of_sixty_seven_people_at_once_sixty_seven_come(open_homeserver: Homeserver, tmp_path: Path) -> None:
    async with a_door(tmp_path, open_homeserver) as door:
        secrets = [await door.open(f"person:{number}") for number in range(67)]

        async def come(secret: str) -> int:
            _, claim = await door.claim(secret)
            await people.sign_up(door.session, open_homeserver.url, claim["token"], claim["name"])
            return (await door.came(secret))[0]

        assert await asyncio.gather(*map(come, secrets)) == [200] * 67
        async with door.asking() as asker:
            rows = (await asker.ask({"list": True}))["doors"]
        assert {row["state"] for row in rows} == {"come"}
        assert len({row["user"] for row in rows}) == 67


async def test_who_has_an_account_comes_by_it_and_it_is_not_ended(open_homeserver: Homeserver, tmp_path: Path) -> None:
    async with a_door(tmp_path, open_homeserver) as door:
        alice, bob = await register(open_homeserver, "alice"), await register(open_homeserver, "bob")
        secret = await door.open("one")
        _, claim = await door.claim(secret)
        assert await door.known(secret, alice.user.replace(":", "-not:")) == (422, {"error": "nobody"})
        assert await door.known(secret, "@alice:elsewhere.example.org") == (422, {"error": "elsewhere"})
        answers = await asyncio.gather(*(door.known(secret, user) for user in (alice.user, bob.user)))
        assert sorted(status for status, _ in answers) == [200, 410]
        status, _ = await people.sign_up(door.session, open_homeserver.url, claim["token"], claim["name"])
        assert status == 401
        row = await door.row("one")
        (won,) = (account for account in (alice, bob) if account.user == row["user"])
        assert (row["state"], row["made"], row["again"]) == ("come", False, 1)
        async with door.asking() as asker:
            assert (await asker.ask({"deactivate": "one"}))["door"]["state"] == "gone"
        status, _ = await people.log_in(door.session, open_homeserver, won.localpart, won.password)
        assert status == 200
        assert won.localpart not in door.log


async def test_closed_in_the_middle_nobody_registers(open_homeserver: Homeserver, tmp_path: Path) -> None:
    async with a_door(tmp_path, open_homeserver) as door:
        secret = await door.open("one")
        _, claim = await door.claim(secret)
        async with door.asking() as asker:
            assert (await asker.ask({"close": "one"}))["door"]["state"] == "closed"
        status, _ = await people.sign_up(door.session, open_homeserver.url, claim["token"], claim["name"])
        assert status == 401
        assert await door.claim(secret) == (410, {"error": "closed"})


async def test_killed_in_the_middle_it_goes_on_with_the_same(open_homeserver: Homeserver, tmp_path: Path) -> None:
    async with a_door(tmp_path, open_homeserver) as door:
        secret = await door.open("one")
        first = await door.claim(secret)
        await door.end(signal.SIGKILL)
        await door.start()
        assert await door.claim(secret) == first
        status, _ = await people.sign_up(door.session, open_homeserver.url, first[1]["token"], first[1]["name"])
        assert status == 200
        await door.end(signal.SIGKILL)
        await door.start()
        assert (await door.came(secret))[0] == 200


async def test_while_the_homeserver_is_away_a_link_waits(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "synapse") as homeserver, a_door(tmp_path, homeserver) as door:
        secret = await door.open("one")
        await homeserver.stop()
        assert await door.claim(secret) == (503, {"error": "away"})
        assert await door.known(secret, "@alice:example.org") == (503, {"error": "away"})
        assert (await door.row("one"))["state"] == "waiting"
        await homeserver.start()
        assert (await door.claim(secret))[0] == 200
