"""Whether a report comes from whom it says: signed with the time where its sender can, else the secret itself."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

from bot.config.alerts import Kind, Source

WINDOW_S = 300
"""A signature older than this, or from further ahead, counts no more: somebody may have kept it."""
TIME, SIGNATURE, GRAFANA = "X-Timestamp", "X-Hub-Signature-256", "X-Grafana-Alerting-Signature"
_TIME = re.compile(r"[0-9]{1,12}")


def has_secret(source: Source, headers: Mapping[str, str]) -> bool:
    """Say whether the secret came along, as `Bearer SECRET` or as the password of `Basic`, in the same time always."""
    scheme, _, credential = headers.get("Authorization", "").partition(" ")
    given = credential.strip()
    if scheme.casefold() == "basic":
        given = _password(given)
    elif scheme.casefold() != "bearer":
        given = ""
    return hmac.compare_digest(_bytes(given), source.secret.reveal().encode())


def _password(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def is_timely(headers: Mapping[str, str], now: float) -> bool:
    """Say whether the time that is signed is near *now*, in seconds since 1970."""
    written = headers.get(TIME, "")
    return _TIME.fullmatch(written) is not None and abs(now - int(written)) <= WINDOW_S


def is_signed(source: Source, headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether time and *body* were signed with the secret of *source*. Takes the same time always."""
    time = _bytes(headers.get(TIME, ""))
    if source.kind is Kind.GRAFANA:
        given, message = headers.get(GRAFANA, ""), time + b":" + body
    else:
        given, message = headers.get(SIGNATURE, "").removeprefix("sha256="), time + b"." + body
    expected = hmac.new(source.secret.reveal().encode(), message, sha256).hexdigest()
    return hmac.compare_digest(_bytes(given), expected.encode())


def _bytes(header: str) -> bytes:
    """Return what came: bytes that are no UTF-8 stand in a header as halves of surrogates."""
    return header.encode("utf-8", "surrogateescape")
