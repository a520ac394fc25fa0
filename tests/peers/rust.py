"""A second strict foreign client: matrix-rust-sdk, the engine of Element X, by its Python bindings.

They are no package of ours: 30 MB, for Linux with glibc 2.38 only, and published by somebody else. Whoever has
`matrix-sdk-python` installed runs these tests, all others skip them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import pytest

from bot.demo.homeserver import Homeserver
from tests.patience import PATIENCE_S
from tests.servers import Account

pytest.importorskip("matrix_sdk_python", reason="matrix-sdk-python is not installed")
crypto: Any = pytest.importorskip("matrix_sdk_python._generated.matrix_sdk_crypto")
ffi: Any = pytest.importorskip("matrix_sdk_python._generated.matrix_sdk_ffi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as the client's timeline shows it; of a poll, what can be tapped and who did."""

    event: str
    sender: str
    text: str
    answers: dict[str, str]
    """The texts of a poll's answers, by their ids; empty for what is no poll."""
    votes: dict[str, list[str]]
    is_over: bool


class RustPeer:
    """One signed-in client; an asynchronous context manager. It refuses unsigned devices both ways."""

    def __init__(self, homeserver: Homeserver, account: Account) -> None:
        self.user = account.user
        self._homeserver, self._account = homeserver, account
        self._client: Any = None
        self._syncing: Any = None
        self._timelines: dict[str, tuple[Any, _Items, Any]] = {}
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        ffi.uniffi_set_event_loop(loop)
        strict = crypto.DecryptionSettings(
            sender_device_trust_requirement=crypto.TrustRequirement.CROSS_SIGNED_OR_LEGACY
        )
        builder = (
            ffi.ClientBuilder()
            .homeserver_url(self._homeserver.url)
            .in_memory_store()
            .auto_enable_cross_signing(True)
            .sliding_sync_version_builder(ffi.SlidingSyncVersionBuilder.NONE)
            .room_key_recipient_strategy(crypto.CollectStrategy.IDENTITY_BASED_STRATEGY)
            .decryption_settings(strict)
        )
        self._client = await builder.build()
        await self._client.login(self._account.localpart, self._account.password, "phone", None)
        await self._client.encryption().wait_for_e2ee_initialization_tasks()
        listener = _Listener(lambda _: loop.call_soon_threadsafe(self._news.set))
        self._syncing = self._client.sync_v2(ffi.SyncSettingsV2(timeout_ms=5000), listener)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, _, listening in self._timelines.values():
            listening.cancel()
        self._syncing.cancel()
        self._timelines.clear()

    async def room_of(self, inviter: str, *, known: tuple[str, ...] = ()) -> str:
        """Return a room that *inviter* asked this client into, and join it."""

        async def found() -> str | None:
            for room in self._client.rooms():
                if room.id() in known:
                    continue
                if room.membership() == ffi.Membership.INVITED:
                    by = await room.inviter()
                    if by is not None and by.user_id == inviter:
                        await room.join()
                        return str(room.id())
            return None

        room: str = await self._until(found)
        await self._listen(room)
        return room

    async def say(self, room: str, body: str) -> None:
        timeline, _, _ = self._timelines[room]
        await timeline.send(ffi.message_event_content_from_markdown(body))

    async def vote(self, room: str, poll: str, *answers: str) -> None:
        timeline, _, _ = self._timelines[room]
        await timeline.send_poll_response(poll, list(answers))

    async def react(self, room: str, event: str, key: str) -> None:
        timeline, _, _ = self._timelines[room]
        await timeline.toggle_reaction(ffi.EventOrTransactionId.EVENT_ID(event), key)

    async def wait(self, room: str, fits: Callable[[Shown], bool]) -> Shown:
        """Return the first message shown in *room* that *fits*."""
        _, items, _ = self._timelines[room]

        async def found() -> Shown | None:
            return next((shown for shown in items.shown() if fits(shown)), None)

        shown: Shown = await self._until(found)
        return shown

    async def unread(self, room: str) -> int:
        """Return how many messages of *room* this client cannot read."""
        return self._timelines[room][1].unread()

    async def _listen(self, room: str) -> None:
        timeline = await self._client.get_room(room).timeline()
        items, loop = _Items(), asyncio.get_running_loop()

        def update(diffs: Any) -> None:
            items.take(diffs)
            loop.call_soon_threadsafe(self._news.set)

        self._timelines[room] = (timeline, items, await timeline.add_listener(_Listener(update)))

    async def _until(self, probe: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE_S):
            while (found := await probe()) is None:
                self._news.clear()
                await self._news.wait()
        return found


class _Listener:
    """Whatever the bindings tell, on a thread of theirs."""

    def __init__(self, told: Callable[[Any], object]) -> None:
        self._told = told

    def on_update(self, update: Any) -> None:
        self._told(update)


class _Items:
    """The timeline of a room, kept as the bindings tell of its changes."""

    def __init__(self) -> None:
        self._items: list[Any] = []

    def take(self, diffs: Any) -> None:
        for diff in diffs:
            self._apply(diff)

    def _apply(self, diff: Any) -> None:  # noqa: C901 - a table
        items = self._items
        match type(diff).__name__.rpartition(".")[2]:
            case "APPEND":
                items.extend(diff.values)
            case "RESET":
                items[:] = diff.values
            case "CLEAR":
                items.clear()
            case "PUSH_FRONT":
                items.insert(0, diff.value)
            case "PUSH_BACK":
                items.append(diff.value)
            case "POP_FRONT":
                items.pop(0)
            case "POP_BACK":
                items.pop()
            case "INSERT":
                items.insert(diff.index, diff.value)
            case "SET":
                items[diff.index] = diff.value
            case "REMOVE":
                items.pop(diff.index)
            case "TRUNCATE":
                del items[diff.length :]
            case other:
                raise AssertionError(other)

    def shown(self) -> list[Shown]:
        events = (item.as_event() for item in list(self._items))
        return [shown for event in events if event is not None and (shown := _shown(event)) is not None]

    def unread(self) -> int:
        events = [event for item in list(self._items) if (event := item.as_event()) is not None]
        return sum(_kind(event) == "UNABLE_TO_DECRYPT" for event in events)


def _kind(event: Any) -> str:
    return type(event.content.content.kind).__name__.rpartition(".")[2] if event.content.is_MSG_LIKE() else ""


def _shown(event: Any) -> Shown | None:
    id = event.event_or_transaction_id
    if not id.is_EVENT_ID() or not event.content.is_MSG_LIKE():
        return None
    kind = event.content.content.kind
    if kind.is_POLL():
        answers = {answer.id: answer.text for answer in kind.answers}
        votes = {answer: list(users) for answer, users in kind.votes.items() if users}
        return Shown(
            event=id.event_id,
            sender=event.sender,
            text=kind.question,
            answers=answers,
            votes=votes,
            is_over=kind.end_time is not None,
        )
    if kind.is_MESSAGE():
        body = kind.content.body
        return Shown(event=id.event_id, sender=event.sender, text=body, answers={}, votes={}, is_over=False)
    return None
