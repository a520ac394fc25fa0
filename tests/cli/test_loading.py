"""What the console loads: tests fork it from one that has loaded all of it, so that here it must be seen alone."""

from __future__ import annotations

import subprocess
import sys

from tests.patience import PATIENCE_S


def test_what_a_command_needs_loads_by_itself_whatever_was_loaded_before() -> None:
    loads = """
import gc, importlib, pkgutil, sys
gc.disable()
from bot import cli
for module in [module.name for module in pkgutil.walk_packages(cli.__path__, "bot.cli.")]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "bot"]:
        del sys.modules[name]
    importlib.import_module(module)
"""
    ended = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
