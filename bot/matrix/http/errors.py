"""A failed request, in our words: the homeserver's refusals become the three errors of `ports.Chat`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.ports import BusyError, ChatError, RefusedError, UnreachableError
from bot.sentences.told import ToldError

JsonObject = dict[str, Any]
"""A JSON object of the client-server API. It never leaves `bot.matrix`."""

_DEFAULT_DELAY = timedelta(seconds=5)
_SHORTEST_DELAY = timedelta(milliseconds=100)
_LONGEST_DELAY = timedelta(hours=1)
_CODE = re.compile(r"[A-Za-z0-9_.]{1,64}")


class IdentityRefusedError(ToldError):
    """The homeserver holds an identity of ours that we do not, or will not take ours. A person must decide."""


class IdentityNotTakenError(IdentityRefusedError):
    """The homeserver did not take a first identity of ours: it has none of it."""


def chat_error(status: int, body: object, *, retry_after: str | None = None) -> ChatError:
    """Translate an answer that is not a success.

    Only a refusal in Matrix's own words is lasting: a 4xx without an `errcode` comes from a proxy on the way. But what
    is too large for a proxy stays too large. A token that is no longer known is not lasting either, since what waits to
    be said must wait for the next login.
    """
    told: JsonObject = body if isinstance(body, dict) else {}
    code = matrix_code(told)
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        return BusyError(_delay(told.get("retry_after_ms"), retry_after))
    if 400 <= status < 500 and code is not None and status not in {401, 408, 425}:
        return RefusedError(code)
    if status == 413:
        return RefusedError("M_TOO_LARGE")
    return UnreachableError(f"HTTP {status}")


def matrix_code(body: JsonObject) -> str | None:
    """Return the `errcode` of a refusal, or None when there is none that looks like one."""
    code = body.get("errcode")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _delay(retry_after_ms: object, retry_after: str | None) -> timedelta:
    delay = _DEFAULT_DELAY
    if isinstance(retry_after_ms, int) and not isinstance(retry_after_ms, bool):
        delay = timedelta(milliseconds=max(0, min(retry_after_ms, _LONGEST_DELAY // timedelta(milliseconds=1))))
    elif retry_after is not None and retry_after.strip().isascii() and retry_after.strip().isdigit():
        delay = timedelta(seconds=min(int(retry_after.strip()[:9]), int(_LONGEST_DELAY.total_seconds())))
    return min(max(delay, _SHORTEST_DELAY), _LONGEST_DELAY)
