"""`cellule check`: every finding on one line, nothing changed, no login made."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3

from bot.cli.checks.checkup import check
from bot.cli.checks.findings import Finding, Level
from bot.core.facts import ControlRoomReady
from bot.core.names import InputId, RoomId
from bot.host.shipped import playbooks_folder
from bot.matrix.account.seeds import kept_master_key
from bot.matrix.account.session import DEVICE, LOGIN, Login
from bot.ports import DESK
from bot.store.connection import STATE_FILE
from bot.store.sqlite import open_store
from tests.config.files import changed, fill, write
from tests.web import Answers, serving

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BOT = "@cellule:example.org"
KEY = bytes(32)
SEEDS = json.dumps([base64.b64encode(bytes([number]) * 32).decode() for number in range(3)]).encode()
CLIENT = "/_matrix/client/v3"
LIMITS = f"/_synapse/admin/v1/users/{BOT}/override_ratelimit"

WELL: Answers = {
    "/_matrix/client/versions": (200, {"versions": ["r0.6.1", "v1.1", "v1.12"]}),
    f"{CLIENT}/login": (200, {"flows": [{"type": "m.login.password"}]}),
    f"{CLIENT}/profile/{BOT}": (200, {"displayname": "Cellule"}),
    f"{CLIENT}/account/whoami": (200, {"user_id": BOT, "device_id": "DEVICE"}),
    f"{CLIENT}/keys/query": (200, {"device_keys": {}}),
    LIMITS: (403, {"errcode": "M_FORBIDDEN"}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


async def findings_of(folder: Path, answers: Answers | None = None, **groups: Any) -> list[Finding]:
    async with serving({**WELL, **(answers or {})}) as address:
        matrix = {"homeserver": address} | groups.pop("matrix", {})
        path = write(folder, changed(matrix=matrix, **groups))
        found = [finding async for finding in check(path, NOW)]
    assert all(len(str(finding).splitlines()) == 1 for finding in found)
    return found


def about(subject: str, found: list[Finding]) -> str:
    lines = [str(finding) for finding in found if finding.subject == subject]
    assert len(lines) == 1, found
    return lines[0]


async def keep(folder: Path, *, login: bool = True, identity: bool = True) -> Path:
    """Make a state as a run leaves it."""
    async with await open_store(folder / "state", KEY) as store:
        async with store.transaction() as tx:
            await tx.append(
                DESK, [ControlRoomReady(at=NOW, room=RoomId("!r:example.org"))], input=InputId("i"), device=None
            )
        if login:
            await store.put(DEVICE, b"DEVICE")
            await store.put(LOGIN, Login(user=BOT, device="DEVICE", token="kept-token").dump())  # type: ignore[arg-type]
        if identity:
            await store.put("cross-signing", SEEDS)
    return folder / "state"


# --- before the first start -------------------------------------------------------------------------------


async def test_before_the_first_start_all_is_well_but_for_what_an_operator_should_know(folder: Path) -> None:
    found = await findings_of(folder)
    assert [finding.subject for finding in found] == [
        *("configuration", "people", "duty", "playbooks", "drafts", "clocks", "organisation", "disk"),
        *("state", "homeserver", "time", "login", "account"),
        *("identity", "rate limits", "trust", "health", "heartbeat"),
    ]
    assert {finding.subject for finding in found if finding.level is Level.WARNING} == {
        *("people", "rate limits", "health", "heartbeat"),
    }
    assert not [finding for finding in found if finding.level is Level.ERROR]
    assert not (folder / "state").exists(), "nothing is made"


async def test_whether_somebody_decides_for_the_organisation_is_said(folder: Path) -> None:
    assert about("people", await findings_of(folder)).startswith("warning  people: nobody has the role management")
    people = {"@alice:example.org": ["admin"], "@erin:example.org": ["management"]}
    assert about("people", await findings_of(folder, people=people)) == "ok  people: management: 1"


async def test_the_line_is_level_two_spaces_subject_and_text(folder: Path) -> None:
    assert about("clocks", await findings_of(folder)).startswith("ok  clocks: GDPR-33-1, ")


async def test_the_trust_line_says_whose_devices_count(folder: Path) -> None:
    assert about("trust", await findings_of(folder)).startswith("ok  trust: cross-signed: ")
    loose = about("trust", await findings_of(folder, trust={"devices": "first-use"}))
    assert loose.startswith("warning  trust: first-use: ")


async def test_each_problem_of_the_configuration_is_a_finding_and_the_rest_is_left(folder: Path) -> None:
    found = await findings_of(folder, locale={"language": "de", "timezone": "Mars"})
    assert [(finding.level, finding.subject) for finding in found] == [(Level.ERROR, "configuration")] * 2
    assert "locale.language" in str(found[0])


# --- content ----------------------------------------------------------------------------------------------


@pytest.fixture
def ours(folder: Path) -> Path:
    shutil.copytree(playbooks_folder(), folder / "ours")
    return folder / "ours"


async def test_a_faulty_playbook_is_named_with_its_line(folder: Path, ours: Path) -> None:
    file = ours / "provider-hit.en.md"
    file.write_text(file.read_text("utf-8").replace("- **Who:** coordinator", "- **Who:** wizard", 1), "utf-8")
    line = about("playbooks", await findings_of(folder, playbooks={"folder": "ours"}))
    assert line.startswith(f"error  playbooks: {file}:")
    assert "wizard" in line


async def test_a_faulty_catalogue_is_an_error_about_clocks(folder: Path, ours: Path) -> None:
    file = ours / "clocks.yaml"
    file.write_text(file.read_text("utf-8").replace("length: 72 h", "length: 3 days", 1), "utf-8")
    assert about("clocks", await findings_of(folder, playbooks={"folder": "ours"})).startswith(
        f"error  clocks: {file}:"
    )


async def test_a_catalogue_of_which_nothing_is_in_force_is_an_error(folder: Path, ours: Path) -> None:
    file = ours / "clocks.yaml"
    text = "\n".join(line for line in file.read_text("utf-8").splitlines() if "valid_to:" not in line)
    file.write_text(text.replace("valid_from: ", "valid_from: 2090-01-01 # "), "utf-8")
    assert "no rule is in force today" in about("clocks", await findings_of(folder, playbooks={"folder": "ours"}))


async def test_what_is_off_is_said_and_what_the_configuration_switches_on_is_in_force(folder: Path) -> None:
    off = about("clocks", await findings_of(folder))
    ids = "CER-24, CER-1M, NIS2-24, NIS2-72, NIS2-INT, NIS2-FIN, NIS2-FIN-2, NIS2-TSP-24, NIS2-REC"
    assert f"; off: {ids} (`cellule clocks list` says why)" in off
    on = about("clocks", await findings_of(folder, clocks={"enable": ["NIS2-24", "GDPR-33-1@omnibus"]}))
    assert ", NIS2-24, " in on.partition("; off: ")[0]


async def test_a_clock_to_switch_on_that_there_is_not_is_an_error(folder: Path) -> None:
    assert about("clocks", await findings_of(folder, clocks={"enable": ["NIS2-42"]})) == (
        "error  clocks: clocks.enable: no clock of `cellule clocks list` is called NIS2-42; did you mean NIS2-72?"
    )


async def test_an_organisation_is_told_with_what_it_answers_and_which_clocks_it_brings(folder: Path) -> None:
    firm = {"roles": ["controller"], "name": "The firm", "sectors": ["uk"], "region": "Alsace"}
    assert about("organisation", await findings_of(folder, organisation=firm)) == (
        "ok  organisation: 2 answers given beforehand, holidays of FR/Alsace; clocks in every incident: UK-72"
    )


async def test_a_contract_with_an_hour_of_its_own_is_told_or_what_is_wrong_with_it(folder: Path) -> None:
    contract = {"id": "C-1", "name": "mission letter", "party": "the client", "hours": 24}
    firm = {"roles": ["controller"], "sectors": ["uk"], "contracts": [contract]}
    assert about("organisation", await findings_of(folder, organisation=firm)).endswith(
        "; clocks in every incident: C-1, UK-72"
    )


async def test_a_calendar_is_counted_and_a_date_that_there_is_not_is_an_error(folder: Path) -> None:
    firm = {"roles": ["controller"], "calendar": ["dsn-15", "vat-19"]}
    assert about("organisation", await findings_of(folder, organisation=firm)).endswith("; calendar: 2 dates")
    assert about("organisation", await findings_of(folder, organisation=firm | {"calendar": ["dsn", "vat-19"]})) == (
        "error  organisation: organisation.calendar: there is no date dsn; did you mean dsn-5?"
    )


async def test_an_organisation_that_nobody_described_is_asked_in_each_incident(folder: Path) -> None:
    assert about("organisation", await findings_of(folder)).startswith(
        "ok  organisation: not described: every incident"
    )


async def test_whether_somebody_outside_would_notice_is_told(folder: Path) -> None:
    (folder / "secrets/heartbeat").write_text("https://health.example.org/ping/0d4d7a3e")
    (folder / "secrets/heartbeat").chmod(0o600)
    found = await findings_of(folder, heartbeat={"url_file": "secrets/heartbeat", "file": "alive"})
    line = "ok  heartbeat: an address is fetched, a file is touched, once a minute while the bot is well"
    assert about("heartbeat", found) == line
    assert about("heartbeat", await findings_of(folder)).startswith("warning  heartbeat: none is given: nobody")


async def test_whether_anybody_can_see_that_it_is_down_is_told(folder: Path) -> None:
    assert about("health", await findings_of(folder)).startswith("warning  health: there is no group health: nobody")
    served = await findings_of(folder, health={"listen": "127.0.0.1:9464"})
    assert about("health", served) == "ok  health: /healthz and /metrics at 127.0.0.1:9464 while it runs"


async def test_a_sector_whose_clocks_are_off_is_a_warning_until_they_are_switched_on(folder: Path) -> None:
    firm = {"roles": ["controller"], "sectors": ["digital-infrastructure"]}
    told, off = [found for found in await findings_of(folder, organisation=firm) if found.subject == "organisation"]
    assert str(told).endswith("holidays of FR; clocks in every incident: FR-FSN")
    assert str(off).startswith("warning  organisation: sector digital-infrastructure: its clocks (NIS2-24, NIS2-72, ")
    on = await findings_of(folder, organisation=firm, clocks={"enable": ["NIS2-24"]})
    assert about("organisation", on).endswith("; clocks in every incident: FR-FSN, NIS2-24")


async def test_a_calendar_that_is_unknown_is_an_error(folder: Path) -> None:
    firm = {"roles": ["controller"], "region": "Alsac"}
    assert about("organisation", await findings_of(folder, organisation=firm)) == (
        'error  organisation: organisation.region: "Alsac" is no region of FR with holidays of its own; '
        "near are 6AE (Alsace), ..."
    )


# --- state ------------------------------------------------------------------------------------------------


async def test_a_state_is_verified_and_not_one_byte_of_it_changed(folder: Path) -> None:
    state = await keep(folder)
    before = {file.name: file.read_bytes() for file in state.iterdir()}
    assert about("state", await findings_of(folder)) == (
        "ok  state: opens with its key; 1 chain of facts verified, 0 tasks waiting"
    )
    assert {file.name: file.read_bytes() for file in state.iterdir()} == before


async def test_a_state_in_use_is_told_and_is_no_error(folder: Path) -> None:
    await keep(folder)
    async with await open_store(folder / "state", KEY):
        found = await findings_of(folder)
    assert about("state", found).startswith("warning  state: in use by a running Cellule")
    assert about("login", found) == "ok  login: a running Cellule is logged in"
    assert not [finding for finding in found if finding.level is Level.ERROR]


async def test_a_state_of_another_key_is_an_error_that_says_what_to_do(folder: Path) -> None:
    await keep(folder)
    (folder / "secrets/state.key").write_bytes(b"k" * 32)
    found = await findings_of(folder)
    assert "point state.key_file at the key the file was made with" in about("state", found)
    assert about("identity", found) == "warning  identity: not compared: the state could not be read"


async def test_a_fact_changed_from_outside_is_found(folder: Path) -> None:
    state = await keep(folder)
    connection: sqlite3.Connection = sqlcipher3.connect(str(state / STATE_FILE))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("UPDATE facts SET input = 'another'")
    connection.commit()
    connection.close()
    assert about("state", await findings_of(folder)).startswith("error  state: 1 of 1 chain of facts broken")


async def test_a_damaged_identity_is_told(folder: Path) -> None:
    await keep(folder, identity=False)
    async with await open_store(folder / "state", KEY) as store:
        await store.put("cross-signing", b"[]")
    found = await findings_of(folder)
    assert any("damaged" in finding.text for finding in found if finding.level is Level.ERROR)


# --- homeserver -------------------------------------------------------------------------------------------


async def test_a_homeserver_that_does_not_answer_is_one_error(folder: Path) -> None:
    found = await findings_of(folder, matrix={"homeserver": "http://127.0.0.1:9"})
    assert "nothing answers there (" in about("homeserver", found)
    assert "login" not in {finding.subject for finding in found}


async def test_a_missing_password_is_told_even_while_the_homeserver_is_away(folder: Path) -> None:
    (folder / "secrets/password").unlink()
    found = await findings_of(folder, matrix={"homeserver": "http://127.0.0.1:9"})
    assert "there is no file" in about("login", found)


@pytest.mark.parametrize(
    "answer", [(200, {}), (404, {"versions": ["v1.1"]}), (200, ["v1.1"]), (200, {"versions": [3]})]
)
async def test_what_is_no_homeserver_is_told_from_one(folder: Path, answer: tuple[int, object]) -> None:
    found = await findings_of(folder, {"/_matrix/client/versions": answer})
    assert "not as a Matrix homeserver" in about("homeserver", found)


async def test_a_homeserver_of_before_v1_is_refused(folder: Path) -> None:
    found = await findings_of(folder, {"/_matrix/client/versions": (200, {"versions": ["r0.6.1"]})})
    assert "must be updated" in about("homeserver", found)


async def test_a_homeserver_without_passwords_needs_a_session_made_elsewhere(folder: Path) -> None:
    flows = {f"{CLIENT}/login": (200, {"flows": [{"type": "m.login.sso"}]})}
    line = about("login", await findings_of(folder, flows))
    assert line.startswith("error  login: the homeserver takes no passwords (it offers m.login.sso)")
    assert "access_token_file" in line


async def test_a_password_that_is_needed_and_gone_is_an_error(folder: Path) -> None:
    (folder / "secrets/password").unlink()
    assert "there is no file" in about("login", await findings_of(folder))


@pytest.mark.parametrize(
    ("available", "level", "told"),
    [
        ((400, {"errcode": "M_USER_IN_USE"}), "ok", "is known"),
        ((200, {"available": True}), "error", "does not exist"),
        ((403, {"errcode": "M_FORBIDDEN"}), "warning", "does not say"),
    ],
)
async def test_an_account_without_a_profile_is_looked_for_among_the_names_taken(
    folder: Path, available: tuple[int, object], level: str, told: str
) -> None:
    answers = {f"{CLIENT}/profile/{BOT}": (404, {"errcode": "M_NOT_FOUND"}), f"{CLIENT}/register/available": available}
    line = about("account", await findings_of(folder, answers))
    assert line.startswith(f"{level}  account: ")
    assert told in line


# --- with a session ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, {"user_id": BOT}, "ok  login: the session is good"),
        (200, {"user_id": "@eve:example.org"}, "error  login: the access token belongs to another account"),
        (401, {"errcode": "M_UNKNOWN_TOKEN"}, "error  login: the homeserver has ended the session (M_UNKNOWN_TOKEN)"),
        (401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}, "warning  login: the session has expired"),
        (502, {}, "warning  login: whether the session is good could not be told (HTTP 502)"),
    ],
)
async def test_the_kept_session_is_asked_about(folder: Path, status: int, body: object, told: str) -> None:
    await keep(folder)
    assert about("login", await findings_of(folder, {f"{CLIENT}/account/whoami": (status, body)})).startswith(told)


@pytest.mark.parametrize("soft", [True, False])
async def test_an_expired_token_made_elsewhere_must_be_replaced(folder: Path, soft: bool) -> None:
    keys = {"password_file": ..., "access_token_file": "secrets/access_token", "device_id": "DEVICE"}
    gone = {f"{CLIENT}/account/whoami": (401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": soft})}
    assert about("login", await findings_of(folder, gone, matrix=keys)).startswith("error")


@pytest.fixture
async def master_key(folder: Path) -> str:
    await keep(folder)
    async with await open_store(folder / "state", KEY) as store:
        key = await kept_master_key(store)
    assert key is not None
    return key


def published(key: object) -> Answers:
    return {f"{CLIENT}/keys/query": (200, {"master_keys": {BOT: key}})}


async def test_an_identity_that_is_ours_is_shown_for_comparing(folder: Path, master_key: str) -> None:
    line = about("identity", await findings_of(folder, published({"keys": {f"ed25519:{master_key}": master_key}})))
    assert line.startswith("ok  identity: the homeserver shows ours, ")
    assert line.replace(" ", "").endswith(master_key)


@pytest.mark.parametrize("key", [{"keys": {"ed25519:x": "x"}}, {"keys": {}}, {}, "x", {"keys": {"a": "1", "b": "2"}}])
async def test_an_identity_that_is_not_ours_is_an_error(folder: Path, master_key: str, key: object) -> None:
    assert about("identity", await findings_of(folder, published(key))).startswith(
        "error  identity: the homeserver shows"
    )


async def test_an_identity_made_elsewhere_is_an_error(folder: Path) -> None:
    await keep(folder, identity=False)
    line = about("identity", await findings_of(folder, published({"keys": {"ed25519:x": "x"}})))
    assert line.startswith("error  identity: the account has a cross-signing identity that is not in the state folder")


async def test_an_identity_not_published_yet_is_fine_and_one_not_shown_is_a_warning(folder: Path) -> None:
    await keep(folder)
    assert about("identity", await findings_of(folder)).startswith("ok  identity: not published yet")
    assert "M_LIMIT_EXCEEDED" in about(
        "identity", await findings_of(folder, {f"{CLIENT}/keys/query": (429, {"errcode": "M_LIMIT_EXCEEDED"})})
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, {"messages_per_second": 0, "burst_count": 0}), "ok  rate limits: the account is exempt"),
        ((200, {}), "warning  rate limits: the account is not exempt"),
        ((403, {"errcode": "M_FORBIDDEN"}), "warning  rate limits: only an administrator sees"),
    ],
)
async def test_the_rate_limits_line_is_short_and_says_where_more_stands(
    folder: Path, answer: tuple[int, object], told: str
) -> None:
    await keep(folder)
    line = about("rate limits", await findings_of(folder, {LIMITS: answer}))
    assert line.startswith(told)
    assert len(line) < 150
    assert line.startswith("ok") or line.endswith(": docs/operations.md")
