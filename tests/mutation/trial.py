"""Runs tests with one mistake in the code, in a fork that has imported all but the bot and the tests already."""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, Never

import pytest

from tests.mutation.mutants import ROOT, Mutant

_LEAST_DEADLINE_S, _SLOWER = 60.0, 6.0
_PATIENCE_S = 30.0
"""So long a test waits for what never comes here; it is the usual end of a mutant."""
_OURS = ("bot", "tests")


class _Loader(SourceFileLoader):
    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(ROOT / mutant.path))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: Any = compile(self._mutant.applied(self.get_data(path)), path, "exec", dont_inherit=True)
        assert isinstance(code, CodeType)
        return code


class _Finder(MetaPathFinder):
    def __init__(self, name: str, mutant: Mutant) -> None:
        self._name = name
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == self._name else None
        if spec is not None:
            spec.loader = _Loader(fullname, self._mutant)
        return spec


def warm_up() -> None:
    """Import what the bot and the tests import, and forget themselves."""
    before = set(sys.modules)
    for name in ("bot.app", "tests.matrix.conftest", "tests.service.shell", "hypothesis.strategies"):
        importlib.import_module(name)
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in _OURS:
            del sys.modules[name]


def fails(mutant: Mutant, tests: Sequence[str], took_s: float) -> bool:
    """Say whether one of *tests* fails, or does not end. They took *took_s* without the mistake."""
    child = os.fork()
    if child == 0:
        _run(mutant, tests)
    watched = os.pidfd_open(child)
    ended, _, _ = select.select((watched,), (), (), _LEAST_DEADLINE_S + _SLOWER * took_s)
    os.close(watched)
    if not ended:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code in {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED}:
        raise RuntimeError(f"The tests of {mutant} cannot be run: {tests}")
    return code != pytest.ExitCode.OK


def _run(mutant: Mutant, tests: Sequence[str]) -> Never:
    code: int = pytest.ExitCode.TESTS_FAILED
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        name = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        sys.meta_path.insert(0, _Finder(name, mutant))
        importlib.import_module(name)
        importlib.import_module("tests.patience").PATIENCE_S = _PATIENCE_S  # type: ignore[attr-defined]
        code = pytest.main(
            [
                "-x",
                "-q",
                "--no-cov",
                "-p",
                "no:cacheprovider",
                "-W",
                "ignore::pytest.PytestAssertRewriteWarning",
                *tests,
            ]
        )
    except BaseException:  # noqa: BLE001 - a mistake may raise anything, and nothing of this process may go on
        traceback.print_exc()
    finally:
        os._exit(code)
