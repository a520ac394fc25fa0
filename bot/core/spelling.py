"""Spelling that does not count: case and accents."""

import unicodedata


def fold(text: str) -> str:
    """Return *text* without case and accents: `Élevée` is `elevee`."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
