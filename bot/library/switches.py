"""Rows of the catalogue that the configuration switches on."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bot.config import ConfigError, Problem
from bot.core.clocks.rules import Rule, switch_on

_KEY = "clocks.enable"


def switched(rules: Sequence[Rule], names: AbstractSet[str]) -> tuple[Rule, ...]:
    """Return *rules* with those called *names* switched on.

    Raises:
        ConfigError: no row is called so: a clock that nobody knows would be watched by nobody.
    """
    known = [rule.name for rule in rules]
    unknown = tuple(Problem(_KEY, _no_row(name, known)) for name in sorted(names - set(known)))
    if unknown:
        raise ConfigError(unknown)
    return switch_on(rules, names)


def _no_row(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"no clock of `cellule clocks list` is called {name}{hint}"
