"""Reading what anybody may have written: whatever it raises ends there."""

from __future__ import annotations

import logging
from types import TracebackType

from peewee import PeeweeException

logger = logging.getLogger(__name__)

PASSES = (KeyboardInterrupt, SystemExit, PeeweeException)
"""The ways a program is stopped, and the failures of our own store, which must not pass for somebody's bad message."""


class Surviving:
    """Drops *what* when reading it raises, and logs the kind of failure, never its text. Await nothing inside.

    A panic in vodozemac's Rust is no Exception, so the rest of BaseException is caught too.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Swallow the failure, if there is one that may be."""
        if kind is None or issubclass(kind, PASSES):
            return False
        logger.warning("%s dropped: %s", self._what, kind.__name__)
        return True
