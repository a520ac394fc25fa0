"""An authority of our own, and a server's certificate that it signed."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DAY = timedelta(days=1)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
    issuer: str,
    signer: object,
    hosts: Sequence[str] = ("localhost",),
) -> bytes:
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    common = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, who)]) for who in (name, issuer)]
    built = x509.CertificateBuilder(common[1], common[0], key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    dated = built.not_valid_before(now - DAY).not_valid_after(now + DAY)
    named = dated.add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, hosts)]), critical=False)
    whose = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    known = named.add_extension(whose, critical=False).add_extension(by, critical=False)
    usage = x509.KeyUsage(True, False, False, False, False, ca, ca, False, False)
    full = known.add_extension(usage, critical=True).add_extension(x509.BasicConstraints(ca, None), critical=True)
    return full.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)


def authority(folder: Path, hosts: Sequence[str] = ("localhost",)) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a new authority, and what a server shows that it signed for *hosts*."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    file, server = folder / "authority.pem", folder / "server.pem"
    file.write_bytes(_certificate("Our authority", root, ca=True, issuer="Our authority", signer=root))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signed = _certificate("localhost", key, ca=False, issuer="Our authority", signer=root, hosts=hosts)
    server.write_bytes(private + signed)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(server)
    return file, shown
