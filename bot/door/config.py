"""The door's own configuration: one YAML file that the bot never reads. Every field of `Door` is a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from bot.config import ConfigError, values
from bot.config.doors import page_address, socket_path
from bot.config.reading import Spot, Wrong, inner_key, key, read_file, read_group, text
from bot.config.values import Listen
from bot.host.secret import Secret, read_text
from bot.sentences.told import Told

Kind = Literal["synapse", "mas"]
_KINDS: tuple[Kind, ...] = ("synapse", "mas")
_NEEDS: Mapping[Kind, tuple[str, Told]] = {
    "synapse": ("admin_token_file", Told("mistake.write.admin_token")),
    "mas": ("mas", Told("mistake.write.mas")),
}
"""The key that each kind has, and the other has not."""
_CLIENT = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def listen(value: object) -> Listen:
    """Return host and port."""
    return values.listen(value)


def client_id(value: object) -> str:
    """Return what Matrix Authentication Service calls a client: a ULID."""
    if not _CLIENT.fullmatch(found := text(value)):
        raise Wrong("mistake.client_id")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Mas:
    """Matrix Authentication Service, and what the door is to it."""

    service: str = field(metadata=key(page_address, Told("mistake.write.service")))
    """Where browsers find it, and the door its rights."""
    admin_api: str | None = field(default=None, metadata=key(page_address))
    """Where its admin API answers; None: at the same address."""
    client_id: str = field(metadata=key(client_id, Told("mistake.write.client_id")))
    client_secret: Secret[str] = field(
        metadata=key(read_text, Told("mistake.write.client_secret"), name="client_secret_file", is_path=True)
    )


def _mas(written: object, spot: Spot) -> Mas | None:
    return read_group(Mas, written, spot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """All that was configured, whole and checked."""

    homeserver: str = field(metadata=key(values.homeserver, Told("mistake.write.homeserver")))
    """Where the door asks Synapse, by its admin rights."""
    public_homeserver: str | None = field(default=None, metadata=key(page_address))
    """Where browsers find it; None: at the same address."""
    admin_token: Secret[str] = field(default=Secret(""), metadata=key(read_text, name="admin_token_file", is_path=True))
    """Of Synapse; empty where the kind is another."""
    mas: Mas | None = field(default=None, metadata=inner_key(_mas))
    """None: Synapse has the accounts itself."""
    state: Path = field(metadata=key(values.folder_to_write, Told("mistake.write.door_state"), is_path=True))
    socket: Path = field(metadata=key(socket_path, Told("mistake.write.socket"), is_path=True))
    listen: Listen = field(metadata=key(listen, Told("mistake.write.door_listen")))
    page: str = field(metadata=key(page_address, Told("mistake.write.page")))
    """What a link begins with."""
    client: str | None = field(default=None, metadata=key(page_address))
    """An Element Web; None: people are led to an app only."""
    other_servers: bool = field(default=False, metadata=key(values.flag))
    """Whether somebody may come by an account of another server than ours; the rooms then have to reach it."""
    kind: Kind = field(default="synapse", metadata=key(values.one_of(_KINDS)))

    @property
    def for_browsers(self) -> str:
        """Where browsers find the homeserver."""
        return self.public_homeserver or self.homeserver

    def registering(self, name: str) -> str | None:
        """Return the page of the service on which an account of this name is made; None: our own page makes it."""
        return None if self.mas is None else f"{self.mas.service}/register/password?username={quote(name)}"


def load(path: Path) -> Door:
    """Return the configuration in *path*, its secret read; ConfigError carries every problem at once."""
    problems: list[Told] = []
    top = Spot("", path.absolute().parent, problems)
    written = read_file(path, problems)
    found = None if written is None else read_group(Door, written, top)
    _fit(written or {}, top)
    if found is not None and not values.is_here(found.page):
        _be_reached(found, top)
    if problems or found is None:
        raise ConfigError(*problems)
    return found


def _fit(written: Mapping[object, object], top: Spot) -> None:
    """Tell where what is written does not go with its kind."""
    kind = written.get("kind") or "synapse"
    if kind not in _NEEDS:
        return  # told already
    for of, (name, write) in _NEEDS.items():
        has = written.get(name) is not None
        if of == kind and not has:
            top.inside(name).tell("mistake.missing", write=write)
        elif of != kind and has:
            top.inside(name).tell("mistake.other_kind", kind=of)


def _be_reached(door: Door, top: Spot) -> None:
    """Tell which address no browser elsewhere can open."""
    if values.is_here(door.for_browsers):
        top.inside("public_homeserver").tell("mistake.public_homeserver")
    if door.mas is not None and values.is_here(door.mas.service):
        top.inside("mas").inside("service").tell("mistake.public_homeserver")
