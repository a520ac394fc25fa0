"""What each kind of machine writes, read into alerts of one form."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bridges.alerts.kinds import read
from bot.bridges.alerts.reading import DEEPEST, FINGERPRINT, MOST_DETAILS, TITLE, VALUE, UnreadError, moment
from bot.core.facts import Alert, AlertDetail, Severity
from tests.bridges.alerts.senders import ALERTMANAGER, BODIES, OTHER, SOURCES, THEHIVE, WAZUH, written


def alert_of(name: str, thing: object) -> Alert:
    (alert,) = read(name, SOURCES[name], written(thing))
    return alert


@pytest.mark.parametrize(
    ("name", "title", "severity", "detail"),
    [
        ("prometheus", "HostDown: db1 does not answer", Severity.CRISIS, ("instance", "db1")),
        ("grafana", "HostDown: db1 does not answer", Severity.CRISIS, ("description", "for five minutes")),
        ("wazuh", "Ransomware note found", Severity.HIGH, ("agent", "files1")),
        ("thehive", "Phishing wave", Severity.HIGH, ("kind", "alert")),
        ("misp", "Known C2 in our logs", Severity.HIGH, ("event", "17")),
    ],
)
def test_each_kind_is_read(name: str, title: str, severity: Severity, detail: tuple[str, str]) -> None:
    alert = alert_of(name, BODIES[name])
    assert (alert.source, alert.title, alert.severity) == (name, title, severity)
    assert AlertDetail(name=detail[0], value=detail[1]) in alert.details
    assert not alert.is_resolved


def test_json_of_any_other_kind_is_read_where_the_mapping_says() -> None:
    alert = alert_of("other", OTHER)
    assert (alert.title, alert.fingerprint, alert.severity) == ("Backup failed", "7", Severity.MEDIUM)
    assert alert_of("other", {"event": {**OTHER["event"], "over": "closed"}}).is_resolved


def test_the_end_of_an_alert_has_its_fingerprint() -> None:
    over = {**ALERTMANAGER["alerts"][0], "status": "resolved"}
    alert = alert_of("prometheus", {**ALERTMANAGER, "alerts": [over]})
    assert alert.is_resolved
    assert alert.key == alert_of("prometheus", ALERTMANAGER).key


def test_an_old_alertmanager_gives_no_fingerprint_and_its_labels_do() -> None:
    bare = {key: value for key, value in ALERTMANAGER["alerts"][0].items() if key != "fingerprint"}
    other = {**bare, "labels": {**bare["labels"], "instance": "db2"}}
    one, two = (alert_of("prometheus", {"alerts": [each]}) for each in (bare, other))
    assert one.fingerprint != two.fingerprint


def test_a_closed_alert_of_the_hive_is_over() -> None:
    assert alert_of("thehive", {**THEHIVE, "object": {**THEHIVE["object"], "stage": "Closed"}}).is_resolved


@pytest.mark.parametrize(("level", "severity"), [(15, "crisis"), (11, "high"), (7, "medium"), (3, "low"), ("x", "low")])
def test_the_level_of_wazuh_says_how_grave_it_is(level: object, severity: str) -> None:
    assert alert_of("wazuh", {**WAZUH, "rule": {**WAZUH["rule"], "level": level}}).severity == severity


def test_texts_are_one_short_line_of_what_can_be_seen() -> None:
    nasty = "a\nb\u202e!open x\x00 " + "y" * 5_000
    alert = alert_of("other", {"event": {"id": "z" * 900, "title": nasty}})
    assert alert.title.startswith("a b !open x yyy")
    assert len(alert.title) == TITLE
    assert len(alert.fingerprint) <= FINGERPRINT
    labels = {f"l{number}": "v" * 999 for number in range(99)} | {"alertname": "A"}
    many = alert_of("prometheus", {"alerts": [{"labels": labels}]})
    assert len(many.details) == MOST_DETAILS
    assert all(len(one.value) <= VALUE for one in many.details)


@pytest.mark.parametrize(
    ("name", "thing", "why"),
    [
        ("other", {"event": {}}, "fingerprint where the mapping says"),
        ("other", {"event": {"id": 1}}, "title where the mapping says"),
        ("other", {"event": [1]}, "fingerprint"),
        ("prometheus", {}, "no alerts"),
        ("prometheus", {"alerts": []}, "no alerts"),
        ("prometheus", {"alerts": [7]}, "alertname"),
        ("prometheus", {"alerts": [{}] * 501}, "more than 500"),
        ("wazuh", {"rule": {"id": "1"}}, "rule.description"),
        ("wazuh", {"rule": []}, "rule.id"),
        ("thehive", {"objectId": "1"}, "object.title"),
        ("thehive", {}, "objectId"),
        ("misp", {"Event": {"uuid": "1"}}, "Event.info"),
        ("misp", {}, "Event.uuid"),
        ("misp", [], "not a JSON object"),
    ],
)
def test_what_cannot_be_used_is_said_by_its_rule(name: str, thing: object, why: str) -> None:
    with pytest.raises(UnreadError, match=why):
        read(name, SOURCES[name], written(thing))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[" * 1_000 + b"]" * 1_000, "nested deeper"),
        (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "nested deeper"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": ' + b"9" * 9_999 + b"}", "not JSON"),
        (b"", "not JSON"),
    ],
)
def test_what_is_no_json_within_bounds_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(UnreadError, match=why):
        read("prometheus", SOURCES["prometheus"], body)


def test_brackets_in_texts_are_no_nesting() -> None:
    assert alert_of("other", {"event": {"id": 1, "title": '\\"[[[[' * 20}}).title.startswith('\\"[[[[')


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        (1_764_000_000, datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        (1_764_000_000_000, datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("2026-11-29T10:00:00Z", datetime(2026, 11, 29, 10, 0, tzinfo=UTC)),
        ("2026-11-29T10:00:00", None),
        ("0001-01-01T00:00:00Z", None),
        (True, None),
        (1e300, None),
        ("tomorrow", None),
    ],
)
def test_a_time_is_read_where_it_is_one(value: object, read_as: datetime | None) -> None:
    assert moment(value) == read_as


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("alerts", "labels", "rule", "agent", "object", "objectId", "Event", "event", "id", "title", "severity", "date")


@given(st.sampled_from(sorted(SOURCES)), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6))
def test_nothing_that_is_sent_raises_anything_else(name: str, thing: dict[str, Any]) -> None:
    try:
        alerts = read(name, SOURCES[name], json.dumps(thing).encode())
    except UnreadError:
        return
    assert all(alert.title and alert.fingerprint for alert in alerts)


def test_without_a_mapping_nothing_is_read() -> None:
    with pytest.raises(UnreadError, match="no mapping"):
        read("other", replace(SOURCES["other"], mapping=None), written(OTHER))
