"""A full garbage collection costs what is new, and not what there is."""

from __future__ import annotations

import gc

from bot.host.garbage import short_collections


class Node:
    """Something that can be in a cycle."""

    def __init__(self) -> None:
        self.other: Node | None = None


def test_what_is_left_after_a_full_collection_is_not_looked_at_by_the_next() -> None:
    with short_collections():
        kept = [Node() for _ in range(10_000)]
        gc.collect()
        assert gc.get_freeze_count() > len(kept)
        assert len(gc.get_objects()) < len(kept)
    assert gc.get_freeze_count() == 0


def test_a_cycle_made_later_is_freed_by_the_next() -> None:
    with short_collections():
        gc.collect()
        one, other = Node(), Node()
        one.other, other.other = other, one
        del one, other
        assert gc.collect() >= 2
