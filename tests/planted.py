"""Twenty-one words that stand nowhere else, one in every kind of place where people type: what nobody else may find."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.talks import Talk

TITLE = "Quetzalcoatlus"
TYPED = {
    "note": ("!note {} rang at noon", "Pterodactylus"),
    "result": ("!done D1 {} kept the screenshot", "Rhamphorhynchus"),
    "reason of a step": ("!skip D2 {} is on leave", "Dimorphodon"),
    "detail": ("!fact consequences {} cannot be paid", "Anurognathus"),
    "draft field": ("!fact people-kinds employees of {}", "Eudimorphodon"),
    "name of a firm": ("!fact provider {} SARL", "Scaphognathus"),
    "name of a person": ("!fact dpo Ms {}, 01 02 03 04 05", "Campylognathoides"),
    "corrected answer": ("!fact cause {} by mail", "Austriadactylus"),
    "answer": ("!fact cause a stolen password of {}", "Nyctosaurus"),
    "source": ("!aware GDPR-33-1 -2h call of {}", "Tapejara"),
    "reason of a risk": ("!risk breach high {} was read", "Thalassodromeus"),
    "decision": ("!risk decision high {} is sensitive", "Tropeognathus"),
    "reference": ("!filed GDPR-33-1 CNIL-{}", "Ornithocheirus"),
    "reason of a clock": ("!waive FR-LOPMI no claim, says {}", "Zhejiangopterus"),
    "clock of the firm": ("!clock add {} +5d", "Hatzegopteryx"),
    "unknown word": ("!{} now", "Cearadactylus"),
    "wrong moment": ("!aware GDPR-34 03/04 {}", "Istiodactylus"),
    "unknown question": ("!fact {} yes", "Pteranodon"),
}
TAKES_TWO = {"reason of a clock"}
"""What somebody else must confirm."""
TALK, DIRECT, SUMMARY = "Dorygnathus", "Germanodactylus", "Ctenochasma"
WORDS = frozenset((TITLE, TALK, DIRECT, SUMMARY, *(word for _, word in TYPED.values())))
IN_REGISTER = {TITLE, SUMMARY} | {
    TYPED[place][1]
    for place in (
        *("result", "detail", "draft field", "name of a firm", "answer", "source"),
        *("reason of a risk", "decision", "reference", "reason of a clock"),
    )
}
"""What the register says of it, and so a purge leaves."""


async def play(control: Talk, talk: Talk) -> None:
    """Type every word into the incident's room, and get the files that tell of them; who is in control confirms."""
    for place, (line, word) in TYPED.items():
        if place in TAKES_TWO:
            await talk.ask_with(control.peer, line.format(word))
        else:
            await talk.ask(line.format(word))
    await talk.say(f"no command: {TALK} called back")
    await talk.ask("!facts", TYPED["name of a firm"][1])
    for asked in ("!timeline 50", "!status", "!clocks", "!brief", "!risk"):
        await talk.ask(asked)
    for asked in ("!draft cnil-initial", "!clocks ics full"):
        mark = await talk.say(asked)
        await talk.hear(r"\.(md|ics)$", after=mark)
    await control.ask("!list")


def holders(files: Iterable[tuple[str, bytes]], words: Iterable[str]) -> list[str]:
    """Return `WORD in FILE` for every file that has a word, whatever its case, as it is or as UTF-16."""
    sought = [(word, form.lower()) for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    return [f"{word} in {name}" for name, data in files for word, form in sought if form in data.lower()]


def files_of(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file below *folders*, by its path, with the path itself as part of what is looked at."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield str(path), str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes()


def lines_of(bodies: Iterable[str]) -> set[str]:
    """Return the lines of messages that are long enough to be told apart, as a log would write them."""
    lines = {line.strip() for body in bodies for line in body.splitlines()}
    return {form for line in lines if len(line) >= 12 for form in (line, json.dumps(line)[1:-1])}


MATRIX_ID = re.compile(r"[@!$#][^\s:@'\"<>/]+:[\w.\-]+")
