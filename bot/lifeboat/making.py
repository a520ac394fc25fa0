"""Makes a lifeboat in a folder: what is there already stays, so that it goes on where it was cut short."""

from __future__ import annotations

import base64
import os
import random
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.config import values
from bot.config.reading import Wrong
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.relocating import who_was
from bot.host.shipped import playbooks_folder
from bot.lifeboat import authority, boat, homeserver, papers, people, webclient
from bot.lifeboat.boat import Boat, Tls
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.folder import BOAT, PEOPLE, Folder, written
from bot.lifeboat.people import Person
from bot.sentences import languages

REGISTRATION = f"synapse/{homeserver.REGISTRATION_KEY}"
BOT_PASSWORD, KEEPER_PASSWORD, DATABASE_PASSWORD = (
    "secrets/password",
    "secrets/door-password",
    "secrets/database-password",
)
HOMESERVER = "synapse/homeserver.yaml"
_STATE, _STATE_KEY = "state", "secrets/state.key"
_SECRETS = (REGISTRATION, f"synapse/{homeserver.MACAROON_KEY}", f"synapse/{homeserver.FORM_KEY}")
NEEDED = (*_SECRETS, HOMESERVER, _STATE_KEY, "config.yaml", papers.DOOR, PEOPLE, BOT_PASSWORD, KEEPER_PASSWORD)
"""Without these it cannot run."""
# Below the range from which the kernel gives ports to those who call out: nobody has one by accident tomorrow.
_PORTS = range(18_000, 32_000)


