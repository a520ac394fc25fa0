"""The second channels, by which people are paged whom the rooms do not reach, and where each person is reached."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

from bot.config.reading import Spot, Wrong, read_group, shown, text
from bot.config.reading import inner_key as inner
from bot.config.reading import key as row
from bot.config.values import homeserver, is_here, listen, one_of, secret_address, signing_key, user_id
from bot.core.names import UserId
from bot.core.people.contacts import Contact
from bot.host.secret import Secret, SecretFileError, read_bytes, read_text
from bot.sentences.told import Told

_LONGEST_ADDRESS, _LONGEST_WAIT = 254, 240
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PUSH = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[!-~]{1,400}")
_MINUTES = re.compile(r"([1-9][0-9]{0,2})m")
_HEADER = re.compile(r"([A-Za-z0-9-]+):[ \t]*([ -~]+)")
_DIRECT_PORT = 465
_HOLES = {"number": "{number}", "text": "{text}"}


class Security(StrEnum):
    """How mail is protected on its way to the server."""

    STARTTLS = "starttls"
    TLS = "tls"
    """From the first byte, as on port 465."""
    NONE = "none"
    """For a server on this machine alone."""


def _mail(value: object) -> str:
    if isinstance(value, str) and _MAIL.fullmatch(value) and len(value) <= _LONGEST_ADDRESS:
        return value
    raise Wrong("mistake.mail", value=shown(value))


def _number(value: object) -> str:
    """Return the number; YAML reads a bare one as a sum of money would be, without its plus."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return value
    raise Wrong("mistake.number", value=shown(value))


def _topic(value: object) -> str:
    if isinstance(value, str) and (_TOPIC.fullmatch(value) or _PUSH.fullmatch(value)):
        return value
    raise Wrong("mistake.topic", value=shown(value))


def _minutes(value: object) -> timedelta:
    found = _MINUTES.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) > _LONGEST_WAIT:
        raise Wrong("mistake.minutes", value=shown(value), most=_LONGEST_WAIT)
    return timedelta(minutes=int(found[1]))


def _accepted(value: object) -> frozenset[int]:
    """Return the statuses of an answer that say that the far side took the page."""
    if not isinstance(value, list) or not value or not all(type(one) is int and 200 <= one < 300 for one in value):
        raise Wrong("mistake.accepted")
    return frozenset(value)


def _body(value: object) -> str:
    """Return the body of the call: JSON, or pairs of a form, which are the query of a GET."""
    body = text(value)
    pairs: object = None
    if body.lstrip().startswith("{"):
        try:
            pairs = json.loads(body)
        except ValueError:
            pairs = None
    else:
        pairs = parse_qsl(body, keep_blank_values=True)
    if not pairs or not all(hole in body for hole in ("{number}", "{text}")):
        raise Wrong("mistake.body", **_HOLES)
    return body


