"""The door's own configuration: one YAML file that the bot never reads. Every field of `Door` is a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.config import ConfigError, values
from bot.config.doors import page_address, socket_path
from bot.config.reading import Spot, key, read_file, read_group
from bot.config.values import Listen
from bot.host.secret import Secret, read_text
from bot.sentences.told import Told

Kind = Literal["synapse"]
_KINDS: tuple[Kind, ...] = ("synapse",)


def listen(value: object) -> Listen:
    """Return host and port."""
    return values.listen(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """All that was configured, whole and checked."""

    homeserver: str = field(metadata=key(values.homeserver, Told("mistake.write.homeserver")))
    """Where the door asks it, by its admin rights."""
    public_homeserver: str | None = field(default=None, metadata=key(page_address))
    """Where browsers find it; None: at the same address."""
    admin_token: Secret[str] = field(
        metadata=key(read_text, Told("mistake.write.admin_token"), name="admin_token_file", is_path=True)
    )
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


def load(path: Path) -> Door:
    """Return the configuration in *path*, its secret read; ConfigError carries every problem at once."""
    problems: list[Told] = []
    top = Spot("", path.absolute().parent, problems)
    written = read_file(path, problems)
    found = None if written is None else read_group(Door, written, top)
    if found is not None and values.is_here(found.for_browsers) and not values.is_here(found.page):
        top.inside("public_homeserver").tell("mistake.public_homeserver")
    if problems or found is None:
        raise ConfigError(*problems)
    return found
