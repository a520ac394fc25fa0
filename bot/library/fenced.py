"""The front matter of a content file: YAML between two lines `---`, and the lines below it."""

from __future__ import annotations

from bot.library.marked import Fields, Marked, read_mapping
from bot.library.problems import Findings

_FENCE = "---"


def read_fenced(text: str, what: str, findings: Findings) -> tuple[Fields, list[Marked]] | None:
    """Return the fields of the front matter and the numbered lines after it; None, and a finding, without one.

    *what* is what the file is, as the finding says it: `a playbook`.
    """
    numbered = [Marked(text=line.rstrip("\r"), line=number) for number, line in enumerate(text.split("\n"), start=1)]
    end = next((place for place, line in enumerate(numbered) if place and line.text == _FENCE), None)
    if numbered[0].text != _FENCE or end is None:
        findings.add(1, f"{what} begins with its front matter, between two lines `---`")
        return None
    fields = read_mapping("\n".join(line.text for line in numbered[1:end]), findings, first_line=2)
    return None if fields is None else (fields, numbered[end + 1 :])
