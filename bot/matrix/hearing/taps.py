"""What is tapped instead of typed: a vote in a poll, and a sign at a message."""

from __future__ import annotations

from bot.core.names import EventId
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject

TICKS = frozenset("\u2705\u2714\u2713\u2611\U0001f44d\U0001f44c")
"""Ticks, a thumb up, and the sign for all is well, in one colour: the signs that say *seen* or *done* of a message."""
_COLOURS = {0xFE0E: None, 0xFE0F: None} | dict.fromkeys(range(0x1F3FB, 0x1F400))
"""What follows a sign: as text or as a picture, and the colour of a skin."""
_MOST_ANSWERS, _LONGEST_ID = 20, 255
"""A poll has no more, so a vote has no more either."""
_LONGEST_SIGN = 8


def vote(kind: str, content: JsonObject) -> tuple[EventId, tuple[str, ...]] | None:
    """Return the poll that a vote of that *kind* names, and the answers; None when it names no poll.

    What is no list of ids chooses nothing, as a vote that was taken back.
    """
    match content.get("m.relates_to"):
        case {"rel_type": "m.reference", "event_id": named} if (poll := ids.event_id(named)) is not None:
            response = content.get(kind)
        case _:
            return None
    chosen = content.get("m.selections", response.get("answers") if isinstance(response, dict) else None)
    chosen = chosen[:_MOST_ANSWERS] if isinstance(chosen, list) else []
    is_sound = all(isinstance(one, str) and len(one) <= _LONGEST_ID for one in chosen)
    return poll, tuple(chosen) if is_sound else ()


def sign(key: object) -> str | None:
    """Return which of the TICKS a reaction is; None for every other."""
    plain = key.translate(_COLOURS) if isinstance(key, str) and len(key) <= _LONGEST_SIGN else ""
    return plain if plain in TICKS else None
