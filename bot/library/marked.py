"""YAML read strictly, every value with the line it stands on.

Values are taken as they are written: `yes` stays the word yes, `1.0` stays 1.0, a date stays its digits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.host.yamlfile import YamlProblem, compose
from bot.library.problems import Findings

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text and its line."""

    text: str
    line: int


class Fields:
    """One YAML mapping. What is missing or of the wrong kind is noted and reads as empty, so reading goes on."""

    def __init__(self, node: MappingNode, findings: Findings, first_line: int) -> None:
        self._findings = findings
        self._first_line = first_line
        self.line = self._line_of(node)
        self._nodes: dict[str, Node] = {}
        for key, value in node.value:
            self._keep(key, value)

    def refuse_others(self, known: Collection[str]) -> None:
        """Note every key that is not among *known*."""
        for name, node in self._nodes.items():
            if name not in known:
                self._findings.add(self._line_of(node), f"unknown key `{name}`; known: {', '.join(known)}")

    def text(self, name: str) -> Marked:
        """Return the text under *name*, which must be there."""
        found = self.optional(name)
        if found is None:
            self._findings.add(self.line, f"`{name}` is missing")
            return Marked(text="", line=self.line)
        return found

    def optional(self, name: str) -> Marked | None:
        """Return the text under *name*, or None when it is absent or null."""
        node = self._nodes.get(name)
        return None if node is None or node.tag == _NULL else self._scalar(node, name)

    def has(self, name: str) -> bool:
        """Say whether there is anything but null under *name*."""
        node = self._nodes.get(name)
        return node is not None and node.tag != _NULL

    def texts(self, name: str) -> tuple[Marked, ...]:
        """Return the list of texts under *name*; empty when it is absent."""
        return tuple(self._scalar(item, name) for item in self._list(name))

    def mappings(self, name: str) -> tuple[Fields, ...]:
        """Return the list of mappings under *name*; empty when it is absent."""
        return tuple(fields for item in self._list(name) if (fields := self._fields(item, name)) is not None)

    def mapping(self, name: str) -> Fields | None:
        """Return the mapping under *name*, which must be there, or None when it is not one."""
        node = self._nodes.get(name)
        if node is None:
            self._findings.add(self.line, f"`{name}` is missing")
            return None
        return self._fields(node, name)

    def _keep(self, key: Node, value: Node) -> None:
        if not isinstance(key, ScalarNode):
            self._findings.add(self._line_of(key), "a key must be one word")
        elif key.value in self._nodes:
            self._findings.add(self._line_of(key), f"`{key.value}` stands here twice")
        else:
            self._nodes[key.value] = value

    def _list(self, name: str) -> tuple[Node, ...]:
        node = self._nodes.get(name)
        if node is None or node.tag == _NULL:
            return ()
        if not isinstance(node, SequenceNode):
            self._findings.add(self._line_of(node), f"`{name}` must be a list")
            return ()
        return tuple(node.value)

    def _fields(self, node: Node, name: str) -> Fields | None:
        if not isinstance(node, MappingNode):
            self._findings.add(self._line_of(node), f"`{name}` must be made of `key: value` lines")
            return None
        return Fields(node, self._findings, self._first_line)

    def _scalar(self, node: Node, name: str) -> Marked:
        line = self._line_of(node)
        text = node.value.strip() if isinstance(node, ScalarNode) else None
        if not text:
            self._findings.add(line, f"`{name}` must be a text" if text is None else f"`{name}` is empty")
        return Marked(text=text or "", line=line)

    def _line_of(self, node: Node) -> int:
        return self._first_line + int(node.start_mark.line)


def read_mapping(text: str, findings: Findings, *, first_line: int = 1) -> Fields | None:
    """Read *text*, which begins on line *first_line* of its file; None, and a finding, when it is no YAML mapping."""
    match compose(text):
        case YamlProblem(line=line, text=problem):
            findings.add(first_line + (line or 1) - 1, str(problem))
        case MappingNode() as node:
            return Fields(node, findings, first_line)
        case _:
            findings.add(first_line, "expected `key: value` lines")
    return None


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
