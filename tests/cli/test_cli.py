"""The console, as real processes: its exit codes are a contract."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import __version__, cli
from bot.backup.errors import DamagedBackupError, OtherKeyError
from bot.cli.words import parser
from bot.host.disk import DiskError
from bot.host.secret import SecretMissingError
from bot.host.shipped import playbooks_folder
from bot.library.problems import ContentError
from bot.matrix.account.session import LoginRefusedError
from bot.matrix.http.errors import IdentityRefusedError
from bot.store.errors import StateInUseError, WrongKeyError
from bot.store.lock import lock_folder
from tests.config.files import API, changed, fill, write
from tests.console import Ended, cellule
from tests.patience import PATIENCE_S
from tests.web import serving

CLIENT = "/_matrix/client/v3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def config(folder: Path, address: str = "http://127.0.0.1:9", **groups: Any) -> Path:
    return write(folder, changed(matrix={"homeserver": address}, **groups))


# --- words --------------------------------------------------------------------------------------------------


async def test_the_version_is_told() -> None:
    assert await cellule("--version") == Ended(0, f"cellule {__version__}\n", "")


@pytest.mark.parametrize("words", [(), ("fly",), ("playbook",), ("run", "--conf", "x")])
async def test_a_wrong_word_is_refused_with_the_usage(words: tuple[str, ...]) -> None:
    ended = await cellule(*words)
    assert ended.code == 2
    assert ended.err.startswith("usage: cellule")


def test_every_command_of_the_contract_has_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    told = capsys.readouterr().out
    for command in ("init", "check", "run", "backup", "restore", "recovery-key", "demo", "playbook", "clock"):
        assert re.search(rf"^    {command}\s", told, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(cli.CALLS))
def test_every_commands_help_tells_its_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "xit code" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", ["run", "check", "status", "list", "verify"])
async def test_where_no_configuration_is_named_or_found_one_line_says_what_was_tried(command: str) -> None:
    ended = await cellule(command)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith("configuration: CELLULE_CONFIG is not set, and there is neither /")
    assert "/config.yaml nor /etc/cellule/config.yaml; name it with --config FILE" in ended.err


async def test_the_environment_names_the_configuration(folder: Path) -> None:
    ended = await cellule("status", env={"CELLULE_CONFIG": str(config(folder))})
    assert (ended.code, ended.err.startswith(f"the bot does not run on {folder}/state")) == (1, True)


# --- run ----------------------------------------------------------------------------------------------------


async def test_a_configuration_that_cannot_be_used_ends_with_2_and_a_line_each(folder: Path) -> None:
    ended = await cellule("run", "--config", config(folder, locale={"language": "de", "timezone": "Mars"}))
    assert (ended.code, len(ended.err.splitlines())) == (2, 2)
    assert ended.err.startswith('locale.language: "de" is not known')


async def test_content_that_cannot_be_used_ends_with_2_and_its_lines(folder: Path) -> None:
    shutil.copytree(playbooks_folder(), folder / "ours")
    (folder / "ours/clocks.yaml").write_text("rules: []\n")
    ended = await cellule("run", "--config", config(folder, playbooks={"folder": "ours"}))
    assert (ended.code, ended.err.count("clocks.yaml:1: ")) == (2, 1)
    assert "Traceback" not in ended.err


async def test_another_instance_ends_with_4(folder: Path) -> None:
    lock = lock_folder(folder / "state")
    ended = await cellule("run", "--config", config(folder))
    lock.release()
    assert (ended.code, ended.err.splitlines()) == (4, [str(StateInUseError())])


async def test_another_instance_ends_with_4_though_its_health_page_has_the_port_too(folder: Path) -> None:
    lock = lock_folder(folder / "state")
    async with serving({}) as address:
        health = {"listen": address.removeprefix("http://")}
        ended = await cellule("run", "--config", config(folder, health=health))
    lock.release()
    assert (ended.code, ended.err.splitlines()) == (4, [str(StateInUseError())])


@pytest.mark.parametrize("page", ["health", "api"])
async def test_a_port_of_a_page_that_is_taken_ends_with_2_before_the_login(folder: Path, page: str) -> None:
    async with serving({}) as address:
        tokens = {"tokens": {"wall": {"token_file": "secrets/api", "scopes": ["clocks"]}}} if page == "api" else {}
        taken: Any = {"listen": address.removeprefix("http://"), **tokens}
        ended = await cellule("run", "--config", config(folder, **{page: taken}))
    assert (ended.code, f"{page}.listen: " in ended.err.splitlines()[-1]) == (2, True)


async def test_another_key_ends_with_2_and_what_to_do(folder: Path) -> None:
    (folder / "state").mkdir()
    (folder / "state/state.db").write_bytes(b"x" * 4096)
    ended = await cellule("run", "--config", config(folder))
    assert (ended.code, ended.err.splitlines()) == (2, [str(WrongKeyError())])


async def test_a_login_that_is_refused_ends_with_3(folder: Path) -> None:
    async with serving({f"{CLIENT}/login": (403, {"errcode": "M_FORBIDDEN", "error": "Invalid"})}) as address:
        ended = await cellule("run", "--config", config(folder, address))
    assert ended.code == 3
    assert "The homeserver refuses the login (M_FORBIDDEN)" in ended.err
    assert "Traceback" not in ended.err


async def test_a_password_that_is_needed_and_gone_ends_with_2(folder: Path) -> None:
    (folder / "secrets/password").unlink()
    async with serving({}) as address:
        ended = await cellule("run", "--config", config(folder, address))
    starts, said = ended.err.splitlines()
    assert f"Cellule {__version__} starts: homeserver {address}, state in {folder / 'state'}" in starts
    assert (ended.code, said.startswith("there is no file ")) == (2, True)


async def test_a_state_that_cannot_be_opened_ends_with_2_and_one_line_with_its_path(folder: Path) -> None:
    (folder / "state/state.db").mkdir(parents=True)
    ended = await cellule("run", "--config", config(folder))
    (said,) = ended.err.splitlines()
    assert (ended.code, said.startswith(f"{folder / 'state/state.db'} cannot be read or written")) == (2, True)


def test_a_failure_nobody_foresaw_ends_with_1_and_a_traceback_in_the_log(folder: Path) -> None:
    failing = "import sys; from bot import app, cli; app.run = None; sys.exit(cli.main())"
    command = (sys.executable, "-c", failing, "run", "--config", str(config(folder)))
    environment = {**os.environ, "CELLULE_LOG": "json"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode == 1
    told = json.loads(ended.stderr.splitlines()[-1])
    assert told["message"] == "stopped by a failure"
    assert told["trace"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_while_the_homeserver_cannot_be_reached_it_keeps_trying_and_stops_when_told(
    folder: Path, number: signal.Signals, unused_tcp_port_factory: Callable[[], int]
) -> None:
    page, door = (f"127.0.0.1:{unused_tcp_port_factory()}" for _ in range(2))
    api = {"listen": door, "tokens": {"wall": {"token_file": "secrets/api", "scopes": ["incidents"]}}}
    path = str(config(folder, health={"listen": page}, api=api))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", path), stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        assert b" starts: " in await process.stderr.readline()
        line = await process.stderr.readline()
        assert b"WARNING bot.matrix.gateway: the homeserver is not ready for us: nothing answers" in line
        assert b"(Connection refused)" in line
        async with aiohttp.ClientSession() as session, session.get(f"http://{page}/healthz") as shown:
            assert (shown.status, (await shown.json())["status"]) == (503, "no sync"), "before the login"
        asked = {"Authorization": f"Bearer {API}"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{door}/v1/incidents", headers=asked) as told,
        ):
            assert await told.json() == {"items": [], "next": None}
        rest = asyncio.create_task(process.stderr.read())
        while not rest.done():  # as who presses Ctrl-C again and again
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
            await asyncio.sleep(0)
        assert await process.wait() == 0
    assert b"Traceback" not in rest.result()


# --- how failures become codes ------------------------------------------------------------------------------


def _raising(failure: BaseException) -> int:
    def run() -> None:
        raise failure

    return cli._exit_of(run)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (LoginRefusedError("entering.ended"), 3),
        (IdentityRefusedError("signing.replaced"), 3),
        (ExceptionGroup("later", [ExceptionGroup("deeper", [LoginRefusedError("entering.ended")])]), 3),
        (ExceptionGroup("both", [ValueError(), IdentityRefusedError("signing.replaced")]), 3),
        (ExceptionGroup("tasks", [StateInUseError()]), 4),
        (WrongKeyError(), 2),
        (ExceptionGroup("tasks", [DiskError(Path("/dev/full"), "ENOSPC")]), 2),
        (ContentError(()), 2),
        (SecretMissingError("secret.missing", path="gone"), 2),
        (OtherKeyError(), 2),
        (DamagedBackupError("saving.cut_off"), 1),
        (ValueError("secret"), 1),
        (ExceptionGroup("tasks", [ValueError("secret")]), 1),
    ],
)
def test_a_failure_becomes_its_code_alone_or_in_a_group(
    failure: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _raising(failure) == code
    assert "secret" not in capsys.readouterr().out


# --- check and init -----------------------------------------------------------------------------------------


async def test_check_ends_with_1_when_a_finding_is_an_error(folder: Path) -> None:
    ended = await cellule("check", "--config", config(folder))
    assert ended.code == 1
    *lines, summary = ended.out.splitlines()
    assert {line.partition("  ")[0] for line in lines} == {"ok", "warning", "error"}
    assert summary == "1 error, 3 warnings"


async def test_check_answers_in_json_with_level_subject_and_text(folder: Path) -> None:
    ended = await cellule("check", "--json", "--config", config(folder))
    rows = json.loads(ended.out)
    assert ended.code == 1
    assert all(list(row) == ["level", "subject", "text"] for row in rows)
    assert [row["subject"] for row in rows if row["level"] == "error"] == ["homeserver"]


async def test_check_ends_with_0_when_none_is(folder: Path) -> None:
    answers: dict[str, tuple[int, object]] = {
        "/_matrix/client/versions": (200, {"versions": ["v1.12"]}),
        f"{CLIENT}/login": (200, {"flows": [{"type": "m.login.password"}]}),
        f"{CLIENT}/profile/@cellule:example.org": (200, {}),
    }
    async with serving(answers) as address:
        ended = await cellule("check", "--config", config(folder, address))
    assert (ended.code, ended.err) == (0, "")


async def test_init_without_a_terminal_names_the_flags_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    ended = await cellule("init", "--config", path)
    assert ended.code == 2
    assert ended.err.endswith("these flags are needed: --homeserver --user-id --admin\n")
    assert (await cellule("check", "--config", path)).out.startswith(
        f"error  configuration: {path}: there is no such file"
    )


async def test_init_writes_what_check_can_read_and_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    words = ("init", "--config", path, "--user-id", "@cellule:example.org", "--admin", "@alice:example.org")
    async with serving({"/_matrix/client/versions": (200, {"versions": ["v1.12"]})}) as address:
        first = await cellule(*words, "--homeserver", address, "--admin", "@bob:example.org")
        again = await cellule(*words, "--homeserver", address)
        forced = await cellule(*words, "--homeserver", address, "--force")
    assert (first.code, again.code, forced.code) == (0, 2, 0)
    assert "ok  configuration: " in first.out
    assert "error  login: " in first.out
    assert "--force" in again.err
    assert "kept" in forced.out


async def test_init_and_what_it_finds_are_said_in_the_language_of_the_locale(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    words = ("--homeserver", "http://127.0.0.1:9", "--user-id", "@cellule:example.org", "--admin", "@a:example.org")
    ended = await cellule("init", "--config", path, *words, env={"LC_ALL": "fr_FR.UTF-8"})
    assert ended.out.startswith(f"écrit   {path}\ncréé    {tmp_path}/secrets/state.key (sauvegardez-la")
    assert f"ok  configuration: {path} est complet\n" in ended.out
    assert "\n2 erreurs, 2 avertissements\n\nEnsuite\N{NO-BREAK SPACE}: cellule check" in ended.out


async def test_init_refuses_half_a_session(tmp_path: Path) -> None:
    ended = await cellule("init", "--config", tmp_path / "config.yaml", "--token-file", "secrets/token")
    assert (ended.code, "go together" in ended.err) == (2, True)


# --- content ------------------------------------------------------------------------------------------------


async def test_the_shipped_playbooks_are_fine() -> None:
    ended = await cellule("playbook", "check")
    assert ended.code == 0
    assert ended.out.endswith(" drafts: fine\n")


async def test_each_problem_of_a_playbook_is_a_line_with_its_place(tmp_path: Path) -> None:
    shutil.copytree(playbooks_folder(), tmp_path / "ours")
    file = tmp_path / "ours/provider-hit.fr.md"
    file.write_text(file.read_text("utf-8").replace("language: fr", "language: de"), "utf-8")
    whole, alone = await cellule("playbook", "check", tmp_path / "ours"), await cellule("playbook", "check", file)
    assert (whole.code, alone.code) == (1, 1)
    assert f"{file}:4: unknown language `de`" in whole.out
    assert alone.out in whole.out


async def test_questions_that_wait_for_each_other_are_named_on_the_console_with_their_place(tmp_path: Path) -> None:
    shutil.copytree(playbooks_folder(), tmp_path / "ours")
    file = tmp_path / "ours/provider-hit.en.md"
    text = file.read_text("utf-8").replace(
        "values: [yes, no, unknown]", "values: [yes, no, unknown]\n    when: high-risk = yes", 1
    )
    file.write_text(text, "utf-8")
    ended = await cellule("playbook", "check", file)
    circle = "`personal-data` waits for `high-risk` waits for `personal-data`"
    assert (ended.code, ended.out) == (1, f"{file}:10: these questions wait for each other in a circle: {circle}\n")


async def test_a_playbook_is_begun_once_and_what_comes_next_is_told(tmp_path: Path) -> None:
    ours = Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))
    words = ("playbook", "new", "lost-laptop", "--folder", ours)
    begun, again = await cellule(*words), await cellule(*words)
    assert begun.code == 0
    assert f"wrote   {ours}/lost-laptop.fr.md\n" in begun.out
    assert f"cellule playbook check {ours}" in begun.out
    assert (await cellule("playbook", "check", ours)).code == 0
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err


async def test_a_playbook_that_cannot_be_begun_ends_with_2_and_why(tmp_path: Path) -> None:
    ended = await cellule("playbook", "new", "Lost Laptop", "--folder", tmp_path)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)


KEYS = ["rule", "aware", "due", "due_local", "legal_limit", "reminders", "source", "aim"]


async def test_a_clock_is_computed_under_the_names_of_the_contract() -> None:
    ended = await cellule("clock", "GDPR-33-1", "--aware", "2026-11-24T14:30", "--json")
    told = json.loads(ended.out)
    assert (ended.code, list(told)) == (0, KEYS)
    assert (told["aware"], told["due"]) == ("2026-11-24T13:30:00Z", "2026-11-27T13:30:00Z")


async def test_a_clock_for_a_person_stands_in_columns_and_the_zone_is_theirs() -> None:
    ended = await cellule("clock", "gdpr-33-1", "--aware", "2026-11-24T14:30", "--zone", "America/Cayenne")
    assert ended.code == 0
    assert "\ndue          Fri 2026-11-27 14:30-03:00\n" in ended.out


async def test_a_classification_ends_the_clock_of_dora_earlier() -> None:
    ended = await cellule(
        "clock", "DORA-4/24", "--aware", "2026-11-23T08:00", "--classified", "2026-11-24T06:00", "--json"
    )
    told = json.loads(ended.out)
    assert (ended.code, told["due_local"]) == (0, "2026-11-24T08:00:00+01:00")


async def test_working_days_leave_out_the_holidays_of_the_place() -> None:
    words = ("clock", "FR-INS-5", "--aware", "2026-03-30T10:00", "--json", "--country", "fr")
    ends = [json.loads((await cellule(*words, *more)).out)["due_local"] for more in ((), ("--region", "Alsace"))]
    assert ends == ["2026-04-07T23:59:00+02:00", "2026-04-08T23:59:00+02:00"]


async def test_every_clock_is_listed_with_its_law_and_how_it_stands() -> None:
    ended = await cellule("clocks", "list", "--json")
    told = {f"{row['id']}@{row['version']}": row for row in json.loads(ended.out)}
    assert ended.code == 0
    assert {told["GDPR-33-1@"]["state"], told["NIS2-24@"]["state"]} == {"in force", "off"}
    assert told["GDPR-33-1@omnibus"]["state"] == "pending"
    assert all(row["source"] and row["source_url"] and row["proof"] for row in told.values())

    lines = (await cellule("clocks", "list")).out
    assert "\nNIS2-24  Give the NIS2 early warning\n    nis2, essential-entity: 24 h, " in lines
    assert "\n    off (valid since 2024-10-18): The law that brings NIS2 into French law" in lines


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("GDPR-33-1", "--aware", "2026-11-24T14:30", "--classified", "2026-11-24T15:00"), "leave it out"),
        (("GDPR-99", "--aware", "2026-11-24T14:30"), "known are: GDPR-33-1, "),
        (("GDPR-33-1", "--aware", "03/04"), "write year-month-day and hour: 2026-11-24T14:30"),
        (("GDPR-33-1", "--aware", "2026-10-25T02:30"), "happens twice in Europe/Paris"),
        (("GDPR-33-1", "--aware", "2026-11-24T14:30", "--zone", "Paris"), "--zone: "),
        (("FR-INS-5", "--aware", "2026-11-24T14:30", "--country", "QQ"), '--country: no holidays are known of "QQ"'),
        (("FR-INS-5", "--aware", "2026-11-24T14:30", "--region", "Alsac"), "--region: "),
    ],
)
async def test_a_clock_that_cannot_be_computed_ends_with_2_and_what_to_write(words: tuple[str, ...], told: str) -> None:
    ended = await cellule("clock", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_a_missing_extra_is_told_with_the_words_that_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "DEMO_NEEDS", ("rich", "no_such_package"))
    assert cli.main(["demo", "--anything"]) == 1
    assert capsys.readouterr().err == (
        "the demo needs no_such_package, which is not installed; from a checkout: make demo\n"
    )
