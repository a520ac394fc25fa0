"""YAML read strictly: a key written twice is an error, not a silent choice of the last one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from bot.sentences.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlProblem:
    """What is wrong in the text, by line and, once the text can be read, by key."""

    line: int | None
    key: str | None
    text: Told


_TOO_DEEP = YamlProblem(line=None, key=None, text=Told("yaml.too_deep"))
_DEEPEST = 50
"""Nothing that people write is nested as deeply, and reading takes longer by the square of the depth."""


class _Loader(yaml.SafeLoader):
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the node that comes next. Raises RecursionError below the deepest."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def compose(source: bytes | str) -> yaml.Node | YamlProblem | None:
    """Return what stands in *source*, not yet taken for values; None when it is empty."""
    try:
        return yaml.compose(source, Loader=_Loader)
    except yaml.YAMLError as error:
        return _syntax_problem(error)
    except RecursionError:
        return _TOO_DEEP


def read_yaml(source: bytes) -> tuple[object, tuple[YamlProblem, ...]]:
    """Return what *source* says and what is wrong with it; a syntax error gives None and the one problem.

    An empty source gives None and no problem.
    """
    node = compose(source)
    if node is None or isinstance(node, YamlProblem):
        return None, () if node is None else (node,)
    try:
        value = yaml.SafeLoader("").construct_document(node)
        return value, tuple(_keys_written_twice(node, "", set()))
    except yaml.YAMLError as error:
        return None, (_syntax_problem(error),)
    except RecursionError:
        return None, (_TOO_DEEP,)
    except (ValueError, OverflowError):  # a date such as 2026-13-45, a number nobody can hold
        return None, (YamlProblem(line=None, key=None, text=Told("yaml.no_value")),)


def _keys_written_twice(node: yaml.Node, path: str, seen: set[int]) -> Iterator[YamlProblem]:
    if id(node) in seen:  # an alias, perhaps to one of its own parents
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_written_twice(item, path, seen)
    elif isinstance(node, yaml.MappingNode):
        first: dict[object, int] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            here = f"{path}.{name}" if path else name
            line = key.start_mark.line + 1
            if name in first and isinstance(key, yaml.ScalarNode):
                text = Told("yaml.twice", first=first[name], second=line)
                yield YamlProblem(line=line, key=here, text=text)
            first.setdefault(name, line)
            yield from _keys_written_twice(value, here, seen)


def _syntax_problem(error: yaml.YAMLError) -> YamlProblem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    hint: Told | str = ""
    if "'@'" in said or "'`'" in said:
        hint = Told("yaml.quote")
    elif "'\\t'" in said:
        hint = Told("yaml.indent")
    # What the file holds is not repeated: it may be a secret written in the wrong place.
    safe = re.sub(r"(?<!\w)(['\"])(?!<)[^'\"]{3,}\1", "(...)", said)
    told = Told("yaml.syntax", said=safe or Told("yaml.unread"), hint=hint)
    return YamlProblem(line=mark.line + 1 if mark else None, key=None, text=told)
