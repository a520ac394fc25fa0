"""Machines that report: what they send, and how they sign it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from bot.config.alerts import Kind, Mapped, Source
from bot.host.secret import Secret

SECRET = "0123456789abcdef0123456789abcdef"
MAPPING = Mapped(title="event.title", fingerprint="event.id", severity="event.level", resolved="event.over")
NOW = 1_800_000_000.0
SOURCES = {
    "prometheus": Source(kind=Kind.ALERTMANAGER, secret=Secret(SECRET)),
    "grafana": Source(kind=Kind.GRAFANA, secret=Secret(SECRET)),
    "wazuh": Source(kind=Kind.WAZUH, secret=Secret(SECRET)),
    "thehive": Source(kind=Kind.THEHIVE, secret=Secret(SECRET)),
    "misp": Source(kind=Kind.MISP, secret=Secret(SECRET)),
    "other": Source(kind=Kind.JSON, secret=Secret(SECRET), mapping=MAPPING),
}
ALERTMANAGER: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{alertname="HostDown"}',
    "status": "firing",
    "receiver": "cellule",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HostDown", "severity": "critical", "instance": "db1"},
            "annotations": {"summary": "db1 does not answer", "description": "for five minutes"},
            "startsAt": "2026-11-29T10:00:00.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.org/graph",
            "fingerprint": "9c2f1c0bdc2a3d4e",
        }
    ],
}
WAZUH: dict[str, Any] = {
    "timestamp": "2026-11-29T10:00:00.000+0000",
    "rule": {"level": 12, "description": "Ransomware note found", "id": "100200", "groups": ["syscheck"]},
    "agent": {"id": "007", "name": "files1", "ip": "192.0.2.7"},
    "data": {"srcip": "198.51.100.1"},
    "location": "syscheck",
}
THEHIVE: dict[str, Any] = {
    "operation": "create",
    "objectType": "alert",
    "objectId": "~4152",
    "object": {"_id": "~4152", "title": "Phishing wave", "severity": 3, "date": 1_764_000_000_000, "status": "New"},
}
MISP: dict[str, Any] = {
    "Event": {
        "id": "17",
        "uuid": "5f1c-77",
        "info": "Known C2 in our logs",
        "threat_level_id": "1",
        "date": "2026-11-29",
    }
}
OTHER: dict[str, Any] = {"event": {"id": 7, "title": "Backup failed", "level": "warning", "over": False}}
BODIES: Mapping[str, dict[str, Any]] = {
    "prometheus": ALERTMANAGER,
    "grafana": ALERTMANAGER,
    "wazuh": WAZUH,
    "thehive": THEHIVE,
    "misp": MISP,
    "other": OTHER,
}


def written(thing: object) -> bytes:
    return json.dumps(thing).encode()


def mac(message: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def headers(name: str, body: bytes, *, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    """Return what a well configured sender of that *name* sends along."""
    time = str(int(at))
    if name == "grafana":
        return {"X-Timestamp": time, "X-Grafana-Alerting-Signature": mac(f"{time}:".encode() + body, secret)}
    if SOURCES[name].signs:
        return {"X-Timestamp": time, "X-Hub-Signature-256": f"sha256={mac(f'{time}.'.encode() + body, secret)}"}
    return {"Authorization": f"Bearer {secret}"}
