"""What is looked up once it is allowed: asked of a real name server and a real TLS server, both on loopback."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.cli.checks.findings import Level
from bot.cli.checks.independence import looking
from bot.cli.checks.independence.comparing import Place
from bot.cli.checks.independence.looking import Looked, Ways, look_up, ways_of_this_machine
from bot.cli.checks.independence.names import Address
from tests.authority import authority
from tests.cli.test_independence import findings_of, folder, lines
from tests.nameserver import NameServer, Zone, naming
from tests.patience import PATIENCE_S

__all__ = ["folder"]

FIRM = "firm.example.com"
ZONE: Zone = {
    "example.org": {"A": ["127.1.1.1"], "NS": ["ns1.example.org."], "MX": ["10 mx.mail.example.net."]},
    "matrix.example.org": {"A": ["127.1.2.1"], "AAAA": ["2001:db8:1::1"]},
    "example.com": {
        "A": ["127.2.1.1"],
        "NS": ["ns-12.hosted-12.example.", "ns-34.hosted-34.example."],
        "MX": ["20 mx2.example.com.", "10 mx1.example.com."],
    },
    "mx1.example.com": {"A": ["127.2.2.1"]},
    FIRM: {"A": ["127.2.1.2"]},
    "null.example": {"MX": ["0 ."], "NS": ["ns.null.example."]},
}


def at(*addresses: str) -> frozenset[Address]:
    return frozenset(map(ip_address, addresses))


def hosts(*names: str) -> frozenset[str]:
    return frozenset(names)


def ways(server: NameServer, trusted: ssl.SSLContext | None = None, answer_s: float = PATIENCE_S) -> Ways:
    return Ways(resolver=server.resolver, trusted=trusted or ssl.create_default_context(), answer_s=answer_s)


async def look(
    name: str, *, port: int | None = None, zone: Zone = ZONE, counts_mail: bool = False, failing: Collection[str] = ()
) -> Looked:
    async with naming(zone, failing=failing) as server:
        return await look_up(Place(name=name), ways(server), port, is_mail_counted=counts_mail)


@asynccontextmanager
async def showing(shown: ssl.SSLContext) -> AsyncIterator[int]:
    """Show a certificate at every address of loopback, on the port that is yielded."""

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(serve, "0.0.0.0", 0, ssl=shown) as server:
        yield server.sockets[0].getsockname()[1]


async def test_addresses_name_servers_and_mail_are_looked_up(folder: Path) -> None:
    looked = await look("example.org")
    assert looked.problem is None
    assert looked.place == Place(
        name="example.org",
        addresses=at("127.1.1.1"),
        name_servers=hosts("ns1.example.org"),
        mail=hosts("mx.mail.example.net"),
    )


async def test_a_name_below_a_domain_has_the_name_servers_and_the_mail_of_the_domain() -> None:
    place = (await look("matrix.example.org")).place
    assert place.addresses == at("127.1.2.1", "2001:db8:1::1")
    assert (place.name_servers, place.mail) == (hosts("ns1.example.org"), hosts("mx.mail.example.net"))


async def test_a_firm_stands_where_its_mail_comes_in_too() -> None:
    place = (await look("example.com", counts_mail=True)).place
    assert place.addresses == at("127.2.1.1", "127.2.2.1")
    assert place.mail == hosts("mx1.example.com", "mx2.example.com"), "one that is not there any more is no failure"


async def test_a_domain_that_refuses_mail_and_has_no_address_has_none() -> None:
    place = (await look("null.example", counts_mail=True)).place
    assert (place.addresses, place.mail) == (frozenset(), frozenset())


async def test_what_was_given_is_not_asked_for() -> None:
    given = Place(name="example.org", addresses=at("192.0.2.1"), mail=frozenset())
    async with naming(ZONE) as server:
        looked = await look_up(given, ways(server), None, is_mail_counted=True)
    assert looked.place == replace(given, name_servers=hosts("ns1.example.org"))
    assert server.asked == ["example.org NS"]


async def test_who_signed_the_certificate_is_read_and_nobody_is_believed_who_is_not_trusted(tmp_path: Path) -> None:
    file, shown = authority(tmp_path, ("example.org",))
    trusted = ssl.create_default_context(cafile=file)
    async with naming(ZONE) as server, showing(shown) as port:
        looked = [
            await look_up(Place(name=name), ways(server, context), port, is_mail_counted=False)
            for name, context in (("example.org", trusted), ("example.org", None), ("example.com", trusted))
        ]
    assert [each.place.authorities for each in looked] == [hosts("Our authority"), None, None]
    assert [each.problem for each in looked] == [None] * 3


async def test_nobody_at_the_door_only_means_that_the_authority_is_not_known(folder: Path) -> None:
    async with naming(ZONE) as server:
        looked = await look_up(Place(name="example.org"), ways(server), 1, is_mail_counted=False)
    assert (looked.place.authorities, looked.place.mail) == (None, hosts("mx.mail.example.net"))


# --- the whole check ----------------------------------------------------------------------------------------


async def test_what_is_found_is_compared(folder: Path) -> None:
    file, shown = authority(folder, ("matrix.example.org", "example.com", "example.org"))
    zone = {**ZONE, "mx1.example.com": {"A": ["127.1.2.1"]}}
    async with naming(zone) as server, showing(shown) as port:
        trusted = replace(ways(server, ssl.create_default_context(cafile=file)), https=port)
        found = await findings_of(folder, "example.com", looks_up=True, ways=lambda: trusted)
    assert not lines(found, Level.ERROR)
    assert [finding.text.partition(":")[0] for finding in found] == [
        "example.com or its mail stands at an address of matrix.example.org, 127.1.2.1",
        "example.com and example.org, matrix.example.org show certificates of Our authority",
        "example.com",
        "example.com",
    ]
    unknown, apart = found[-2:]
    assert "apart: whose network it is, registrar, sign-in (" in unknown.text
    assert apart.text == "example.com: nothing in common: domain, name servers, mail"


async def test_a_domain_that_does_not_exist_is_an_error_and_the_others_are_compared(folder: Path) -> None:
    async with naming(ZONE) as server:
        found = await findings_of(folder, "gone.example", FIRM, looks_up=True, ways=lambda: ways(server))
    assert [text.partition(";")[0] for text in lines(found, Level.ERROR)] == [
        "gone.example does not exist, says the name server"
    ]
    assert any(text.startswith(f"{FIRM}: nothing in common: domain, addresses, ") for text in lines(found, Level.OK))
    assert "addresses, networks, name servers, mail (gone.example)" in " ".join(lines(found, Level.WARNING))


async def test_a_name_server_that_never_answers_ends_in_its_time(folder: Path) -> None:
    async with naming(ZONE, silent=ZONE.keys()) as server:
        found = await findings_of(folder, "example.com", looks_up=True, ways=lambda: ways(server, answer_s=0.1))
    assert [text.partition(";")[0] for text in lines(found, Level.ERROR)] == [
        f"nobody answered for {name} within 0.1 s" for name in ("example.org", "matrix.example.org", "example.com")
    ]


async def test_all_questions_about_a_name_end_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "NAME_S", 0.1)
    async with naming(ZONE, silent=ZONE.keys()) as server:
        looked = await look_up(Place(name="example.org"), ways(server), None, is_mail_counted=False)
    assert str(looked.problem).startswith("nobody answered for example.org within 0.1 s; look at the name server")
    assert looked.place == Place(name="example.org")


async def test_a_name_server_that_fails_says_so_and_what_came_before_is_kept() -> None:
    looked = await look("example.com", counts_mail=True, failing=["mx2.example.com"])
    assert str(looked.problem).startswith("the name server has no answer about mx2.example.com (NoNameservers); try")
    assert looked.place.mail == hosts("mx1.example.com", "mx2.example.com")
    assert looked.place.addresses is None, "half of it would look like all"


async def test_a_machine_without_a_name_server_is_told(folder: Path) -> None:
    (folder / "resolv.conf").touch()
    none = partial(ways_of_this_machine, folder / "resolv.conf")
    (wrong,) = lines(await findings_of(folder, "example.com", looks_up=True, ways=none), Level.ERROR)
    assert wrong.startswith("this machine has no name server that could be asked (/etc/resolv.conf); set one up")


def test_the_name_servers_and_authorities_of_this_machine_are_asked(tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text("nameserver 192.0.2.53\n")
    found = ways_of_this_machine(tmp_path / "resolv.conf")
    assert found.resolver.nameservers == ["192.0.2.53"]
    assert found.trusted.verify_mode is ssl.CERT_REQUIRED


async def test_this_machine_and_an_onion_service_are_never_asked_for(folder: Path) -> None:
    here = {"homeserver": "http://localhost:8008", "user_id": "@cellule:cellule7homeserver.onion"}
    async with naming(ZONE) as server:
        await findings_of(folder, "example.com", looks_up=True, ways=lambda: ways(server), matrix=here)
    assert server.asked
    assert not [asked for asked in server.asked if "localhost" in asked or "onion" in asked]
