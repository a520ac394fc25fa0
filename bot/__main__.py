"""`python -m bot` and the console script `cellule`."""

from __future__ import annotations

import gc
import sys

_LOADED = 100_000
"""Loading makes so many objects that stay: to look through them every 700 of them takes a sixth of a start."""


def main() -> int:
    """Run the console. Who interrupts it while it still loads is not shown where it was."""
    gc.set_threshold(_LOADED)
    try:
        from bot.cli import main as run  # noqa: PLC0415 - what takes the time is inside the try

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
