"""The configuration: one YAML file and its secret files, read once, before anything starts.

Every class below is one group of the file and every field one key, so that the file, its example and this page
cannot drift. All problems are found in one reading and told together, one line each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.config import values
from bot.config.alerts import AlertDoor, read_alerts
from bot.config.api import Api, Hook, read_hooks
from bot.config.channels import Channels, read_channels, read_contacts
from bot.config.doors import AskedDoor
from bot.config.duty import read_duty
from bot.config.organisation import Organisation, read_organisation
from bot.config.reading import Group, GroupRows, Spot, key, mistake, read_file, read_group, refuse_unknown, text
from bot.config.record import RecordKeys
from bot.config.values import Listen
from bot.core.duty.rota import Rota
from bot.core.facts import Severity
from bot.core.language import Language
from bot.core.names import DeviceId, UserId
from bot.core.people.contacts import Contact
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.host.secret import Secret, SecretFileError, read_text
from bot.host.shipped import playbooks_folder
from bot.sentences import languages
from bot.sentences.told import Told

__all__ = ["Config", "ConfigError", "Secret", "SecretFileError", "load", "mistake"]


class ConfigError(Exception):
    """The configuration cannot be used. Prints as one line a problem."""

    def __init__(self, *problems: Told) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    def to(self, language: Language) -> str:
        """Return the problems in *language*."""
        return "\n".join(told.to(language) for told in self.problems)


class DeviceTrust(StrEnum):
    """Which devices of a person of the roster may read and command."""

    CROSS_SIGNED = "cross-signed"
    FIRST_USE = "first-use"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordLogin:
    """Log in once with a password; the token then kept in the state makes the file needless.

    So the file may be gone, and only who really has to log in reads it.
    """

    file: Path

    def password(self) -> Secret[str]:
        """Return the password; SecretFileError says what to do when the file is gone or unfit."""
        return read_text(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """Use a session made elsewhere."""

    access_token: Secret[str]
    device_id: DeviceId
    """The device the token belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The bot's account, and the way to it."""

    homeserver: str
    user_id: UserId
    login: PasswordLogin | TokenLogin
    device_name: str
    recovery_key_file: Path | None = None
    """Read only where the state is empty and the account has an identity already; it may be gone."""
    proxy: str | None = None
    """Every request goes through it; None: straight. Written under `network`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _MatrixKeys:
    """The group as it is written: the two ways to log in lie side by side."""

    homeserver: str = field(metadata=key(values.homeserver, Told("mistake.write.homeserver")))
    user_id: UserId = field(metadata=key(values.user_id, Told("mistake.write.user_id")))
    device_name: str = field(default="Cellule", metadata=key(text))
    password_file: Path | None = field(default=None, metadata=key(values.password_file, is_path=True))
    access_token: Secret[str] | None = field(
        default=None, metadata=key(read_text, name="access_token_file", is_path=True)
    )
    device_id: DeviceId | None = field(default=None, metadata=key(values.device_id))
    recovery_key_file: Path | None = field(default=None, metadata=key(values.recovery_key_file, is_path=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the bot must keep, and the key that shuts it."""

    folder: Path = field(metadata=key(values.folder_to_write, Told("mistake.write.folder"), is_path=True))
    database: Secret[str] | None = field(default=None, metadata=key(read_text, name="database_file", is_path=True))
    """The address of a PostgreSQL database; None: all is kept in the folder."""
    key: Secret[bytes] = field(metadata=key(values.state_key, Told("mistake.write.key"), name="key_file", is_path=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How the homeserver is reached."""

    proxy: str | None = field(default=None, metadata=key(values.proxy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """What the bot speaks where nothing else is said, and the zone its dates are shown in."""

    language: Language = field(metadata=key(values.one_of(languages()), values.either(languages())))
    timezone: ZoneInfo = field(metadata=key(values.zone, Told("mistake.write.zone")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """How rooms are made."""

    federate: bool = field(default=True, metadata=key(values.flag))


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbooks:
    """Where the playbooks are; those shipped when nothing is said."""

    folder: Path = field(default_factory=playbooks_folder, metadata=key(values.folder_to_read, is_path=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far devices are trusted."""

    devices: DeviceTrust = field(default=DeviceTrust.CROSS_SIGNED, metadata=key(values.one_of(DeviceTrust)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Where /healthz and /metrics are served."""

    listen: Listen = field(metadata=key(values.listen, Told("mistake.write.listen")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Where a sign of life goes, once a minute while the bot is well; nowhere when nothing is said."""

    url: Secret[str] | None = field(default=None, metadata=key(values.secret_address, name="url_file", is_path=True))
    file: Path | None = field(default=None, metadata=key(values.file_to_touch, is_path=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """How drills run."""

    pace: float = field(default=3600.0, metadata=key(values.pace))
    """How many times faster than life the clocks of a drill run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Which legal clocks are switched on beside those that are on in the catalogue."""

    enable: frozenset[str] = field(default=frozenset(), metadata=key(values.clock_names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """When reminders of targets and of the firm's own due times wait; those of legal limits never do."""

    quiet: QuietHours | None = field(default=QuietHours(start=time(21), end=time(7)), metadata=key(values.quiet_hours))
    """None: at any hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """After how long a situation point follows the one before, by severity; None: none rings."""

    crisis: timedelta | None = field(default=timedelta(hours=2), metadata=key(values.cadence))
    high: timedelta | None = field(default=timedelta(hours=4), metadata=key(values.cadence))
    medium: timedelta | None = field(default=timedelta(hours=8), metadata=key(values.cadence))
    low: timedelta | None = field(default=None, metadata=key(values.cadence))

    def by_severity(self) -> Mapping[Severity, timedelta]:
        """Return those that ring."""
        found = {
            Severity.CRISIS: self.crisis,
            Severity.HIGH: self.high,
            Severity.MEDIUM: self.medium,
            Severity.LOW: self.low,
        }
        return {severity: every for severity, every in found.items() if every is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long closed incidents are kept."""

    closed_after: timedelta | None = field(default=None, metadata=key(values.days))
    """None: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How much of what people send as evidence is kept."""

    keep: int | None = field(default=100_000_000, metadata=key(values.size_or_none))
    """Bytes of all incidents together; None: every file stays with its holder."""
    largest: int = field(default=25_000_000, metadata=key(values.size))
    """Bytes of one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All that was configured, whole and checked."""

    matrix: Matrix
    state: State
    locale: Locale
    people: Mapping[UserId, frozenset[Role]]
    rooms: Rooms
    playbooks: Playbooks
    trust: Trust
    health: Health | None
    """None: no health page."""
    drill: Drill
    api: Api | None = None
    """None: nothing of it is served."""
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    clocks: Clocks = field(default_factory=Clocks)
    reminders: Reminders = field(default_factory=Reminders)
    points: Points = field(default_factory=Points)
    retention: Retention = field(default_factory=Retention)
    evidence: Evidence = field(default_factory=Evidence)
    organisation: Organisation | None = None
    """None: nobody described it, so incidents ask."""
    channels: Channels | None = None
    """None: nobody is paged outside the rooms."""
    contacts: Mapping[UserId, Contact] = field(default_factory=dict)
    duty: Mapping[Role, Rota] = field(default_factory=dict)
    """Of a role without a rota everybody is on duty."""
    alerts: AlertDoor | None = None
    """None: no machine reports anything."""
    doors: AskedDoor | None = None
    """None: nobody is let in without an account."""
    record: RecordKeys = field(default_factory=RecordKeys)


GROUPS: Mapping[str, type[GroupRows]] = MappingProxyType(
    {
        "matrix": _MatrixKeys,
        "network": Network,
        "state": State,
        "locale": Locale,
        "rooms": Rooms,
        "playbooks": Playbooks,
        "trust": Trust,
        "health": Health,
        "api": Api,
        "heartbeat": Heartbeat,
        "drill": Drill,
        "clocks": Clocks,
        "reminders": Reminders,
        "points": Points,
        "retention": Retention,
        "evidence": Evidence,
        "organisation": Organisation,
        "channels": Channels,
        "alerts": AlertDoor,
        "doors": AskedDoor,
        "record": RecordKeys,
    }
)
"""The groups of keys; `NAMED` ones stand beside them."""
NAMED = ("people", "contacts", "duty", "hooks")
"""Groups whose keys are names: Matrix ids, roles, and the operator's own."""


def load(path: Path) -> Config:
    """Return the configuration in *path*, its secrets read; ConfigError carries every problem at once."""
    problems: list[Told] = []
    top = Spot("", path.absolute().parent, problems)
    written = read_file(path, problems)
    config = None if written is None else _config(written, top)
    if problems or config is None:
        raise ConfigError(*problems)
    return config


def _config(written: Mapping[object, object], top: Spot) -> Config | None:
    refuse_unknown(written, (*GROUPS, *NAMED), top)
    account, state, locale, rooms, playbooks, trust, drill, clocks, reminders = (
        _matrix(written.get("matrix"), _network(written, top), top.inside("matrix")),
        read_group(State, written.get("state"), top.inside("state")),
        read_group(Locale, written.get("locale"), top.inside("locale")),
        read_group(Rooms, written.get("rooms"), top.inside("rooms")),
        read_group(Playbooks, _own_playbooks(written.get("playbooks"), top.folder), top.inside("playbooks")),
        read_group(Trust, written.get("trust"), top.inside("trust")),
        read_group(Drill, written.get("drill"), top.inside("drill")),
        read_group(Clocks, written.get("clocks"), top.inside("clocks")),
        read_group(Reminders, written.get("reminders"), top.inside("reminders")),
    )
    points = read_group(Points, written.get("points"), top.inside("points")) or Points()
    retention = read_group(Retention, written.get("retention"), top.inside("retention")) or Retention()
    evidence = read_group(Evidence, written.get("evidence"), top.inside("evidence")) or Evidence()
    heartbeat = read_group(Heartbeat, written.get("heartbeat"), top.inside("heartbeat")) or Heartbeat()
    alerts = read_alerts(written.get("alerts"), top.inside("alerts"))
    organisation = read_organisation(written.get("organisation"), top.inside("organisation"))
    doors = _if_written(AskedDoor, "doors", written, top)
    people = values.people(written.get("people"), top.inside("people"), may_come=doors is not None)
    channels = read_channels(written.get("channels"), top.inside("channels"))
    if channels and channels.mail and account and account.proxy and not values.is_here(f"//{channels.mail.host}"):
        top.inside("channels").inside("mail").inside("server").tell("mistake.mail_proxy")
    contacts = read_contacts(written.get("contacts"), people, top.inside("contacts"))
    duty = read_duty(written.get("duty"), top.inside("duty"))
    listening = _if_written(Health, "health", written, top)
    api = _if_written(Api, "api", written, top)
    if not (people or doors) or not (
        account and state and locale and rooms and playbooks and trust and drill and clocks and reminders
    ):
        return None
    return Config(
        matrix=account,
        state=state,
        locale=locale,
        people=MappingProxyType(people),
        rooms=rooms,
        playbooks=playbooks,
        trust=trust,
        health=listening,
        api=api,
        hooks=read_hooks(written.get("hooks"), top.inside("hooks")),
        drill=drill,
        heartbeat=heartbeat,
        clocks=clocks,
        reminders=reminders,
        points=points,
        retention=retention,
        evidence=evidence,
        organisation=organisation,
        channels=channels,
        contacts=MappingProxyType(contacts),
        duty=MappingProxyType(duty),
        alerts=alerts,
        doors=doors,
        record=read_group(RecordKeys, written.get("record"), top.inside("record")) or RecordKeys(),
    )


def _if_written(group: type[Group], name: str, written: Mapping[object, object], top: Spot) -> Group | None:
    """Read a group that is off when it is left out, or when every key in it is."""
    return None if written.get(name) is None else read_group(group, written[name], top.inside(name))


def _own_playbooks(written: object, folder: Path) -> object:
    """Return the group as written; nothing where `folder: playbooks` was copied from a page and there is none."""
    is_copied = written == {"folder": "playbooks"}
    return None if is_copied and not (folder / "playbooks").exists() else written


def _network(written: Mapping[object, object], top: Spot) -> Network:
    return read_group(Network, written.get("network"), top.inside("network")) or Network()


def _matrix(written: object, network: Network, spot: Spot) -> Matrix | None:
    keys = read_group(_MatrixKeys, written, spot)
    given = {name for name in ("password_file", "access_token_file", "device_id") if _says(written, name)}
    if given not in ({"password_file"}, {"access_token_file", "device_id"}):
        spot.tell("mistake.two_logins")
    if keys is None:
        return None
    login: PasswordLogin | TokenLogin
    if keys.access_token is not None and keys.device_id is not None:
        login = TokenLogin(access_token=keys.access_token, device_id=keys.device_id)
    elif keys.password_file is not None:
        login = PasswordLogin(file=keys.password_file)
    else:
        return None
    return Matrix(
        homeserver=keys.homeserver,
        user_id=keys.user_id,
        login=login,
        device_name=keys.device_name,
        recovery_key_file=keys.recovery_key_file,
        proxy=_way(keys.homeserver, network.proxy, spot.inside("homeserver")),
    )


def _way(homeserver: str, proxy: str | None, spot: Spot) -> str | None:
    if values.is_onion(homeserver) and proxy is None:
        spot.tell("mistake.onion")
    elif homeserver.startswith("http:") and proxy is not None and not values.is_here(proxy):
        spot.tell("mistake.open_proxy")
    return proxy


def _says(written: object, name: str) -> bool:
    return isinstance(written, dict) and written.get(name) is not None
