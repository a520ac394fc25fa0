"""Both halves of the gateway put together: what is heard goes to the service, what it says goes out."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot import ports
from bot.config import Matrix, PasswordLogin
from bot.config.values import recovery_key
from bot.core.names import RoomId, UserId
from bot.host.secret import Secret, SecretFileError
from bot.matrix.account.account_data import AccountData
from bot.matrix.account.cross_signing import Identity, ensure_identity
from bot.matrix.account.face import show_face
from bot.matrix.account.marks import keep_marked, refuse_older
from bot.matrix.account.session import LoginRefusedError, Session
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.olm import Knows
from bot.matrix.guard.trust import DevicePolicy
from bot.matrix.hearing.hearing import Hearing
from bot.matrix.hearing.sync import SyncLoop
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.chat import MatrixChat
from bot.matrix.verification.channels import Channels
from bot.matrix.verification.keys import Keys
from bot.matrix.verification.verifications import Verifications

logger = logging.getLogger(__name__)

Error = TypeVar("Error", bound=BaseException)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the gateway is given by whoever puts the program together."""

    account: Matrix
    crypto: ports.CryptoRows
    vault: ports.Vault
    sealed: ports.SealedEvents
    sync_token: Callable[[], Awaitable[str | None]]
    """`Store.sync_token`."""
    people: AbstractSet[UserId]
    """Whose invitations are followed; who is of the house changes while we run."""
    may_verify: Callable[[UserId], bool]
    """Says whether somebody may compare emoji with us: our people, and who came to an incident by a door."""
    knows: Knows
    """Says whether somebody is of our people, or on the roster of an incident: of all others nothing is kept."""
    holds: Callable[[RoomId], bool]
    """Says whether a room is one of ours: the control room or an incident's."""
    policy: DevicePolicy
    clock: ports.Clock
    federate: bool
    counts: ports.Counts
    marks: ports.Marks | None = None
    """None where nobody else can bring the state back to an older day."""
    jitter: Callable[[], float] = random.random


class Gateway:
    """The bot on its homeserver, logged in and known by its identity: there is none before, see `open_gateway`."""

    def __init__(self, given: Surroundings, session: Session, identity: Identity) -> None:
        """*session* is open. *identity* is what people compare to know that it is us."""
        client = session.client
        client.counts = given.counts
        self.identity = identity
        self.chat = MatrixChat(client, given.vault, holds=given.holds, federate=given.federate)
        """The half that speaks."""
        wire = Wire(client)
        self.verifications = Verifications(
            keys=Keys(client, wire, given.vault),
            channels=Channels(wire, self.chat),
            knows=given.may_verify,
            clock=given.clock,
        )
        """Who is verifying us."""
        self._given = given
        self._client = client
        self._loop = SyncLoop(client, renew=session.renew, jitter=given.jitter)

    @property
    def seconds_since_sync(self) -> float | None:
        """Seconds since the last answer that was kept; None before the first. For the health check."""
        return self._loop.seconds_since_good

    async def keep_marked(self) -> None:
        """Mark with the account how far the state has come, until cancelled; nothing where it has no marks."""
        if self._given.marks is not None:
            await keep_marked(_data_of(self._client), self._given.marks)

    async def run(self, receive: ports.Receive) -> None:
        """Hear until cancelled. Raises LoginRefusedError when the homeserver has ended the session."""
        try:
            await self._hearing(receive).run(await self._given.sync_token())
        except BaseExceptionGroup as group:
            refused = group.subgroup(LoginRefusedError)
            if refused is not None:
                raise first_of(refused) from None
            raise

    def _hearing(self, receive: ports.Receive) -> Hearing:
        given = self._given
        return Hearing(
            client=self._client,
            loop=self._loop,
            speaking=self.chat,
            receive=receive,
            vault=given.vault,
            sealed=given.sealed,
            people=given.people,
            holds=given.holds,
            verifications=self.verifications,
            clock=given.clock,
            jitter=given.jitter,
        )


@asynccontextmanager
async def open_gateway(given: Surroundings) -> AsyncIterator[Gateway]:
    """Log in and see to the identity, as soon as the homeserver lets us; in the end close the connections.

    Raises LoginRefusedError or IdentityRefusedError when a person must decide, and RolledBackError likewise.
    """
    session = Session(given.account, given.vault, given.crypto, knows=given.knows, policy=given.policy)
    try:
        identity = await _identity(given, session)
        if given.marks is not None:
            await refuse_older(_data_of(session.client), given.marks, Backoff(given.jitter))
        own, name = UserId(session.client.user_id), given.account.device_name
        await show_face(Wire(session.client), given.vault, own, name)
        yield Gateway(given, session, identity)
    finally:
        await session.client.close()


def _data_of(client: GuardedClient) -> AccountData:
    return AccountData(Wire(client), UserId(client.user_id))


async def _identity(given: Surroundings, session: Session) -> Identity:
    backoff = Backoff(given.jitter)
    while True:
        try:
            return await ensure_identity(
                await session.open(),
                given.vault,
                password=await _password(given.account),
                recovery_key=await _recovery_key(given.account),
                is_recoverable=given.account.recovery_key_file is not None,
            )
        except ports.ChatError as error:
            logger.warning("the homeserver is not ready for us: %s", error)
            wait = error.retry_after if isinstance(error, ports.BusyError) else timedelta()
            await asyncio.sleep(backoff.fail(wait))


async def _password(account: Matrix) -> str | None:
    if not isinstance(account.login, PasswordLogin):
        return None
    try:
        return (await asyncio.to_thread(account.login.password)).reveal()
    except SecretFileError:
        # It is wanted only if the homeserver asks for it, and may be gone after the first login.
        return None


async def _recovery_key(account: Matrix) -> Secret[bytes] | None:
    if account.recovery_key_file is None:
        return None
    try:
        return await asyncio.to_thread(recovery_key, account.recovery_key_file)
    except SecretFileError:
        # As with the password: it is wanted only on an empty state, and may be gone afterwards.
        return None


def first_of(group: BaseExceptionGroup[Error]) -> Error:
    """Return the first exception of a group of them."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
