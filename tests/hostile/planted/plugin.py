"""A pytest plugin that plants a bug in the process of the tests: for those that need no bot beside it."""

from __future__ import annotations

from tests.hostile.planted import bugs

bugs.plant()
