"""The console: words in, exit codes out. What a command needs is loaded when it is called."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.words import parser
from bot.host import logs

if TYPE_CHECKING:
    from bot.cli.checks.findings import Finding
    from bot.config import Config

_log = logging.getLogger(__name__)

DEMO_NEEDS = ("synapse", "rich", "prompt_toolkit")


class Exit(IntEnum):
    """What the shell is told. A contract: scripts and service managers act on it."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    """The configuration, the content or the arguments must be mended."""
    REFUSED = 3
    """The homeserver refused the login or shows an identity that is not ours: a person must look."""
    IN_USE = 4
    """Another instance holds the state folder."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; argparse exits by itself with 0 for help and 2 for a wrong word."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words[:1] == ["demo"]:  # it reads its own flags
            return _demo(words[1:])
        arguments = parser().parse_args(words)
        return _placed(arguments) or CALLS[arguments.command](arguments)
    except BrokenPipeError:
        # Who read us has gone (`cellule check | head`). Nothing more can be said; without this Python would try.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    except KeyboardInterrupt:
        return 130


def _placed(arguments: argparse.Namespace) -> int:
    """Name the configuration that no flag names, for a command that has one; return the exit code if there is none."""
    if "config" in arguments:
        from bot.config import ConfigError
        from bot.config.place import place, place_to_write

        finds = place_to_write if arguments.command == "init" else place
        try:
            arguments.config = finds(arguments.config, os.environ)
        except ConfigError as nowhere:
            return refuse(nowhere)
    return Exit.DONE


def refuse(wrong: object, code: Exit = Exit.WRONG) -> Exit:
    """Say on standard error what to mend."""
    from bot.cli.tongue import said

    print(said(wrong), file=sys.stderr)
    return code


# --- run ----------------------------------------------------------------------------------------------------


def _run(arguments: argparse.Namespace) -> int:
    from bot import app
    from bot.config import ConfigError, load

    logs.set_up(os.environ)
    try:
        config = load(arguments.config)
    except ConfigError as wrong:
        return refuse(wrong)
    return _exit_of(lambda: asyncio.run(app.run(config)))


def _exit_of(run: Callable[[], None]) -> int:
    """Return what *run* ends with; whatever it raises, alone or in groups, becomes an exit code of the contract."""
    known, codes = _exit_codes(), list[Exit]()
    try:
        run()
    except* Exception as failed:  # noqa: BLE001 - the last resort: the log has the traceback, the shell the code
        for one in _leaves(failed):
            code = next((code for code, kinds in known.items() if isinstance(one, kinds)), None)
            if code is None:
                _log.error("stopped by a failure", exc_info=one)
            codes.append(Exit.FAILED if code is None else refuse(one, code))
    return max(codes, default=Exit.DONE)


def _exit_codes() -> Mapping[Exit, tuple[type[Exception], ...]]:
    """Return what each code stands for, the first that fits."""
    from bot.backup.errors import RecoveryError, RecoveryFailedError
    from bot.cli.cascade import CascadeRefusedError, NotReachedError, RoomsRefusedError
    from bot.cli.record.errors import RecordRefusedError
    from bot.cli.state.purging import PurgeFailedError, PurgeRefusedError
    from bot.config import ConfigError, SecretFileError
    from bot.console.cascades import ListRefusedError
    from bot.console.doors import NotLetInError
    from bot.console.socket import NotRunningError
    from bot.door import errors as doors
    from bot.host.disk import DiskError
    from bot.library.problems import ContentError
    from bot.lifeboat import errors as lifeboats
    from bot.matrix.account.session import LoginRefusedError
    from bot.matrix.http.errors import IdentityRefusedError
    from bot.ports import ChainBrokenError
    from bot.store import errors

    failed = (RecoveryFailedError, PurgeFailedError, NotRunningError, NotLetInError, RoomsRefusedError, NotReachedError)
    wrong = (ConfigError, ContentError, SecretFileError, RecoveryError, PurgeRefusedError, CascadeRefusedError)
    lists = (ListRefusedError, doors.ManyError, lifeboats.LifeboatError)
    unfit = (DiskError, errors.NewerStoreError, errors.UnreadableError, errors.WrongKeyError, ChainBrokenError)
    return {
        Exit.REFUSED: (LoginRefusedError, IdentityRefusedError, errors.RolledBackError, doors.RightsError),
        Exit.IN_USE: (errors.StateInUseError, doors.OpenAlreadyError, lifeboats.AfloatError),
        Exit.FAILED: (*failed, doors.DoorError, lifeboats.AdriftError, errors.DatabaseAwayError, errors.LeaseLostError),
        # Starting again would not help.
        Exit.WRONG: (*wrong, RecordRefusedError, *lists, *unfit, errors.DatabaseRefusedError, errors.NothingKeptError),
    }


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