class Origin(Protocol):
    """What the bot's state is brought from."""

    def fill(self, place: Path, key: bytes) -> Collection[UserId]:
        """Make the folder *place*, encrypted under *key*; return in whose place people may come there."""

    def is_in(self, place: Path, key: bytes) -> bool:
        """Say whether that was done in *place* before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    folder: Path
    domain: str
    people: Path
    certificate: Path | None = None
    certificate_key: Path | None = None
    is_private: bool = False
    client: Path | None = None
    """A release of Element Web; None: people are led to an app."""
    port: int | None = None
    origin: Origin | None = None
    """None: the bot begins anew."""
    language: Language
    timezone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What stands in the folder."""

    boat: Boat
    people: tuple[Person, ...]
    has_client: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What was read before anything was written."""

    people: tuple[Person, ...]
    certificate: bytes | None
    put_client: Callable[[Path], None] | None
    origin: Origin | None
    """None where there is nothing to bring any more."""


def make(wanted: Wanted, now: datetime) -> Made:
    """Make it, or finish what was begun.

    Raises:
        LifeboatError: what was asked cannot be; nothing was written.
        AfloatError: it runs, or is being made.
    """
    folder = Folder(wanted.folder)
    planned = _planned(wanted, folder)
    given = _read(wanted, planned, folder, now)
    with folder.held():
        try:
            return _write(folder, planned, given, now)
        except OSError as refused:
            raise LifeboatError("lifeboat.unwritten", path=wanted.folder, why=refused.strerror) from None


def renew(folder: Folder, kept: Boat, now: datetime) -> None:
    """Have a private authority sign anew before its certificate ends."""
    if kept.tls is not Tls.PRIVATE:
        return
    folder.write_once(papers.ROOT_KEY, authority.new_key)
    key = (folder / papers.ROOT_KEY).read_bytes()
    folder.write_once(papers.ROOT, lambda: authority.make_root(kept.domain, key, now))
    root, certificate = (folder / papers.ROOT).read_bytes(), folder / papers.CERTIFICATE
    if not certificate.exists() or authority.ends(certificate.read_bytes()) - now < authority.RENEWED:
        folder.write(papers.CERTIFICATE, authority.make_server(kept.domain, root, key, now))


def read_people(path: Path) -> tuple[Person, ...]:
    """Return the people of a list. Raises LifeboatError."""
    try:
        with path.open("rb") as opened:
            data = opened.read(people.MOST_BYTES + 1)
    except OSError as refused:
        raise LifeboatError("lifeboat.unread", path=path, why=refused.strerror) from None
    return people.read(data, path.name)


# --- before anything is written -------------------------------------------------------------------------------------


def _planned(wanted: Wanted, folder: Folder) -> Boat:
    try:
        name = boat.read_domain(wanted.domain)
    except Wrong as wrong:
        raise LifeboatError(wrong.told.key, **wrong.told.holes) from None
    folder.refuse_foreign()
    is_given = wanted.certificate is not None or wanted.certificate_key is not None
    tls = boat.tls_for(name, is_given=is_given, is_private=wanted.is_private)
    kept = folder.boat()
    if kept is None:
        return boat.planned(name, tls, wanted.port, _free_ports(), (wanted.language, wanted.timezone))
    is_other = kept.domain != name or wanted.port not in (None, kept.port)
    if is_other or ((is_given or wanted.is_private) and kept.tls is not tls):
        raise LifeboatError("lifeboat.other", path=folder.path, name=kept.domain)
    return kept


def _read(wanted: Wanted, planned: Boat, folder: Folder, now: datetime) -> _Given:
    config, listed = papers.client(planned), read_people(wanted.people)
    return _Given(
        people=listed,
        origin=_origin(wanted, folder, listed),
        certificate=_certificate(wanted, planned, folder, now),
        put_client=None if wanted.client is None else webclient.putting(wanted.client, config),
    )


def _certificate(wanted: Wanted, planned: Boat, folder: Folder, now: datetime) -> bytes | None:
    if planned.tls is not Tls.GIVEN:
        return None
    if wanted.certificate is not None and wanted.certificate_key is not None:
        return authority.given(wanted.certificate, wanted.certificate_key, planned.domain, now)
    if wanted.certificate is None and wanted.certificate_key is None and (folder / papers.CERTIFICATE).exists():
        return None
    raise LifeboatError("lifeboat.certificate.both")


def _origin(wanted: Wanted, folder: Folder, listed: Sequence[Person]) -> Origin | None:
    """Return what the state is to be brought from, after a trial in a folder of its own."""
    if wanted.origin is None:
        return None
    if (folder / _STATE).exists():
        if wanted.origin.is_in(folder / _STATE, (folder / _STATE_KEY).read_bytes()):
            return None
        raise LifeboatError("lifeboat.from.has_state", path=folder / _STATE)
    with tempfile.TemporaryDirectory(prefix="cellule-lifeboat-") as place:
        former = wanted.origin.fill(Path(place, _STATE), secrets.token_bytes(values.KEY_BYTES))
    for person in listed:
        if person.was and who_was(person.was, former) is None:
            raise LifeboatError("lifeboat.from.nobody", file=wanted.people.name, name=person.was)
    return wanted.origin


# --- written ----------------------------------------------------------------------------------------------------------


def _write(folder: Folder, planned: Boat, given: _Given, now: datetime) -> Made:
    folder.write_once(BOAT, lambda: written(planned))
    for name in (*_SECRETS, BOT_PASSWORD, KEEPER_PASSWORD, DATABASE_PASSWORD):
        folder.make_secret(name)
    folder.write_once(_STATE_KEY, lambda: secrets.token_bytes(values.KEY_BYTES))
    if (origin := given.origin) is not None:
        key = (folder / _STATE_KEY).read_bytes()
        folder.fill(_STATE, lambda place: origin.fill(place, key))
    folder.write_once(f"synapse/{homeserver.SIGNING_KEY}", _signing_key)
    if given.certificate is not None:
        folder.write(papers.CERTIFICATE, given.certificate)
    renew(folder, planned, now)
    if not (folder / "playbooks").exists():
        folder.fill("playbooks", lambda target: _copy(playbooks_folder(), target))
    if given.put_client is not None:
        folder.fill("web", given.put_client)
    made = Made(boat=planned, people=given.people, has_client=(folder / "web").is_dir())
    _write_papers(folder, made)
    folder.write(PEOPLE, people.table(given.people))
    return made


def _write_papers(folder: Folder, made: Made) -> None:
    """Write the configurations; but for the bot's, which is the operator's own, again each time."""
    planned, has_client = made.boat, made.has_client
    password = folder.secret(DATABASE_PASSWORD)
    folder.write_once("config.yaml", lambda: papers.bot(planned))
    top = {
        HOMESERVER: papers.dumped(homeserver.settings(planned, homeserver.on_this_machine())),
        f"synapse/{papers.CONTAINERS}.yaml": papers.dumped(
            homeserver.settings(planned, homeserver.in_a_container(password))
        ),
        f"synapse/{homeserver.LOG_CONFIG}": papers.dumped(homeserver.logging()),
        papers.DOOR: papers.door(planned, has_client=has_client),
        f"{papers.CONTAINERS}/{papers.DOOR}": papers.door(planned, has_client=has_client, host="0.0.0.0", top="../"),  # noqa: S104
        f"{papers.CONTAINERS}/Caddyfile": papers.caddy_in_a_container(planned, has_client=has_client),
        "compose.yaml": papers.compose(planned, f"{os.getuid()}:{os.getgid()}", has_client=has_client),
        **({"Caddyfile": papers.caddy(planned)} if planned.tls is Tls.PUBLIC else {}),
        "README.md": "\n".join(papers.readme(planned, language) for language in languages()),
    }
    for name, content in top.items():
        folder.write(name, content)


def _signing_key() -> str:
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"ed25519 a_{secrets.token_hex(2)} {seed}\n"


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))


def _free_ports() -> tuple[int, int, int]:
    found: list[int] = []
    for port in random.sample(_PORTS, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
        if len(found) == 3:
            return found[0], found[1], found[2]
    raise LifeboatError("lifeboat.no_port")
