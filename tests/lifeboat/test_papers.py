"""What is written for containers: as the specification has it, reachable as without them, and with as few rights."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot import __version__
from bot.core.language import Language
from bot.lifeboat import papers
from bot.lifeboat.boat import Boat, Tls
from bot.sentences import languages
from tests.lifeboat.test_boat import boat

ROOT = Path(__file__).parents[2]
BOATS = [
    boat("localhost", Tls.NONE),
    boat("rescue.example.org", Tls.PUBLIC),
    boat("rescue.example.org", Tls.GIVEN),
    boat("192.0.2.7", Tls.PRIVATE),
    boat("boat.lan", Tls.PRIVATE, 8443),
]
each = pytest.mark.parametrize("boat", BOATS, ids=lambda one: f"{one.domain}-{one.tls}-{one.port}")


def composed(boat: Boat, *, has_client: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(papers.compose(boat, "1000:1000", has_client=has_client))
    return found


@each
@pytest.mark.parametrize("has_client", [True, False])
def test_the_compose_file_keeps_to_the_specification(boat: Boat, has_client: bool) -> None:
    schema = json.loads((ROOT / "tests/contrib/compose-spec.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(composed(boat, has_client=has_client))


@each
def test_a_container_may_do_as_little_as_can_be(boat: Boat) -> None:
    for service in composed(boat)["services"].values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]


@each
def test_only_what_people_need_is_reached_from_outside(boat: Boat) -> None:
    services = composed(boat)["services"]
    outside = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(outside) == {"caddy"}
    assert all(port.startswith("127.0.0.1:") for port in outside["caddy"]) is (boat.tls is Tls.NONE)
    assert composed(boat)["networks"]["database"] == {"internal": True}


def test_the_homeserver_is_that_of_the_demo_and_the_database_that_of_two_machines() -> None:
    replicas = yaml.safe_load((ROOT / "contrib/compose.replicas.yaml").read_text("utf-8"))
    beside = yaml.safe_load((ROOT / "contrib/compose.yaml").read_text("utf-8"))
    assert beside["services"]["synapse"]["image"] == papers.SYNAPSE_IMAGE
    assert papers.POSTGRES_IMAGE.startswith(f"{replicas['services']['database']['image']}@sha256:")
    pinned = re.search(r"matrix-synapse==(\S+)\"", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pinned
    assert papers.SYNAPSE_IMAGE.endswith(f":v{pinned[1]}")


@each
def test_caddy_passes_on_what_the_front_passes_on(boat: Boat) -> None:
    told = papers.caddy_in_a_container(boat, has_client=True)
    assert re.findall(r"handle (/_\S+)", told) == [f"{path}*" for path in papers.OUTSIDE_PATHS]
    assert told.count("{") == told.count("}")
    assert ("/root.crt" in told) is (boat.tls is Tls.PRIVATE)
    assert ("tls /tls/server.pem" in told) is (boat.tls in (Tls.GIVEN, Tls.PRIVATE))


def test_before_a_public_name_caddy_passes_everything_on() -> None:
    told = papers.caddy(BOATS[1])
    assert "rescue.example.org {\n\treverse_proxy 127.0.0.1:9469\n}" in told


@each
@pytest.mark.parametrize("language", languages())
def test_the_folder_says_what_it_is(boat: Boat, language: Language) -> None:
    told = papers.readme(boat, language)
    assert (boat.domain in told, boat.address in told, __version__ in told) == (True, True, True)
    assert "{{" not in told
    assert f"--domain {boat.domain}" in told
