"""A homeserver in this process that speaks what hearing needs, and lets a test say what a real one never would.

Like a real one it forgets a to-device message only when the device syncs from beyond it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]
KIND = "signed_curve25519"


@dataclass(slots=True)
class FakeDevice:
    user: str
    id: str
    keys: Json | None = None
    one_time_keys: Json = field(default_factory=dict)
    fallback: Json = field(default_factory=dict)
    fallback_unused: bool = False
    inbox: list[tuple[int, Json]] = field(default_factory=list)


@dataclass(slots=True)
class FakeRoom:
    id: str
    state: list[Json] = field(default_factory=list)
    timeline: list[tuple[int, Json]] = field(default_factory=list)

    def members(self) -> set[str]:
        return {
            event["state_key"]
            for event in self.state
            if event["type"] == "m.room.member" and event["content"].get("membership") == "join"
        }


class FakeHomeserver:
    def __init__(self) -> None:
        self.devices: dict[tuple[str, str], FakeDevice] = {}
        self.tokens: dict[str, tuple[str, str]] = {}
        self.passwords: dict[str, str] = {}
        self.rooms: dict[str, FakeRoom] = {}
        self.invitations: defaultdict[str, list[tuple[int, str, list[Json]]]] = defaultdict(list)
        self.changed: list[tuple[int, str]] = []
        self.requests: list[tuple[str, str]] = []
        self.media: list[bytes] = []
        """What was uploaded; its place here is its name in its address."""
        self.refusals: list[tuple[int, Json]] = []
        """Answers to give to the next syncs instead of the truth."""
        self.lies: dict[str, Callable[[Json], Json | web.Response]] = {}
        """By the end of a path, what is answered instead, made of the true answer."""
        self.hidden_from_lists: set[str] = set()
        self.identities: dict[str, Json] = {}
        """By user, the cross-signing keys they publish, each under its section of the answer."""
        self.queries_fail = 0
        """How many of the next questions for device lists are answered with an error."""
        self.pages_fail = 0
        """The same for the next pages of a room's history."""
        self.master_keys: dict[str, Json] = {}
        self.signatures: list[Json] = []
        """What was signed and uploaded, as it came."""
        self.signature_failures: Json = {}
        self.profiles: dict[str, Callable[[], web.Response]] = {}
        """By user, what is answered to a question for their profile; all others have no account."""
        self.leaves: dict[str, dict[str, list[Json]]] = {}
        """By user and room, the end of rooms they were put out of."""
        self.timeline_limit = 1000
        self.position = 1
        self.url = ""
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=10**7, middlewares=[self._lie])
        client = "/_matrix/client/v3"
        application.add_routes(
            [
                web.post(f"{client}/login", self._login),
                web.get(f"{client}/account/whoami", self._whoami),
                web.get(f"{client}/sync", self._sync),
                web.post(f"{client}/keys/upload", self._keys_upload),
                web.post(f"{client}/keys/query", self._keys_query),
                web.post(f"{client}/keys/claim", self._keys_claim),
                web.get(f"{client}/profile/{{user}}", self._profile),
                web.post(f"{client}/keys/signatures/upload", self._signatures_upload),
                web.put(f"{client}/sendToDevice/{{type}}/{{txn}}", self._send_to_device),
                web.put(f"{client}/rooms/{{room}}/send/{{type}}/{{txn}}", self._send),
                web.get(f"{client}/rooms/{{room}}/messages", self._messages),
                web.get(f"{client}/joined_rooms", self._joined_rooms),
                web.get(f"{client}/rooms/{{room}}/state", self._state),
                web.get(f"{client}/rooms/{{room}}/joined_members", self._joined_members),
                web.post(f"{client}/rooms/{{room}}/{{verb:join|leave|forget}}", self._go),
                web.post("/_matrix/media/v3/upload", self._upload),
                web.get("/_matrix/client/v1/media/download/{server}/{media}", self._download),
            ]
        )
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # --- what a test does --------------------------------------------------------------------------------

    def add_device(self, user: str, device: str) -> str:
        """Register a device and return its access token."""
        self.devices[user, device] = FakeDevice(user, device)
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = (user, device)
        return token

    def make_room(self, room: str, *members: str, encrypted: bool = True) -> FakeRoom:
        self.rooms[room] = made = FakeRoom(room)
        for member in members:
            self.set_state(room, members[0], "m.room.member", member, {"membership": "join"})
        if encrypted:
            self.set_state(room, members[0], "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
        return made

    def event(self, sender: str, type_: str, content: Json, **more: Any) -> Json:
        number = next(self._numbers)
        return {
            "event_id": f"$event-{number}",
            "sender": sender,
            "type": type_,
            "content": content,
            "origin_server_ts": 1_700_000_000_000 + number,
        } | more

    def set_state(self, room: str, sender: str, type_: str, key: str, content: Json) -> Json:
        held = self.rooms[room]
        old = next((event for event in held.state if (event["type"], event["state_key"]) == (type_, key)), None)
        unsigned = {} if old is None else {"prev_content": old["content"]}
        event = self.event(sender, type_, content, state_key=key, unsigned=unsigned)
        held.state = [*(one for one in held.state if one is not old), event]
        self.put(room, event)
        return event

    def say(self, room: str, sender: str, content: Json, type_: str = "m.room.encrypted") -> Json:
        event = self.event(sender, type_, content)
        self.put(room, event)
        return event

    def put(self, room: str, event: Json) -> None:
        self.rooms[room].timeline.append((self._next(), event))

    def to_device(self, user: str, device: str, event: Json) -> None:
        self.devices[user, device].inbox.append((self._next(), event))

    def invite(self, user: str, room: str, state: list[Json]) -> None:
        self.invitations[user].append((self._next(), room, state))

    def announce(self, user: str) -> None:
        """Say that the devices of *user* changed."""
        self.changed.append((self._next(), user))

    def _next(self) -> int:
        self.position += 1
        return self.position

    async def tell(self) -> None:
        """Wake syncs that wait."""
        async with self._news:
            self._news.notify_all()

    # --- what it answers ---------------------------------------------------------------------------------

    def _device(self, request: web.Request) -> FakeDevice:
        self.requests.append((request.method, request.path))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise web.HTTPUnauthorized(
                text=json.dumps({"errcode": "M_UNKNOWN_TOKEN", "error": "unknown"}), content_type="application/json"
            )
        return self.devices[self.tokens[token]]

    @web.middleware
    async def _lie(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        told = await handler(request)
        lie = next((lie for end, lie in self.lies.items() if request.path.endswith(end)), None)
        if lie is None:
            return told
        assert isinstance(told, web.Response)
        lied = lie(json.loads(told.text or ""))
        return lied if isinstance(lied, web.Response) else web.json_response(lied)

    async def _login(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, request.path))
        asked = await request.json()
        user = asked["identifier"]["user"]
        if self.passwords.get(user) != asked["password"]:
            return web.json_response({"errcode": "M_FORBIDDEN", "error": "wrong"}, status=403)
        device = asked["device_id"]
        kept = self.devices.get((user, device))
        token = self.add_device(user, device)
        if kept is not None:
            self.devices[user, device] = kept
        return web.json_response({"user_id": user, "device_id": device, "access_token": token})

    async def _whoami(self, request: web.Request) -> web.Response:
        device = self._device(request)
        return web.json_response({"user_id": device.user, "device_id": device.id})

    async def _sync(self, request: web.Request) -> web.Response:
        device = self._device(request)
        if self.refusals:
            status, body = self.refusals.pop(0)
            return web.json_response(body, status=status)
        since = int(request.query.get("since", "s0")[1:])
        device.inbox = [entry for entry in device.inbox if entry[0] > since]
        if since >= self.position and (patience := int(request.query.get("timeout", "0"))):
            try:
                async with asyncio.timeout(patience / 1000), self._news:
                    await self._news.wait_for(lambda: self.position > since)
            except TimeoutError:
                pass
        return web.json_response(self._answer(device, since, whole=request.query.get("full_state") == "true"))

    def _answer(self, device: FakeDevice, since: int, *, whole: bool) -> Json:
        joined: Json = {}
        for room in self.rooms.values():
            if device.user not in room.members():
                continue
            news = [(place, event) for place, event in room.timeline if place > since]
            shown = news[-self.timeline_limit :]
            state = room.state if whole or since == 0 else []
            if news or state:
                joined[room.id] = {
                    "state": {"events": [] if shown and since else state},
                    "timeline": {
                        "events": [event for _, event in shown],
                        "limited": len(shown) < len(news),
                        "prev_batch": f"s{shown[0][0] - 1}" if shown else f"s{since}",
                    },
                }
        return {
            "next_batch": f"s{self.position}",
            "to_device": {"events": [event for _, event in device.inbox]},
            "device_lists": {"changed": [user for place, user in self.changed if place > since], "left": []},
            "device_one_time_keys_count": {KIND: len(device.one_time_keys)},
            "device_unused_fallback_key_types": [KIND] if device.fallback_unused else [],
            "rooms": {
                "join": joined,
                "invite": {
                    room: {"invite_state": {"events": state}}
                    for place, room, state in self.invitations[device.user]
                    if place > since
                },
                "leave": {
                    room: {"timeline": {"events": events}} for room, events in self.leaves.get(device.user, {}).items()
                },
            },
        }

    async def _keys_upload(self, request: web.Request) -> web.Response:
        device = self._device(request)
        body = await request.json()
        device.keys = body.get("device_keys", device.keys)
        device.one_time_keys |= body.get("one_time_keys", {})
        if body.get("fallback_keys"):
            device.fallback, device.fallback_unused = body["fallback_keys"], True
        return web.json_response({"one_time_key_counts": {KIND: len(device.one_time_keys)}})

    async def _keys_query(self, request: web.Request) -> web.Response:
        self._device(request)
        asked = (await request.json())["device_keys"]
        if self.queries_fail:
            self.queries_fail -= 1
            return web.json_response({"errcode": "M_UNKNOWN", "error": "not now"}, status=500)
        lists: Json = {user: {} for user in asked}
        for (user, id_), device in self.devices.items():
            if user in asked and device.keys is not None and id_ not in self.hidden_from_lists:
                lists[user][id_] = device.keys
        masters = {user: key for user, key in self.master_keys.items() if user in asked}
        told: Json = {"device_keys": lists, "master_keys": masters, "failures": {}}
        for user in asked:
            for section, keys in self.identities.get(user, {}).items():
                told.setdefault(section, {})[user] = keys
        return web.json_response(told)

    async def _signatures_upload(self, request: web.Request) -> web.Response:
        self._device(request)
        self.signatures.append(await request.json())
        return web.json_response({"failures": self.signature_failures})

    async def _profile(self, request: web.Request) -> web.Response:
        self._device(request)
        profile = self.profiles.get(request.match_info["user"])
        if profile is None:
            return web.json_response({"errcode": "M_NOT_FOUND", "error": "nobody"}, status=404)
        return profile()

    async def _keys_claim(self, request: web.Request) -> web.Response:
        self._device(request)
        asked = (await request.json())["one_time_keys"]
        given = {user: {id_: self.claim(user, id_) for id_ in devices} for user, devices in asked.items()}
        return web.json_response({"one_time_keys": given, "failures": {}})

    def claim(self, user: str, id_: str) -> Json:
        """Hand out a one-time key of a device, or its fallback key."""
        device = self.devices[user, id_]
        if device.one_time_keys:
            name = next(iter(device.one_time_keys))
            return {name: device.one_time_keys.pop(name)}
        device.fallback_unused = False
        return dict(device.fallback)

    async def _send_to_device(self, request: web.Request) -> web.Response:
        device = self._device(request)
        body = await request.json()
        for user, devices in body["messages"].items():
            for id_, content in devices.items():
                event = {"type": request.match_info["type"], "sender": device.user, "content": content}
                for known_user, known in list(self.devices):
                    if known_user == user and id_ in {known, "*"}:
                        self.to_device(user, known, event)
        await self.tell()
        return web.json_response({})

    async def _send(self, request: web.Request) -> web.Response:
        device = self._device(request)
        event = self.say(request.match_info["room"], device.user, await request.json(), request.match_info["type"])
        await self.tell()
        return web.json_response({"event_id": event["event_id"]})

    async def _upload(self, request: web.Request) -> web.Response:
        self._device(request)
        self.media.append(await request.read())
        return web.json_response({"content_uri": f"mxc://example.org/{len(self.media) - 1}"})

    async def _download(self, request: web.Request) -> web.Response:
        self._device(request)
        return web.Response(body=self.media[int(request.match_info["media"])])

    async def _messages(self, request: web.Request) -> web.Response:
        self._device(request)
        if self.pages_fail:
            self.pages_fail -= 1
            return web.json_response({"errcode": "M_UNKNOWN", "error": "not now"}, status=500)
        room = self.rooms[request.match_info["room"]]
        before, until = int(request.query["from"][1:]), int(request.query["to"][1:])
        old = [(place, event) for place, event in room.timeline if until < place <= before][::-1]
        page = old[: int(request.query["limit"])]
        answer: Json = {"start": request.query["from"], "chunk": [event for _, event in page]}
        if len(page) < len(old):
            answer["end"] = f"s{page[-1][0] - 1}"
        return web.json_response(answer)

    async def _joined_rooms(self, request: web.Request) -> web.Response:
        device = self._device(request)
        joined = [room.id for room in self.rooms.values() if device.user in room.members()]
        return web.json_response({"joined_rooms": joined})

    async def _state(self, request: web.Request) -> web.Response:
        self._device(request)
        return web.json_response(self.rooms[request.match_info["room"]].state)

    async def _joined_members(self, request: web.Request) -> web.Response:
        self._device(request)
        members = self.rooms[request.match_info["room"]].members()
        return web.json_response({"joined": {user: {"display_name": None, "avatar_url": None} for user in members}})

    async def _go(self, request: web.Request) -> web.Response:
        device = self._device(request)
        room, verb = request.match_info["room"], request.match_info["verb"]
        if verb != "forget":
            membership = {"join": "join", "leave": "leave"}[verb]
            self.rooms.setdefault(room, FakeRoom(room))
            self.set_state(room, device.user, "m.room.member", device.user, {"membership": membership})
            await self.tell()
        return web.json_response({"room_id": room})
