"""A private authority vouches for one name and for no other; certificates that are given are looked at before."""

from __future__ import annotations

import asyncio
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from bot.lifeboat import authority, making
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.folder import Folder
from bot.lifeboat.making import make
from tests.lifeboat.stage import NOW, signed, wanted

NAME = "rescue.example.org"


def root_of(name: str) -> bytes:
    return authority.make_root(name, authority.new_key(), NOW)


@pytest.mark.parametrize("name", [NAME, "192.0.2.7"])
def test_it_can_sign_for_its_own_name_alone(name: str) -> None:
    root = x509.load_pem_x509_certificate(root_of(name))
    found = root.extensions.get_extension_for_class(x509.NameConstraints)
    assert found.critical
    assert [str(one.value).removesuffix("/32") for one in found.value.permitted_subtrees or ()] == [name]


async def test_a_client_that_knows_the_root_knows_the_server_and_no_name_beside(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    certificate, key, root = signed(tmp_path, "localhost", now)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    knows = ssl.create_default_context(cadata=root.decode())
    async with server:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=knows, server_hostname="localhost")
        writer.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", port, ssl=knows, server_hostname=NAME)


def test_a_certificate_is_made_anew_before_it_ends_and_the_root_stays(tmp_path: Path) -> None:
    made = make(wanted(tmp_path, domain="192.0.2.7"), NOW)
    folder = Folder(tmp_path / "boat")
    names = ("tls/root.crt", "tls/server.pem")
    first = [(folder / name).read_bytes() for name in names]
    making.renew(folder, made.boat, NOW + timedelta(days=300))
    assert [(folder / name).read_bytes() for name in names] == first
    making.renew(folder, made.boat, NOW + timedelta(days=340))
    root, server = [(folder / name).read_bytes() for name in names]
    assert (root == first[0], server == first[1]) == (True, False)
    assert authority.ends(server) > NOW + timedelta(days=700)


def test_a_fingerprint_is_shown_as_phones_show_it() -> None:
    assert re.fullmatch(r"([0-9A-F]{4} ){15}[0-9A-F]{4}", authority.fingerprint(root_of(NAME)))


def test_what_is_given_has_to_be_for_the_name_and_of_today(tmp_path: Path) -> None:
    certificate, key, _ = signed(tmp_path)
    assert authority.given(certificate, key, NAME, NOW) == certificate.read_bytes() + key.read_bytes()
    with pytest.raises(LifeboatError, match=r"is not for other\.example\.org"):
        authority.given(certificate, key, "other.example.org", NOW)
    with pytest.raises(LifeboatError, match="ended on 2027-12-31"):
        authority.given(certificate, key, NAME, NOW + timedelta(days=500))


@pytest.mark.parametrize(("certificate", "key"), [(b"", None), (b"no PEM", None), (None, b"no PEM"), (None, b"other")])
def test_what_does_not_go_together_is_refused(tmp_path: Path, certificate: bytes | None, key: bytes | None) -> None:
    good, secret, _ = signed(tmp_path)
    if certificate is not None:
        good.write_bytes(certificate)
    if key is not None:
        secret.write_bytes(authority.new_key() if key == b"other" else key)
    with pytest.raises(LifeboatError, match="cannot be used"):
        authority.given(good, secret, NAME, NOW)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LifeboatError, match=r"chain\.pem cannot be read"):
        authority.given(tmp_path / "chain.pem", tmp_path / "key.pem", NAME, NOW)
