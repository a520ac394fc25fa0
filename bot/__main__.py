"""`python -m bot` and the console script `cellule`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the console. Who interrupts it while it still loads is not shown where it was."""
    try:
        from bot.cli import main as run  # noqa: PLC0415 - what takes the time is inside the try

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
