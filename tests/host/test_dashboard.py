"""The dashboard and the alert rules: they ask for what is served, and Prometheus understands them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.host.metrics import Kept, Metrics
from tests.host.test_health import WELL

ROOT = Path(__file__).parents[2]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "contrib/grafana/cellule.json").read_text("utf-8"))
RULES = ROOT / "docs/alerts.example.yaml"
ALERTS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]
NAN = " ".join(["NaN"] * 121)
ILL = {
    "up": "0x120",
    "cellule_seconds_since_sync": "600x120",
    "cellule_alarms_overdue_seconds": "600x120",
    "cellule_outbox_still_seconds": "600x120",
    "cellule_outbox_oldest_seconds": "1000x120",
    "cellule_applying_seconds": "600x120",
    "cellule_commands_dropped_total": "0+1x120",
    "cellule_reminders_undelivered": "1x120",
    "cellule_sync_failures_total": "0+1x120",
    "cellule_commands_total": "0+1x120",
    "cellule_backup_timestamp_seconds": "-200000x120",
    "cellule_state_free_bytes": "1000x120",
    "cellule_stands_by": "0x120",
    "cellule_seconds_since_database": "600x120",
}
"""What each alert waits for that one machine can give, minute by minute; time begins at 0 there."""
WELL_AT = {"up": "1x120", "cellule_state_free_bytes": "5000000000x120", "cellule_seconds_since_database": NAN}
"""What is not 0 while all is well, without a database."""
ALONE = {**dict.fromkeys(ILL, "0x120"), **WELL_AT}
LEADS = {**ALONE, "cellule_seconds_since_database": "1x120"}
STANDS_BY = {
    **LEADS,
    "cellule_stands_by": "1x120",
    "cellule_seconds_since_sync": NAN,
    "cellule_backup_timestamp_seconds": NAN,
}
GONE = {"up": "0x120"}
OF_MORE_THAN_ONE = {"CelluleNobodySpeaks", "CelluleTwoSpeak"}
promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")


def exprs() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]


def named(texts: list[str]) -> set[str]:
    """Return the metrics that *texts* ask for."""
    names = re.findall(r"\b(?:cellule|process)_\w+", " ".join(texts))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}


def served() -> set[str]:
    page = Metrics().page(WELL, Kept(free_bytes=0, backup_at=0)).decode()
    return set(re.findall(r"^# TYPE (\S+) ", page, re.MULTILINE))


def test_the_dashboard_shows_all_there_is_and_nothing_else() -> None:
    assert named(exprs()) == served()


def test_alerts_ask_for_what_is_served() -> None:
    assert named([rule["expr"] for rule in ALERTS]) <= served()


def test_no_two_panels_of_the_dashboard_lie_on_one_another() -> None:
    places = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert {x for x, _ in places} == set(range(24))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def check(*arguments: str | Path) -> None:
    told = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@promtool
def test_prometheus_understands_the_rules_and_each_question_of_the_dashboard(tmp_path: Path) -> None:
    check("check", "rules", RULES)
    asked = [
        {"record": f"asked:{number}", "expr": expr.replace("$__rate_interval", "5m")}
        for number, expr in enumerate(exprs())
    ]
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": asked}]}), "utf-8")
    check("check", "rules", tmp_path / "asked.yaml")


@promtool
@pytest.mark.parametrize(
    ("machines", "firing"),
    [
        ([ALONE], set()),
        ([LEADS, STANDS_BY], set()),
        ([ILL], {rule["alert"] for rule in ALERTS} - OF_MORE_THAN_ONE),
        ([LEADS, GONE], {"CelluleNoStandby"}),
        ([LEADS, LEADS], {"CelluleNoStandby", "CelluleTwoSpeak"}),
        ([STANDS_BY, STANDS_BY], {"CelluleNobodySpeaks"}),
    ],
)
def test_no_alert_fires_while_all_is_well_and_each_does_when_it_should(
    machines: list[dict[str, str]], firing: set[str], tmp_path: Path
) -> None:
    series = [
        {"series": f"{name}{{{_labels(name, f'bot{number}:9464')}}}", "values": value}
        for number, values in enumerate(machines)
        for name, value in values.items()
    ]
    expected = [_expected(rule, fires=rule["alert"] in firing) for rule in ALERTS]
    scene = {"interval": "1m", "input_series": series, "alert_rule_test": expected}
    (tmp_path / "scenes.yaml").write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": [scene]}), "utf-8")
    check("test", "rules", tmp_path / "scenes.yaml")


def _labels(name: str, instance: str) -> str:
    labels = f'job="cellule", instance="{instance}"'
    return f'{labels}, outcome="failed"' if name == "cellule_commands_total" else labels


def _expected(rule: dict[str, Any], *, fires: bool) -> dict[str, Any]:
    labels = {"job": "cellule", **rule["labels"]}
    if not rule["expr"].startswith("count by (job)"):
        labels["instance"] = "bot0:9464"
    if "outcome" in rule["expr"]:
        labels["outcome"] = "failed"
    fired = [{"exp_labels": labels, "exp_annotations": rule["annotations"]}] if fires else []
    return {"eval_time": "100m", "alertname": rule["alert"], "exp_alerts": fired}
