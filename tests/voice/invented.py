"""A language that nobody speaks, made from the English files: each letter of its words has an accent.

`python -m tests.voice.invented FOLDER` adds it to a copy of the house: one PO file and content, and no Python. Only
drafts are left out, so that one sees them stand there in English.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

CODE = "qaa"
"""Of those that ISO 639 leaves to everybody."""
_LETTERS = str.maketrans("aeiouyAEIOUY", "âêîôûŷÂÊÎÔÛŶ")
_KEPT = re.compile(
    r"\{ ?[\w-]+ ?\}"  # holes
    r"|!\w+"  # commands, which have words of their own
    r"|--[\w-]+"
    r"|`[^`]*`"
    r"|https?://\S+"
    r"|\*\*[A-Z]+\d+\*\*"  # steps
    r"|\b[A-Z]+(?:[-/][A-Z0-9]+)+\b"  # clocks
    r"|\b[a-z]+(?:-[a-z]+)+\b"  # questions and details
)

_PROSE = re.compile(r"^( *)((?:title|summary|text): )(>-\n(?:\1 +\S.*\n)+|.*)", re.MULTILINE)


def marked(text: str) -> str:
    """Return *text* in the invented language; what is no word of a sentence stays."""
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[end : kept.start()].translate(_LETTERS), re.sub(r"!(\w+)", r"!\1q", kept.group())]
        end = kept.end()
    return "".join(parts) + text[end:].translate(_LETTERS)


def _words(text: str) -> str:
    """Return words that people type, each with a letter more."""
    return ", ".join(f"{word.strip()}q" for word in text.split(","))


def _translation(key: str) -> Callable[[str], str]:
    if key.startswith("typed.") or re.fullmatch(r"command\.\w+", key):
        return _words
    return str if key.startswith(("unit.", "file.", "command.")) else marked


def write_sentences(folder: Path) -> None:
    """Write the PO file."""
    with (folder / "en.po").open("rb") as file:
        english = read_po(file)
    invented = Catalog(locale="en")
    for message in english:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            say = _translation(key)
            forms = message.string
            invented.add(message.id, say(forms) if isinstance(forms, str) else tuple(map(say, forms or ())))
    invented.add("typed.language.qaa", "qaa, invented")
    with (folder / f"{CODE}.po").open("wb") as file:
        write_po(file, invented)


def write_content(folder: Path) -> None:
    """Write the playbooks, and their words into the rows of the clocks."""
    for path in folder.glob("*.en.md"):
        path.with_name(path.name.replace(".en.", f".{CODE}.")).write_text(_playbook(path.read_text("utf-8")), "utf-8")
    clocks = folder / "clocks.yaml"
    rows = re.sub(
        r"^( +)en: (>-\n(?:\1 +\S.*\n)+|.*\n)",
        lambda found: f"{found[0]}{found[1]}{CODE}: {marked(found[2])}",
        clocks.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    clocks.write_text(rows, "utf-8")


def _playbook(text: str) -> str:
    front, body = text.removeprefix("---\n").split("\n---\n", 1)
    front = front.replace("language: en", f"language: {CODE}")
    front = _PROSE.sub(lambda found: f"{found[1]}{found[2]}{marked(found[3])}", front)
    return f"---\n{front}\n---\n{''.join(map(_line, body.splitlines(keepends=True)))}"


def _line(line: str) -> str:
    if item := re.fullmatch(r"(- \*\*)(\w+)(:?\*\*)(.*\n)", line):
        free = item[2] in ("Keep", "Source")
        return item[1] + marked(item[2]) + item[3] + (marked(item[4]) if free else item[4])
    if heading := re.fullmatch(r"(#+ \w+ · )(.*\n)", line):
        return heading[1] + marked(heading[2])
    return marked(line)


if __name__ == "__main__":
    write_sentences(Path(sys.argv[1]) / "bot/sentences")
    write_content(Path(sys.argv[1]) / "playbooks")
