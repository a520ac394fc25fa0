"""Account data: what the homeserver keeps for our account, by its type."""

from __future__ import annotations

from bot.core.names import UserId
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.ports import RefusedError


class AccountData:
    """That of one account."""

    def __init__(self, wire: Wire, user: UserId) -> None:
        self._wire = wire
        self._user = user

    async def get(self, kind: str) -> JsonObject:
        """Return what is kept of that type, empty when nothing is."""
        try:
            return await self._wire.ask("GET", self._path(kind))
        except RefusedError as refusal:
            if refusal.code == "M_NOT_FOUND":
                return {}
            raise

    async def put(self, kind: str, content: JsonObject) -> None:
        """Keep *content* in the place of what is kept of that type."""
        await self._wire.ask("PUT", self._path(kind), content)

    def _path(self, kind: str) -> tuple[str, ...]:
        return ("user", self._user, "account_data", kind)
