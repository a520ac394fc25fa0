"""A private authority: it signs for one name or address and can sign for no other. And certificates that are given."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bot.lifeboat.boat import is_address
from bot.lifeboat.errors import LifeboatError

_OF_ROOT, _OF_SERVER = timedelta(days=3650), timedelta(days=396)
"""Phones refuse a server's certificate of more than 398 days."""
RENEWED = timedelta(days=60)
"""A server's certificate that ends sooner is made anew."""
_BEFORE = timedelta(days=1)
"""For phones whose clock is slow."""


_PEM = serialization.Encoding.PEM


def new_key() -> bytes:
    """Return a key on a curve, as PEM."""
    plain = serialization.NoEncryption()
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(_PEM, serialization.PrivateFormat.PKCS8, plain)


def make_root(name: str, key: bytes, now: datetime) -> bytes:
    """Return the certificate of an authority for *name* alone, as PEM."""
    signing, subject = _read(key), _named(f"Cellule {name}")
    built = (
        _certificate(subject, subject, signing.public_key(), now, _OF_ROOT)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints([_permitted(name)], None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return built.sign(signing, hashes.SHA256()).public_bytes(_PEM)


def make_server(name: str, root: bytes, key: bytes, now: datetime) -> bytes:
    """Return a certificate for *name*, that of the *root* whose *key* signs it, and a key of its own, as one PEM."""
    signing, own = _read(key), new_key()
    authority = x509.load_pem_x509_certificate(root)
    built = (
        _certificate(_named(name), authority.subject, _read(own).public_key(), now, _OF_SERVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(name)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .add_extension(_usage(signs_certificates=False), critical=True)
    )
    return built.sign(signing, hashes.SHA256()).public_bytes(_PEM) + root + own


def ends(certificate: bytes) -> datetime:
    """Return when the first certificate of a PEM ends."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate in groups, as phones show it."""
    told = (
        sha256(x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    )
    return " ".join(told[place : place + 4] for place in range(0, len(told), 4))


def given(certificate: Path, key: Path, name: str, now: datetime) -> bytes:
    """Return what the operator gave for *name*, as one PEM. Raises LifeboatError where browsers would not take it."""
    try:
        chain, secret = certificate.read_bytes(), key.read_bytes()
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
        leaf = x509.load_pem_x509_certificate(chain)
    except ssl.SSLError as unfit:
        raise LifeboatError("lifeboat.certificate.unfit", path=certificate, why=unfit.reason or "?") from None
    except ValueError:
        raise LifeboatError("lifeboat.certificate.unfit", path=certificate, why="PEM") from None
    except OSError as refused:
        raise LifeboatError("lifeboat.unread", path=refused.filename or certificate, why=refused.strerror) from None
    if not _covers(leaf, name):
        raise LifeboatError("lifeboat.certificate.name", path=certificate, name=name)
    if leaf.not_valid_after_utc <= now:
        raise LifeboatError("lifeboat.certificate.late", path=certificate, day=f"{leaf.not_valid_after_utc:%Y-%m-%d}")
    return chain.rstrip() + b"\n" + secret


def _covers(leaf: x509.Certificate, name: str) -> bool:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    if is_address(name):
        return ipaddress.ip_address(name) in names.get_values_for_type(x509.IPAddress)
    found = {one.casefold() for one in names.get_values_for_type(x509.DNSName)}
    return name in found or f"*.{name.partition('.')[2]}" in found


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, span: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + span)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.IPv4Address(name)) if is_address(name) else x509.DNSName(name)


def _permitted(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.IPv4Network(name)) if is_address(name) else x509.DNSName(name)


def _read(key: bytes) -> ec.EllipticCurvePrivateKey:
    found = serialization.load_pem_private_key(key, None)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise TypeError("a key of ours is on a curve")
    return found
