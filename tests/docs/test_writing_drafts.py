"""The passage on drafts: its example is one, and its tables are what the reader takes."""

from __future__ import annotations

import re

from bot.core.documents.compose import OF_A_CLOCK, OF_THE_INCIDENT, Stamp
from bot.core.documents.drafts import DraftTemplate, Hole, Tlp
from bot.core.documents.letters import ADDRESS, CLIENT, EMAIL
from bot.library.drafts import KEYS, read_template
from tests.docs.pages import read


def page() -> str:
    """Return the passage, with the headings of its example."""
    _, _, after = read("playbooks/README.md").partition("\n## Drafts\n")
    return after.partition("\n## What the check finds\n")[0]


def example() -> DraftTemplate:
    found = re.search(r"^```md\n(---\n.*?)^```$", page(), re.DOTALL | re.MULTILINE)
    assert found
    return read_template(found[1]).template


def rows(head: str) -> set[str]:
    """Return the names in the first cells of the table under *head*."""
    _, _, table = page().partition(f"| {head} |")
    cells = re.findall(r"^\| (`.*?) \|", table.partition("\n\n")[0], re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(.+?)`", cell)}


def test_the_example_is_sound() -> None:
    assert example().tlp is Tlp.AMBER_STRICT
    assert any(block.when.clauses for block in example().blocks)
    holes = [span for block in example().blocks for span in block.spans if isinstance(span, Hole)]
    assert {hole.name for hole in holes if hole.optional} == {"late-reason"}


def test_every_key_is_explained_and_nothing_else_is() -> None:
    assert rows("Key") == set(KEYS)


def test_every_kind_of_hole_is_explained() -> None:
    named = {hole.strip("{}") for hole in rows("Hole")}
    clocks = {f"{word} GDPR-33-1" for word in OF_A_CLOCK}
    assert named == {"siren", "readable", *clocks, *OF_THE_INCIDENT, *Stamp, CLIENT, ADDRESS, EMAIL}


def test_every_label_is_named() -> None:
    assert all(f"`{label.removeprefix('TLP:')}`" in page() for label in Tlp)
