"""One verification, from the request that was answered to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from bot.core.names import UserId
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.untrusted import Surviving
from bot.matrix.verification import messages, sas
from bot.matrix.verification.channels import Channel
from bot.matrix.verification.keys import Keys, Published
from bot.matrix.verification.messages import METHOD, Code, VerificationMessage, cancellation
from bot.matrix.verification.sas import Party, Sas, Shown
from bot.ports import ChatError, Comparison, VerificationEnd

MOST_MESSAGES = 8
"""A whole verification takes five of theirs."""
_LAST_WORD_S = 30.0

Show = Callable[[Comparison], Awaitable[None]]
"""Returns once somebody will be shown what to compare."""

_ENDS: Mapping[Code, VerificationEnd] = {
    Code.USER: VerificationEnd.CANCELLED,
    Code.TIMEOUT: VerificationEnd.TIMED_OUT,
    Code.MISMATCHED_SAS: VerificationEnd.REFUSED,
    Code.KEY_MISMATCH: VerificationEnd.MISMATCH,
    Code.MISMATCHED_COMMITMENT: VerificationEnd.MISMATCH,
}
"""How a verification ended when we cancel it with one of these codes; any other code is a failure."""


class _Stop(Exception):
    """We cancel."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


class _Cancelled(Exception):
    """They did."""

    def __init__(self, end: VerificationEnd) -> None:
        super().__init__(end)
        self.end = end


