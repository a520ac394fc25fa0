"""Writes what the shell tells of the console: a manual page and the completions. Run by `make release`.

All of it is read out of the parser of the console: there is nothing to keep up.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import shtab

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the checkout itself, not one that may be installed

from bot import __version__  # noqa: E402
from bot.cli.words import parser  # noqa: E402

COMPLETIONS = {"bash": "cellule.bash", "zsh": "_cellule", "fish": "cellule.fish"}


def commands(of: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Return the commands of a parser, each before its own."""
    for action in of._actions:  # noqa: SLF001 - argparse shows it nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield command
                yield from commands(command)


def completion(shell: str) -> str:
    """Return the completion for a shell; arguments that are read as paths complete to files."""
    top = parser()
    for command in commands(top):
        for action in command._actions:  # noqa: SLF001
            if action.type is Path:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(top, shell=shell))


def page() -> str:
    """Return the manual page, in the macros of man(7)."""
    top = parser()
    made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)
    lines = [
        f'.TH CELLULE 1 "{made:%Y-%m-%d}" "cellule {__version__}" "User Commands"',
        ".SH NAME",
        r"cellule \- incident rooms on Matrix, encrypted end to end",
        ".SH SYNOPSIS",
        ".B cellule",
        r"\fICOMMAND\fR [\fIargument\fR ...]",
        ".SH DESCRIPTION",
        _escaped(top.description or ""),
        ".SH OPTIONS",
        *_options(top),
        ".SH COMMANDS",
    ]
    for command in commands(top):
        if command.description is not None or command.epilog is not None:
            lines += _command(command)
    return "\n".join(lines) + "\n"


def _command(command: argparse.ArgumentParser) -> list[str]:
    usage = " ".join(command.format_usage().removeprefix("usage: ").split())
    told = [text for text in (command.description, command.epilog) if text]
    paragraphs = [line for text in told for line in (".PP", _escaped(text))]
    return [f'.SS "{_escaped(command.prog)}"', f"\\fB{_escaped(usage)}\\fR", *paragraphs, *_options(command)]


def _options(command: argparse.ArgumentParser) -> list[str]:
    lines: list[str] = []
    for action in command._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            continue
        value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
        name = " ".join(filter(None, (", ".join(action.option_strings), value)))
        lines += [".TP", f"\\fB{_escaped(name)}\\fR", _escaped(_help(command, action))]
    return lines


def _help(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    return command._get_formatter()._expand_help(action) if action.help else ""  # noqa: SLF001


def _escaped(text: str) -> str:
    """Return *text* as roff takes it: a line that begins with a dot or a quote would be an order."""
    plain = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


def main(folder: Path) -> None:
    """Write them into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cellule.1").write_text(page(), encoding="utf-8")
    for shell, name in COMPLETIONS.items():
        (folder / name).write_text(completion(shell), encoding="utf-8")
    print(f"cellule.1, {', '.join(COMPLETIONS.values())} in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
