"""Signatures in a CACAO playbook: whether the file was changed since, never whose it is.

To know that is to know whose a key is, and Cellule keeps no list of keys of authors: a key that comes with the file
proves only that nobody changed the file without that key. So a signature is never taken for a proof; but one that is
wrong, or of another version of the playbook, is a reason to ask where the file comes from, and it is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from bot.exchange.assemble import Report
from bot.exchange.untrusted import ExchangeError, JsonObject, block, line, short

_NEEDED = (
    *("id", "created", "modified", "signee", "related_to", "related_version"),
    *("hash_algorithm", "algorithm", "value"),
)
_KEYS = ("public_key", "public_cert_chain", "cert_url", "thumbprint")
_VALUE = re.compile(r"[A-Za-z0-9_-]{40,20000}={0,2}")
"""Base64 as in URLs; no algorithm of the standard makes fewer characters."""
_RSA: Mapping[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}
_DIGESTS = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
_INEXACT = 1 << 53
_LONGEST_KEY = 2_000
"""In base64; one of 8192 bits has 1,400 characters."""


def check(found: JsonObject, report: Report) -> None:
    """Say in *report* what is known of the signatures in *found*, the file as it was read.

    Raises:
        ExchangeError: one is not formed as the standard wants it, or is wrong, or of another playbook or version.
    """
    if "signatures" not in found:
        return
    given = found["signatures"]
    if not isinstance(given, list) or not given:
        raise ExchangeError("exchange.bad_signature")
    for signature in given:
        _check_form(signature, found)
        verdict = _is_right(signature, found) if len(given) == 1 else None
        signee = short(signature["signee"])
        if verdict is False:
            raise ExchangeError("exchange.wrong_signature", signee=signee)
        report.add("exchange.unverified" if verdict is None else "exchange.unchanged", signee=signee)


def _check_form(signature: object, found: JsonObject) -> None:
    if not isinstance(signature, dict) or signature.get("type") != "jss":
        raise ExchangeError("exchange.bad_signature")
    if not all(line(signature.get(key)) for key in _NEEDED) or sum(key in signature for key in _KEYS) != 1:
        raise ExchangeError("exchange.bad_signature")
    if _VALUE.fullmatch(signature["value"]) is None:
        raise ExchangeError("exchange.bad_signature")
    if (signature["related_to"], signature["related_version"]) != (found.get("id"), found.get("modified")):
        raise ExchangeError("exchange.other_signature")


def _is_right(signature: JsonObject, found: JsonObject) -> bool | None:
    """Say whether *signature*, the only one, is of *found* by its own key; None where we cannot tell.

    RSA alone: OASIS publishes an example of it, and that is verified by this.
    """
    algorithm, digest = _RSA.get(signature["algorithm"]), _DIGESTS.get(signature["hash_algorithm"].casefold())
    written = block(signature.get("public_key"))
    if algorithm is None or digest is None or not written or len(written) > _LONGEST_KEY or "signature" in signature:
        return None
    unsigned = {key: value for key, value in signature.items() if key != "value"}
    canonical = _canonical({**found, "signatures": [unsigned]})
    if canonical is None:
        return None
    try:
        key = load_der_public_key(base64.b64decode(written, validate=True))
    except ValueError:
        raise ExchangeError("exchange.bad_signature") from None
    if not isinstance(key, RSAPublicKey):
        raise ExchangeError("exchange.bad_signature")
    value = signature["value"].rstrip("=")
    try:
        value = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        key.verify(value, hashlib.new(digest, canonical).hexdigest().encode(), PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


def _canonical(found: JsonObject) -> bytes | None:
    """Return *found* as RFC 8785 has it; None where Python would write a number or sort a name otherwise."""
    if not all(isinstance(part, str) and part.isascii() for part in _names(found)):
        return None
    try:
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    except UnicodeEncodeError:
        return None


def _names(value: object) -> Iterator[object]:
    """Yield the names of everything in *value*, and the numbers that not everybody writes alike."""
    match value:
        case dict():
            yield from value
            for part in value.values():
                yield from _names(part)
        case list():
            for part in value:
                yield from _names(part)
        case _ if isinstance(value, float) or (isinstance(value, int) and abs(value) >= _INEXACT):
            yield value
        case _:
            return
