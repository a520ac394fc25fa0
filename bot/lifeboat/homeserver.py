"""The configuration of Synapse: nobody registers without a token, nothing is asked of other servers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.lifeboat.boat import Boat

SIGNING_KEY, REGISTRATION_KEY, MACAROON_KEY, FORM_KEY = "signing-key", "registration-key", "macaroon-key", "form-key"
"""Secrets beside the configuration: it names them, and has none of them in it."""
LOG_CONFIG = "log.yaml"
_Settings = Mapping[str, Any]

_CROWD: _Settings = {"per_second": 5, "burst_count": 100}
"""For all who share one address, as behind the router of a meeting room."""
_HAND: _Settings = {"per_second": 2, "burst_count": 40}
"""For what one person does."""
_LIMITS: _Settings = {
    "rc_registration": _CROWD,
    "rc_registration_token_validity": {"per_second": 1, "burst_count": 100},
    # Passwords are of five words of chance; of one account they are guessed no faster than Synapse has it by itself.
    "rc_login": {"address": _CROWD, "account": {"per_second": 0.1, "burst_count": 10}},
    "rc_message": {"per_second": 5, "burst_count": 50},
    "rc_joins": {"local": _HAND},
    "rc_joins_per_room": _CROWD,
    "rc_invites": {"per_room": _CROWD, "per_user": _HAND, "per_issuer": _CROWD},
    "rc_room_creation": _HAND,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where Synapse runs."""

    bind: str
    """The address it listens on."""
    database: _Settings


def on_this_machine() -> Place:
    """Return how it runs without containers: its database is a file beside its configuration."""
    return Place(bind="127.0.0.1", database={"name": "sqlite3", "args": {"database": "homeserver.db"}})


def in_a_container(password: str) -> Place:
    """Return how it runs by the compose file: its database is the service beside it."""
    arguments = {
        "user": "synapse",
        "password": password,
        "dbname": "synapse",
        "host": "database",
        "cp_min": 2,
        "cp_max": 10,
    }
    return Place(bind="0.0.0.0", database={"name": "psycopg2", "args": arguments})  # noqa: S104 - of the container


def settings(boat: Boat, place: Place) -> _Settings:
    """Return homeserver.yaml; relative paths start at its folder."""
    listener = {
        "port": boat.homeserver_port,
        "bind_addresses": [place.bind],
        "type": "http",
        "tls": False,
        "x_forwarded": True,
        # No federation: whoever is let in has an account here.
        "resources": [{"names": ["client"]}],
    }
    return {
        "server_name": boat.domain,
        "public_baseurl": f"{boat.address}/",
        "listeners": [listener],
        "database": place.database,
        "log_config": LOG_CONFIG,
        "media_store_path": "media",
        "signing_key_path": SIGNING_KEY,
        "registration_shared_secret_path": REGISTRATION_KEY,
        "macaroon_secret_key_path": MACAROON_KEY,
        "form_secret_path": FORM_KEY,
        "enable_registration": True,
        "registration_requires_token": True,
        "allow_guest_access": False,
        # So that the page of the door opens Element Web signed in.
        "login_via_existing_session": {"enabled": True, "require_ui_auth": False},
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "allow_public_rooms_without_auth": False,
        "allow_public_rooms_over_federation": False,
        "allow_profile_lookup_over_federation": False,
        "require_auth_for_profile_requests": True,
        "limit_profile_requests_to_users_who_share_rooms": True,
        "enable_room_list_search": False,
        "encryption_enabled_by_default_for_room_type": "all",
        "forget_rooms_on_leave": True,
        "user_directory": {"enabled": False},
        "presence": {"enabled": False},
        "stats": {"enabled": False},
        "report_stats": False,
        "push": {"include_content": False},
        "url_preview_enabled": False,
        "max_upload_size": "50M",
        "user_ips_max_age": "7d",
        **_LIMITS,
    }


def logging() -> _Settings:
    """Return a logging configuration: warnings and worse, on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stream"]},
    }
