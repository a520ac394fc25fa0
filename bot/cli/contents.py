"""The console for who writes content: playbooks checked, begun, drafted and exchanged; clocks computed and listed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import Exit, refuse


def _playbook_check(arguments: argparse.Namespace) -> int:
    from bot.cli.checks.findings import count
    from bot.host.shipped import playbooks_folder
    from bot.library import lint
    from bot.library.drafts import FOLDER
    from bot.library.drafts import load as load_drafts
    from bot.library.playbooks import read_drafts
    from bot.library.rules import load

    paths: list[Path] = arguments.paths or [playbooks_folder()]
    problems = lint.check(paths)
    for problem in problems:
        print(problem)
    if problems:
        return Exit.FAILED
    folders = {path if path.is_dir() else path.parent for path in paths}
    folders = {folder.parent if folder.name == FOLDER else folder for folder in folders}
    playbooks = {draft.playbook.id for folder in folders for draft in read_drafts(folder)[0].values()}
    clocks = {rule.id for folder in folders for rule in load(folder)}
    drafts = {id for folder in folders for id, _ in load_drafts(folder)}
    print(f"{count(len(playbooks), 'playbook')}, {count(len(clocks), 'clock')}, {count(len(drafts), 'draft')}: fine")
    return Exit.DONE


def _playbook_new(arguments: argparse.Namespace) -> int:
    from bot.cli.template import NewPlaybookError, write_new
    from bot.host.shipped import playbooks_folder

    folder: Path = arguments.folder
    try:
        files = write_new(arguments.id, folder, playbooks_folder())
    except (NewPlaybookError, OSError) as wrong:
        return refuse(wrong)
    for path in files:
        print(f"wrote   {path}")
    print("\nSay the same in both, with the same ids, roles, values and conditions: its README.md explains the form.")
    print(f"Then: cellule playbook check {folder}, and in the configuration playbooks: {{folder: {folder}}}")
    return Exit.DONE


def _playbook_draft(arguments: argparse.Namespace) -> int:
    from bot.cli.planning import PlanRefusedError, PlanUnwrittenError, draft
    from bot.host.shipped import playbooks_folder

    today = datetime.now(UTC).date()
    plan, to, language = arguments.plan, arguments.to, arguments.lang
    return _written(lambda: draft(plan, to, language, playbooks_folder(), today), PlanUnwrittenError, PlanRefusedError)


def _playbook_export(arguments: argparse.Namespace) -> int:
    from bot.cli.exchange import Wanted, export
    from bot.cli.tongue import tongue
    from bot.core.language import Language
    from bot.exchange.formats import Format
    from bot.host.shipped import playbooks_folder

    wanted = Wanted(
        id=arguments.id,
        language=Language(arguments.lang) if arguments.lang else tongue(),
        written_in=Format(arguments.format),
        folder=arguments.folder or playbooks_folder(),
    )
    return _exchanged(lambda: export(wanted, arguments.to))


def _playbook_import(arguments: argparse.Namespace) -> int:
    from bot.cli.exchange import bring
    from bot.exchange.formats import Format

    written_in = Format(arguments.format) if arguments.format else None
    return _exchanged(lambda: bring(arguments.file, written_in, arguments.to))


def _exchanged(act: Callable[[], Iterable[str]]) -> int:
    from bot.cli.exchange import UnwrittenError
    from bot.exchange.untrusted import ExchangeError

    return _written(act, UnwrittenError, ExchangeError)


def _written(act: Callable[[], Iterable[str]], unwritten: type[Exception], refused: type[Exception]) -> int:
    """Print what is to be said of a file that *act* writes; it raises *unwritten*, *refused* or a ContentError."""
    from bot.library.problems import ContentError

    try:
        print("\n".join(act()))
    except unwritten as failed:
        return refuse(failed, Exit.FAILED)
    except (refused, ContentError) as wrong:
        return refuse(wrong)
    return Exit.DONE


def _clock(arguments: argparse.Namespace) -> int:
    from bot.cli.compute import UnknownRuleError, ask, compute, to_json, to_lines
    from bot.config.reading import Wrong
    from bot.config.values import zone as read_zone
    from bot.host.shipped import playbooks_folder
    from bot.library import rules
    from bot.library.calendar import CalendarError, closed_days
    from bot.library.moments import MomentError
    from bot.library.problems import ContentError
    from bot.sentences.told import Told

    try:
        zone = read_zone(arguments.zone)
        asked = ask(rules.load(playbooks_folder()), arguments.rule, arguments.aware, arguments.classified, zone)
        days = closed_days(asked.aware, zone, arguments.country.upper(), arguments.region)
    except Wrong as wrong:
        return refuse(Told("mistake.at", where="--zone", text=wrong))
    except CalendarError as unknown:
        return refuse(Told("mistake.at", where=f"--{unknown.key}", text=unknown))
    except (MomentError, UnknownRuleError, ContentError) as wrong:
        return refuse(wrong)
    computed = compute(asked.rule, asked.aware, zone, days, asked.classified)
    if arguments.json:
        print(json.dumps(to_json(computed), ensure_ascii=False, indent=2))
    else:
        print("\n".join(to_lines(computed)))
    return Exit.DONE


def _clocks_list(arguments: argparse.Namespace) -> int:
    from bot.cli import catalogue
    from bot.host.shipped import playbooks_folder
    from bot.library import rules
    from bot.library.problems import ContentError

    try:
        rows = rules.load(playbooks_folder())
    except ContentError as wrong:
        return refuse(wrong)
    today = datetime.now(UTC).date()
    if arguments.json:
        print(json.dumps([catalogue.to_json(rule, today) for rule in rows], ensure_ascii=False, indent=2))
    else:
        print("\n".join(catalogue.to_lines(rows, today)))
    return Exit.DONE


ACTS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "playbook check": _playbook_check,
    "playbook new": _playbook_new,
    "playbook draft": _playbook_draft,
    "playbook export": _playbook_export,
    "playbook import": _playbook_import,
    "clock": _clock,
    "clocks list": _clocks_list,
}
