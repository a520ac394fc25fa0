"""What is logged, and what never is: no message, name, room or token, even when a library puts one into its text.

One line a record on standard error; with `CELLULE_LOG=json` in the environment, one JSON object a line. A traceback
follows its record on lines of its own, indented, or stands in the object as `trace`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType

JSON_SETTING = "CELLULE_LOG"

_SERVER = r"(?::|%3[Aa])[\w.\-\[\]]+(?:(?::|%3[Aa])\d{1,5})?"
_LOCAL = r"[^\s:@'\"<>]{1,255}?"
"""No longer than an id is: with every sign of a long line beginning one, looking for its end would take for ever."""
_SECRETS = (
    (re.compile(rf"(?:@|%40){_LOCAL}{_SERVER}"), "<user>"),
    (re.compile(rf"(?:!|%21){_LOCAL}{_SERVER}"), "<room>"),
    (re.compile(rf"#{_LOCAL}{_SERVER}"), "<alias>"),
    (re.compile(rf"(?:\$|%24){_LOCAL}{_SERVER}"), "<event>"),
    (re.compile(r"(?:!|%21)[\w\-]{43}\b"), "<room>"),  # room version 12: no server in the id
    (re.compile(r"(?:\$|%24)[\w\-+/]{43}"), "<event>"),
    (re.compile(r"\b(?:syt|mat|mct|syr|mcr)_\w[\w\-]*"), "<token>"),
    (re.compile(r"(?i)\b(bearer\s+)[^\s'\"&,}]+"), r"\1<secret>"),
    (re.compile(r"(?i)\b((?:access_token|password)['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,}]+"), r"\1<secret>"),
)
_TELLING = (
    "bot.config",
    "bot.demo",
    "bot.door",
    "bot.library",
    "bot.matrix",
    "bot.ports",
    "bot.host.disk",
    "bot.host.secret",
    "bot.store",
)
"""Whose exceptions have texts made for an operator. Those of the core are for the room and may name people."""

_OF_THE_CODE = (AttributeError, ImportError, ModuleNotFoundError, NameError, UnboundLocalError)
"""Whose texts name parts of the program only."""


def set_up(environment: Mapping[str, str]) -> None:
    """Log to standard error from now on, and send uncaught exceptions there too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if environment.get(JSON_SETTING) == "json" else Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_thread


class Line(logging.Formatter):
    """One line a record; a traceback below it is indented, so that no text can pose as a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback if there is one."""
        head = f"{_time_of(record)} {record.levelname} {record.name}: {_message_of(record)}"
        return "\n  ".join((head, *trace_of(record.exc_info)))


class JsonLine(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object on one line."""
        told = {
            "time": _time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _message_of(record),
        }
        trace = trace_of(record.exc_info)
        return json.dumps({**told, "trace": trace} if trace else told, ensure_ascii=False)


def redact(text: str) -> str:
    """Return *text* on one line, with whatever looks like a token or a Matrix id taken out: the last defence."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _message_of(record: logging.LogRecord) -> str:
    """Return what may be shown of a record.

    Our own texts are written to be read. A library's may hold what it worked on, so of those only the template is
    shown, and of a text put together beforehand only the place it comes from.
    """
    if record.name == "bot" or record.name.startswith("bot."):
        return redact(record.getMessage())
    if record.name == "asyncio":  # the lines below the first show tasks and their results
        return redact(str(record.msg).partition("\n")[0])
    if record.args and isinstance(record.msg, str):
        return redact(record.msg)
    return f"(text withheld) {PurePath(record.pathname).name}:{record.lineno}"


def _time_of(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- tracebacks ---------------------------------------------------------------------------------------------

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


def trace_of(info: _ExcInfo) -> list[str]:
    """Return the lines of a traceback with its causes: code and types, no values."""
    # asyncio says False when it knows of no exception.
    return list(_trace(info[1], set())) if info and info[1] is not None else []


def _trace(failure: BaseException, seen: set[int]) -> Iterator[str]:
    if id(failure) in seen:
        return
    seen.add(id(failure))
    before = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
    if before is not None:
        yield from _trace(before, seen)
        yield "which led to:"
    for block in traceback.format_tb(failure.__traceback__):
        yield from (redact(line) for line in block.splitlines() if line.strip(" ^~"))
    yield _named(failure)
    if isinstance(failure, BaseExceptionGroup):
        for part in failure.exceptions:
            yield from (f"| {line}" for line in _trace(part, seen))


def _named(failure: BaseException) -> str:
    """Name an exception; its text is shown only where it cannot hold what was worked on."""
    kind = type(failure)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(failure, OSError):
        return f"{name}: {redact(failure.strerror or '(text withheld)')}"
    if kind.__module__.startswith(_TELLING) or kind in _OF_THE_CODE:
        return f"{name}: {redact(str(failure))}"
    return f"{name}: (text withheld)"


def _log_uncaught(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("uncaught", exc_info=(kind, failure, trace))


def _log_unraisable(caught: sys.UnraisableHookArgs) -> None:
    if caught.exc_value is not None:
        _log_uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)


def _log_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value is not None:
        _log_uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)
