"""A homeserver whose certificate is of a private authority: what docs/requirements.md says to do."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.console import cellule
from tests.servers import register

DAY = timedelta(days=1)


def _certificate(name: str, key: ec.EllipticCurvePrivateKey, *, ca: bool, issuer: str, signer: object) -> bytes:
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    common = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, who)]) for who in (name, issuer)]
    built = x509.CertificateBuilder(common[1], common[0], key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    dated = built.not_valid_before(now - DAY).not_valid_after(now + DAY)
    named = dated.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    whose = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    known = named.add_extension(whose, critical=False).add_extension(by, critical=False)
    usage = x509.KeyUsage(True, False, False, False, False, ca, ca, False, False)
    full = known.add_extension(usage, critical=True).add_extension(x509.BasicConstraints(ca, None), critical=True)
    return full.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)


def _authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a new authority, and what a server shows that it signed for localhost."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(_certificate("Our authority", root, ca=True, issuer="Our authority", signer=root))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server.write_bytes(private + _certificate("localhost", key, ca=False, issuer="Our authority", signer=root))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(server)
    return authority, shown


@asynccontextmanager
async def _over_tls(homeserver: Homeserver, shown: ssl.SSLContext) -> AsyncIterator[str]:
    """Put TLS before *homeserver*, and yield its address."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while heard := await reader.read(1 << 16):
            writer.write(heard)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = int(homeserver.url.rpartition(":")[2])
        far, away = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, away), copy(far, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=shown)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


async def test_a_private_authority_is_named_by_its_file_and_refused_without(
    homeserver: Homeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    authority, shown = _authority(tmp_path)
    async with _over_tls(homeserver, shown) as url:
        bot = Bot(tmp_path, homeserver, account, {alice.user: ["admin"]}, url=url)
        refused = await cellule("check", "--config", bot.config)
        assert refused.code == 1
        assert "its certificate is not accepted" in refused.out
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        accepted = await cellule("check", "--config", bot.config)
        assert "speaks Matrix" in accepted.out
        async with bot:
            assert await bot.stop() == 0
