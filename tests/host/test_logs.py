"""The log: one line a record, and no message, name, room or token in it, whoever wrote the record."""

from __future__ import annotations

import json
import logging
import string
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.host import logs
from bot.store.errors import WrongKeyError

ROOM_11 = "!AbCdEfGhIjKlMnOpQr:example.org"
ROOM_12 = "!" + "a-B_9" * 8 + "xyz"
EVENT = "$" + "Zz09-_" * 7 + "a"
USER = "@alice.martin:example.org"
TOKEN = "syt_YWxpY2U_AbCdEfGhIjKlMnOpQrSt_0a1b2c"
BODY = "the attackers hold our backups"
NAMES = (ROOM_11, ROOM_12, EVENT, USER, TOKEN, "#war-room:example.org", "@bob:[::1]:8448", "mat_AbCdEfGh_123")


def record(name: str, text: str, *values: object, failure: BaseException | None = None) -> logging.LogRecord:
    info = None if failure is None else (type(failure), failure, failure.__traceback__)
    return logging.LogRecord(name, logging.WARNING, "/lib/nio/rooms.py", 12, text, values, info)


@pytest.fixture(params=[logs.Line, logs.JsonLine])
def formatter(request: pytest.FixtureRequest) -> logging.Formatter:
    made: logging.Formatter = request.param()
    return made


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["{}", "sent to {}.", "({})", "'{}'", "a={},b", "https://matrix.to/#/{}?via=x"])
def test_an_id_or_a_token_in_our_own_text_is_taken_out(formatter: logging.Formatter, name: str, around: str) -> None:
    line = formatter.format(record("bot.matrix", around.replace("{}", "%s"), name))
    assert name not in line
    assert name[1:12] not in line


@pytest.mark.parametrize("name", [ROOM_11, ROOM_12, EVENT, USER])
def test_an_id_in_an_address_is_taken_out(name: str) -> None:
    written = name.replace("!", "%21").replace("@", "%40").replace("$", "%24").replace(":", "%3A")
    assert written[3:12] not in logs.redact(f"GET /_matrix/client/v3/rooms/{written}/state failed")


@pytest.mark.parametrize(
    "text", ["Authorization: Bearer opaque123", "?access_token=opaque123&x", '"password": "opaque123"']
)
def test_a_secret_without_a_form_of_its_own_is_known_by_what_stands_before_it(text: str) -> None:
    assert "opaque123" not in logs.redact(text)


@given(
    local=st.text(alphabet=string.ascii_letters + string.digits + "._=-/+", min_size=1, max_size=20),
    server=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}\.)?[a-z]{2,5}(:[0-9]{2,5})?", fullmatch=True),
    sigil=st.sampled_from("@!#$"),
)
def test_whatever_the_id_nothing_of_it_is_left(local: str, server: str, sigil: str) -> None:
    told = logs.redact(f"for {sigil}{local}:{server} again")
    assert told.startswith("for <")
    assert told.endswith("> again")


def test_what_an_operator_needs_stays() -> None:
    for text in (
        "started: 3 incidents, 2 rows waiting",
        "refused: say (M_FORBIDDEN) for row 7f3a",
        "12:30 at 10.0.0.1:9464",
    ):
        assert logs.redact(text) == text


def test_a_librarys_text_is_withheld_and_its_place_told(formatter: logging.Formatter) -> None:
    line = formatter.format(record("nio.rooms", f"cannot read {BODY}"))
    assert BODY not in line
    assert "(text withheld) rooms.py:12" in line


def test_of_a_librarys_template_the_values_are_left_out(formatter: logging.Formatter) -> None:
    line = formatter.format(record("apscheduler.executors.default", 'Job "%s" raised an exception', BODY))
    assert BODY not in line
    assert "raised an exception" in line


def test_of_asyncio_the_first_line_is_told_and_not_the_tasks_below(formatter: logging.Formatter) -> None:
    line = formatter.format(record("asyncio", f"Task exception was never retrieved\nfuture: <Task {BODY}>"))
    assert BODY not in line
    assert "never retrieved" in line


