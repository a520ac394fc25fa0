# ruff: noqa: SIM905 - a hundred quotes would hide the words
"""Codenames: what the homeserver is allowed to read of an incident. Words without meaning here, never used twice."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from hashlib import sha256

from bot.core.names import InputId

_FIRST = (
    "Amber Azure Birch Brisk Calm Cedar Clear Cobalt Copper Coral Crisp Dapper Early Elm Ember Fern Flint Gentle "
    "Golden Green Hazel Indigo Ivory Jade Juniper Keen Larch Late Lilac Linen Maple Marble Mellow Mild Misty "
    "Mossy Noble Ochre Olive Opal Pearl Pine Plum Polar Quiet Rapid Rosy Ruby Russet Sable Saffron Sandy Scarlet "
    "Silver Slate Sunny Teal Topaz Umber Violet Walnut Willow Winter Yellow"
).split()
_SECOND = (
    "Acorn Anchor Badger Basil Beacon Beaver Bison Bridge Brook Canyon Castle Cliff Comet Crane Curlew Delta "
    "Dolphin Falcon Ferry Finch Forest Fox Garden Glacier Grove Harbor Heron Hill Island Jetty Kestrel Lagoon "
    "Lake Lantern Lark Magpie Marten Meadow Meteor Mill Orchard Otter Owl Pebble Pelican Pier Plover Prairie "
    "Puffin Quarry Raven Reef Ridge River Robin Sparrow Spring Summit Swallow Swan Tern Thistle Valley Wharf "
    "Woodland Wren"
).split()


def pick_codename(input: InputId, used: AbstractSet[str]) -> str:
    """Return a codename for the incident that *input* opens: the same for the same input, none of *used*."""
    pairs = len(_FIRST) * len(_SECOND)
    start = int.from_bytes(sha256(input.encode()).digest()[:8], "big")
    for attempt in range(pairs):
        first, second = divmod((start + attempt) % pairs, len(_SECOND))
        name = f"{_FIRST[first]} {_SECOND[second]}"
        if name not in used:
            return name
    return f"{_FIRST[start % len(_FIRST)]} {len(used) + 1}"
