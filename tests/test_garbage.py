"""A full garbage collection costs what is new, and not what there is."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.garbage import keep_collections_short


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    callbacks = list(gc.callbacks)
    yield
    gc.callbacks[:] = callbacks
    gc.unfreeze()


class Node:
    """Something that can be in a cycle."""

    def __init__(self) -> None:
        self.other: Node | None = None


def test_what_is_left_after_a_full_collection_is_not_looked_at_by_the_next() -> None:
    keep_collections_short()
    kept = [Node() for _ in range(10_000)]
    gc.collect()
    assert gc.get_freeze_count() > len(kept)
    assert len(gc.get_objects()) < len(kept)


def test_a_cycle_made_later_is_freed_by_the_next() -> None:
    keep_collections_short()
    gc.collect()
    one, other = Node(), Node()
    one.other, other.other = other, one

    del one, other
    assert gc.collect() >= 2
