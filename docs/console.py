"""What the program says of its commands, as tables: those typed in a room, and those of the console."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterator

from bot.cli import Exit
from bot.cli.words import parser
from bot.commands import ROWS, Place
from bot.core.language import Language
from bot.core.people.roster import Right, roles_giving
from bot.voice.catalogue import word

PLACES = {Place.INCIDENT: "incident", Place.CONTROL: "control room", Place.DIRECT: "direct"}
EXITS = {
    Exit.DONE: "done, or stopped as it was told",
    Exit.FAILED: "a failure, or what was looked at is not as it should be",
    Exit.WRONG: "the configuration, the content or the arguments must be mended; nothing was done",
    Exit.REFUSED: "the homeserver refused the login, or shows an identity that is not ours: a person must look",
    Exit.IN_USE: "another Cellule holds the state folder",
}
INTERRUPTED = 130
WIDTH = 88


def command_rows() -> str:
    """Return every command of a room: as it is typed in both languages, what it does, who may use it and where."""
    lines = ["| English | French | does | right | where |", "|---|---|---|---|---|"]
    for row in ROWS:
        english, french = (cell(row.usage.to(Language(code))) for code in ("en", "fr"))
        does, where = word(Language("en"), f"help.{row.name}"), _where(row.rooms)
        lines.append(f"| `{english}` | `{french}` | {does} | {row.right.name.lower()} | {where} |")
    return "\n".join(lines) + "\n"


def _where(rooms: frozenset[Place]) -> str:
    return "everywhere" if rooms == frozenset(Place) else ", ".join(PLACES[place] for place in PLACES if place in rooms)


def rights() -> str:
    """Return which roles give which right."""
    lines = ["| right | roles that give it |", "|---|---|"]
    lines += [f"| {right.name.lower()} | {', '.join(roles_giving(right))} |" for right in Right]
    return "\n".join(lines) + "\n"


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command of the console that can be typed, with its reader."""
    yield from _inside("", parser())


def _inside(name: str, reader: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    deeper = [action.choices for action in reader._actions if isinstance(action, argparse._SubParsersAction)]
    if not deeper:
        yield name, reader
    for choices in deeper:
        for word_, inner in choices.items():
            yield from _inside(f"{name} {word_}".strip(), inner)


def console() -> str:
    """Return what holds for all of the console, then a chapter for each command: use, arguments, exit codes."""
    general = [f"{told}\n" for told in [parser().epilog] if told]
    return "\n".join([*general, *(_chapter(name, reader) for name, reader in commands())])


def _chapter(name: str, reader: argparse.ArgumentParser) -> str:
    lines = [f"## cellule {name}", ""]
    if reader.description:
        lines += [reader.description, ""]
    lines += ["```text", *_usage(reader), "```", ""]
    rows = [_argument(action) for action in reader._actions if action.help not in {None, argparse.SUPPRESS}]
    rows = [row for row in rows if not row.startswith("| `-h`")]
    if rows:
        lines += ["| argument | is |", "|---|---|", *rows, ""]
    if reader.epilog:
        lines += [reader.epilog, ""]
    return "\n".join(lines)


def _usage(reader: argparse.ArgumentParser) -> list[str]:
    """Return how it is typed, in lines that end between arguments, however wide the terminal is."""
    told = " ".join(reader.format_usage().removeprefix("usage: ").split())
    held = re.sub(r"\[[^\]]*\]|--\S+ [A-Z]+", lambda one: one[0].replace(" ", "\0"), told)
    lines = textwrap.wrap(held, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def _argument(action: argparse.Action) -> str:
    takes = action.metavar or ("|".join(map(str, action.choices)) if action.choices else "")
    names = " ".join(f"`{name}`" for name in action.option_strings)
    value = f"`{cell(str(takes))}`" if takes else ""
    told = str(action.help) % {"default": action.default, "prog": "cellule"}
    needed = "; required" if action.required and action.option_strings else ""
    return f"| {f'{names} {value}'.strip()} | {cell(told)}{needed} |"


def exit_codes() -> str:
    """Return what the codes mean, and of each command what it says of them."""
    general = ["| code | means |", "|---|---|", *(f"| {int(code)} | {told} |" for code, told in EXITS.items())]
    general.append(f"| {INTERRUPTED} | interrupted on the terminal (Ctrl+C) |")
    lines = [f"| command | {' | '.join(str(int(code)) for code in Exit)} |", f"|---|{'---|' * len(Exit)}"]
    for name, reader in commands():
        said = codes_of(reader.epilog or "")
        if said:
            lines.append(f"| `{name}` | {' | '.join(cell(said.get(int(code), '')) for code in Exit)} |")
    return "\n".join([*general, "", *lines]) + "\n"


def codes_of(epilog: str) -> dict[int, str]:
    """Return the exit codes that a command's help tells of."""
    found = re.search(r"Exit codes?:? (\d .*?)\.(?: |$)", epilog)
    parts = re.split(r",? (?=\d [a-z-])", f" {found[1]}") if found else []
    return {int(part[0]): part[2:] for part in parts if part}


def cell(text: str) -> str:
    """Return *text* as it may stand in a cell of a table."""
    return text.replace("|", "\\|")
