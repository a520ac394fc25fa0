"""What is left of it: a page with all pictures side by side, the heights, and the pictures chosen for the documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from PIL import Image

from bot.core.language import Language
from tests.look.album import SCREEN_PX, Look
from tests.look.screen import DESKTOP, PHONE, SIZES, Size

CHOSEN: tuple[tuple[str, Size, str], ...] = (
    ("scenarios", PHONE, "en"),
    ("arrival", DESKTOP, "en"),
    ("next", PHONE, "en"),
    ("clocks", PHONE, "en"),
    ("overdue", PHONE, "en"),
    ("draft", DESKTOP, "en"),
    ("arrival", PHONE, "fr"),
    ("aware", PHONE, "fr"),
    ("late-arrival", PHONE, "fr"),
    ("timeline", DESKTOP, "fr"),
)
HEAVIEST = 150_000
"""Bytes of a picture in the documents."""
COLOURS = 128
STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em } table { border-collapse: collapse }
td, th { padding: .2em .8em; text-align: right; border-bottom: 1px solid #ccc } td:first-child { text-align: left }
.long { font-weight: bold; color: #a00000 } .row { display: flex; gap: 1em; overflow-x: auto; align-items: start }
figure { margin: 0 } img { border: 1px solid #aaa; height: 560px } figcaption { color: #444 }
"""


class TooHeavyError(RuntimeError):
    """A picture is too large for the documents."""


def heights(looks: Sequence[Look]) -> dict[str, dict[Language, int]]:
    """Return the height of each answer by its name and the language, in the order they were asked for."""
    told: dict[str, dict[Language, int]] = {}
    for look in looks:
        if look.px is not None:
            told.setdefault(look.name, {})[look.language] = look.px
    return told


def write_heights(looks: Sequence[Look], file: Path) -> None:
    """Write them as JSON, in pixels and in screens."""
    told = {
        name: {language: {"px": px, "screens": screens(px)} for language, px in by_language.items()}
        for name, by_language in heights(looks).items()
    }
    written = {"width": PHONE.width, "height": PHONE.height, "screen_px": SCREEN_PX, "answers": told}
    file.write_text(json.dumps(written, indent=1), encoding="utf-8")


def screens(px: int) -> float:
    """Return *px* in screens of a phone."""
    return round(px / SCREEN_PX, 1)


def write_page(looks: Sequence[Look], file: Path) -> None:
    """Write the page that shows everything side by side; the pictures lie beside it."""
    rows = "".join(_row(name, by_language) for name, by_language in heights(looks).items())
    names = dict.fromkeys(look.name for look in looks)
    shown = "".join(_pictures(name, [look for look in looks if look.name == name]) for name in names)
    file.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Cellule, seen</title><style>{STYLE}</style>'
        f"<h1>Cellule, seen in Element Web</h1>"
        f"<p>Heights at {PHONE.width} x {PHONE.height}; a screen is {SCREEN_PX} px.</p>"
        f"<table><tr><th><th>en, px<th>screens<th>fr, px<th>screens</tr>{rows}</table>{shown}",
        encoding="utf-8",
    )


def _row(name: str, by_language: dict[Language, int]) -> str:
    cells = (
        f'<td>{px}<td class="{"long" if px > SCREEN_PX else ""}">{screens(px)}' if px else "<td><td>"
        for px in (by_language.get(Language(code)) for code in ("en", "fr"))
    )
    return f"<tr><td>{escape(name)}{''.join(cells)}</tr>"


def _pictures(name: str, looks: Sequence[Look]) -> str:
    figures = "".join(
        f'<figure><a href="{picture.name}"><img loading="lazy" alt="" src="{picture.name}"></a>'
        f"<figcaption>{caption}</figcaption></figure>"
        for caption, picture in _captioned(looks)
    )
    return f'<h2 id="{name}">{escape(name)}</h2><div class="row">{figures}</div>' if figures else ""


def _captioned(looks: Sequence[Look]) -> Iterator[tuple[str, Path]]:
    for size in SIZES:
        for look in looks:
            if size.name in look.pictures:
                yield f"{look.language}, {size.name}", look.pictures[size.name]
            if size is PHONE and look.whole is not None and look.px is not None:
                yield f"{look.language}, all of it: {screens(look.px)} screens", look.whole


def write_chosen(looks: Sequence[Look], folder: Path) -> None:
    """Write the chosen pictures into *folder*, small. Raises TooHeavyError if one is not."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, size, language in CHOSEN:
        picture = next(look.pictures[size.name] for look in looks if (look.name, look.language) == (name, language))
        small = folder / f"{name}-{size.name}-{language}.png"
        with Image.open(picture) as image:
            image.convert("RGB").quantize(COLOURS).save(small, optimize=True)
        if small.stat().st_size > HEAVIEST:
            raise TooHeavyError(f"{small} has {small.stat().st_size} bytes, more than {HEAVIEST}")
