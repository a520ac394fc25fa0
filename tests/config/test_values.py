"""Each wrong value: one line with the key's path, what is wrong, and what to write."""

from pathlib import Path
from typing import Any

import pytest

from tests.config.files import GOOD, changed, fill, only_problem, problems_of

ALICE = "@alice:example.org"
ROLES = "admin, coordinator, management, dpo, legal, it, comms, hr, insurance, observer"
A_SERVER = "write one like https://matrix.example.org"
A_ZONE = "is not an IANA time zone; write one like"
A_LISTEN = "is not host:port; write one like 127.0.0.1:9464"
A_CLOCK = "must be a list of clocks, like [NIS2-24, NIS2-72]; `cellule clocks list` shows them"
AN_ID = 'is not a Matrix id; write one like "@alice:example.org", in quotes'
A_PACE = "must be a number from 1 (real time) to 1000000; 3600 makes an hour last a second"
A_PROXY = "is not a proxy's address; write one like socks5://127.0.0.1:9050 or http://127.0.0.1:3128"
A_SIZE = "is no size; write one like 25 MB (kB, MB or GB, at most 100 GB)"
A_SPAN = "is not a number of days; write one like 400 days, never less than 30"
A_PERSON = "write one line a person, like"

NOT_A_KEY = [
    ("locales", {}, "did you mean locale?"),
    (
        "xyzzy",
        1,
        "the keys here are matrix, network, state, locale, rooms, playbooks, trust, health, api, heartbeat, drill, "
        "clocks, reminders, points, retention, evidence, organisation, channels, alerts, doors, record, people, "
        "contacts, duty, hooks",
    ),
    ("rooms.federated", True, "did you mean federate?"),
    ("state.key", "x", "did you mean key_file?"),
    ("trust.5", 1, "the keys here are devices"),
]

MISSING = [
    ("matrix.homeserver", ..., "the server's address, like https://matrix.example.org"),
    ("matrix.user_id", None, 'the bot\'s Matrix id, like "@cellule:example.org"'),
    ("state.folder", ..., "a folder for all the bot keeps, like state"),
    ("state.key_file", ..., "a file of 32 random bytes, like secrets/state.key"),
    ("locale.language", ..., "fr or en"),
    ("locale.timezone", None, "an IANA time zone, like Europe/Paris"),
    ("health.listen", ..., "host and port, like 127.0.0.1:9464"),
]

WRONG = [
    ("rooms", [True], "must be a group of keys (federate), not a list"),
    ("rooms.federate", "yes", "must be true or false, not text"),
    ("matrix.device_name", 5, "must be text, not a number; put it in quotes"),
    ("matrix.device_name", "a\u202eb", "must be one line of text that is not empty"),
    ("state.folder", {}, "must be text, not a group of keys; put it in quotes"),
    ("state.folder", "~/x", "must be a path without ~; write it whole, or from this file's folder"),
    ("drill.pace", 0, A_PACE),
    ("drill.pace", True, A_PACE),
    ("drill.pace", float("nan"), A_PACE),
    ("locale.timezone", "Europe/Pari", f'"Europe/Pari" {A_ZONE} Europe/Paris'),
    ("locale.timezone", "europe/berlin", f'"europe/berlin" {A_ZONE} Europe/Berlin'),
    ("locale.timezone", 1, f"1 {A_ZONE} Europe/Paris"),
    ("locale.language", "de", '"de" is not known; write fr or en'),
    ("trust.devices", "cross", '"cross" is not known; write cross-signed or first-use'),
    ("trust.devices", False, "false is not known; write cross-signed or first-use"),
    ("health.listen", 9464, f"9464 {A_LISTEN}"),
    ("health.listen", "a:70000", f'"a:70000" {A_LISTEN}'),
    ("health.listen", ":9464\n", f'":9464\\u000a" {A_LISTEN}'),
    ("matrix.homeserver", "matrix.example.org", f'"matrix.example.org" is not a server\'s address; {A_SERVER}'),
    ("matrix.homeserver", "https://h:99999999", f"is not a server's address; {A_SERVER}"),
    ("matrix.homeserver", "https://bot:hunter2@h", f"must not carry a name or a password; {A_SERVER}"),
    (
        "matrix.homeserver",
        "http://h.org",
        '"http://h.org" is not protected; write https:// (http:// is for this machine and for .onion only)',
    ),
    ("evidence.keep", "lots", f'"lots" {A_SIZE}'),
    ("evidence.keep", "0 MB", f'"0 MB" {A_SIZE}'),
    ("evidence.largest", "none", f'"none" {A_SIZE}'),
    ("evidence.largest", "101 GB", f'"101 GB" {A_SIZE}'),
    ("evidence.largest", 25, f"25 {A_SIZE}"),
    ("retention.closed_after", 400, f"400 {A_SPAN}"),
    ("retention.closed_after", "29 days", f'"29 days" {A_SPAN}'),
    ("retention.closed_after", "99999 days", f'"99999 days" {A_SPAN}'),
    ("retention.closed_after", "one year", f'"one year" {A_SPAN}'),
    ("network.proxy", "127.0.0.1:9050", A_PROXY),
    ("network.proxy", "socks4://127.0.0.1:9050", A_PROXY),
    ("network.proxy", "https://proxy.example.org:3128", A_PROXY),
    ("network.proxy", "socks5://127.0.0.1", A_PROXY),
    ("network.proxy", "socks5://127.0.0.1:99999999", A_PROXY),
    ("network.proxy", "http://127.0.0.1:3128/x", A_PROXY),
    (
        "network.proxy",
        "socks5://bot:hunter2@127.0.0.1:9050",
        "must not carry a name or a password; use a proxy that lets this machine through",
    ),
    ("matrix.user_id", "cellule", f'"cellule" {AN_ID}'),
    ("people", ["@alice:example.org"], f'names nobody; {A_PERSON} "@alice:example.org": [admin, coordinator]'),
    ("clocks.enable", "NIS2-24", A_CLOCK),
    ("clocks.enable", ["nis2"], A_CLOCK),
    ("clocks.enable", [24], A_CLOCK),
    ("people", {}, f'names nobody; {A_PERSON} "@alice:example.org": [admin, coordinator]'),
    ("people", {ALICE: ["dpo"]}, 'nobody is admin; give somebody the role, like "@alice:example.org": [admin]'),
]

