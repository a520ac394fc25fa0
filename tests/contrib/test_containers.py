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
from bot.store.postgres.address import parameters

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "contrib/compose.yaml").read_text("utf-8"))
REPLICAS = yaml.safe_load((ROOT / "contrib/compose.replicas.yaml").read_text("utf-8"))
BOTS = [REPLICAS["services"]["cellule-1"], REPLICAS["services"]["cellule-2"]]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def manifests(name: str) -> dict[str, Any]:
    found = yaml.safe_load_all((ROOT / "contrib/kubernetes" / name).read_text("utf-8"))
    return {manifest["kind"]: manifest for manifest in found}


ONE, TWO = manifests("cellule.yaml"), manifests("replicas.yaml")
SET, DEPLOYMENT = ONE["StatefulSet"]["spec"], TWO["Deployment"]["spec"]
PODS = [SET["template"]["spec"], DEPLOYMENT["template"]["spec"]]
each_pod = pytest.mark.parametrize("pod", PODS, ids=["one", "two"])


def test_the_compose_files_keep_to_the_specification() -> None:
    """`compose-spec.json` is schema/compose-spec.json of compose-spec/compose-spec, revision 170098b, Apache-2.0."""
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text("utf-8"))
    specification = jsonschema.Draft7Validator(schema)
    specification.validate(COMPOSE)
    specification.validate(REPLICAS)
    assert not specification.is_valid({"services": {"cellule": {"image": "x", "helthcheck": {}}}})


def test_the_bot_reaches_its_homeserver_without_tls_only_on_its_own_machine() -> None:
    assert COMPOSE["services"]["cellule"]["network_mode"] == "service:synapse"
    assert values.homeserver("http://127.0.0.1:8008")
    with pytest.raises(Wrong):
        values.homeserver("http://synapse:8008")


def test_the_database_is_reached_without_tls_only_where_nobody_else_is() -> None:
    assert REPLICAS["networks"]["database"] == {"internal": True}
    assert REPLICAS["services"]["database"]["networks"] == ["database"]
    assert "ports" not in REPLICAS["services"]["database"]


def test_two_bots_differ_in_their_folder_and_port_and_in_nothing_else() -> None:
    first, second = ({**bot} for bot in BOTS)
    for bot, number in ((first, 1), (second, 2)):
        assert bot.pop("volumes") == ["cellule:/etc/cellule:ro", f"state-{number}:/var/lib/cellule"]
        assert bot.pop("ports") == [f"127.0.0.1:946{3 + number}:9464"]
    assert first == second


def test_a_container_may_do_as_little_as_can_be() -> None:
    for service in (COMPOSE["services"]["cellule"], *REPLICAS["services"].values()):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert not any("cap_add" in bot for bot in BOTS)


@pytest.mark.parametrize("bot", [COMPOSE["services"]["cellule"], *BOTS])
def test_it_looks_as_the_image_does_whether_all_is_well(bot: dict[str, Any]) -> None:
    (command,) = re.findall(r"HEALTHCHECK(?:.*\\\n)*\s*CMD (\[.*\])", DOCKERFILE)
    assert bot["healthcheck"]["test"] == ["CMD", *json.loads(command)]


def test_every_file_names_this_version() -> None:
    named = {bot["image"] for bot in (COMPOSE["services"]["cellule"], *BOTS)}
    named |= {container["image"] for pod in PODS for container in (*pod["initContainers"], *pod["containers"])}
    assert named == {f"cellule:{__version__}"}


def test_there_is_one_pod_and_no_second_beside_it() -> None:
    (claim,) = SET["volumeClaimTemplates"]
    assert (SET["replicas"], claim["spec"]["accessModes"]) == (1, ["ReadWriteOncePod"])
    assert SET["selector"]["matchLabels"] == SET["template"]["metadata"]["labels"]


def test_of_two_pods_one_is_always_there_and_each_has_a_folder_and_a_node_of_its_own() -> None:
    assert (DEPLOYMENT["replicas"], DEPLOYMENT["strategy"]["rollingUpdate"]) == (
        2,
        {"maxUnavailable": 0, "maxSurge": 1},
    )
    (apart,) = PODS[1]["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    kept_up, labels = TWO["PodDisruptionBudget"]["spec"], DEPLOYMENT["template"]["metadata"]["labels"]
    selectors = (DEPLOYMENT["selector"], kept_up["selector"], apart["labelSelector"])
    assert all(selector["matchLabels"] == labels for selector in selectors)
    assert (kept_up["minAvailable"], apart["topologyKey"]) == (1, "kubernetes.io/hostname")
    assert "emptyDir" in next(volume for volume in PODS[1]["volumes"] if volume["name"] == "state")


def test_two_pods_are_configured_as_one_is_but_for_the_database() -> None:
    one, two = (yaml.safe_load(there["ConfigMap"]["data"]["config.yaml"]) for there in (ONE, TWO))
    file = Path(two["state"].pop("database_file"))
    assert one == two
    assert parameters(TWO["Secret"]["stringData"][file.name])["sslmode"] == "verify-full"


@each_pod
def test_a_homeserver_that_is_away_ends_no_pod(pod: dict[str, Any]) -> None:
    (bot,) = pod["containers"]
    (port,) = bot["ports"]
    assert bot["livenessProbe"]["tcpSocket"]["port"] == port["name"] == "health"
    assert bot["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": "health"}


@each_pod
def test_the_pod_may_do_as_little_as_the_unit_of_systemd(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsUser"] == int(re.findall(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)[0])
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@each_pod
def test_every_volume_that_is_mounted_is_there(pod: dict[str, Any]) -> None:
    there = {volume["name"] for volume in pod["volumes"]} | {"state"}
    containers = (*pod["initContainers"], *pod["containers"])
    assert {mount["name"] for container in containers for mount in container["volumeMounts"]} == there


@pytest.mark.parametrize("there", [ONE, TWO], ids=["one", "two"])
def test_a_key_that_nobody_replaced_is_none(there: dict[str, Any]) -> None:
    assert len(base64.b64decode(there["Secret"]["data"]["state.key"])) != 32


def test_the_base_of_the_image_is_named_by_its_digest() -> None:
    assert re.search(r"^ARG BASE=docker\.io/library/python:[\w.-]+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
