"""Waits with a room key until a member's client knows our device: some clients drop a key that comes earlier."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from bot.core.names import UserId
from bot.matrix.guard.client import GuardedClient

KEY_DELAY_S = 2.0
"""How long somebody with an identity must have been in a room with us before a key goes to them.

A strict client that has the key and does not know our device gives the message up for good; it looks again only at
messages whose key was missing. It asks for our device when it sees that it shares a room with us, which is when it
joins: this is the time it has for that one request.
"""


class KeyDelay:
    """Says who may have keys, by the clock of the event loop.

    People without a cross-signing identity never wait: only clients with one drop early keys.
    """

    def __init__(self, client: GuardedClient, *, wait_s: float | None = KEY_DELAY_S) -> None:
        """With *wait_s* None nobody is waited for."""
        self._client = client
        self._wait_s = wait_s
        self._joined_at: dict[UserId, float] = {}

    def note(self, joined_for: Mapping[UserId, float]) -> None:
        """Learn who is in a room with us, and for how many seconds according to the homeserver."""
        now = asyncio.get_running_loop().time()
        for user, seconds in joined_for.items():
            self._joined_at[user] = min(now - seconds, self._joined_at.get(user, math.inf))

    def met(self, users: AbstractSet[UserId]) -> AbstractSet[UserId]:
        """Return those of *users* for whom `ripe_in` returns a number."""
        return users if self._wait_s is None else users & (self._joined_at.keys() | self._client.unsigned)

    def ripe_in(self, user: str) -> float | None:
        """Return after how many seconds *user* may have keys, 0 for now; None while nobody can say."""
        if self._wait_s is None or user in self._client.unsigned:
            return 0.0
        joined_at = self._joined_at.get(UserId(user))
        if joined_at is None:
            return None
        return max(0.0, joined_at + self._wait_s - asyncio.get_running_loop().time())

    def is_ripe(self, user: str) -> bool:
        """Say whether *user* may have keys now."""
        return self.ripe_in(user) == 0.0
