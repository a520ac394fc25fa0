"""Lays the documents out as the site's builder wants them. Run it with `make site`.

In git they are written for a code host: links lead to files of the repository, lists are indented as CommonMark allows.
The site has only documents and what they show, and its Markdown wants lists four blanks deep.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from os.path import relpath
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
STAGE = ROOT / "build" / "pages"
PAGES = ("*.md", "docs/**/*.md", "playbooks/README.md")
SHOWN = {".csv", ".json", ".png", ".svg", ".yaml"}
"""What a page may lead to besides pages: files that are brought along."""

_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(([^)\s]+)\)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) +")
_LIST = re.compile(r"(?:[-*]|1\.) ")


class DeadLinkError(Exception):
    """A link leads to no file of the repository."""


def pages() -> dict[Path, PurePosixPath]:
    """Return where each document of the repository stands in the site."""
    found = (path for pattern in PAGES for path in ROOT.glob(pattern))
    return {path: _place(path.relative_to(ROOT)) for path in sorted(found)}


def strays(known: Iterable[PurePosixPath]) -> set[str]:
    """Return the pages that stand in no chapter of the site, and the entries of its chapters that are no page."""
    listed = re.findall(r"^ +- (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    return set(map(str, known)) ^ set(listed)


def _place(path: Path) -> PurePosixPath:
    inside = PurePosixPath(path.relative_to("docs") if path.parts[0] == "docs" else path)
    return inside.with_name("index.md") if inside.name == "README.md" else inside


def lay_out(page: Path, known: Mapping[Path, PurePosixPath], root: Path = ROOT) -> tuple[str, set[Path]]:
    """Return *page* as the site wants it, and the files of the repository at *root* that it leads to."""
    brought: set[Path] = set()

    def lead(found: re.Match[str]) -> str:
        image, label, target = found.groups()
        name, _, anchor = target.partition("#")
        if not name or re.match(r"[a-z]+:", target):
            return found[0]
        led = (page.parent / name).resolve()
        if not led.exists():
            raise DeadLinkError(f"{page}: {target} leads nowhere")
        place = known.get(led)
        if place is None and led.suffix in SHOWN and led.is_file():
            brought.add(led)
            place = _place(led.relative_to(root))
        if place is None:
            return _named(label, led.relative_to(root))
        way = relpath(place, known[page].parent)
        return f"{image}[{label}]({way}{'#' if anchor else ''}{anchor})"

    text = "\n".join(_indented(page.read_text("utf-8").splitlines()))
    parts = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(part if part.startswith("```") else _LINK.sub(lead, part) for part in parts) + "\n", brought


def _named(label: str, path: Path) -> str:
    """Return what stands for a link to code, which the site has not: its path in the repository."""
    name = label.replace("\n", " ").strip("`")
    is_its_name = name.rstrip("/") in {path.name, str(path)}
    return f"`{path}`" if is_its_name else f"{label} (`{path}`)"


def _indented(lines: list[str]) -> Iterator[str]:
    """Yield the lines, lists set apart and four blanks deep; what stands in fences stays as it is."""
    depth, before, is_code = 0, "", False
    for line in lines:
        if line.startswith("```"):
            is_code = not is_code
        elif not is_code and line and not line[0].isspace():
            item = _ITEM.match(line)
            if _LIST.match(line) and before and not depth:
                yield ""
            depth = len(item[0]) if item else 0
        shown = re.sub(r"`[^`]+`", _bare, line) if line.startswith("|") else line
        yield " " * (4 - depth) + shown if depth and line.startswith(" " * depth) and not is_code else shown
        before = line


def _bare(code: re.Match[str]) -> str:
    """Return code in a table as it is meant: only a code host wants its bars marked."""
    return code[0].replace("\\|", "|")


def main() -> None:
    """Lay out all documents in build/pages."""
    shutil.rmtree(STAGE, ignore_errors=True)
    known = pages()
    if astray := strays(known.values()):
        sys.exit(f"mkdocs.yml lists each page once, and no others; look at its nav for {', '.join(sorted(astray))}")
    shown: set[Path] = set()
    for page, place in known.items():
        text, brought = lay_out(page, known)
        (STAGE / place).parent.mkdir(parents=True, exist_ok=True)
        (STAGE / place).write_text(text, encoding="utf-8")
        shown |= brought
    for path in shown:
        copy = STAGE / _place(path.relative_to(ROOT))
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    sys.stdout.write(f"{len(known)} pages, {len(shown)} files\n")


if __name__ == "__main__":
    main()
