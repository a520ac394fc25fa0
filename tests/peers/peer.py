"""A foreign Matrix client under the control of a test: Element Web's engine, in a Node process of its own."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
from base64 import b64decode
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.demo.homeserver import Homeserver
from tests.patience import PATIENCE_S
from tests.peers.views import Device, File, Json, Message, Poll, Room, made
from tests.servers import Account

JS = Path(__file__).parent / "js"
MARGIN_S = 30.0
"""The Node side ends every wait by itself; past this much more, it is stuck."""
LINE_LIMIT = 1 << 26


class PeerError(RuntimeError):
    """The foreign client is missing, is stuck, or could not do what was asked."""


class Peer:
    """One signed-in foreign client; an asynchronous context manager, and one method per command of peer.mjs.

    Unless told otherwise it signs its own device, refuses unsigned ones both ways, and accepts every invitation.
    """

    def __init__(
        self,
        homeserver: Homeserver | None,
        account: Account,
        *,
        sign: bool = True,
        strict: bool = True,
        autojoin: bool = True,
        meet: Sequence[str] = (),
        url: str | None = None,
        recovery_key: str | None = None,
    ) -> None:
        """*url* is a proxy to go through, or a homeserver that is none of the tests' own.

        *meet*: whose devices it asks for before it hears anything.
        This engine does not look again at a message whose sender it did not know when the message came. With a
        *recovery_key* it signs its device by the identity in the account's secret storage instead of making one.
        """
        self.user = account.user
        self.device = ""
        self.notices: deque[Json] = deque(maxlen=100)
        """What the client did by itself, or on its way: rooms joined, invitations it failed to accept, people asked."""
        self._start: Json = {
            "homeserver": url or (homeserver.url if homeserver else ""),
            "user": account.localpart,
            "password": account.password,
            "sign": sign,
            "strict": strict,
            "autojoin": autojoin,
            "meet": list(meet),
            "recovery_key": recovery_key,
        }
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._errors: deque[str] = deque(maxlen=20)
        self._readers: list[asyncio.Task[None]] = []
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await _install()
        self._process = await asyncio.create_subprocess_exec(
            _program("node"),
            str(JS / "peer.mjs"),
            str(PATIENCE_S),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_LIMIT,
        )
        self._readers = [asyncio.create_task(self._read_answers()), asyncio.create_task(self._read_errors())]
        try:
            self.device = (await self._do("start", **self._start))["device"]
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def create_room(self, *, invite: Sequence[str] = (), name: str | None = None, direct: bool = False) -> str:
        """Create an encrypted room and return its id."""
        return str(await self._do("create_room", invite=list(invite), name=name, direct=direct))

    async def invite(self, room: str, user: str) -> None:
        await self._do("invite", room=room, user=user)

    async def join(self, room: str) -> None:
        await self._do("join", room=room)

    async def leave(self, room: str) -> None:
        await self._do("leave", room=room)

    async def send(
        self,
        room: str,
        body: str,
        *,
        html: str | None = None,
        msgtype: str = "m.text",
        mentions: Sequence[str] = (),
        thread: str | None = None,
        reply_to: str | None = None,
        edit: str | None = None,
    ) -> str:
        """Send an encrypted message and return its event id; *thread*, *reply_to* and *edit* are event ids."""
        related: Json = {"thread": thread, "reply_to": reply_to, "edit": edit}
        return str(
            await self._do("send", room=room, body=body, html=html, msgtype=msgtype, mentions=list(mentions), **related)
        )

    async def send_event(self, room: str, kind: str, content: Json) -> str:
        """Send any content, encrypted as the client would (reactions never are), and return its event id."""
        return str(await self._do("send", room=room, type=kind, content=content))

    async def send_clear(self, room: str, content: Json, kind: str = "m.room.message") -> str:
        """Send any content in clear, even in an encrypted room, and return its event id."""
        return str(await self._do("send_clear", room=room, type=kind, content=content))

    async def rotate(self, room: str) -> None:
        """Use another Megolm session for the next message of *room*: its key is sent out anew."""
        await self._do("rotate", room=room)

    async def react(self, room: str, event: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send_event(room, "m.reaction", {"m.relates_to": relation})

    async def poll(self, room: str, event: str) -> Poll:
        """Return a poll as this client shows it."""
        return made(Poll, await self._do("poll", room=room, event=event))

    async def vote(self, room: str, poll: str, *answers: str) -> str:
        """Vote as Element does, and return the event id of the vote."""
        return str(await self._do("vote", room=room, poll=poll, answers=list(answers)))

    async def request(self, method: str, path: str, body: Json | None = None) -> Json:
        """Call the homeserver as this user; *path* begins with /_matrix."""
        answer: Json = await self._do("request", method=method, path=path, body=body)
        return answer

    async def rooms(self) -> list[Room]:
        return [made(Room, room) for room in await self._do("rooms")]

    async def timeline(self, room: str) -> list[Message]:
        """Return all events of *room* seen so far, oldest first, state events included."""
        return [made(Message, event) for event in await self._do("timeline", room=room)]

    async def wait_for(
        self,
        room: str,
        pattern: str,
        *,
        sender: str | None = None,
        after: str | None = None,
        answers: bool = False,
        thread: str | None = None,
        within_s: float = PATIENCE_S,
    ) -> Message:
        """Return the first readable message whose text has *pattern* (JavaScript, `.` takes newlines too).

        With *after*, an event id, only what came later counts; with *answers*, nothing of it in the thread of another
        question; with *thread*, an event id too, only what stands in that thread.
        """
        asked = {"pattern": pattern, "sender": sender, "after": after, "answers": answers, "thread": thread}
        return made(Message, await self._do("wait_for", wait_s=within_s, room=room, **asked))

    async def wait_failure(
        self,
        room: str,
        pattern: str = "",
        *,
        sender: str | None = None,
        after: str | None = None,
        within_s: float = PATIENCE_S,
    ) -> Message:
        """Return the first event that cannot be read, for a reason that has *pattern*."""
        asked = {"pattern": pattern, "sender": sender, "after": after, "failure": True}
        return made(Message, await self._do("wait_for", wait_s=within_s, room=room, **asked))

    async def wait_room(
        self,
        *,
        name: str = "",
        inviter: str | None = None,
        known: Sequence[str] = (),
        within_s: float = PATIENCE_S,
    ) -> Room:
        """Return a room this client has joined, made by *inviter* or entered on their word, and not in *known*."""
        asked = {"name": name, "inviter": inviter, "known": list(known)}
        return made(Room, await self._do("wait_room", wait_s=within_s, **asked))

    async def event(self, room: str, event: str) -> Json:
        """Return an event as the homeserver holds it, encrypted as it was sent."""
        return await self.request("GET", f"/_matrix/client/v3/rooms/{room}/event/{event}")

    async def decrypt(self, event: Json) -> Message:
        """Return what this client makes of an event that came to it by another way than the sync."""
        return made(Message, await self._do("decrypt", event=event))

    async def file(self, message: Message) -> File:
        """Return the file of *message*, fetched from the media repository, checked and decrypted by the client."""
        told = await self._do("file", room=message.room, event=message.id)
        return made(File, {**told, "data": b64decode(told["data"])})

    async def wait_member(
        self, room: str, user: str, membership: str = "join", *, within_s: float = PATIENCE_S
    ) -> None:
        await self._do("wait_member", wait_s=within_s, room=room, user=user, membership=membership)

    async def joined(self, room: str) -> set[str]:
        """Return who is in *room* by the homeserver's own word: a client may believe an invitation for much longer."""
        return set(await self._do("joined", room=room))

    async def devices(self, user: str) -> list[Device]:
        """Ask the homeserver for the devices of *user*, and check who signed them."""
        return [made(Device, device) for device in (await self._do("devices", user=user))["devices"]]

    async def is_signed(self, user: str) -> bool:
        """Tell whether *user* has a cross-signing identity that vouches for all their devices."""
        told = await self._do("devices", user=user)
        return bool(told["identity"] and told["devices"]) and all(device["signed"] for device in told["devices"])

    async def make_identity(self) -> str:
        """Make a cross-signing identity, another one if there is one, sign the device, and return the master key."""
        return str(await self._do("make_identity", user=self._start["user"], password=self._start["password"]))

    async def make_recovery_key(self) -> str:
        """Put the identity into the account's secret storage and return the key to it."""
        return str(await self._do("make_recovery_key"))

    async def verify(
        self, user: str, *, room: str | None = None, device: str | None = None, within_s: float = PATIENCE_S
    ) -> list[tuple[str, str]]:
        """Ask to verify *user*, in a *room* of two or by their *device*; return the emoji this client shows, named."""
        shown = await self._do("verify", wait_s=within_s, user=user, room=room, device=device)
        return [(sign, name) for sign, name in shown]

    async def accept_verification(self, user: str, *, within_s: float = PATIENCE_S) -> list[tuple[str, str]]:
        """Accept the verification that *user* asks for; return the emoji this client shows, named."""
        shown = await self._do("accept_verification", wait_s=within_s, user=user)
        return [(emoji, name) for emoji, name in shown]

    async def compare(self, *, same: bool) -> None:
        """Say whether the other side of the verification shows the same."""
        await self._do("compare", same=same)

    async def verified(self, user: str) -> tuple[str | None, bool]:
        """Return how the verification ended (`done`, or a code) and whether *user* counts as verified since."""
        told = await self._do("verified", user=user)
        return told["end"], told["verified"]

    async def shield(self, message: Message) -> tuple[str, str | None]:
        """Return the colour of the shield beside *message*, and the reason that the app names for it."""
        colour, reason = await self._do("shield", room=message.room, event=message.id)
        return colour, reason

    async def secret(self, name: str) -> str | None:
        """Return a secret of the account, opened with the recovery key."""
        told: str | None = await self._do("secret", name=name)
        return told

    async def backup(self) -> Json:
        """Let the client look at the account's key backup; return whether it trusts that, and which it writes to."""
        answer: Json = await self._do("backup")
        return answer

    async def stop(self) -> None:
        """End the client. Its device stays on the homeserver, as that of a phone that was switched off."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(MARGIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await asyncio.gather(*self._readers)

    async def _do(self, command: str, *, wait_s: float = PATIENCE_S, **asked: object) -> Any:
        if self._process is None or self._readers[0].done():
            raise PeerError(self._explain(command, "the client is not running"))
        assert self._process.stdin is not None
        number = next(self._ids)
        told = {name: value for name, value in asked.items() if value is not None}
        line = json.dumps({"id": number, "do": command, "timeout": wait_s, **told})
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._process.stdin.write(f"{line}\n".encode())
            async with asyncio.timeout(wait_s + MARGIN_S):
                result = await answer
        except TimeoutError:
            raise PeerError(self._explain(command, "gave no answer")) from None
        finally:
            del self._waiting[number]
        if not result["ok"]:
            raise PeerError(self._explain(command, result["error"]))
        return result["result"]

    def _explain(self, command: str, what: str) -> str:
        return "\n".join((f"{self.user}: {command}: {what}", *self._errors))

    async def _read_answers(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            waiting = self._waiting.get(told.get("id", 0))
            if waiting is None:
                self.notices.append(told)
            elif not waiting.done():
                waiting.set_result(told)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result({"ok": False, "error": "the client ended"})

    async def _read_errors(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._errors.append(line.decode(errors="replace").rstrip())


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PeerError(f"{name} is not on the PATH: the foreign client needs Node 20 or later, with npm")
    return found


async def _install() -> None:
    if (JS / "node_modules" / ".package-lock.json").exists():
        return
    process = await asyncio.create_subprocess_exec(
        _program("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error",
        cwd=JS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise PeerError(f"npm ci failed:\n{output.decode(errors='replace')[-2000:]}")