WRONG_PERSON = [
    ({"alice": ["admin"]}, f'alice: "alice" {AN_ID}'),
    ({"@a b:example.org": ["admin"]}, f'"@a b:example.org": "@a b:example.org" {AN_ID}'),
    ({ALICE: "admin"}, f'"{ALICE}": must be a list of roles, like [dpo]; the roles are {ROLES}'),
    ({ALICE: []}, f'"{ALICE}": must be a list of roles, like [dpo]; the roles are {ROLES}'),
    ({ALICE: ["admin", "boss"]}, f'"{ALICE}": "boss" is not a role; write one of {ROLES}'),
    (
        {ALICE: ["admin", "cordinator"]},
        f'"{ALICE}": "cordinator" is not a role; write one of {ROLES}; did you mean coordinator?',
    ),
    (
        {ALICE: ["administrator"]},
        f'"{ALICE}": "administrator" is not a role; write one of {ROLES}; did you mean admin?',
    ),
    ({ALICE: ["admin", ["dpo"]]}, f'"{ALICE}": a list is not a role; write one of {ROLES}'),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def with_value(path: str, value: object) -> str:
    group, _, name = path.partition(".")
    key: Any = int(name) if name.isdigit() else name
    return changed(**{group: {key: value} if name else value})


@pytest.mark.parametrize(("path", "value", "said"), NOT_A_KEY)
def test_a_key_nobody_reads_is_refused_with_the_nearest(folder: Path, path: str, value: object, said: str) -> None:
    assert only_problem(folder, with_value(path, value)) == f"{path}: is not a key of Cellule; {said}"


@pytest.mark.parametrize(("path", "value", "said"), MISSING)
def test_a_key_that_is_needed_is_asked_for(folder: Path, path: str, value: object, said: str) -> None:
    assert only_problem(folder, with_value(path, value)) == f"{path}: is missing; write {said}"


@pytest.mark.parametrize(("path", "value", "said"), WRONG)
def test_a_wrong_value_is_told_with_what_to_write(folder: Path, path: str, value: object, said: str) -> None:
    assert only_problem(folder, with_value(path, value)) == f"{path}: {said}"


@pytest.mark.parametrize(("people", "said"), WRONG_PERSON)
def test_a_wrong_person_is_told_with_what_to_write(folder: Path, people: dict[str, Any], said: str) -> None:
    assert only_problem(folder, changed(people=people)) == f"people.{said}"


@pytest.mark.parametrize("group", sorted(GOOD))
def test_a_group_that_is_needed_is_asked_for_key_by_key(folder: Path, group: str) -> None:
    lines = problems_of(folder, changed(**{group: ...}))
    assert all(line.startswith(group) for line in lines)


def test_a_user_id_longer_than_matrix_allows_is_refused_and_shown_short(folder: Path) -> None:
    said = only_problem(folder, changed(matrix={"user_id": f"@{'a' * 300}:example.org"}))
    assert "is not a Matrix id" in said
    assert len(said) < 200


def test_all_problems_are_told_at_once(folder: Path) -> None:
    (folder / "secrets/state.key").chmod(0o644)
    text = changed(
        matrix={"homeserver": "ftp://x", "password_file": ...},
        locale={"timezone": "Paris", "language": "FR"},
        people={ALICE: ["boss"], "bob": []},
        healthy={"listen": "x"},
        drill={"pace": "fast"},
    )
    assert [line.partition(": ")[0] for line in problems_of(folder, text)] == [
        "healthy",
        "matrix.homeserver",
        "matrix",
        "state.key_file",
        "locale.language",
        "locale.timezone",
        "drill.pace",
        f'people."{ALICE}"',
        "people.bob",
    ]
