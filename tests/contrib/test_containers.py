"""What is handed out for containers: as the specification has it, and what must never differ."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot import __version__
from bot.config import values
from bot.config.reading import Wrong

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "contrib/compose.yaml").read_text("utf-8"))
KUBERNETES: dict[str, Any] = {
    manifest["kind"]: manifest
    for manifest in yaml.safe_load_all((ROOT / "contrib/kubernetes/cellule.yaml").read_text("utf-8"))
}
POD = KUBERNETES["StatefulSet"]["spec"]["template"]["spec"]
(BOT,) = POD["containers"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_compose_file_keeps_to_the_specification() -> None:
    """`compose-spec.json` is schema/compose-spec.json of compose-spec/compose-spec, revision 170098b, Apache-2.0."""
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text("utf-8"))
    specification = jsonschema.Draft7Validator(schema)
    specification.validate(COMPOSE)
    assert not specification.is_valid({"services": {"cellule": {"image": "x", "helthcheck": {}}}})


def test_the_bot_reaches_its_homeserver_without_tls_only_on_its_own_machine() -> None:
    assert COMPOSE["services"]["cellule"]["network_mode"] == "service:synapse"
    assert values.homeserver("http://127.0.0.1:8008")
    with pytest.raises(Wrong):
        values.homeserver("http://synapse:8008")


def test_it_looks_as_the_image_does_whether_all_is_well() -> None:
    (command,) = re.findall(r"HEALTHCHECK(?:.*\\\n)*\s*CMD (\[.*\])", DOCKERFILE)
    assert COMPOSE["services"]["cellule"]["healthcheck"]["test"] == ["CMD", *json.loads(command)]


def test_every_file_names_this_version() -> None:
    named = {COMPOSE["services"]["cellule"]["image"], BOT["image"], POD["initContainers"][0]["image"]}
    assert named == {f"cellule:{__version__}"}


def test_there_is_one_pod_and_no_second_beside_it() -> None:
    spec = KUBERNETES["StatefulSet"]["spec"]
    (claim,) = spec["volumeClaimTemplates"]
    assert (spec["replicas"], claim["spec"]["accessModes"]) == (1, ["ReadWriteOncePod"])
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]


def test_a_homeserver_that_is_away_ends_no_pod() -> None:
    (port,) = BOT["ports"]
    assert BOT["livenessProbe"]["tcpSocket"]["port"] == port["name"] == "health"
    assert BOT["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": "health"}


def test_the_pod_may_do_as_little_as_the_unit_of_systemd() -> None:
    assert POD["securityContext"]["runAsUser"] == int(re.findall(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)[0])
    for container in (*POD["initContainers"], BOT):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_every_volume_that_is_mounted_is_there() -> None:
    there = {volume["name"] for volume in POD["volumes"]} | {"state"}
    mounted = {mount["name"] for container in (*POD["initContainers"], BOT) for mount in container["volumeMounts"]}
    assert mounted == there


def test_a_key_that_nobody_replaced_is_none() -> None:
    assert len(base64.b64decode(KUBERNETES["Secret"]["data"]["state.key"])) != 32


def test_the_base_of_the_image_is_named_by_its_digest() -> None:
    assert re.search(r"^ARG BASE=docker\.io/library/python:[\w.-]+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
