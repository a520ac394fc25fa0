"""Pages by one call: what the far side gets, and what each of its answers means. No body of an answer is read."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

import aiohttp
import pytest
from aiohttp import web

from bot.bridges.channels.building import pagers
from bot.bridges.channels.calls import NtfyPager, SmsPager, WebhookPager
from bot.config.channels import Channels, Mail, Method, Ntfy, Security, Sms, Webhook
from bot.core.people.contacts import Contact, Way
from bot.host.secret import Secret
from bot.ports import Handed, Letter, Pager
from tests.bridges.channels.test_mail import Marks
from tests.mailserver import scripted_server
from tests.web import running

NOW = datetime(2026, 11, 29, 16, tzinfo=UTC)
TO = Contact(mail="bob@example.net", sms="+33600000002", ntfy="bob-topic", deputy=None)
LETTER = Letter(id="a1b2", to=TO, text='Héron "Gris" & more: you are awaited.', at=NOW)
JSON, FORM = '{"to": ["{number}"], "message": "{text}", "ref": "{id}", "flash": true}', "to={number}&message={text}&k=1"


@dataclass(slots=True)
class Far:
    """What the far side was asked, and what it answers."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        said = await request.read()
        self.asked.append((request.method, request.path_qs, dict(request.headers), said))
        return web.Response(status=self.status, body=self.body)


@asynccontextmanager
async def far_side(far: Far) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", far.answer)
    async with running(app) as far.url, aiohttp.ClientSession() as session:
        yield session


def ntfy(session: aiohttp.ClientSession, far: Far) -> Pager:
    return NtfyPager(session=session, server=Ntfy(server=far.url, token=Secret("token")))


def webhook(session: aiohttp.ClientSession, far: Far) -> Pager:
    return WebhookPager(session=session, hook=Webhook(url=Secret(f"{far.url}/hook?key=k"), secret=Secret(b"shared")))


def sms(session: aiohttp.ClientSession, far: Far, body: str = JSON, method: Method = Method.POST) -> Pager:
    headers: Secret[tuple[tuple[str, str], ...]] = Secret((("X-Key", "k"),))
    gateway = Sms(
        url=Secret(f"{far.url}/send"), body=body, method=method, headers=headers, accepted=frozenset({200, 202})
    )
    return SmsPager(session=session, gateway=gateway)


ALL = (ntfy, webhook, sms)
Makes = Callable[[aiohttp.ClientSession, Far], Pager]


async def test_ntfy_gets_the_line_under_the_topic_and_the_token() -> None:
    far, marks = Far(), Marks()
    async with far_side(far) as session:
        assert await ntfy(session, far).page(LETTER, marks) is Handed.ACCEPTED
    ((method, path, headers, body),) = far.asked
    assert (method, path, body.decode()) == ("POST", "/bob-topic", LETTER.text)
    assert (headers["Authorization"], headers["Priority"]) == ("Bearer token", "urgent")
    assert marks.count == 1


