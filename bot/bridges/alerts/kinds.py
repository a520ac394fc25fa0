"""How each kind of machine writes its alerts. Each parser is total: what it cannot use is an UnreadError."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import assert_never

from bot.bridges.alerts.reading import (
    FINGERPRINT,
    MOST_ALERTS,
    TITLE,
    VALUE,
    Json,
    UnreadError,
    at,
    details,
    group,
    moment,
    read_json,
    text,
)
from bot.config.alerts import Kind, Mapped, Source
from bot.core.facts import Alert, Severity

_SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "crisis", "fatal", "emergency", "disaster", "page", "4"), Severity.CRISIS),
    **dict.fromkeys(("high", "error", "major", "severe", "3"), Severity.HIGH),
    **dict.fromkeys(("medium", "warning", "warn", "moderate", "average", "2"), Severity.MEDIUM),
    **dict.fromkeys(("low", "info", "information", "informational", "minor", "none", "notice", "1"), Severity.LOW),
}
_OVER = frozenset({"true", "resolved", "ok", "closed", "inactive", "normal", "recovered", "cleared"})
_WAZUH = ((14, Severity.CRISIS), (11, Severity.HIGH), (7, Severity.MEDIUM))
"""From which level of a rule on it is how grave; Wazuh has 16 levels."""
_THREAT = {"1": Severity.HIGH, "2": Severity.MEDIUM, "3": Severity.LOW, "4": Severity.LOW}
"""MISP counts its threat levels the other way round."""


def read(name: str, source: Source, body: bytes) -> tuple[Alert, ...]:
    """Return the alerts that *body* reports, which came from *source* of that *name*. Raises UnreadError."""
    found = read_json(body)
    match source.kind:
        case Kind.ALERTMANAGER | Kind.GRAFANA:
            return _alertmanager(name, found)
        case Kind.WAZUH:
            return (_wazuh(name, found),)
        case Kind.THEHIVE:
            return (_thehive(name, found),)
        case Kind.MISP:
            return (_misp(name, found),)
        case Kind.JSON:
            if source.mapping is None:
                raise UnreadError("no mapping")
            return (_mapped(name, source.mapping, found),)
        case _:
            assert_never(source.kind)


def _severity(value: object) -> Severity:
    """Return how grave it is; high where its source does not say, or in words that nobody knows."""
    return _SEVERITIES.get(text(value, TITLE).casefold(), Severity.HIGH)


def _is_over(value: object) -> bool:
    return value is True or text(value, TITLE).casefold() in _OVER


def _fingerprint(*parts: object) -> str:
    """Return a short name for what *parts* name, which may be long."""
    known = "\n".join(text(part, VALUE) for part in parts)
    return known if len(parts) == 1 and len(known) <= FINGERPRINT else sha256(known.encode()).hexdigest()[:32]


def _must(value: str, what: str) -> str:
    if not value:
        raise UnreadError(f"no {what}")
    return value


def _alertmanager(name: str, found: Json) -> tuple[Alert, ...]:
    """Read the webhook of Alertmanager, version 4, which Grafana writes too."""
    listed = found.get("alerts")
    if not isinstance(listed, list) or not listed:
        raise UnreadError("no alerts")
    if len(listed) > MOST_ALERTS:
        raise UnreadError(f"more than {MOST_ALERTS} alerts")
    return tuple(_of_prometheus(name, one) for one in listed)


def _of_prometheus(name: str, one: object) -> Alert:
    labels, notes = group(one, "labels"), group(one, "annotations")
    said = text(notes.get("summary"), TITLE) or text(notes.get("title"), TITLE)
    called = text(labels.get("alertname"), TITLE)
    known = text(at(one, "fingerprint"), VALUE)
    named = [f"{key}={text(value, VALUE)}" for key, value in sorted(labels.items())]
    shown = {key: value for key, value in labels.items() if key not in {"alertname", "severity"}}
    return Alert(
        source=name,
        fingerprint=_fingerprint(known) if known else _fingerprint(*named),
        title=_must(f"{called}: {said}"[:TITLE] if said and called else said or called, "alertname"),
        severity=_severity(labels.get("severity")),
        is_resolved=_is_over(at(one, "status")),
        starts_at=moment(at(one, "startsAt")),
        details=details({**shown, "description": notes.get("description")}),
    )


def _wazuh(name: str, found: Json) -> Alert:
    """Read one alert of Wazuh, as its integrations get it. It has no end."""
    rule, agent = group(found, "rule"), group(found, "agent")
    level = rule.get("level")
    grave = int(level) if isinstance(level, int | float) and 0 <= level <= 100 else 0
    return Alert(
        source=name,
        fingerprint=_fingerprint(_must(text(rule.get("id"), VALUE), "rule.id"), agent.get("id"), agent.get("name")),
        title=_must(text(rule.get("description"), TITLE), "rule.description"),
        severity=next((severity for least, severity in _WAZUH if grave >= least), Severity.LOW),
        starts_at=moment(found.get("timestamp")),
        details=details(
            {
                "agent": agent.get("name"),
                "ip": agent.get("ip"),
                "rule": rule.get("id"),
                "level": level,
                "srcip": at(found, "data.srcip"),
                "location": found.get("location"),
            }
        ),
    )


def _thehive(name: str, found: Json) -> Alert:
    """Read what TheHive's webhook sends of an alert or a case: version 4 and 5 write it alike here."""
    thing = group(found, "object") or group(found, "details")
    kind = text(found.get("objectType"), VALUE)
    known = found.get("objectId") or thing.get("_id") or thing.get("id")
    status = text(thing.get("stage") or thing.get("status"), VALUE).casefold()
    return Alert(
        source=name,
        fingerprint=_fingerprint(_must(text(known, VALUE), "objectId")),
        title=_must(text(thing.get("title"), TITLE), "object.title"),
        severity=_severity(thing.get("severity")),
        is_resolved=status in {"closed", "resolved", "ignored", "duplicated", "imported"},
        starts_at=moment(thing.get("date") or thing.get("_createdAt") or thing.get("createdAt")),
        details=details(
            {"kind": kind, "number": thing.get("number"), "type": thing.get("type"), "source": thing.get("source")}
        ),
    )


def _misp(name: str, found: Json) -> Alert:
    """Read an event of MISP, as its workflow's webhook sends it, whole or in part. It has no end."""
    event = group(found, "Event") or group(found, "event") or found
    return Alert(
        source=name,
        fingerprint=_fingerprint(_must(text(event.get("uuid") or event.get("id"), VALUE), "Event.uuid")),
        title=_must(text(event.get("info"), TITLE), "Event.info"),
        severity=_THREAT.get(text(event.get("threat_level_id"), VALUE), Severity.MEDIUM),
        starts_at=moment(event.get("date")),
        details=details({"event": event.get("id"), "date": event.get("date"), "org": at(event, "Orgc.name")}),
    )


def _mapped(name: str, mapping: Mapped, found: Json) -> Alert:
    """Read JSON of any other kind, where the operator says that its fields are."""

    def where(path: str | None) -> object:
        return None if path is None else at(found, path)

    more: Mapping[str, object] = {"host": where(mapping.host), "summary": where(mapping.summary)}
    return Alert(
        source=name,
        fingerprint=_fingerprint(_must(text(where(mapping.fingerprint), VALUE), "fingerprint where the mapping says")),
        title=_must(text(where(mapping.title), TITLE), "title where the mapping says"),
        severity=_severity(where(mapping.severity)),
        is_resolved=_is_over(where(mapping.resolved)),
        starts_at=moment(where(mapping.starts_at)),
        details=details(more),
    )
