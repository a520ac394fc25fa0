"""The door for alerts as a socket: who finds a place, for how long, and over TLS."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.bridges.alerts import connections
from bot.bridges.alerts.listener import Listener
from bot.config.alerts import AlertDoor
from bot.config.values import Listen
from bot.ports import Counts, Report
from tests.bridges.alerts.doors import BEARER, listening
from tests.bridges.alerts.senders import ALERTMANAGER, NOW, SOURCES, written
from tests.patience import eventually


async def test_who_connects_and_says_nothing_takes_no_place_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bridges.alerts.listener.TIMEOUT_S", 0.1)
    monkeypatch.setattr("bot.bridges.alerts.connections.TIMEOUT_S", 0.1)
    monkeypatch.setattr("bot.bridges.alerts.connections._LINGERING_S", 0.1)
    async with listening() as door:
        assert await door.raw(b"") == ""
        begun = f"POST /alerts/other HTTP/1.1\r\nHost: a\r\nX-Timestamp: {int(NOW)}\r\nContent-Length: 9\r\n\r\n{{"
        assert " 503 " in await door.raw(begun.encode())


async def test_there_are_only_so_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bridges.alerts.connections.MOST_CONNECTIONS", 1)
    async with listening() as door:
        _, first = await asyncio.open_connection("127.0.0.1", door.listener.port)
        assert await door.raw(b"") == ""
        first.close()
        await first.wait_closed()


async def test_one_address_has_its_share_and_this_machine_where_a_proxy_is_has_all() -> None:
    seats = connections._Seats()
    assert all(seats.take("192.0.2.1", is_here=False) for _ in range(connections.MOST_OF_ONE))
    assert not seats.take("192.0.2.1", is_here=False)
    others = connections.MOST_CONNECTIONS - connections.MOST_OF_ONE
    assert all(seats.take("127.0.0.1", is_here=True) for _ in range(others))
    assert not seats.take("192.0.2.2", is_here=False)
    for _ in range(connections.MOST_OF_ONE):
        seats.leave("192.0.2.1")
    assert seats.take("192.0.2.2", is_here=False)
    assert set(seats.taken) == {"127.0.0.1", "192.0.2.2"}


async def test_who_never_ends_a_handshake_has_a_place_and_not_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bridges.alerts.connections.MOST_CONNECTIONS", 1)
    async with listening(*certificate(tmp_path)) as door:
        _, silent = await asyncio.open_connection("127.0.0.1", door.listener.port)
        assert await door.raw(b"") == ""
        silent.close()
        await silent.wait_closed()
        seats = door.listener._connections._seats
        await eventually(lambda: not seats.taken)
        assert await door.raw(b"no TLS") == ""
        await eventually(lambda: not seats.taken)
        monkeypatch.setattr("bot.bridges.alerts.connections.TIMEOUT_S", 0.1)
        assert await door.raw(b"") == ""
        await eventually(lambda: not seats.taken)


@pytest.mark.parametrize("path", ["/", "/alerts", "/alerts/prometheus/x", "/alerts/prometheus"])
async def test_what_goes_elsewhere_is_counted_and_its_connection_ends(path: str) -> None:
    async with listening() as door:
        said = await door.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert said.startswith("HTTP/1.1 404 ")
        assert said.endswith("reports go to /alerts/SOURCE, by POST\n")
        assert door.tally.reports == [Report.ELSEWHERE]


async def test_a_taken_address_is_said() -> None:
    async with listening() as door:
        taken = AlertDoor(listen=Listen(host="127.0.0.1", port=door.listener.port), sources=MappingProxyType(SOURCES))
        other = Listener(taken, door.keeper, Counts(), lambda: NOW, lambda: 0.0)  # type: ignore[arg-type]
        with pytest.raises(OSError, match="in use"):
            await other.open()
        await other.close()
        assert other.port == 0


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate for this machine, signed by itself, and of its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")])
    now, day = datetime.now(UTC), timedelta(days=1)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    shown, kept = folder / "alerts.pem", folder / "alerts.key"
    shown.write_bytes(built.add_extension(here, critical=False).sign(key, SHA256()).public_bytes(Encoding.PEM))
    kept.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, kept


async def test_it_speaks_tls_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    shown, kept = certificate(tmp_path)
    async with listening(shown, kept) as door, aiohttp.ClientSession() as session:
        url = f"https://127.0.0.1:{door.listener.port}/alerts/prometheus"
        trusted = ssl.create_default_context(cafile=str(shown))
        async with session.post(url, data=written(ALERTMANAGER), headers=BEARER, ssl=trusted) as answer:
            assert answer.status == 200
        assert await door.raw(b"POST /alerts/prometheus HTTP/1.1\r\n\r\n") == ""
    with pytest.raises(ssl.SSLError):
        async with listening(shown, shown):
            pass
