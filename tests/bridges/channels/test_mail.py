"""Pages by mail: to a real server, and to servers that hang, lie and flood."""

from __future__ import annotations

import asyncio
import ssl
import threading
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from bot.bridges.channels.mail import MailPager
from bot.config.channels import Mail, Security
from bot.core.people.contacts import Contact
from bot.host.secret import Secret
from bot.ports import Handed, Letter
from tests.authority import authority
from tests.mailserver import Mailbox, mail_server, scripted_server
from tests.patience import eventually

NOW = datetime(2026, 11, 29, 16, tzinfo=UTC)
BOB = Contact(mail="bob@example.net")
LETTER = Letter(id="a1b2", to=BOB, text="Héron Gris : on vous attend.", at=NOW)
GREETED = (b"220 here\r\n", b"250-here\r\n250 AUTH PLAIN\r\n")
ANNOUNCED = (*GREETED, b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")


class Marks:
    """Counts how often a letter was about to be handed over."""

    count = 0

    async def __call__(self) -> None:
        self.count += 1


def pager(port: int, security: Security = Security.NONE, password: str | None = None) -> MailPager:
    server = Mail(host="localhost", port=port, sender="cellule@example.org", security=security)
    if password is None:
        return MailPager(server=server)
    with_login = Mail(
        host="localhost",
        port=port,
        sender="cellule@example.org",
        security=security,
        user="cellule",
        password=Secret(password),
    )
    return MailPager(server=with_login)


async def test_a_real_server_gets_one_line_and_nothing_else() -> None:
    box, marks = Mailbox(), Marks()
    async with mail_server(box) as port:
        assert await pager(port).page(LETTER, marks) is Handed.ACCEPTED
    (envelope,) = box.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == ("cellule@example.org", ["bob@example.net"])
    assert isinstance(envelope.content, bytes)
    assert envelope.content.isascii()
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == mail.get_content().strip() == LETTER.text
    assert mail["Message-ID"] == "<a1b2@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert marks.count == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_the_connection_is_protected_and_the_certificate_checked(
    security: Security, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shown = authority(tmp_path)
    box, marks = Mailbox(), Marks()
    async with mail_server(box, shown, direct=security is Security.TLS) as port:
        assert await pager(port, security).page(LETTER, marks) is Handed.LATER, "a certificate of nobody we know"
        assert marks.count == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        await pager(port, security).look()
        assert not box.messages
        assert await pager(port, security).page(LETTER, marks) is Handed.ACCEPTED
    assert len(box.messages) == 1


async def test_the_authorities_are_read_once_off_the_loop_and_not_at_all_where_nothing_is_protected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shown = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    read_in: list[bool] = []
    make = ssl.create_default_context

    def reading() -> ssl.SSLContext:
        read_in.append(threading.current_thread() is threading.main_thread())
        return make()

    monkeypatch.setattr(ssl, "create_default_context", reading)
    box = Mailbox()
    async with mail_server(box, shown) as port:
        assert await pager(port).page(LETTER, Marks()) is Handed.REFUSED, "here it wants STARTTLS"
        assert not read_in
        protected = pager(port, Security.STARTTLS)
        for _ in range(2):
            assert await protected.page(LETTER, Marks()) is Handed.ACCEPTED
    assert read_in == [False]


async def test_it_logs_in_over_tls_and_is_refused_with_another_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shown = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    box = Mailbox()
    async with mail_server(box, shown) as port:
        assert await pager(port, Security.STARTTLS, "secret").page(LETTER, Marks()) is Handed.ACCEPTED
        assert await pager(port, Security.STARTTLS, "other").page(LETTER, Marks()) is Handed.REFUSED
        with pytest.raises(OSError, match="the mail server answers 535 to AUTH") as refused:
            await pager(port, Security.STARTTLS, "other").look()
    assert "other" not in str(refused.value)
    assert [login.login for login in box.logins] == [b"cellule"] * 3


async def test_a_server_without_starttls_gets_no_mail() -> None:
    box = Mailbox()
    async with mail_server(box) as port:
        assert await pager(port, Security.STARTTLS).page(LETTER, Marks()) is Handed.LATER
    assert not box.messages


async def test_words_that_were_slipped_in_before_tls_began_are_no_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    slipped = b"220 go on\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 ok\r\n250 ok\r\n"
    async with scripted_server(b"220 here\r\n", b"250 STARTTLS\r\n", slipped) as (port, _):
        assert await pager(port, Security.STARTTLS).page(LETTER, Marks()) is Handed.LATER


async def test_one_of_five_is_refused_and_the_others_get_theirs() -> None:
    people = [f"p{number}@example.net" for number in range(5)]
    box = Mailbox(refuses=frozenset(people[2:3]))
    async with mail_server(box) as port:
        letters = [Letter(id=f"{at}", to=Contact(mail=at), text="x", at=NOW) for at in people]
        found = [await pager(port).page(letter, Marks()) for letter in letters]
    assert found == [Handed.ACCEPTED, Handed.ACCEPTED, Handed.REFUSED, Handed.ACCEPTED, Handed.ACCEPTED]
    assert len(box.messages) == 4


@pytest.mark.parametrize(
    ("answers", "handed", "marks"),
    [
        ((b"421 busy\r\n",), Handed.LATER, 0),
        ((b"554 go away\r\n",), Handed.REFUSED, 0),
        ((b"what\r\n",), Handed.LATER, 0),
        ((b"220 " + b"x" * 10_000_000 + b"\r\n",), Handed.LATER, 0),
        ((b"220-more\r\n" * 1_000_000,), Handed.LATER, 0),
        ((*GREETED, b"451 later\r\n"), Handed.LATER, 0),
        (ANNOUNCED, Handed.UNKNOWN, 1),
        ((*ANNOUNCED, b"451 later\r\n"), Handed.LATER, 1),
        ((*ANNOUNCED, b"552 no\r\n"), Handed.REFUSED, 1),
        ((*ANNOUNCED, b"250 taken\r\n"), Handed.ACCEPTED, 1),
        ((*ANNOUNCED, b"what\r\n"), Handed.UNKNOWN, 1),
        ((*ANNOUNCED, b"251 elsewhere\r\n"), Handed.UNKNOWN, 1),
        ((*ANNOUNCED, b"600 ?\r\n"), Handed.UNKNOWN, 1),
        ((*ANNOUNCED, b"250 " + b"x" * 10_000 + b"\r\n"), Handed.UNKNOWN, 1),
    ],
    ids=[
        "busy",
        "shut",
        "nonsense",
        "10 MB",
        "endless",
        "grey",
        "hangs up after",
        "not now",
        "not ever",
        "drops it",
        "nonsense after",
        "not 250",
        "no code",
        "too long after",
    ],
)
async def test_whatever_a_server_says_is_one_of_four_outcomes(
    answers: tuple[bytes, ...], handed: Handed, marks: int
) -> None:
    marked = Marks()
    async with scripted_server(*answers) as (port, _):
        assert await pager(port).page(LETTER, marked) is handed
    assert marked.count == marks


async def test_nobody_there_is_tried_later() -> None:
    async with scripted_server() as (port, _):
        pass
    assert await pager(port).page(LETTER, Marks()) is Handed.LATER
    with pytest.raises(ConnectionRefusedError):
        await pager(port).look()


async def test_a_server_that_hangs_can_be_left() -> None:
    """Whoever hands a page over bounds the time of an attempt; nothing here outlasts that."""
    async with scripted_server(*GREETED, hangs=True) as (port, heard), asyncio.TaskGroup() as tasks:
        page = tasks.create_task(pager(port).page(LETTER, Marks()))
        await eventually(lambda: b"MAIL FROM:<cellule@example.org>\r\n" in heard)
        page.cancel()
    assert page.cancelled()


async def test_who_has_no_address_gets_no_mail() -> None:
    letter = Letter(id="1", to=Contact(sms="+33600000000"), text="x", at=NOW)
    assert await pager(1).page(letter, Marks()) is Handed.REFUSED
