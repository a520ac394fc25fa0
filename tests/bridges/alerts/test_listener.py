"""The door for alerts: who gets in, what is refused with one clear answer, and nothing is said before it is kept."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.bridges.alerts import gathering
from bot.bridges.alerts.addresses import address_of
from bot.bridges.alerts.listener import MOST_BYTES
from bot.bridges.limits import Limit
from bot.core.facts import Alert, Severity
from bot.ports import Report
from tests.bridges.alerts.doors import BEARER, Keeper, listening
from tests.bridges.alerts.senders import ALERTMANAGER, BODIES, NOW, OTHER, SECRET, SOURCES, headers, mac, written
from tests.patience import PATIENCE_S

CONTENT = ("HostDown", "Ransomware", "Phishing", "Known C2", "Backup failed", "evil")


@pytest.mark.parametrize("name", sorted(SOURCES))
async def test_each_kind_gets_in_as_it_can_prove_itself(name: str) -> None:
    async with listening() as door:
        status, said, _ = await door.post(name, written(BODIES[name]))
        assert (status, said) == (200, "kept\n")
        assert [alert.source for alert in door.keeper.kept] == [name]
        assert door.tally.reports == [Report.TAKEN]


async def test_alertmanager_can_send_the_secret_as_a_password() -> None:
    basic = base64.b64encode(f"anybody:{SECRET}".encode()).decode()
    async with listening() as door:
        assert (await door.post("prometheus", written(ALERTMANAGER), {"Authorization": f"Basic {basic}"}))[0] == 200


@pytest.mark.parametrize("name", sorted(SOURCES))
async def test_a_wrong_secret_gets_nothing_in(name: str) -> None:
    body = written(BODIES[name])
    async with listening() as door:
        status, said, _ = await door.post(name, body, headers(name, body, secret="f" * 32))
        assert status == 401
        assert "the secret or the signature is wrong" in said
        assert door.keeper.kept == []


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Authorization": ""},
        {"Authorization": SECRET},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic !!!"},
        {"Authorization": f"Digest {SECRET}"},
        {"Authorization": "Bearer évil"},
    ],
)
async def test_no_secret_gets_nothing_in(sent: dict[str, str]) -> None:
    async with listening() as door:
        assert (await door.post("prometheus", written(ALERTMANAGER), sent))[0] == 401
        assert (await door.post("nobody", written(ALERTMANAGER), sent))[0] == 401
        assert door.keeper.kept == []


@pytest.mark.parametrize("name", sorted(SOURCES))
async def test_a_header_that_is_no_text_proves_nothing(name: str) -> None:
    sent = b"".join(f"{key}: {value}".encode() + b"\xe9\r\n" for key, value in headers(name, b"{}").items())
    sent = sent.replace(b"\xe9", b"", 1) if name in {"grafana", "wazuh", "other"} else sent
    async with listening() as door:
        head = f"POST /alerts/{name} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n".encode()
        assert " 401 " in await door.raw(head + sent + b"\r\n{}")
        assert door.tally.reports == [Report.UNSIGNED]


async def test_a_fault_of_ours_is_answered_counted_and_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> list[Alert]:
        raise RuntimeError("evil")

    monkeypatch.setattr(Keeper, "news", fails)
    async with listening() as door:
        for _ in range(3):
            assert (await door.post("prometheus", written(ALERTMANAGER)))[:2] == (
                500,
                "a fault of ours: send it again\n",
            )
        assert door.tally.reports == [Report.FAILED] * 3
    assert [line for line in caplog.messages if "report" in line] == [
        "a report of alerts could not be handled: RuntimeError"
    ]


@pytest.mark.parametrize("name", ["grafana", "wazuh", "other"])
@pytest.mark.parametrize("off", [-301, 301, -86_400])
async def test_what_was_signed_long_ago_or_ahead_counts_no_more(name: str, off: int) -> None:
    body = written(BODIES[name])
    async with listening() as door:
        status, said, _ = await door.post(name, body, headers(name, body, at=NOW + off))
        assert status == 401
        assert "5 minutes" in said
        assert door.keeper.kept == []


async def test_a_new_time_needs_a_new_signature() -> None:
    body = written(OTHER)
    old = headers("other", body, at=NOW - 400)
    async with listening() as door:
        assert (await door.post("other", body, {**old, "X-Timestamp": str(int(NOW))}))[0] == 401
        unsigned = {"X-Hub-Signature-256": f"sha256={mac(body)}"}
        assert (await door.post("other", body, unsigned))[0] == 401
        assert (await door.post("other", body, BEARER))[0] == 401
        assert (await door.post("other", body + b" ", headers("other", body)))[0] == 401


@pytest.mark.parametrize("is_said", [True, False])
async def test_ten_megabytes_are_refused(is_said: bool) -> None:
    async with listening() as door:
        body = b"x" * (10_000_000 if is_said else MOST_BYTES + 1)

        async def pieces() -> AsyncIterator[bytes]:
            yield body

        sent = io.BytesIO(body) if is_said else pieces()
        status, said, _ = await door.post("prometheus", sent, BEARER)  # type: ignore[arg-type]
        assert (status, said) == (413, "longer than 256 KiB\n")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[" * 1_000 + b"]" * 1_000, "nested deeper than 32"),
        (b"evil", "not JSON in UTF-8"),
        (b'{"event": {"id": 1, "name": "evil"}}', "no title where the mapping says"),
        (b'{"evil": {"id": 1}}', "no fingerprint where the mapping says"),
        (b'{"evil": "' + b"x" * 20_000 + b'"}', "no fingerprint where the mapping says"),
    ],
)
async def test_what_cannot_be_read_has_one_answer_that_repeats_nothing(body: bytes, why: str) -> None:
    async with listening() as door:
        status, said, _ = await door.post("other", body)
        assert (status, said) == (400, f"not a report that can be read: {why}\n")
        assert door.keeper.kept == []


async def test_a_compressed_report_is_not_unpacked() -> None:
    async with listening() as door:
        status, _, _ = await door.post("prometheus", b"\x1f\x8b", {**BEARER, "Content-Encoding": "gzip"})
        assert status in {400, 415}


async def test_nothing_is_answered_before_it_is_kept() -> None:
    async with listening() as door:
        door.keeper.may_go_on.clear()
        answer = asyncio.create_task(door.post("prometheus", written(ALERTMANAGER)))
        done, _ = await asyncio.wait({answer}, timeout=0.05)
        assert not done
        door.keeper.may_go_on.set()
        assert (await answer)[0] == 200
        assert len(door.keeper.kept) == 1


async def test_the_same_many_times_at_once_is_kept_once() -> None:
    async with listening() as door:
        door.keeper.may_go_on.clear()
        answers = asyncio.gather(*(door.post("prometheus", written(ALERTMANAGER)) for _ in range(10)))
        await asyncio.wait({answers}, timeout=0.2)
        door.keeper.may_go_on.set()
        assert {status for status, _, _ in await answers} == {200}
        assert len({alert.key for alert in door.keeper.kept}) == 1
        assert len(door.keeper.kept) <= 2


async def test_what_there_is_no_room_for_is_to_be_sent_again() -> None:
    async with listening() as door:
        door.keeper.is_full = True
        status, said, sent = await door.post("prometheus", written(ALERTMANAGER))
        assert status == 503
        assert "send it again" in said
        assert int(sent["Retry-After"]) > 0
        door.keeper.is_full = False
        assert (await door.post("prometheus", written(ALERTMANAGER)))[0] == 200


async def test_a_source_that_sends_too_much_is_told_when_to_send_again_and_others_are_heard() -> None:
    async with listening() as door:
        for _ in range(4):
            await asyncio.gather(*(door.post("prometheus", written(ALERTMANAGER)) for _ in range(50)))
        status, _, sent = await door.post("prometheus", written(ALERTMANAGER))
        assert (status, sent["Retry-After"]) == (503, "1")
        assert (await door.post("grafana", written(ALERTMANAGER)))[0] == 200
        door.time += 1
        assert (await door.post("prometheus", written(ALERTMANAGER)))[0] == 200


async def test_a_source_with_too_much_news_is_told_when_to_send_again_and_what_is_known_costs_nothing() -> None:
    one = ALERTMANAGER["alerts"][0]
    many = written({"alerts": [{**one, "fingerprint": str(number)} for number in range(500)]})
    async with listening() as door:
        assert (await door.post("prometheus", many))[0] == 200
        status, _, sent = await door.post("prometheus", written(ALERTMANAGER))
        assert (status, sent["Retry-After"]) == (503, "1")
        assert (await door.post("prometheus", many))[0] == 200
        assert len(door.keeper.kept) == 500
        door.time += 1
        assert (await door.post("prometheus", written(ALERTMANAGER)))[0] == 200


async def test_an_address_that_guesses_is_not_heard_for_a_while_and_others_are() -> None:
    async with listening() as door:
        guess = {"Authorization": "Bearer nonsense", "X-Forwarded-For": "10.1.1.1, 192.0.2.9"}
        for _ in range(20):
            assert (await door.post("prometheus", b"{}", guess))[0] == 401
        status, _, sent = await door.post("prometheus", b"{}", guess)
        assert (status, sent["Retry-After"]) == (429, "5")
        forwarded = {"X-Forwarded-For": "192.0.2.10"}
        assert (await door.post("prometheus", b"{}", {**guess, **forwarded}))[0] == 401


@pytest.mark.parametrize("name", sorted(SOURCES))
async def test_who_proves_itself_is_heard_whatever_else_comes_from_its_address(name: str) -> None:
    body = written(BODIES[name])
    async with listening() as door:
        statuses = [(await door.post(name, body, headers(name, body, secret="f" * 32)))[0] for _ in range(21)]
        assert statuses[-1] == 429
        assert (await door.post(name, body))[0] == 200


async def test_what_a_source_sends_that_cannot_be_read_counts_against_itself_alone() -> None:
    async with listening() as door:
        for _ in range(4):
            await asyncio.gather(*(door.post("prometheus", b"{}") for _ in range(50)))
        assert set(door.tally.reports) == {Report.UNREAD}
        assert (await door.post("prometheus", b"{}"))[0] == 503
        assert (await door.post("grafana", written(ALERTMANAGER)))[0] == 200


async def test_what_a_proxy_saw_stands_in_the_last_of_all_lines() -> None:
    async with listening() as door:
        said = ""
        for number in range(21):
            lines = f"X-Forwarded-For: 192.0.2.{number}\r\nX-Forwarded-For: 198.51.100.1\r\n"
            said = await door.raw(f"POST /alerts/other HTTP/1.1\r\nHost: a\r\n{lines}\r\n".encode())
        assert " 429 " in said


async def test_nothing_of_what_came_is_in_the_log_or_in_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    async with listening() as door:
        said = ""
        for name, thing in BODIES.items():
            body = written(thing)
            for sent in (headers(name, body), headers(name, body, secret="f" * 32), {}):
                said += str(await door.post(name, body, sent))
            said += str(await door.post(name, body[:-9]))
        said += str(await door.post("evil", b"evil", {}, path="/evil"))
        said += await door.raw(b"EVIL evil evil\r\nevil\r\n\r\n")
    assert not [word for word in (*CONTENT, SECRET) if word in said + caplog.text]
    assert "a report of alerts was refused: unsigned" in caplog.text


async def test_what_waits_is_bounded() -> None:
    some = Keeper()
    waiting = gathering.Gathering(some.take)
    many = [alert_numbered(number) for number in range(gathering.MOST_WAITING)]
    assert waiting.has_room(many)
    put = asyncio.create_task(waiting.put(many))
    await asyncio.sleep(0)
    assert not waiting.has_room(many[:1])
    running = asyncio.create_task(waiting.run())
    async with asyncio.timeout(PATIENCE_S):
        await put
    assert len(some.kept) == len(many)
    running.cancel()


async def test_what_cannot_be_kept_is_not_said_to_be() -> None:
    async def fails(_: Sequence[Alert]) -> None:
        raise OSError("the disk is full")

    waiting = gathering.Gathering(fails)
    put = asyncio.create_task(waiting.put([alert_numbered(1)]))
    with pytest.raises(OSError, match="full"):
        await waiting.run()
    with pytest.raises(asyncio.CancelledError):
        await put


def alert_numbered(number: int) -> Alert:
    return Alert(source="prometheus", fingerprint=str(number), title="A", severity=Severity.LOW)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1, 192.0.2.1", "192.0.2.1"),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("127.0.0.1", "nonsense", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_the_address_is_that_which_a_proxy_here_saw(peer: str, forwarded: str, address: str) -> None:
    assert address_of(peer, forwarded) == address


def test_a_limit_remembers_only_so_many_names() -> None:
    limit = Limit(at_once=1, per_second=1, clock=lambda: 0.0)
    for number in range(3_000):
        limit.use(str(number))
    assert len(limit._buckets) == 1_024
    assert limit.wait("2999") == 1
    assert limit.wait("0") == 0
