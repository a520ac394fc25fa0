"""Who is of the house: whom the configuration names, and who came in by a door of the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.names import UserId
from bot.core.people.guests import guest
from bot.core.people.roster import Role
from bot.service.books import Books


class Household(Mapping[UserId, frozenset[Role]]):
    """The people of the house with their roles, as they are whenever it is asked. The configuration goes first."""

    def __init__(self, configured: Mapping[UserId, frozenset[Role]], books: Books) -> None:
        self._configured = configured
        self._books = books

    def __getitem__(self, user: UserId) -> frozenset[Role]:
        return self._configured[user] if user in self._configured else self._books.desk.guests[user]

    def __iter__(self) -> Iterator[UserId]:
        yield from self._configured
        yield from (user for user in self._books.desk.guests if user not in self._configured)

    def __len__(self) -> int:
        return len(self._configured.keys() | self._books.desk.guests.keys())

    def may_verify(self, user: UserId) -> bool:
        """Say whether *user* may compare emoji with us: who is of the house, or came in by a door."""
        books = self._books
        doors = (books.desk.doors, *(incident.doors for incident in books.incidents_of(user)))
        return user in self or any(guest(known, user) is not None for known in doors)
