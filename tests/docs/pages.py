"""The documents under test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "playbooks").glob("*.md")])


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def code_of(text: str) -> list[str]:
    """Return what stands in code spans and code blocks."""
    blocks = re.findall(r"^```.*?$(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))
    return [*blocks, *spans]


def passage(text: str, heading: str) -> str:
    """Return what stands under *heading*, down to the next heading of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found is not None, f"no heading {heading}"
    return found[1]


def first_cells(table: str) -> list[str]:
    """Return the first cell of every row of a Markdown table, without its head."""
    rows = [line for line in table.splitlines() if line.startswith("|")]
    return [re.split(r"(?<!\\)\|", row)[1].strip() for row in rows[2:]]


def sources() -> str:
    """Return all code and all English sentences, strings that were broken over lines put together again."""
    files = (*sorted((ROOT / "bot").rglob("*.py")), ROOT / "bot/sentences/en.po")
    text = "\n".join(path.read_text("utf-8") for path in files)
    return re.sub(r'"\s*\n\s*f?"', "", text)