def test_of_asyncio_a_record_that_says_there_is_no_exception_is_a_line_too(formatter: logging.Formatter) -> None:
    told = record("asyncio", "Unclosed connection")
    told.__dict__["exc_info"] = False  # as asyncio's own handler writes it
    line = formatter.format(told)
    assert "Unclosed connection" in line
    assert len(line.splitlines()) == 1


def test_a_text_of_several_lines_cannot_pose_as_another_record(formatter: logging.Formatter) -> None:
    line = formatter.format(record("bot", "one\n2026-01-01T00:00:00Z ERROR bot: two\r\x1b[2J"))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def _fail() -> None:
    nothing: dict[str, str] = {}
    try:
        nothing[BODY].strip()
    except KeyError as cause:
        raise ExceptionGroup(BODY, [ValueError(BODY), WrongKeyError()]) from cause


def _failure() -> BaseException:
    with pytest.raises(ExceptionGroup) as caught:
        _fail()
    return caught.value


def test_a_traceback_shows_code_and_types_and_no_values(formatter: logging.Formatter) -> None:
    line = formatter.format(record("bot", "stopped by a failure", failure=_failure()))
    assert BODY not in line
    for told in (
        "KeyError",
        "ExceptionGroup",
        "ValueError",
        "test_logs.py",
        "nothing[BODY]",
        "WrongKeyError: the",
    ):
        assert told in line


def test_a_failure_that_is_its_own_cause_does_not_hold_the_log_up() -> None:
    first, second = ValueError(), TypeError()
    first.__cause__, second.__cause__ = second, first
    assert len(logs.trace_of((ValueError, first, None))) <= 4


def test_json_lines_are_json_and_carry_the_traceback() -> None:
    told = json.loads(logs.JsonLine().format(record("bot.app", "stopped by a failure", failure=_failure())))
    assert told.keys() == {"time", "level", "logger", "message", "trace"}
    assert (told["level"], told["logger"], told["message"]) == ("WARNING", "bot.app", "stopped by a failure")


def test_below_its_record_a_traceback_is_indented() -> None:
    lines = logs.Line().format(record("bot.app", "stopped", failure=_failure())).splitlines()
    assert all(line.startswith("  ") for line in lines[1:])


# --- a process ------------------------------------------------------------------------------------------------

PROGRAM = """
import logging, os, threading, asyncio
from bot.host import logs
logs.set_up(os.environ)
logging.getLogger("nio.client").info("chatter")
logging.getLogger("aiosqlite").debug("chatter")
logging.getLogger("bot.app").debug("chatter")
logging.getLogger("bot.app").info("started")
def fail():
    secret = "the attackers hold our backups"
    raise ValueError(secret)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Broken:
    def __del__(self):
        fail()
Broken()
fail()
"""


def _lines(environment: dict[str, str]) -> Iterator[str]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert not ended.stdout
    yield from ended.stderr.splitlines()


def test_a_process_logs_its_own_news_and_every_uncaught_failure_without_its_values() -> None:
    lines = list(_lines({}))
    assert BODY not in "\n".join(lines)
    heads = [line.split(" ", 1)[1] for line in lines if not line.startswith("  ")]
    assert heads == ["INFO bot.app: started", *["CRITICAL bot: uncaught"] * 3]


def test_in_production_every_line_is_an_object() -> None:
    told = [json.loads(line) for line in _lines({"CELLULE_LOG": "json"})]
    assert [entry["message"] for entry in told] == ["started", *["uncaught"] * 3]


@pytest.mark.parametrize("sign", ["#", "!", "$", "%40"])
def test_a_line_of_signs_that_begin_ids_is_read_in_a_moment(sign: str) -> None:
    before = time.process_time()
    logs.redact(sign * 20_000)
    assert time.process_time() - before < 1, "it took three seconds, and four times as many for one twice as long"
