"""A homeserver of people who come by tokens: what the door asks of it, and what a browser does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.door.errors import AwayError, RightsError
from bot.door.homeserver import Use

SERVER = "example.org"


@dataclass(slots=True, kw_only=True)
class Token:
    until: datetime
    pending: int = 0
    completed: int = 0


def _use(token: Token) -> Use:
    if token.completed:
        return Use.USED if token.completed == 1 else Use.OVERUSED
    return Use.PENDING if token.pending else Use.FREE


class FakeAccounts:
    """Implements `bot.door.homeserver.Homeserver`; `tests/door/test_homeserver.py` holds it to the real one."""

    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.users: set[str] = set()
        self.gone: list[str] = []
        self.is_away = False
        self.refuses = False

    def register(self, token: str, name: str) -> bool:
        """Be a browser; say whether the account was made."""
        known = self.tokens.get(token)
        user = f"@{name}:{SERVER}"
        if known is None or known.pending + known.completed > 0 or user in self.users:
            return False
        known.completed = 1
        self.users.add(user)
        return True

    async def server_name(self) -> str:
        self._answer()
        return SERVER

    async def make(self, token: str, until: datetime) -> None:
        self._answer()
        self.tokens.setdefault(token, Token(until=until))

    async def use_of(self, token: str) -> Use:
        return (await self.uses()).get(token, Use.NONE)

    async def uses(self) -> Mapping[str, Use]:
        self._answer()
        return {name: _use(token) for name, token in self.tokens.items()}

    async def drop(self, token: str) -> None:
        self._answer()
        self.tokens.pop(token, None)

    async def is_free(self, name: str) -> bool:
        self._answer()
        return f"@{name}:{SERVER}" not in self.users

    async def has(self, user: str) -> bool:
        self._answer()
        return user in self.users

    async def lives(self, user: str) -> bool:
        return await self.has(user) and user not in self.gone

    async def deactivate(self, user: str) -> None:
        self._answer()
        self.gone.append(user)

    def _answer(self) -> None:
        if self.is_away:
            raise AwayError
        if self.refuses:
            raise RightsError("door.rights.no_admin")
