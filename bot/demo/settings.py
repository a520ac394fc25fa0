"""The configuration of the embedded Synapse."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_LIMITERS: dict[str, tuple[str, ...]] = {
    "rc_message": (),
    "rc_registration": (),
    "rc_registration_token_validity": (),
    "rc_room_creation": (),
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_joins_per_room": (),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
    "rc_key_requests": (),
    "rc_3pid_validation": (),
    "rc_third_party_invite": (),
    "rc_media_create": (),
    "rc_profile": (),
    "rc_user_directory": (),
    "rc_presence": ("per_user",),
    "rc_delayed_event_mgmt": (),
    "rc_reports": (),
}
_UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}


class Limits(Enum):
    """How fast the homeserver lets its users go."""

    DEFAULT = "default"
    """Synapse's own limits, but for logins per address: here everyone shares the same address."""

    LIFTED = "lifted"
    """No limit that a test or a demo could reach."""


def settings(folder: Path, *, port: int, server_name: str, secret: str, limits: Limits) -> dict[str, Any]:
    """Return the configuration of a server that listens on loopback and keeps all in *folder*."""
    return {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.json"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": secret,
        "macaroon_secret_key": secret,
        "form_secret": secret,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "stats": {"enabled": False},
        "report_stats": False,
        "url_preview_enabled": False,
        # Throw-away passwords: a slow hash would only slow the start of the demo.
        "bcrypt_rounds": 4,
        **_limiters(limits),
    }


def logging() -> dict[str, Any]:
    """Return a logging configuration: warnings and worse, on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stream"]},
    }


def _limiters(limits: Limits) -> dict[str, Any]:
    match limits:
        case Limits.DEFAULT:
            return {"rc_login": {"address": _UNLIMITED}}
        case Limits.LIFTED:
            return {
                name: dict.fromkeys(parts, _UNLIMITED) if parts else _UNLIMITED for name, parts in _LIMITERS.items()
            }