def _headers(path: Path) -> Secret[tuple[tuple[str, str], ...]]:
    """Return the headers in the file, one a line: `Authorization: Bearer ...`."""
    try:
        lines = read_bytes(path).reveal().decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise SecretFileError("secret.no_text", path=path) from None
    found = [_HEADER.fullmatch(line) for line in lines if line.strip()]
    headers = tuple((one[1], one[2]) for one in found if one)
    if not headers or len(headers) != len(found):
        raise Wrong("mistake.headers", path=path)
    return Secret(headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The server that takes our mail."""

    host: str
    port: int
    sender: str
    security: Security
    user: str | None = None
    password: Secret[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKeys:
    """The group as it is written."""

    server: str = field(metadata=row(text, Told("mistake.write.mail_server")))
    sender: str = field(metadata=row(_mail, Told("mistake.write.from"), name="from"))
    security: Security | None = field(default=None, metadata=row(one_of(Security)))
    user: str | None = field(default=None, metadata=row(text))
    password: Secret[str] | None = field(default=None, metadata=row(read_text, name="password_file", is_path=True))


def _mail_server(group: type[MailKeys], written: object, spot: Spot) -> Mail | None:
    keys = read_group(group, written, spot)
    at = None if keys is None else spot.inside("server").read(listen, keys.server)
    if keys is None or at is None:
        return None
    security = keys.security or (Security.TLS if at.port == _DIRECT_PORT else Security.STARTTLS)
    if security is Security.NONE and not is_here(f"smtp://{keys.server}"):
        spot.inside("security").tell("mistake.open_mail")
    if (keys.user is None) != (keys.password is None):
        spot.inside("user").tell("mistake.half_login")
    return Mail(
        host=at.host, port=at.port, sender=keys.sender, security=security, user=keys.user, password=keys.password
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ntfy:
    """A server of ntfy, which is one of UnifiedPush, too."""

    server: str = field(metadata=row(homeserver, Told("mistake.write.ntfy")))
    token: Secret[str] | None = field(default=None, metadata=row(read_text, name="token_file", is_path=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A machine of the operator's that pages in its own way. Whoever knows the secret can tell ours from others."""

    url: Secret[str] = field(
        metadata=row(secret_address, Told("mistake.write.url_file"), name="url_file", is_path=True)
    )
    secret: Secret[bytes] = field(
        metadata=row(signing_key, Told("mistake.write.hook_secret"), name="secret_file", is_path=True)
    )


class Method(StrEnum):
    """How a gateway is called."""

    POST = "POST"
    PUT = "PUT"
    GET = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """A gateway of text messages, described by its call."""

    url: Secret[str] = field(
        metadata=row(secret_address, Told("mistake.write.url_file"), name="url_file", is_path=True)
    )
    body: str = field(metadata=row(_body, Told("mistake.write.body", **_HOLES)))
    """With `{number}`, `{text}` and, if it likes, `{id}`, which stays the same when a page is sent again."""
    method: Method = field(default=Method.POST, metadata=row(one_of(Method)))
    headers: Secret[tuple[tuple[str, str], ...]] | None = field(
        default=None, metadata=row(_headers, name="headers_file", is_path=True)
    )
    accepted: frozenset[int] = field(default=frozenset({200, 201, 202, 204}), metadata=row(_accepted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """By which ways people are paged of whom nothing was heard; None for one that is not there."""

    after: timedelta = field(default=timedelta(minutes=10), metadata=row(_minutes))
    """How long a reminder waits in its room."""
    mail: Mail | None = field(default=None, metadata=inner(partial(_mail_server, MailKeys)))
    ntfy: Ntfy | None = field(default=None, metadata=inner(partial(read_group, Ntfy)))
    webhook: Webhook | None = field(default=None, metadata=inner(partial(read_group, Webhook)))
    sms: Sms | None = field(default=None, metadata=inner(partial(read_group, Sms)))


def read_channels(written: object, spot: Spot) -> Channels | None:
    """Read the group; None when it is left out or wrong."""
    return None if written is None else read_group(Channels, written, spot)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKeys:
    """One person's line as it is written."""

    mail: str | None = field(default=None, metadata=row(_mail))
    sms: str | None = field(default=None, metadata=row(_number))
    ntfy: str | None = field(default=None, metadata=row(_topic))
    deputy: UserId | None = field(default=None, metadata=row(user_id))


def read_contacts(written: object, people: Collection[UserId], spot: Spot) -> Mapping[UserId, Contact]:
    """Return where each of *people* is reached; nobody's are wrong while *people* are. Tells every problem it finds."""
    if written is None:
        return {}
    if not isinstance(written, dict):
        spot.tell("mistake.contacts", like='"@alice:example.org": {mail: alice@example.net}')
        return {}
    found: dict[UserId, Contact] = {}
    for name, keys in written.items():
        at = spot.inside(name)
        line = read_group(ContactKeys, keys, at)
        if people and name not in people:
            at.tell("mistake.no_person")
        elif line is not None:
            found[name] = Contact(mail=line.mail, sms=line.sms, ntfy=line.ntfy, deputy=line.deputy)
    for user, contact in found.items():
        if contact.deputy is not None and (contact.deputy == user or contact.deputy not in written):
            spot.inside(user).inside("deputy").tell("mistake.deputy")
    return found
