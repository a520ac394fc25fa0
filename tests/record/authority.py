"""A time-stamp authority of our own: OpenSSL answers as RFC 3161 has it, with certificates made for the test."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bot.papers.record.stamps import question

OPENSSL = shutil.which("openssl")
_ROOT, _NAME = "Root of the tests, with a name that is longer than the other", "Authority of the tests"
"""OpenSSL puts the authority's certificate first; DER wants the shorter one there."""
_SINCE = datetime(2026, 1, 1)  # noqa: DTZ001 - certificates are in UTC
_CONFIGURATION = """
[tsa]
default_tsa = test
[test]
serial = {folder}/serial
signer_cert = {folder}/authority.pem
signer_key = {folder}/authority.key
{certificates}
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """Answers questions; *is_rooted* when it sends its root along."""

    def __init__(self, folder: Path, *, is_rooted: bool = True, name: str = _NAME) -> None:
        assert OPENSSL is not None
        self._folder = folder
        root, own = (generate_private_key(65537, 2048) for _ in range(2))
        self._write("root.pem", _certificate(_ROOT, root, root, is_root=True).public_bytes(Encoding.PEM))
        self._write("authority.pem", _certificate(name, own, root, is_root=False).public_bytes(Encoding.PEM))
        private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._write("authority.key", private)
        self._write("serial", b"01")
        certificates = f"certs = {folder}/root.pem" if is_rooted else ""
        self._write("ts.cnf", _CONFIGURATION.format(folder=folder, certificates=certificates).encode())

    def answer(self, asked: bytes) -> bytes:
        """Return the answer to a question, both DER."""
        self._write("question.tsq", asked)
        subprocess.run(
            [OPENSSL or "", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "question.tsq", "-out", "answer.tsr"],
            cwd=self._folder,
            check=True,
            capture_output=True,
        )
        return (self._folder / "answer.tsr").read_bytes()

    def stamp(self, line: str) -> bytes:
        """Return a time-stamp of a checkpoint."""
        return self.answer(question(line).body)

    def _write(self, name: str, data: bytes) -> None:
        (self._folder / name).write_bytes(data)


def _certificate(name: str, key: RSAPrivateKey, root: RSAPrivateKey, *, is_root: bool) -> x509.Certificate:
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(_ROOT))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_SINCE)
        .not_valid_after(_SINCE + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    if not is_root:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(root, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
