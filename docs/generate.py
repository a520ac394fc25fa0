"""Writes what the documents repeat of the program: commands, legal clocks, the reference. Run it with `make docs`.

A generated passage stands between two markers, which are comments and do not show:
`<!-- generated: NAME -->` and `<!-- end: NAME -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot import voice  # noqa: E402 - the checkout's own, whatever is installed
from bot.bridges.api import document  # noqa: E402
from bot.commands import ROWS  # noqa: E402
from bot.core.language import Language, Words  # noqa: E402
from bot.service.answers.views import help_entry  # noqa: E402
from bot.voice.catalogue import word  # noqa: E402
from docs import configuration, console, health  # noqa: E402
from docs.law import authority_table, calendar_table, clock_chapters, clock_overview, clocks_by_country  # noqa: E402
from tests.weekend_play import page as weekend  # noqa: E402

DOCUMENTS = (
    "README.md",
    "docs/responders.md",
    "docs/fr/intervenants.md",
    "docs/law.md",
    "docs/weekend.md",
    "docs/fr/week-end.md",
    "docs/reference/commands.md",
    "docs/reference/configuration.md",
    "docs/reference/console.md",
    "docs/reference/exit-codes.md",
    "docs/reference/log.md",
    "docs/reference/metrics.md",
)
FILES: Mapping[str, Callable[[], str]] = {
    "docs/reference/config.schema.json": configuration.schema,
    "docs/reference/openapi.json": document.text,
}
"""What is generated as a whole."""


def command_table() -> str:
    """Return every command with its words in both languages."""
    return voice.command_table(map(help_entry, ROWS))


def command_list(language: Language) -> str:
    """Return every command as a table of one language: how it is typed, what it does."""
    heads = Words(en="| You type | It |\n|---|---|", fr="| Vous tapez | Effet |\n|---|---|")
    lines = (f"| `{_cell(row.usage.to(language))}` | {word(language, f'help.{row.name}')} |" for row in ROWS)
    return "\n".join((heads.to(language), *lines)) + "\n"


PASSAGES: Mapping[str, Callable[[], str]] = {
    "commands": command_table,
    "commands in English": lambda: command_list(Language("en")),
    "commands in French": lambda: command_list(Language("fr")),
    "commands in full": console.command_rows,
    "rights": console.rights,
    "configuration": configuration.table,
    "console": console.console,
    "exit codes": console.exit_codes,
    "log": health.log_lines,
    "metrics": health.metrics,
    "clocks": clock_overview,
    "clocks by country": clocks_by_country,
    "authorities": authority_table,
    "calendar": calendar_table,
    "clocks in full": clock_chapters,
    "weekend in English": lambda: weekend(Language("en")),
    "weekend in French": lambda: weekend(Language("fr")),
}


def fill(document: str) -> str:
    """Return *document* with every generated passage as it must be now; KeyError names a passage nobody generates."""
    pattern = re.compile(r"(<!-- generated: (?P<name>.+?) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{PASSAGES[found['name']]()}\n{found[3]}", document)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write every file that is generated, and fill every document that has passages."""
    for name, made in FILES.items():
        (ROOT / name).write_text(made(), encoding="utf-8")
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(fill(path.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
