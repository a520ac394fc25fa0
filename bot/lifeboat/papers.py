"""The configurations of all the others: the bot, the door, the web client, Caddy, and the compose file. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

from bot import __version__
from bot.core.language import Language
from bot.lifeboat.boat import BOT, HTTP, KEEPER, PAGE, Boat, Tls

OUTSIDE_PATHS = ("/_matrix/client/", "/_matrix/media/", "/_synapse/client/")
"""Of the homeserver, what people need. Its admin API is not among them, nor what servers ask of each other."""
WELL_KNOWN = "/.well-known/matrix/client"
DOOR, SOCKET = f"{KEEPER}.yaml", f"{KEEPER}.sock"
"""Its configuration, and where it is asked."""
ROOT, ROOT_KEY = "tls/root.crt", "secrets/root.key"
"""Of a private authority."""
CERTIFICATE = "tls/server.pem"
"""Of the address that people open: the chain and its key, so that one is never there without the other."""
CONTAINERS = "containers"
"""The folder of what differs where the compose file runs it."""

SYNAPSE_IMAGE = "ghcr.io/element-hq/synapse:v1.163.2"
POSTGRES_IMAGE = (
    "docker.io/library/postgres:18.6-trixie@sha256:86c951e05bf56c93d95d397747fb8820ac76cc3bedb78f43abd83eedbe3666ae"
)
CADDY_IMAGE = (
    "docker.io/library/caddy:2.11.4-alpine@sha256:de23def33b17fb5d1290b0f6c2add1d70780e52341896c00a4c8a2a2fe9d355e"
)
"""Those of the Docker library by their digest, as docker-library/repo-info had it in September 2026."""

_AGAIN = "# Written by `cellule lifeboat make`, which writes it again: change it there, or keep your own elsewhere.\n"
_ONCE = "# Written once by `cellule lifeboat make`, and yours from then on.\n"


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, _: object) -> bool:
        """Say that what stands in two places is written in both."""
        return True


def dumped(told: Mapping[str, Any], head: str = _AGAIN) -> str:
    """Return a configuration as YAML."""
    return head + yaml.dump(dict(told), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


def bot(boat: Boat) -> str:
    """Return the bot's config.yaml."""
    told: Mapping[str, Any] = {
        "matrix": {
            "homeserver": boat.homeserver,
            "user_id": f"@{BOT}:{boat.domain}",
            "password_file": "secrets/password",
        },
        "state": {"folder": "state", "key_file": "secrets/state.key"},
        "locale": {"language": str(boat.language), "timezone": str(boat.timezone)},
        "people": {},  # whoever comes by a door of the list
        "doors": {"socket": SOCKET, "page": boat.page},
        "rooms": {"federate": False},
        "playbooks": {"folder": "playbooks"},
        "trust": {"devices": "cross-signed"},
    }
    return dumped(told, _ONCE)


def door(boat: Boat, *, has_client: bool, host: str = "127.0.0.1", top: str = "") -> str:
    """Return the door's configuration; *top* leads from its folder to that of the lifeboat."""
    told = {
        "homeserver": boat.homeserver,
        "public_homeserver": boat.address,
        "admin_token_file": f"{top}secrets/admin-token",
        "state": f"{top}tickets",
        "socket": f"{top}{SOCKET}",
        "listen": f"{host}:{boat.door_port}",
        "page": boat.page,
        **({"client": boat.address} if has_client else {}),
    }
    return dumped(told)


def client(boat: Boat) -> str:
    """Return config.json of Element Web: it knows this homeserver and no other."""
    server = {"m.homeserver": {"base_url": boat.address, "server_name": boat.domain}}
    told = {
        "default_server_config": server,
        "disable_custom_urls": True,
        "disable_guests": True,
        "disable_3pid_login": True,
        "integrations_ui_url": None,
        "default_theme": "light",
        "mobile_guide_toast": False,
        "features": {"feature_release_announcement": False},
        # There is no mail here, and what people think of Element is no matter for its makers now.
        "setting_defaults": {
            f"UIFeature.{name}": False for name in ("identityServer", "registration", "passwordReset", "feedback")
        },
        "room_directory": {"servers": []},
        "default_country_code": "FR",
    }
    return json.dumps(told, indent=1)


def well_known(boat: Boat) -> str:
    """Return by what an app finds the homeserver of a user id."""
    return json.dumps({"m.homeserver": {"base_url": boat.address}})


def caddy(boat: Boat) -> str:
    """Return the Caddyfile of a public name: it fetches a certificate, and passes everything on."""
    return (
        f"{_AGAIN}{{\n\tadmin off\n\tpersist_config off\n\tstorage file_system tls/caddy\n}}\n"
        f"{boat.domain} {{\n\treverse_proxy 127.0.0.1:{boat.inner_port}\n}}\n"
    )


