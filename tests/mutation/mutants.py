"""Finds the places of a module where one small change makes another program."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_OTHER = {
    "==": "!=",
    "!=": "==",
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
    "and": "or",
    "or": "and",
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "//": "*",
    "|": "&",
    "&": "|",
}
_OPERATOR = re.compile(rb"is\s+not|not\s+in|is|in|and|or|\*\*|<<|>>|[<>=!]=|//|[<>+*/|&-]")
_TOLD = ("_log.", "logger.", "logging.")
"""What is only written for the operator: its words are no behaviour. That a line comes is looked at all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: the bytes of a file from *start* to *end* are *text* instead."""

    path: str
    line: int
    start: int
    end: int
    code: str
    """The line in which it begins, by which it is known again when others change."""
    was: str
    text: str

    def applied(self, source: bytes) -> bytes:
        """Return the other program."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.was!r} -> {self.text!r}"


def mutants_of(path: Path) -> list[Mutant]:
    """Return every mutant of the file, in order. Docstrings, annotations and the words of the log are left alone."""
    source = path.read_bytes()
    finder = _Finder(str(path.relative_to(ROOT)), source)
    finder.visit(ast.parse(source))
    return sorted(finder.found, key=lambda mutant: (mutant.start, mutant.text))


class _Finder(ast.NodeVisitor):
    def __init__(self, path: str, source: bytes) -> None:
        self._path, self._source, self._lines = path, source, source.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]
        self.found: list[Mutant] = []

    def _span(self, node: Any) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def _add(self, line: int, span: tuple[int, int], text: str) -> None:
        was, code = self._source[slice(*span)].decode(), self._lines[line - 1].decode().strip()
        self.found.append(Mutant(path=self._path, line=line, start=span[0], end=span[1], code=code, was=was, text=text))

    def _between(self, left: ast.expr, right: ast.expr) -> None:
        """Put another operator between the two."""
        start, end = self._span(left)[1], self._span(right)[0]
        operator = _OPERATOR.search(self._source, start, end)
        if operator is not None and (other := _OTHER.get(" ".join(operator[0].decode().split()))):
            self._add(right.lineno, operator.span(), other)

    # --- what is not behaviour --------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in node.body:
            self.visit(part)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        # Its decorators say how a dataclass is made; the type checker holds us to frozen ones.
        for part in node.body:
            self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's name for it

    def visit_Module(self, node: ast.Module) -> None:
        """Leave constants alone: tests read a limit or a prefix from the code, so another one is no other program."""
        for part in node.body:
            if not isinstance(part, ast.Assign | ast.AnnAssign):
                self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" not in ast.dump(node.test):
            self._negated(node.test)
            self.generic_visit(node)

    # --- what is ----------------------------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, right in zip((node.left, *node.comparators), node.comparators, strict=False):
            self._between(left, right)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in pairwise(node.values):
            self._between(left, right)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            start, _ = self._span(node)
            self._add(node.lineno, (start, start + len("not")), "")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._between(node.left, node.right)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self._negated(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negated(node.test)
        self.generic_visit(node)

    def _negated(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare | ast.UnaryOp):
            start, end = self._span(test)
            self._add(test.lineno, (start, end), f"not ({self._source[start:end].decode()})")

    def visit_Constant(self, node: ast.Constant) -> None:
        match node.value:
            case bool():
                self._add(node.lineno, self._span(node), str(not node.value))
            case int() | float():
                self._add(node.lineno, self._span(node), repr(node.value + 1))
            case str() if node.value:
                self._add(node.lineno, self._span(node), repr(f"{node.value}x"))
            case _:
                pass

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave the words of an f-string alone: their places are not to be had in Python 3.11."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        if isinstance(node.value, ast.Yield):
            self.generic_visit(node)
            return
        self._add(node.lineno, self._span(node), "pass")
        if not self._source[self._span(node)[0] :].startswith(tuple(map(str.encode, _TOLD))):
            self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._add(node.lineno, self._span(node), "pass")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """Leave the words of an error alone, and look at what it is raised for elsewhere."""

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not isinstance(node.value, ast.Constant):
            self._add(node.lineno, self._span(node), "return None")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add(node.lineno, self._span(node), "break")