# --- backup, restore and recovery-key -----------------------------------------------------------------------


def _with_config(arguments: argparse.Namespace, act: Callable[[Config], Coroutine[None, None, None]]) -> int:
    from bot.config import load

    logs.set_up(os.environ)
    return _exit_of(lambda: asyncio.run(act(load(arguments.config))))


def _backup(arguments: argparse.Namespace) -> int:
    from bot.cli.state.backups import back_up

    return _with_config(arguments, lambda config: back_up(config, arguments.to, arguments.key_file, datetime.now(UTC)))


def _restore(arguments: argparse.Namespace) -> int:
    from bot.cli.state.backups import bring_back

    return _with_config(arguments, lambda config: bring_back(config, arguments.source, arguments.key_file))


def _recovery_key(arguments: argparse.Namespace) -> int:
    from bot.cli.state.backups import make_recovery_key

    return _with_config(arguments, lambda config: make_recovery_key(config, arguments.to, replace=arguments.replace))


# --- purge --------------------------------------------------------------------------------------------------


def _purge(arguments: argparse.Namespace) -> int:
    from bot.cli.state.purging import purge_incident
    from bot.sentences.told import Told

    if not (arguments.yes or sys.stdin.isatty()):
        return refuse(Told("purging.no_terminal"))
    ask = None if arguments.yes else input
    incident, offline = arguments.incident, arguments.offline
    return _with_config(
        arguments, lambda config: purge_incident(config, incident, datetime.now(UTC), ask=ask, offline=offline)
    )


# --- record -------------------------------------------------------------------------------------------------


def _record(arguments: argparse.Namespace) -> int:
    from bot.cli.record.table import ACTS

    return ACTS[arguments.command](arguments, _with_config)


# --- state --------------------------------------------------------------------------------------------------


def _state_move(arguments: argparse.Namespace) -> int:
    from bot.cli.state.moving import move

    return _with_config(arguments, lambda config: move(config, arguments.to, drops_old=arguments.drop_old))


def _state_accept(arguments: argparse.Namespace) -> int:
    from bot.cli.state.moving import accept

    return _with_config(arguments, accept)


# --- verify -------------------------------------------------------------------------------------------------


def _verify(arguments: argparse.Namespace) -> int:
    from bot.cli.verify import compare

    return _with_config(arguments, lambda config: compare(config, input))


# --- status and list ----------------------------------------------------------------------------------------


def _status(arguments: argparse.Namespace) -> int:
    from bot.cli.running import show_status

    return _with_config(arguments, lambda config: show_status(config, as_json=arguments.json))


def _list(arguments: argparse.Namespace) -> int:
    from bot.cli.running import show_incidents

    return _with_config(arguments, lambda config: show_incidents(config, as_json=arguments.json))


# --- cascade ------------------------------------------------------------------------------------------------


def _cascade(arguments: argparse.Namespace) -> int:
    from bot.cli.cascade import Wanted, cascade
    from bot.core.commands import OpenCascade
    from bot.core.facts import Severity
    from bot.core.language import Language
    from bot.sentences.told import Told

    if arguments.title is None and not arguments.check:
        return refuse(Told("cascading.no_title"))
    path: Path = arguments.list
    command = OpenCascade(
        title=arguments.title or path.stem,
        playbook=arguments.playbook,
        parent_playbook=arguments.parent_playbook,
        severity=Severity(arguments.severity) if arguments.severity else None,
        language=Language(arguments.lang) if arguments.lang else None,
        drill=arguments.drill,
        as_new=arguments.new,
    )
    waits, opens = not arguments.no_wait, not arguments.check
    wanted = Wanted(path=path, command=command, by=arguments.by, waits=waits, opens=opens, amends=arguments.apply)
    return _with_config(arguments, lambda config: cascade(config, wanted))


