"""Finding people by what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from bot.core.errors import AmbiguousPerson, UnknownPerson
from bot.core.names import UserId

_FULL_ID = re.compile(r"@[!-9;-~]+:[A-Za-z0-9.\-\[\]:]+")
_LINK = re.compile(r"https?://matrix\.to/#/((?:@|%40)[^?\s)>]+)")


def full_id(typed: str) -> UserId | None:
    """Return the Matrix user id in *typed* (bare, or in a matrix.to link), or None."""
    link = _LINK.search(typed)
    text = unquote(link.group(1)) if link else typed.strip()
    return UserId(text) if _FULL_ID.fullmatch(text) and len(text) <= 255 else None


def find_person(typed: str, known: Iterable[UserId]) -> UserId:
    """Return the person among *known* that *typed* names: by full id, or by a localpart that is theirs alone.

    Raises:
        UnknownPerson: nobody is called that.
        AmbiguousPerson: several are.
    """
    people = tuple(sorted(known))
    id = full_id(typed)
    if id in people:
        return id
    name = typed.strip().removeprefix("@").casefold()
    found = tuple(user for user in people if localpart(user).casefold() == name)
    if not found:
        raise UnknownPerson(typed, people)
    if len(found) > 1:
        raise AmbiguousPerson(typed, found)
    return found[0]


def localpart(user: UserId) -> str:
    """Return the name before the server: `alice` of `@alice:example.org`."""
    return user.removeprefix("@").partition(":")[0]
