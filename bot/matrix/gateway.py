"""Both halves of the gateway put together: what is heard goes to the service, what it says goes out."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.config import Matrix, PasswordLogin
from bot.config.values import recovery_key
from bot.core.names import RoomId, UserId
from bot.host.secret import Secret, SecretFileError
from bot.matrix.account.session import LoginRefusedError, Session
from bot.matrix.account.signing import Identity, ensure_identity
from bot.matrix.account.trust import DevicePolicy
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.nio_store import CryptoFile
from bot.matrix.hearing.hearing import Hearing
from bot.matrix.hearing.sync import SyncLoop
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.chat import MatrixChat
from bot.matrix.verification.desk import Verifications
from bot.matrix.verification.keys import Keys
from bot.matrix.verification.ways import Ways
from bot.ports import BusyError, Chat, ChatError, Clock, Receive, SealedEvents, Vault

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the gateway is given by whoever puts the program together."""

    account: Matrix
    folder: Path
    """Where the encryption store lies: the state folder."""
    secret: bytes = field(repr=False)
    """The state key; the encryption store's keys are derived from it."""
    vault: Vault
    sealed: SealedEvents
    sync_token: Callable[[], Awaitable[str | None]]
    """`Store.sync_token`."""
    people: frozenset[UserId]
    """Whose invitations are followed."""
    knows: Callable[[UserId], bool]
    """Says whether somebody is of our people, or on the roster of an incident: of all others nothing is kept."""
    holds: Callable[[RoomId], bool]
    """Says whether a room is one of ours: the control room or an incident's."""
    policy: DevicePolicy
    clock: Clock
    federate: bool = True
    jitter: Callable[[], float] = random.random


class Gateway:
    """The bot on its homeserver."""

    def __init__(self, given: Surroundings) -> None:
        self._given = given
        self._session = Session(given.account, given.vault, CryptoFile(folder=given.folder, secret=given.secret))
        self._loop = SyncLoop(self._session.client, renew=self._session.renew, jitter=given.jitter)
        self._chat: MatrixChat | None = None
        self._verifications: Verifications | None = None
        self._identity: Identity | None = None

    @property
    def client(self) -> GuardedClient:
        """The client both halves share."""
        return self._session.client

    @property
    def chat(self) -> Chat:
        """The half that speaks; there once `start` has returned."""
        return self._started_chat

    @property
    def identity(self) -> Identity:
        """What people compare to know that it is us; there once `start` has returned."""
        if self._identity is None:
            raise RuntimeError("the gateway is not started")
        return self._identity

    @property
    def verifications(self) -> Verifications:
        """Who is verifying us; there once `start` has returned."""
        if self._verifications is None:
            raise RuntimeError("the gateway is not started")
        return self._verifications

    @property
    def seconds_since_sync(self) -> float | None:
        """Seconds since the last answer that was kept; None before the first. For the health check."""
        return self._loop.seconds_since_good

    @property
    def _started_chat(self) -> MatrixChat:
        if self._chat is None:
            raise RuntimeError("the gateway is not started")
        return self._chat

    async def start(self) -> None:
        """Log in and see to the identity, as soon as the homeserver lets us.

        Raises LoginRefusedError or IdentityRefusedError when a person must decide.
        """
        backoff = Backoff(self._given.jitter)
        while self._identity is None:
            try:
                client = await self._session.open()
                self._identity = await ensure_identity(
                    client,
                    self._given.vault,
                    password=await self._password(),
                    recovery_key=await self._recovery_key(),
                    is_recoverable=self._given.account.recovery_key_file is not None,
                )
            except ChatError as error:
                logger.warning("the homeserver is not ready for us: %s", type(error).__name__)
                wait = error.retry_after if isinstance(error, BusyError) else timedelta()
                await asyncio.sleep(backoff.fail(wait))
        given = self._given
        self._chat = MatrixChat(self.client, given.vault, given.policy, holds=given.holds, federate=given.federate)
        wire = Wire(self.client)
        self._verifications = Verifications(
            keys=Keys(self.client, wire, given.vault),
            ways=Ways(wire, self._chat),
            people=given.people,
            clock=given.clock,
        )

    async def run(self, receive: Receive) -> None:
        """Hear until cancelled. Raises LoginRefusedError when the homeserver has ended the session."""
        try:
            await self._hearing(receive).run(await self._given.sync_token())
        except BaseExceptionGroup as group:
            refused = group.subgroup(LoginRefusedError)
            if refused is not None:
                raise _first(refused) from None
            raise

    def _hearing(self, receive: Receive) -> Hearing:
        given = self._given
        return Hearing(
            client=self.client,
            loop=self._loop,
            speaking=self._started_chat,
            receive=receive,
            vault=given.vault,
            sealed=given.sealed,
            people=given.people,
            knows=given.knows,
            policy=given.policy,
            holds=given.holds,
            verifications=self.verifications,
            clock=given.clock,
            jitter=given.jitter,
        )

    async def close(self) -> None:
        """End the connections and close the encryption store."""
        await self.client.close()

    async def _password(self) -> str | None:
        login = self._given.account.login
        if not isinstance(login, PasswordLogin):
            return None
        try:
            return (await asyncio.to_thread(login.password)).reveal()
        except SecretFileError:
            # It is wanted only if the homeserver asks for it, and may be gone after the first login.
            return None

    async def _recovery_key(self) -> Secret[bytes] | None:
        path = self._given.account.recovery_key_file
        if path is None:
            return None
        try:
            return await asyncio.to_thread(recovery_key, path)
        except SecretFileError:
            # As with the password: it is wanted only on an empty state, and may be gone afterwards.
            return None


def _first(group: BaseExceptionGroup[LoginRefusedError]) -> LoginRefusedError:
    for error in group.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    raise AssertionError