def _door(arguments: argparse.Namespace) -> int:
    from bot.cli.door import act

    return _exit_of(lambda: act(arguments, os.environ))


def _lifeboat_make(arguments: argparse.Namespace) -> int:
    from bot.cli.lifeboat.making import act

    return _exit_of(lambda: act(arguments, datetime.now(UTC)))


def _lifeboat_run(arguments: argparse.Namespace) -> int:
    from bot.cli.lifeboat.running import act

    return _exit_of(lambda: act(arguments))


# --- check and init -----------------------------------------------------------------------------------------


def _check(arguments: argparse.Namespace) -> int:
    from bot.cli.checks.asked import FlagsError, asked_for

    logs.set_up(os.environ)
    try:
        found = asked_for(arguments, datetime.now(UTC))
    except FlagsError as wrong:
        return refuse(wrong)
    return _print_findings(found, as_json=arguments.json)


def _print_findings(found: AsyncIterator[Finding], *, as_json: bool = False) -> int:
    from bot.cli.checks.showing import show

    return Exit.FAILED if asyncio.run(show(found, as_json=as_json)) else Exit.DONE


def _trust(arguments: argparse.Namespace) -> int:
    from bot.cli.trusting import TrustError, trust

    def show() -> None:
        try:
            print("\n".join(asyncio.run(trust(arguments.config, arguments.who, arguments.confirm))))
        except TrustError as refused:
            codes.append(refuse(refused, Exit.FAILED))

    codes: list[int] = []
    return max(_exit_of(show), *codes, Exit.DONE)


def _init(arguments: argparse.Namespace) -> int:
    from bot.cli import initialise
    from bot.cli.tongue import say
    from bot.host.shipped import example_configuration
    from bot.sentences.told import Told

    flags = {key.flag: getattr(arguments, key.name) for key in initialise.ASKED + initialise.GIVEN}
    flags["--admin"] = " ".join(arguments.admin) if arguments.admin else None
    path: Path = arguments.config
    try:
        session = initialise.session_made_elsewhere(arguments.token_file, arguments.device_id)
        proxy = initialise.proxy_given(arguments.proxy)
        if path.exists() and not arguments.force:  # said before anything is asked
            return refuse(Told("init.there", path=path))
        found = initialise.collect(flags, _ask if sys.stdin.isatty() else None)
        configuration = initialise.render(example_configuration(), found, session, proxy)
        told = initialise.write(path, configuration, found["--state-folder"], force=arguments.force)
    except initialise.InitError as problem:
        return refuse(problem)
    except EOFError:
        return refuse(Told("init.early"))
    from bot.cli.checks.checkup import check

    print(f"{say('init.wrote', path=path)}\n{told}\n\n{say('init.missing')}")
    _print_findings(check(path, datetime.now(UTC)))
    print(f"\n{say('init.then', path=path)}")
    return Exit.DONE


def _ask(question: str, otherwise: str) -> str:
    return input(f"{question}{f' [{otherwise}]' if otherwise else ''}: ")


# --- content ------------------------------------------------------------------------------------------------


def _content(arguments: argparse.Namespace) -> int:
    from bot.cli.contents import ACTS

    return ACTS[arguments.command](arguments)


# --- demo ---------------------------------------------------------------------------------------------------


def _demo(words: list[str]) -> int:
    missing = [name for name in DEMO_NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        return refuse(
            f"the demo needs {', '.join(missing)}, which is not installed; from a checkout: make demo",
            Exit.FAILED,
        )
    from bot.demo.main import main as play

    return play(words)


CALLS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "check": _check,
    "init": _init,
    "trust": _trust,
    "record export": _record,
    "record verify": _record,
    "record compare": _record,
    "record key": _record,
    "state move": _state_move,
    "state accept": _state_accept,
    "backup": _backup,
    "restore": _restore,
    "recovery-key": _recovery_key,
    "status": _status,
    "list": _list,
    "verify": _verify,
    "cascade": _cascade,
    "door serve": _door,
    "door many": _door,
    "lifeboat make": _lifeboat_make,
    "lifeboat run": _lifeboat_run,
    "purge": _purge,
    "playbook check": _content,
    "playbook new": _content,
    "playbook draft": _content,
    "playbook export": _content,
    "playbook import": _content,
    "clock": _content,
    "clocks list": _content,
}
