"""Guards around code that reads what a stranger wrote: the stranger's message may fail, the bot may not."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from types import TracebackType

from nio.events.misc import ValidationError

logger = logging.getLogger(__name__)

PASSES = (KeyboardInterrupt, SystemExit)
"""What `Surviving` lets through: signals that stop the program."""


DEEPEST = 100
"""The deepest nesting of JSON that we accept. Honest events are far below."""


def silence_nio() -> None:
    """Switch nio's log off: it quotes whole events, and writing a deeply nested one takes seconds."""
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    # nio writes the text of the error before it asks whether the log takes it.
    ValidationError.__str__ = _kind


def _kind(self: ValidationError) -> str:
    return f"not of the form for {self.validator}"


def is_too_deep(value: object, deepest: int = DEEPEST) -> bool:
    """Say whether *value*, as JSON is read, is nested deeper than that."""
    layer = [value]
    for _ in range(deepest):
        layer = [part for whole in layer for part in _parts(whole)]
        if not layer:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


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
        """Drop the failure, unless `PASSES` names its kind."""
        if kind is None or issubclass(kind, PASSES):
            return False
        logger.warning("%s dropped: %s", self._what, kind.__name__)
        return True
