"""Asks about people whom nothing is known of yet: who has a device that may read, and who is not there at all."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterator, MutableMapping, Sequence
from http import HTTPStatus

from bot.core.names import UserId
from bot.core.people.accounts import Found
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.connection import NoAnswerError
from bot.matrix.http.errors import JsonObject, matrix_code
from bot.matrix.http.wire import Answer, Wire
from bot.ports import BusyError, RefusedError, UnreachableError

AT_ONCE = 8
"""Requests on their way; the homeserver has other things to do for us meanwhile."""
BATCH = 100
"""People whose devices one request asks for."""
_REMOTE_WAIT_MS = 10_000
"""How long our homeserver waits for others before it answers without them."""
_TRIES = 3


class Accounts:
    """Asks for devices first: who has some is there. Nothing of it enters the store, for it is about strangers."""

    def __init__(
        self, client: GuardedClient, wire: Wire, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client = client
        self._wire = wire
        self._sleep = sleep

    async def look_up(self, users: Collection[UserId], found: MutableMapping[UserId, Found]) -> None:
        """Do as `ports.Chat.look_up`."""
        # A server that lets others wait holds up its own people only.
        ordered = sorted(users, key=lambda user: (_server(user), user))
        batches = iter([ordered[first : first + BATCH] for first in range(0, len(ordered), BATCH)])
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(self._work(batches, found))

    async def _work(self, batches: Iterator[Sequence[UserId]], found: MutableMapping[UserId, Found]) -> None:
        for batch in batches:
            body = {"timeout": _REMOTE_WAIT_MS, "device_keys": {user: [] for user in batch}}
            try:
                answer = await self._patiently("POST", ("keys", "query"), body)
            except UnreachableError:
                continue  # what one batch meets, the next may not
            if answer.status != HTTPStatus.OK:
                continue
            found.update(await asyncio.to_thread(self._by_devices, answer.told, batch))
            for user in batch:
                if user not in found and (said := await self._by_profile(user)) is not None:
                    found[user] = said

    def _by_devices(self, answer: JsonObject, batch: Sequence[UserId]) -> dict[UserId, Found]:
        """Return who has a device, and whose server did not answer; every signature of a device is checked."""
        failures, said = answer.get("failures"), dict[UserId, Found]()
        away = failures.keys() if isinstance(failures, dict) else frozenset[str]()
        for user in batch:
            is_admitted = self._client.trust.would_admit(answer, user)
            if is_admitted is not None:
                said[user] = Found.PROVED if is_admitted else Found.UNPROVED
            elif _server(user) in away:
                said[user] = Found.AWAY
        return said

    async def _by_profile(self, user: UserId) -> Found | None:
        """Say whether an account without a device is there; None when nobody could be asked."""
        is_ours = _server(user) == _server(self._client.user_id)
        try:
            answer = await self._patiently("GET", ("profile", user), tries=_TRIES if is_ours else 1)
        except NoAnswerError:
            return None
        except UnreachableError:
            # Our homeserver has just answered: it says so of the other.
            return None if is_ours else Found.AWAY
        if answer.status == HTTPStatus.OK:
            return Found.NO_DEVICE
        # Synapse has more than one code for it.
        is_unknown = answer.status == HTTPStatus.NOT_FOUND and matrix_code(answer.told) != "M_UNRECOGNIZED"
        return Found.NO_ACCOUNT if is_unknown else Found.UNSAID

    async def _patiently(
        self, method: str, path: tuple[str, ...], body: JsonObject | None = None, *, tries: int = _TRIES
    ) -> Answer:
        """Return what was done or refused; ask as often as the homeserver has us wait, and so many times if it fails.

        Raises UnreachableError.
        """
        backoff = Backoff(random.random)
        while True:
            try:
                answer = await self._wire.exchange(method, path, body)
                match answer.failure:
                    case None | RefusedError():
                        return answer
                    case failure:
                        raise failure
            except BusyError as busy:
                wait = backoff.fail(busy.retry_after)
            except UnreachableError:
                tries -= 1
                if not tries:
                    raise
                wait = backoff.fail()
            await self._sleep(wait)


def _server(user: str) -> str:
    return user.partition(":")[2]