def caddy_in_a_container(boat: Boat, *, has_client: bool) -> str:
    """Return the Caddyfile by which it serves and routes everything itself."""
    names = {Tls.PUBLIC: boat.domain, Tls.NONE: f"http://127.0.0.1:{boat.port}"}
    site = names.get(boat.tls, boat.address)
    lines = ["tls /tls/server.pem /tls/server.pem"] if boat.tls in (Tls.GIVEN, Tls.PRIVATE) else []
    lines += [f"handle {path}* {{\n\t\treverse_proxy synapse:{boat.homeserver_port}\n\t}}" for path in OUTSIDE_PATHS]
    lines += [f"handle {PAGE}* {{\n\t\treverse_proxy synapse:{boat.door_port}\n\t}}"]
    lines += [
        f"handle {WELL_KNOWN} {{\n\t\theader Access-Control-Allow-Origin *\n\t\theader Content-Type application/json\n"
        f"\t\trespond `{well_known(boat)}`\n\t}}"
    ]
    root = "handle /root.crt {\n\t\troot * /tls\n\t\tfile_server\n\t}"
    lines += [root] if boat.tls is Tls.PRIVATE else []
    lines += ["handle {\n\t\troot * /web\n\t\tfile_server\n\t}" if has_client else f"redir / {PAGE}"]
    sites = [f"{site} {{\n\t" + "\n\t".join(lines) + "\n}\n"]
    if boat.plain_port is not None:
        sites.append(f"http://{boat.domain}:{boat.plain_port} {{\n\t{root}\n}}\n")
    return _AGAIN + "{\n\tadmin off\n\tpersist_config off\n}\n" + "".join(sites)


def compose(boat: Boat, owner: str, *, has_client: bool) -> str:
    """Return the compose file; *owner* is who the folder belongs to, as UID:GID."""
    bare = {
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "restart": "unless-stopped",
    }
    services = {"database": _database(bare), "synapse": _synapse(bare, owner), "cellule": _cellule(bare, owner)}
    services["caddy"] = _caddy(boat, bare, has_client=has_client)
    told = {
        "name": "lifeboat",
        "services": services,
        "networks": {"default": {}, "database": {"internal": True}},
        "volumes": {"database": {}, "caddy": {}},
        "secrets": {"database-password": {"file": "./secrets/database-password"}},
    }
    return dumped(told)


_Service = dict[str, Any]


def _database(bare: _Service) -> _Service:
    return {
        "image": POSTGRES_IMAGE,
        **bare,
        "environment": {
            "POSTGRES_USER": "synapse",
            "POSTGRES_DB": "synapse",
            "POSTGRES_PASSWORD_FILE": "/run/secrets/database-password",
            "POSTGRES_INITDB_ARGS": "--encoding=UTF8 --locale=C",
        },
        "secrets": ["database-password"],
        "networks": ["database"],
        "stop_grace_period": "60s",
        "volumes": ["database:/var/lib/postgresql"],
        "tmpfs": ["/tmp", "/var/run/postgresql"],  # noqa: S108 - of the container
        "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"],
        "healthcheck": {
            "test": ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "synapse", "-d", "synapse"],
            "interval": "5s",
            "timeout": "5s",
            "start_period": "60s",
            "retries": 3,
        },
    }


def _synapse(bare: _Service, owner: str) -> _Service:
    return {
        "image": SYNAPSE_IMAGE,
        **bare,
        "user": owner,
        "working_dir": "/data",
        "environment": {"SYNAPSE_CONFIG_PATH": "/data/containers.yaml"},
        "depends_on": {"database": {"condition": "service_healthy"}},
        "networks": ["default", "database"],
        "volumes": ["./synapse:/data"],
        "tmpfs": ["/tmp"],  # noqa: S108 - of the container
    }


def _cellule(bare: _Service, owner: str) -> _Service:
    return {
        "image": f"cellule:{__version__}",
        **bare,
        "user": owner,
        "command": ["lifeboat", "run", "/lifeboat", "--beside"],
        "depends_on": ["synapse"],
        # The homeserver is on 127.0.0.1 then: without TLS the bot speaks to its own machine only.
        "network_mode": "service:synapse",
        "environment": {"HOME": "/tmp"},  # noqa: S108 - of the container
        "stop_grace_period": "30s",
        "volumes": [".:/lifeboat"],
        "tmpfs": ["/tmp"],  # noqa: S108 - of the container
    }


def _caddy(boat: Boat, bare: _Service, *, has_client: bool) -> _Service:
    host = "127.0.0.1:" if boat.tls is Tls.NONE else ""
    ports = [boat.port, *([boat.plain_port] if boat.plain_port else []), *([HTTP] if boat.tls is Tls.PUBLIC else [])]
    return {
        "image": CADDY_IMAGE,
        **bare,
        "cap_add": ["DAC_OVERRIDE", "NET_BIND_SERVICE"],
        "depends_on": ["synapse"],
        "ports": [f"{host}{port}:{port}" for port in ports],
        "volumes": [
            f"./{CONTAINERS}/Caddyfile:/etc/caddy/Caddyfile:ro",
            "caddy:/data",
            *(["./tls:/tls:ro"] if boat.tls in (Tls.GIVEN, Tls.PRIVATE) else []),
            *(["./web:/web:ro"] if has_client else []),
        ],
        "tmpfs": ["/tmp", "/config"],  # noqa: S108 - of the container
    }


def readme(boat: Boat, language: Language) -> str:
    """Return what the folder says of itself in *language*."""
    text = files(__package__).joinpath("readme", f"{language}.md").read_text(encoding="utf-8")
    return (
        text.replace("{{DOMAIN}}", boat.domain).replace("{{ADDRESS}}", boat.address).replace("{{VERSION}}", __version__)
    )
