"""Who may report alerts: where it is listened for them, and the machines that send them, each with a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType

from bot.config.reading import Spot, Wrong, inner_key, key, kind, read_group, shown
from bot.config.values import Listen, either, flag, listen, one_of
from bot.host.secret import Secret, read_bytes, read_text
from bot.sentences.told import Told

SHORTEST_SECRET = 24
"""In characters: `openssl rand -hex 32` has 64."""
MOST_SOURCES = 50
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_PATH = re.compile(r"[^.\s]{1,60}(?:\.[^.\s]{1,60}){0,9}")


class Kind(StrEnum):
    """What sends alerts, and so how they are written."""

    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    WAZUH = "wazuh"
    THEHIVE = "thehive"
    MISP = "misp"
    JSON = "json"
    """Anything else: the mapping says where its fields are."""


SIGNING = frozenset({Kind.GRAFANA, Kind.WAZUH, Kind.JSON})
"""Those that can sign what they send, with the time; the others send the secret along."""


def secret(path: Path) -> Secret[str]:
    """Return the secret in the file, which has to be long enough not to be guessed."""
    found = read_text(path)
    if len(found.reveal()) < SHORTEST_SECRET:
        raise Wrong("mistake.short_secret", path=path, fewest=SHORTEST_SECRET)
    return found


def readable(path: Path) -> Path:
    """Return a file that can be read."""
    try:
        path.read_bytes()
    except OSError as refused:
        raise Wrong("mistake.unread_file", path=path, why=refused.strerror) from None
    return path


def private(path: Path) -> Path:
    """Return a file that nobody else can read."""
    read_bytes(path)
    return path


def dotted(value: object) -> str:
    """Return the way to a field: names with dots between, like `alert.host.name`."""
    if not isinstance(value, str) or not _PATH.fullmatch(value):
        raise Wrong("mistake.dotted", value=shown(value))
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Where the fields of an alert stand in JSON of any other kind, as names with dots between."""

    title: str = field(metadata=key(dotted, Told("mistake.write.dotted")))
    fingerprint: str = field(metadata=key(dotted, Told("mistake.write.dotted")))
    severity: str | None = field(default=None, metadata=key(dotted))
    resolved: str | None = field(default=None, metadata=key(dotted))
    """It is over where this says true, resolved, ok, closed or the like."""
    starts_at: str | None = field(default=None, metadata=key(dotted))
    summary: str | None = field(default=None, metadata=key(dotted))
    host: str | None = field(default=None, metadata=key(dotted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One machine that reports."""

    kind: Kind = field(metadata=key(one_of(Kind), either(Kind)))
    secret: Secret[str] = field(
        metadata=key(secret, Told("mistake.write.alert_secret"), name="secret_file", is_path=True)
    )
    signed: bool | None = field(default=None, metadata=key(flag))
    """Whether it signs what it sends; None: as its kind can."""
    mapping: Mapped | None = field(default=None, metadata=inner_key(partial(read_group, Mapped)))

    @property
    def signs(self) -> bool:
        """Whether a signature is asked of it, and not the secret itself."""
        return self.kind in SIGNING if self.signed is None else self.signed


def _sources(written: object, spot: Spot) -> Mapping[str, Source]:
    if not isinstance(written, dict) or not 1 <= len(written) <= MOST_SOURCES:
        spot.tell("mistake.alert_sources", most=MOST_SOURCES, kind=kind(written))
        return MappingProxyType({})
    found: dict[str, Source] = {}
    for name, one in written.items():
        here = spot.inside(name)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            here.tell("mistake.alert_name")
        elif (source := read_group(Source, one, here)) is not None:
            if (source.kind is Kind.JSON) is (source.mapping is None):
                here.inside("mapping").tell("mistake.alert_mapping", kind=Kind.JSON)
            found[name] = source
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDoor:
    """Where alerts are listened for, and whose."""

    listen: Listen = field(metadata=key(listen, Told("mistake.write.listen")))
    certificate_file: Path | None = field(default=None, metadata=key(readable, is_path=True))
    certificate_key_file: Path | None = field(default=None, metadata=key(private, is_path=True))
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}), metadata=inner_key(_sources))


def read_alerts(written: object, spot: Spot) -> AlertDoor | None:
    """Return the group, None where it is left out; tells every problem it finds."""
    if written is None:
        return None
    found = read_group(AlertDoor, written, spot)
    if found is None:
        return None
    if (found.certificate_file is None) is not (found.certificate_key_file is None):
        spot.tell("mistake.half_certificate")
    if not found.sources and not spot.problems:
        spot.inside("sources").tell("mistake.alert_sources", most=MOST_SOURCES, kind=kind(None))
    return found