class Exchange:
    """One verification with one device."""

    def __init__(
        self, *, id_: str, code: str, request: VerificationMessage, other: Party, keys: Keys, channel: Channel
    ) -> None:
        """*request* is what they sent first: that they ask for it, or that they are ready for what we asked."""
        self.id = id_
        self._code = code
        self.other = other
        self._request, self.room = request, request.room
        self._keys = keys
        self._channel = channel
        self._sas = Sas(theirs=other, ours=keys.ours, transaction=request.transaction)
        self._heard: asyncio.Queue[VerificationMessage | bool | Code] = asyncio.Queue()
        self._messages = 0
        self.comparison: Comparison | None = None
        """What is to be compared, once both sides have it."""
        self.compared_by: UserId | None = None
        """Who compared, if it was somebody in a room."""
        self.proven: str | None = None
        """The master key that is theirs, once both sides are done."""
        self._is_settled = False

    @property
    def waits(self) -> bool:
        """Say whether somebody should compare now."""
        return self.comparison is not None and not self._is_settled

    def concerns(self, said: VerificationMessage) -> bool:
        """Say whether *said* belongs to this verification, by its way, its name and its device."""
        same = (said.sender, said.room, said.transaction)
        return same == (self.other.user, self._request.room, self._request.transaction) and (
            said.device in {None, self.other.device}
        )

    def is_of_another(self, said: VerificationMessage) -> bool:
        """Say whether another app of theirs is ready for what we asked of all: the first one was taken."""
        is_ready = self._request.kind == said.kind == messages.READY
        return is_ready and said.from_device != self.other.device

    def hear(self, said: VerificationMessage) -> None:
        """Take in a message of theirs; of a flood no more is kept than it takes to find one out of turn."""
        self._messages += 1
        if self._messages <= MOST_MESSAGES:
            self._heard.put_nowait(said)

    def settle(self, *, same: bool, by: UserId | None) -> None:
        """Go on, or end it."""
        self._is_settled = True
        self.compared_by = by
        self._heard.put_nowait(same)

    def stop(self, code: Code) -> None:
        """End it."""
        self._heard.put_nowait(code)

    async def run(self, show: Show, patience_s: float) -> VerificationEnd:
        """Return how it ended. Raises RefusedError when the homeserver will not carry our messages."""
        try:
            async with asyncio.timeout(patience_s):
                return await self._exchange(show)
        except _Cancelled as cancelled:
            return cancelled.end
        except _Stop as stop:
            code = stop.code
        except TimeoutError:
            code = Code.TIMEOUT
        with suppress(ChatError, TimeoutError):
            async with asyncio.timeout(_LAST_WORD_S):
                await self._channel.send(messages.CANCEL, cancellation(code))
        return _ENDS.get(code, VerificationEnd.FAILED)

    async def _exchange(self, show: Show) -> VerificationEnd:
        if not self._request.knows_our_method:
            raise _Stop(Code.UNKNOWN_METHOD)
        if self._request.kind == messages.READY:
            accepted, shown = await self._begun()
        else:
            await self._channel.send(messages.READY, {"from_device": self._keys.ours.device, "methods": [METHOD]})
            accepted, shown = await self._answered(await self._next(messages.START))
        self.comparison = Comparison(
            id=self.id,
            code=self._code,
            user=self.other.user,
            device=self.other.device,
            emoji=shown.emoji if "emoji" in accepted["short_authentication_string"] else (),
            numbers=shown.numbers,
        )
        await show(self.comparison)
        theirs, vouched = await self._compared()
        await self._channel.send(messages.DONE, {})
        await self._next(messages.DONE)
        if theirs.master is not None and theirs.master in vouched:
            self.proven = theirs.keys[theirs.master]
            await self._keys.endorse(self.other.user, theirs)
        return VerificationEnd.VERIFIED

    # --- steps ---------------------------------------------------------------------------------------------------

    async def _answered(self, start: JsonObject) -> tuple[JsonObject, Shown]:
        """Accept what they begin; return what was accepted, and what both sides show."""
        accepted = self._accepted(start)
        await self._channel.send(messages.ACCEPT, accepted)
        shown = self._met(await self._next(messages.KEY))
        await self._channel.send(messages.KEY, {"key": self._sas.key})
        return accepted, shown

    async def _begun(self) -> tuple[JsonObject, Shown]:
        """Begin ourselves; where both began at once, the lesser of the two did, as the specification says."""
        start = self._start()
        await self._channel.send(messages.START, start)
        heard = await self._heard.get()
        if isinstance(heard, VerificationMessage) and heard.kind == messages.START:
            if (self.other.user, self.other.device) < (self._keys.ours.user, self._keys.ours.device):
                return await self._answered(heard.content)
            heard = await self._heard.get()
        if isinstance(heard, bool):
            raise _Stop(Code.UNEXPECTED_MESSAGE)
        accepted = self._checked(self._expected(heard, messages.ACCEPT))
        await self._channel.send(messages.KEY, {"key": self._sas.key})
        key = await self._next(messages.KEY)
        if not sas.is_bound(accepted["commitment"], str(key.get("key")), start):
            raise _Stop(Code.MISMATCHED_COMMITMENT)
        return accepted, self._met(key, we_began=True)

    def _start(self) -> JsonObject:
        """Return how we begin. It goes to a device, and what binds the other side covers the whole of it."""
        return {
            "method": METHOD,
            "from_device": self._keys.ours.device,
            "key_agreement_protocols": [sas.AGREEMENT],
            "hashes": [sas.HASH],
            "message_authentication_codes": [sas.MAC],
            "short_authentication_string": ["decimal", "emoji"],
            "transaction_id": self._request.transaction,
        }

    def _checked(self, accept: JsonObject) -> JsonObject:
        """Return what the other side accepted, if it is of what we offered."""
        with Surviving("acceptance of a verification"):
            if (
                accept["key_agreement_protocol"] == sas.AGREEMENT
                and accept["hash"] == sas.HASH
                and accept["message_authentication_code"] == sas.MAC
                and {"emoji", "decimal"} & set(accept["short_authentication_string"])
                and isinstance(accept["commitment"], str)
            ):
                return accept
        raise _Stop(Code.UNKNOWN_METHOD)

    def _accepted(self, start: JsonObject) -> JsonObject:
        """Choose from what the other side offers, and commit us to our key."""
        with Surviving("start of a verification"):
            shown = [kind for kind in ("emoji", "decimal") if kind in start["short_authentication_string"]]
            if (
                start["method"] == METHOD
                and start["from_device"] == self.other.device
                and sas.AGREEMENT in start["key_agreement_protocols"]
                and sas.HASH in start["hashes"]
                and sas.MAC in start["message_authentication_codes"]
                and shown
            ):
                return {
                    "method": METHOD,
                    "key_agreement_protocol": sas.AGREEMENT,
                    "hash": sas.HASH,
                    "message_authentication_code": sas.MAC,
                    "short_authentication_string": shown,
                    "commitment": self._sas.commitment(start),
                }
        raise _Stop(Code.UNKNOWN_METHOD)

    def _met(self, content: JsonObject, *, we_began: bool = False) -> Shown:
        with Surviving("key of a verification"):
            return self._sas.meet(content["key"], we_began=we_began)
        raise _Stop(Code.INVALID_MESSAGE)

    async def _compared(self) -> tuple[Published, frozenset[str]]:
        """Send our MACs once somebody says that it is the same; return theirs, checked. Either may come first."""
        mac: JsonObject | None = None
        agreed = False
        while mac is None or not agreed:
            heard = await self._heard.get()
            if heard is True:
                agreed = True
                await self._channel.send(messages.MAC, self._sas.macs(await self._keys.of_ours()))
            elif heard is False:
                raise _Stop(Code.MISMATCHED_SAS)
            else:
                mac = self._expected(heard, messages.MAC, first=mac is None)
        theirs = await self._keys.of(self.other)
        return theirs, self._vouched(mac, theirs)

    def _vouched(self, mac: JsonObject, theirs: Published) -> frozenset[str]:
        vouched: frozenset[str] = frozenset()
        with Surviving("MAC of a verification"):
            vouched = self._sas.vouched(mac, theirs.keys)
        if theirs.device not in vouched:
            raise _Stop(Code.KEY_MISMATCH)
        return vouched

    # --- hearing -------------------------------------------------------------------------------------------------

    async def _next(self, kind: str) -> JsonObject:
        heard = await self._heard.get()
        if isinstance(heard, bool):
            raise _Stop(Code.UNEXPECTED_MESSAGE)
        return self._expected(heard, kind)

    def _expected(self, heard: VerificationMessage | Code, kind: str, *, first: bool = True) -> JsonObject:
        if isinstance(heard, Code):
            raise _Stop(heard)
        if heard.kind == messages.CANCEL:
            mismatch = heard.content.get("code") in (Code.MISMATCHED_SAS, Code.KEY_MISMATCH)
            raise _Cancelled(VerificationEnd.MISMATCH if mismatch else VerificationEnd.CANCELLED)
        if heard.kind != kind or not first:
            raise _Stop(Code.UNEXPECTED_MESSAGE)
        return heard.content
