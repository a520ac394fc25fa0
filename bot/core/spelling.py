"""Spelling that does not count: case and accents."""

import unicodedata


def fold(text: str) -> str:
    """Return *text* without case and accents: `Élevée` is `elevee`."""
    # Letter by letter: to put a long run of accents in order, as normalizing the whole would, takes its length squared.
    apart = (part for character in text.casefold() for part in unicodedata.normalize("NFD", character))
    return "".join(part for part in apart if not unicodedata.combining(part))
