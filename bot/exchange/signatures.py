"""Signatures in a CACAO playbook: looked at, not verified.

To verify one is to know whose key it is. Cellule keeps no list of keys of authors, and a key that comes with the file
proves only that whoever wrote the file signed it. So a signature is never taken for a proof; but one that cannot be a
signature of this version of this playbook is a reason to ask where the file comes from, and it is refused.
"""

from __future__ import annotations

import re

from bot.exchange.assemble import Report
from bot.exchange.untrusted import ExchangeError, JsonObject, line, short

_NEEDED = (
    "id",
    "created",
    "modified",
    "signee",
    "related_to",
    "related_version",
    "hash_algorithm",
    "algorithm",
    "value",
)
_KEYS = ("public_key", "public_cert_chain", "cert_url", "thumbprint")
_VALUE = re.compile(r"[A-Za-z0-9_-]{40,20000}={0,2}")
"""Base64 as in URLs; no algorithm of the standard makes fewer characters."""


def check(found: JsonObject, report: Report) -> None:
    """Say in *report* that the signatures were not verified.

    Raises:
        ExchangeError: one is not formed as the standard wants it, or speaks of another playbook or another version.
    """
    if "signatures" not in found:
        return
    given = found["signatures"]
    if not isinstance(given, list) or not given:
        raise ExchangeError("exchange.bad_signature")
    for signature in given:
        _check_one(signature, found)
        report.add("exchange.unverified", signee=short(signature["signee"]))


def _check_one(signature: object, found: JsonObject) -> None:
    if not isinstance(signature, dict) or signature.get("type") != "jss":
        raise ExchangeError("exchange.bad_signature")
    if not all(line(signature.get(key)) for key in _NEEDED) or sum(key in signature for key in _KEYS) != 1:
        raise ExchangeError("exchange.bad_signature")
    if _VALUE.fullmatch(str(signature["value"])) is None:
        raise ExchangeError("exchange.bad_signature")
    if (signature["related_to"], signature["related_version"]) != (found.get("id"), found.get("modified")):
        raise ExchangeError("exchange.other_signature")