async def test_the_webhook_gets_addresses_and_a_signature_over_all_of_it() -> None:
    far = Far(status=204)
    async with far_side(far) as session:
        pager = webhook(session, far)
        assert await pager.page(LETTER, Marks()) is Handed.ACCEPTED
        assert pager.repeats
    ((_, path, headers, body),) = far.asked
    assert path == "/hook?key=k"
    assert json.loads(body) == {
        "id": "a1b2",
        "text": LETTER.text,
        "to": {"mail": "bob@example.net", "sms": "+33600000002", "ntfy": "bob-topic"},
    }
    signed = f"a1b2.{int(NOW.timestamp())}.".encode() + body
    expected = b64encode(hmac.digest(b"shared", signed, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("a1b2", str(int(NOW.timestamp())))


async def test_the_gateway_gets_what_its_configuration_describes_escaped_for_its_form() -> None:
    far = Far(status=202)
    async with far_side(far) as session:
        assert await sms(session, far).page(LETTER, Marks()) is Handed.ACCEPTED
        assert await sms(session, far, FORM).page(LETTER, Marks()) is Handed.ACCEPTED
        assert await sms(session, far, FORM, Method.GET).page(LETTER, Marks()) is Handed.ACCEPTED
    as_json, as_form, as_query = far.asked
    wanted = {"to": ["+33600000002"], "message": LETTER.text, "ref": "a1b2", "flash": True}
    assert json.loads(as_json[3]) == wanted
    assert as_json[2]["X-Key"] == "k"
    form = "to=%2B33600000002&message=H%C3%A9ron+%22Gris%22+%26+more%3A+you+are+awaited.&k=1"
    assert as_form[3].decode() == form
    assert as_form[2]["Content-Type"] == "application/x-www-form-urlencoded"
    assert (as_query[0], as_query[3]) == ("GET", b"")
    assert as_query[1].startswith("/send?to=")
    assert "message=H" in as_query[1]


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize(
    ("status", "handed"),
    [
        (429, Handed.LATER),
        (503, Handed.LATER),
        (500, Handed.UNKNOWN),
        (504, Handed.UNKNOWN),
        (302, Handed.REFUSED),
        (401, Handed.REFUSED),
        (404, Handed.REFUSED),
    ],
)
async def test_each_status_has_one_meaning_and_nothing_is_followed(make: Makes, status: int, handed: Handed) -> None:
    far = Far(status=status)
    async with far_side(far) as session:
        assert await make(session, far).page(LETTER, Marks()) is handed
    assert len(far.asked) == 1


@pytest.mark.parametrize("make", ALL)
async def test_ten_megabytes_of_answer_are_not_read(make: Makes) -> None:
    far = Far(body=b"x" * 10_000_000)
    async with far_side(far) as session:
        assert await make(session, far).page(LETTER, Marks()) is Handed.ACCEPTED


@pytest.mark.parametrize("make", ALL)
async def test_headers_without_end_and_no_answer_at_all_are_not_known(make: Makes) -> None:
    async with aiohttp.ClientSession() as session:
        for answer in (b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 1_000_000, b"", b"nonsense\r\n\r\n"):
            async with scripted_server(answer) as (port, _):
                far = Far(url=f"http://127.0.0.1:{port}")
                assert await make(session, far).page(LETTER, Marks()) is Handed.UNKNOWN


@pytest.mark.parametrize("make", ALL)
async def test_nobody_there_is_tried_later_and_said_by_the_check_without_the_address(make: Makes) -> None:
    async with scripted_server() as (port, _):
        far = Far(url=f"http://127.0.0.1:{port}")
    async with aiohttp.ClientSession() as session:
        assert await make(session, far).page(LETTER, Marks()) is Handed.LATER
        with pytest.raises(OSError, match=r"^ClientConnectorError$"):
            await make(session, far).look()


@pytest.mark.parametrize("make", ALL)
async def test_a_look_pages_nobody(make: Makes) -> None:
    far = Far(status=404)
    async with far_side(far) as session:
        await make(session, far).look()
    assert [(method, path) for method, path, *_ in far.asked] == [("HEAD", "/")]


@pytest.mark.parametrize("make", [ntfy, sms])
async def test_who_has_no_such_address_is_not_paged(make: Makes) -> None:
    far = Far()
    async with far_side(far) as session:
        letter = replace(LETTER, to=Contact(mail="bob@example.net"))
        assert await make(session, far).page(letter, Marks()) is Handed.REFUSED
    assert not far.asked


async def test_an_endpoint_elsewhere_is_not_given_our_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address is https, which a server here has not: what would be asked is looked at instead."""
    asked: list[tuple[str, object]] = []

    class Session:
        def request(self, method: str, url: str, **how: object) -> object:
            asked.append((url, how["headers"]))
            raise aiohttp.ClientError

    pager = NtfyPager(session=Session(), server=Ntfy(server="https://ntfy.example.org", token=Secret("token")))  # type: ignore[arg-type]
    push = "https://push.example.org/up?up=1"
    letter = replace(LETTER, to=Contact(ntfy=push))
    assert await pager.page(letter, Marks()) is Handed.UNKNOWN
    ((url, headers),) = asked
    assert url == push
    assert "token" not in str(headers)


async def test_only_what_is_configured_is_there() -> None:
    mail = Mail(host="localhost", port=25, sender="c@example.org", security=Security.NONE)
    hook = Webhook(url=Secret("https://e.org"), secret=Secret(b"s"))
    all_of_them = Channels(
        mail=mail,
        ntfy=Ntfy(server="https://e.org"),
        webhook=hook,
        sms=Sms(url=Secret("https://e.org"), body=FORM),
    )
    async with aiohttp.ClientSession() as session:
        assert set(pagers(all_of_them, session)) == set(Way)
        assert set(pagers(Channels(), session)) == set(pagers(None, session)) == set()
