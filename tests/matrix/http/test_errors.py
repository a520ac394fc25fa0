from __future__ import annotations

from datetime import timedelta

import pytest

from bot.matrix.http.errors import chat_error
from bot.ports import BusyError, RefusedError, UnreachableError


@pytest.mark.parametrize(
    ("body", "header", "seconds"),
    [
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}, None, 1.5),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}, "9", 1.5),
        ({"errcode": "M_LIMIT_EXCEEDED"}, "9", 9),
        ({"errcode": "M_LIMIT_EXCEEDED"}, None, 5),
        ("<html>", None, 5),
        (None, "Wed, 21 Oct 2026 07:28:00 GMT", 5),
        ({"retry_after_ms": "soon"}, "²", 5),
        ({"retry_after_ms": True}, None, 5),
        ({"retry_after_ms": -4}, None, 0.1),
        ({"retry_after_ms": 10**40}, None, 3600),
        ({}, "9" * 5000, 3600),
    ],
)
def test_a_limit_is_told_with_a_delay_that_makes_sense(body: object, header: str | None, seconds: float) -> None:
    error = chat_error(429, body, retry_after=header)
    assert isinstance(error, BusyError)
    assert error.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [400, 403, 503])
def test_a_limit_is_one_under_whatever_status_a_proxy_shows_it(status: int) -> None:
    error = chat_error(status, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500})
    assert isinstance(error, BusyError)
    assert error.retry_after == timedelta(seconds=1.5)


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_refusal_in_matrix_words_is_lasting(status: int) -> None:
    error = chat_error(status, {"errcode": "M_FORBIDDEN", "error": "you are @alice"})
    assert isinstance(error, RefusedError)
    assert error.code == str(error) == "M_FORBIDDEN"


def test_what_is_too_large_for_a_proxy_is_refused_like_what_is_too_large_for_the_homeserver() -> None:
    error = chat_error(413, None)
    assert isinstance(error, RefusedError)
    assert error.code == "M_TOO_LARGE"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"errcode": "M_UNKNOWN"}),
        (502, "<html>"),
        (404, "<html>"),
        (403, {"errcode": "a text with @alice:example.org in it"}),
        (403, {"errcode": ["M_FORBIDDEN"]}),
        (403, []),
        (401, {"errcode": "M_UNKNOWN_TOKEN"}),
        (408, {"errcode": "M_UNKNOWN"}),
        (302, None),
    ],
)
def test_whatever_else_may_pass(status: int, body: object) -> None:
    error = chat_error(status, body)
    assert isinstance(error, UnreachableError)
    assert "alice" not in str(error)
