"""The second channels and people's contacts: read whole, or told what to write instead."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.channels import Mail, Method, Ntfy, Security, Sms, Webhook
from bot.core.names import UserId
from bot.core.people.contacts import Contact
from bot.host.secret import Secret
from tests.config.files import changed, fill, only_problem, problems_of, write

ALICE, BOB = "@alice:example.org", "@bob:example.org"
BODY = '{"to": "{number}", "message": "{text}"}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, said in (
        ("mail", "hidden"),
        ("key", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("address", "https://gateway.example.org/send"),
        ("headers", "Authorization: Bearer hidden\nX-Account: 7\n"),
        ("nothing", "no headers"),
        ("bytes", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ):
        path = fill(tmp_path) / "secrets" / name if not (tmp_path / "secrets").exists() else tmp_path / "secrets" / name
        path.write_text(said)
        path.chmod(0o600)
    return tmp_path


def test_without_the_groups_nobody_is_paged(folder: Path) -> None:
    config = load(write(folder, changed()))
    assert (config.channels, dict(config.contacts)) == (None, {})
    assert dict(load(write(folder, changed(channels=None, contacts=None))).contacts) == {}


def test_every_channel_is_read_and_shows_no_secret(folder: Path) -> None:
    channels = {
        "after": "5m",
        "mail": {"server": "smtp.example.org:587", "user": "u", "password_file": "secrets/mail", "from": "c@e.org"},
        "ntfy": {"server": "https://ntfy.example.org/", "token_file": "secrets/mail"},
        "webhook": {"url_file": "secrets/address", "secret_file": "secrets/key"},
        "sms": {
            "url_file": "secrets/address",
            "method": "GET",
            "headers_file": "secrets/headers",
            "body": "to={number}&m={text}",
            "accepted": [202],
        },
    }
    found = load(write(folder, changed(channels=channels))).channels
    assert found is not None
    assert found.after == timedelta(minutes=5)
    hidden, address = Secret("hidden"), Secret("https://gateway.example.org/send")
    assert found.mail == Mail(
        host="smtp.example.org", port=587, sender="c@e.org", security=Security.STARTTLS, user="u", password=hidden
    )
    assert found.ntfy == Ntfy(server="https://ntfy.example.org", token=hidden)
    assert found.webhook == Webhook(url=address, secret=Secret(bytes(32)))
    headers: Secret[tuple[tuple[str, str], ...]] = Secret((("Authorization", "Bearer hidden"), ("X-Account", "7")))
    assert found.sms == Sms(
        url=address, body="to={number}&m={text}", method=Method.GET, headers=headers, accepted=frozenset({202})
    )
    assert "hidden" not in repr(found).replace("Secret(hidden)", "")
    assert "gateway" not in repr(found)


@pytest.mark.parametrize(("port", "security"), [(465, Security.TLS), (25, Security.STARTTLS)])
def test_mail_is_protected_whatever_the_port(folder: Path, port: int, security: Security) -> None:
    mail = {"server": f"smtp.example.org:{port}", "from": "c@example.org"}
    found = load(write(folder, changed(channels={"mail": mail}))).channels
    assert found is not None
    assert found.mail is not None
    assert found.mail.security is security


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ({"after": "1h"}, 'channels.after: "1h" is not a number of minutes; write one like 10m, 240m at most'),
        ({"after": "241m"}, 'channels.after: "241m" is not a number of minutes; write one like 10m, 240m at most'),
        ({"mail": {"server": "smtp.example.org", "from": "c@e.org"}}, "is not host:port"),
        ({"mail": {"server": "s.example.org:25", "from": "c"}}, 'channels.mail.from: "c" is not a mail address'),
        ({"mail": {"server": "s.example.org:25", "from": "c@e.org", "user": "u"}}, "write user and password_file"),
        (
            {"mail": {"server": "s.example.org:25", "from": "c@e.org", "security": "none"}},
            "channels.mail.security: is for a server on this machine alone; write starttls or tls",
        ),
        ({"ntfy": {"server": "http://ntfy.example.org"}}, "channels.ntfy.server: "),
        ({"webhook": {"url_file": "secrets/mail", "secret_file": "secrets/key"}}, "holds no address"),
        (
            {"webhook": {"url_file": "secrets/address", "secret_file": "secrets/mail"}},
            "holds no secret of 24",
        ),
        ({"sms": {"url_file": "secrets/address", "body": "to={number}"}}, "must hold {number} and {text}"),
        ({"sms": {"url_file": "secrets/address", "body": '{"{number}{text}'}}, "must hold {number} and {text}"),
        ({"sms": {"url_file": "secrets/address", "body": BODY, "accepted": [404]}}, "must be a list of statuses"),
        ({"sms": {"url_file": "secrets/address", "body": BODY, "accepted": [True]}}, "must be a list of statuses"),
        ({"sms": {"url_file": "secrets/address", "body": BODY, "headers_file": "secrets/nothing"}}, "no headers;"),
        ({"sms": {"url_file": "secrets/address", "body": BODY, "headers_file": "secrets/bytes"}}, "secrets/bytes"),
        ({"pager": {}}, "channels.pager: "),
    ],
)
def test_a_wrong_channel_is_told_with_what_to_write(folder: Path, channels: dict[str, Any], said: str) -> None:
    assert said in only_problem(folder, changed(channels=channels))


def test_mail_does_not_go_past_the_proxy(folder: Path) -> None:
    proxy, sender = {"proxy": "socks5://127.0.0.1:9050"}, "c@example.org"
    far = changed(network=proxy, channels={"mail": {"server": "smtp.example.org:587", "from": sender}})
    assert "mail does not go through network.proxy" in only_problem(folder, far)
    here = {"server": "127.0.0.1:25", "from": sender, "security": "none"}
    assert load(write(folder, changed(network=proxy, channels={"mail": here}))).channels is not None


def test_mail_in_clear_stays_on_this_machine(folder: Path) -> None:
    mail = {"server": "127.0.0.1:25", "from": "c@example.org", "security": "none"}
    found = load(write(folder, changed(channels={"mail": mail}))).channels
    assert found is not None
    assert found.mail is not None
    assert found.mail.security is Security.NONE


def test_contacts_are_read_by_person(folder: Path) -> None:
    push = "https://push.example.org/upABC?up=1"
    written = {ALICE: {"mail": "alice@example.net", "sms": "+33600000000", "deputy": BOB}, BOB: {"ntfy": push}}
    assert dict(load(write(folder, changed(contacts=written))).contacts) == {
        ALICE: Contact(mail="alice@example.net", sms="+33600000000", deputy=UserId(BOB)),
        BOB: Contact(ntfy=push),
    }


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        ([ALICE], "contacts: must be a group of Matrix ids"),
        ({ALICE: "+33600000000"}, "must be a group"),
        ({"@carol:example.org": {"ntfy": "t"}}, "is nobody of people"),
        ({ALICE: {"sms": 33600000000}}, "33600000000 is not a number in international form"),
        ({ALICE: {"sms": "0600000000"}}, 'write one like "+33600000000", in quotes'),
        ({ALICE: {"mail": "alice@example.net\nBcc: x@y.z"}}, "is not a mail address"),
        ({ALICE: {"ntfy": "a/b"}}, "is not a topic of ntfy"),
        ({ALICE: {"ntfy": "t", "deputy": ALICE}}, "must be another person who has a line"),
        ({ALICE: {"ntfy": "t", "deputy": BOB}}, "must be another person who has a line"),
    ],
)
def test_a_wrong_contact_is_told_with_what_to_write(folder: Path, contacts: object, said: str) -> None:
    assert said in only_problem(folder, changed(contacts=contacts))


def test_contacts_are_not_blamed_for_people_who_are_wrong(folder: Path) -> None:
    said = problems_of(folder, changed(people={ALICE: ["king"]}, contacts={ALICE: {"ntfy": "t"}}))
    assert not [line for line in said if line.startswith("contacts")]
