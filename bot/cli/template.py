"""A playbook to begin with: sound from its first line, and saying at each place what belongs there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.core.language import Language
from bot.library import rules
from bot.library.front import WORD
from bot.sentences import languages

_FOLDER = Path(__file__).parent / "new"
TEMPLATES: Mapping[Language, str] = {
    language: path.read_text("utf-8")
    for language in reversed(languages())
    if (path := _FOLDER / f"playbook.{language}.md").exists()
}


class NewPlaybookError(Exception):
    """Nothing was written; the message says what would be needed."""


def write_new(id: str, folder: Path, shipped: Path) -> tuple[Path, ...]:
    """Write the playbook *id* in every language into *folder*, a copy of *shipped*, and return its files.

    Raises:
        NewPlaybookError: the id is none or taken, or the folder is no folder of playbooks.
    """
    if WORD.fullmatch(id) is None:
        raise NewPlaybookError(f"an id is lower-case words joined by hyphens, like lost-laptop; not {id!r}")
    if not (folder / rules.FILE_NAME).is_file():
        raise NewPlaybookError(
            f"{folder} is no folder of playbooks, {rules.FILE_NAME} is not there; copy the shipped ones first: "
            f"cp -r {shipped} {folder}"
        )
    files = {language: folder / f"{id}.{language}.md" for language in TEMPLATES}
    taken = [str(path) for path in files.values() if path.exists()]
    if taken:
        raise NewPlaybookError(f"{', '.join(taken)} is there already; choose another id")
    for language, path in files.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATES[language].replace("{id}", id))
    return tuple(files.values())
