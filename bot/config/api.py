"""Machines that may ask where incidents and clocks stand, and machines that are told when something happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from bot.config.reading import Group, Spot, Wrong, inner_key, key, kind, read_group, shown
from bot.config.values import Listen, address_in, listen, signing_key, some_of
from bot.host.secret import Secret, read_text
from bot.ports import HookEvent
from bot.sentences.told import Told

SHORTEST_TOKEN, LONGEST_TOKEN = 32, 512
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Scope(StrEnum):
    """What a token opens."""

    INCIDENTS = "incidents"
    """Codenames, states, times, counts of steps."""
    CLOCKS = "clocks"
    """The clocks of the law, and when they end."""
    CONTENT = "content"
    """Titles, the texts of steps, what people typed."""


def _token(path: Path) -> Secret[str]:
    """Return the token in the file, long enough that nobody guesses it."""
    found = read_text(path)
    length = len(found.reveal())
    if not SHORTEST_TOKEN <= length <= LONGEST_TOKEN or not re.fullmatch(r"[!-~]+", found.reveal()):
        raise Wrong("mistake.token", path=path, least=SHORTEST_TOKEN)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """Who may ask, and what for."""

    token: Secret[str] = field(metadata=key(_token, Told("mistake.write.token"), name="token_file", is_path=True))
    scopes: frozenset[Scope] = field(metadata=key(some_of(Scope), Told("mistake.write.scopes")))


def read_named(group: type[Group], written: object, spot: Spot) -> Mapping[str, Group]:
    """Return groups of one kind by the names that the operator gave them; tells every problem it finds."""
    if not isinstance(written, dict) or not written:
        spot.tell("mistake.named", kind=kind(written))
        return {}
    found: dict[str, Group] = {}
    for name, keys in written.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            spot.inside(name).tell("mistake.name", value=shown(name))
        elif (one := read_group(group, keys, spot.inside(name))) is not None:
            found[name] = one
    return MappingProxyType(found)


def read_tokens(written: object, spot: Spot) -> Mapping[str, ApiToken]:
    """Return the tokens by name; each is another one."""
    tokens = read_named(ApiToken, written, spot)
    if len({one.token for one in tokens.values()}) < len(tokens):
        spot.tell("mistake.same_token")
    return tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Where the read-only API listens, and whom it answers, by the names of their tokens."""

    listen: Listen = field(metadata=key(listen, Told("mistake.write.api")))
    tokens: Mapping[str, ApiToken] = field(metadata=inner_key(read_tokens, Told("mistake.write.tokens")))


def _url(path: Path) -> Secret[str]:
    """Return the address in the file: who knows it may send there too."""
    return address_in(path, "mistake.hook_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A machine that is told when something happens."""

    url: Secret[str] = field(metadata=key(_url, Told("mistake.write.hook_url"), name="url_file", is_path=True))
    secret: Secret[bytes] = field(
        metadata=key(signing_key, Told("mistake.write.hook_secret"), name="secret_file", is_path=True)
    )
    events: frozenset[HookEvent] = field(default=frozenset(HookEvent), metadata=key(some_of(HookEvent)))


def read_hooks(written: object, spot: Spot) -> Mapping[str, Hook]:
    """Return the machines that are told, by name; none when the group is left out."""
    return {} if written is None else read_named(Hook, written, spot)
