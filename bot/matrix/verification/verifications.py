"""All verifications that are going on: at most one with each person, bounded in number, and kept nowhere."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Never

from bot.core.names import DeviceId, InputId, RoomId, UserId
from bot.matrix.http.untrusted import Surviving
from bot.matrix.verification.channels import EVERY_DEVICE, Channels
from bot.matrix.verification.exchange import Exchange
from bot.matrix.verification.keys import Keys
from bot.matrix.verification.messages import (
    CANCEL,
    DONE,
    READY,
    REQUEST,
    START,
    Code,
    VerificationMessage,
    read_in_room,
    read_to_device,
)
from bot.matrix.verification.sas import Party
from bot.ports import ChatError, Clock, Comparison, VerificationEnd, VerificationEnded, VerificationShown

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""How long a verification may take, and how old a request may be."""
_AHEAD = timedelta(minutes=5)
MOST_IN_A_WHILE = 5
"""How many requests of one person are answered within `PATIENCE`; more would be a flood."""

Tell = Callable[[VerificationShown | VerificationEnded], Coroutine[None, None, None]]
"""Returns once the news is durable."""


class Verifications:
    """`ports.Verifications`, for those of whom *knows* says that they may verify us."""

    def __init__(self, *, keys: Keys, channels: Channels, knows: Callable[[UserId], bool], clock: Clock) -> None:
        self._keys = keys
        self._channels = channels
        self._knows = knows
        self._clock = clock
        self._exchanges: dict[UserId, Exchange] = {}
        self._begun: dict[UserId, str] = {}
        """Whose apps we asked, and by which transaction, until one of them is ready."""
        self._answered: dict[UserId, deque[float]] = {}
        self._jobs: asyncio.Queue[Callable[[Tell], Coroutine[None, None, None]]] = asyncio.Queue()

    # --- for the service -----------------------------------------------------------------------------------------

    def waiting(self) -> tuple[Comparison, ...]:
        """Return what somebody should compare now."""
        return tuple(
            exchange.comparison
            for exchange in self._exchanges.values()
            if exchange.comparison is not None and exchange.waits
        )

    def settle(self, id_: str, *, same: bool, by: UserId | None = None) -> bool:
        """Go on with a verification, or end it; False when it does not wait, or no longer."""
        for exchange in self._exchanges.values():
            if exchange.id == id_ and exchange.waits:
                exchange.settle(same=same, by=by)
                return True
        return False

    def begin(self, user: UserId) -> None:
        """Ask all devices of *user*; the first that is ready is the one."""
        self._begun[user] = transaction = secrets.token_hex(16)
        self._jobs.put_nowait(lambda _: self._request(user, transaction))

    # --- for whoever reads the sync ------------------------------------------------------------------------------

    def hear_to_device(self, events: Iterable[Any]) -> None:
        """Take in what is a message of a verification among to-device events; nothing it holds can raise."""
        for event in events:
            with Surviving("verification message"):
                self._hear(read_to_device(event.source))

    def hear_in_room(self, room: RoomId, event: Any, device: DeviceId | None) -> None:
        """Take in an event of a room if it belongs to a verification.

        *device* of its sender encrypted it; None when it came in clear, as Element sends them.
        """
        with Surviving("verification message"):
            self._hear(read_in_room(room, event.source, device, self._keys.ours.user))

    async def run(self, tell: Tell) -> Never:
        """Answer until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                job = await self._jobs.get()
                tasks.create_task(job(tell), name="verification")

    # --- one message ---------------------------------------------------------------------------------------------

    def _hear(self, said: VerificationMessage | None) -> None:
        if said is None or not self._knows(said.sender):
            return
        exchange = self._exchanges.get(said.sender)
        if exchange is not None and exchange.concerns(said):
            if said.kind != REQUEST and not exchange.is_of_another(said):
                exchange.hear(said)
        elif said.kind == REQUEST:
            self._asked(said)
        elif said.room is None and said.transaction == self._begun.get(said.sender):
            self._replied(said)
        elif said.room is None and said.kind not in {START, CANCEL, DONE}:
            self._deny(said)

    def _asked(self, said: VerificationMessage) -> None:
        device = said.from_device
        if device is None or device == EVERY_DEVICE or not self._is_fresh(said):
            logger.warning("request for a verification dropped: it is stale, or not of the device it names")
            return
        if self._may_answer(said.sender):
            self._open(said, device)

    def _replied(self, said: VerificationMessage) -> None:
        """Take up what we began once an app is ready for it; one that declines ends it."""
        device = said.from_device
        if said.kind == READY and device is not None and device != EVERY_DEVICE:
            del self._begun[said.sender]
            self._open(said, device)
        elif said.kind == CANCEL:
            del self._begun[said.sender]

    def _open(self, said: VerificationMessage, device: DeviceId) -> None:
        if (former := self._exchanges.get(said.sender)) is not None:
            former.stop(Code.USER)
        id_ = secrets.token_hex(8)
        channel = self._channels.back(said.room, said.sender, device, said.transaction, id_)
        other = Party(user=said.sender, device=device)
        code = f"{secrets.randbelow(10_000):04d}"
        exchange = Exchange(id_=id_, code=code, request=said, other=other, keys=self._keys, channel=channel)
        self._exchanges[said.sender] = exchange
        self._jobs.put_nowait(lambda tell: self._hold(exchange, tell))

    def _deny(self, said: VerificationMessage) -> None:
        if self._may_answer(said.sender):
            self._jobs.put_nowait(lambda _: self._say_unknown(said))

    def _is_fresh(self, said: VerificationMessage) -> bool:
        age = self._clock.now().timestamp() - said.sent_at_ms / 1000
        return -_AHEAD.total_seconds() <= age <= PATIENCE.total_seconds()

    def _may_answer(self, user: UserId) -> bool:
        now = self._clock.now().timestamp()
        answered = self._answered.setdefault(user, deque(maxlen=MOST_IN_A_WHILE))
        if len(answered) == MOST_IN_A_WHILE and now - answered[0] < PATIENCE.total_seconds():
            logger.warning("verification message dropped: too many of one person")
            return False
        answered.append(now)
        return True

    # --- one verification ----------------------------------------------------------------------------------------

    async def _hold(self, exchange: Exchange, tell: Tell) -> None:
        async def show(comparison: Comparison) -> None:
            id_ = InputId(f"verification:{exchange.id}:shown")
            await tell(VerificationShown(id=id_, comparison=comparison, received_at=self._clock.now()))

        end = VerificationEnd.FAILED
        try:
            end = await exchange.run(show, PATIENCE.total_seconds())
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends this verification and not the bot
            logger.warning("a verification broke off: %s", type(error).__name__)
        finally:
            if self._exchanges.get(exchange.other.user) is exchange:
                del self._exchanges[exchange.other.user]
        logger.info("a verification by emoji ended: %s", end)
        # Where we could not speak, which is no room of the two of us, nothing is told of it either.
        is_told_there = exchange.room is not None and end is not VerificationEnd.FAILED
        if exchange.comparison is not None or is_told_there:
            await tell(
                VerificationEnded(
                    id=InputId(f"verification:{exchange.id}:ended"),
                    user=exchange.other.user,
                    end=end,
                    received_at=self._clock.now(),
                    master=exchange.proven,
                    by=exchange.compared_by,
                    room=exchange.room if is_told_there else None,
                    was_shown=exchange.comparison is not None,
                )
            )

    async def _request(self, user: UserId, transaction: str) -> None:
        """Ask as long as the homeserver does not take it, and no longer than a verification may take."""
        with suppress(ChatError, TimeoutError):
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._channels.ask(user, transaction, self._keys.ours.device, self._clock.now())

    async def _say_unknown(self, said: VerificationMessage) -> None:
        with suppress(ChatError, TimeoutError):
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._channels.deny(said.sender, said.transaction, secrets.token_hex(8))
