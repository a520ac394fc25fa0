"""News for the service that nobody typed: changed identities, new devices, strangers, members who cannot read."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from nio.crypto import OlmDevice

from bot.core.names import DeviceId, InputId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.client import GuardedClient
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.ports import DeviceCame, IdentityChanged, Incoming, Membership, ReaderCame, Unreached

MOST_AN_HOUR = 5
"""Alarms about the identity of one person, and about their devices: what is more waits, and the last state is told."""
HOUR = timedelta(hours=1)

News = IdentityChanged | DeviceCame | ReaderCame | Membership | Unreached

Alarm = TypeVar("Alarm", IdentityChanged, DeviceCame, ReaderCame)


class SecurityNews:
    """Collects news. Each item keeps its id until the service stored it, so a restart repeats nothing."""

    def __init__(self, client: GuardedClient, strangers: Strangers, unreached: Sightings[Distrust]) -> None:
        self._client = client
        self._strangers = strangers
        self._unreached = unreached
        self._told: dict[UserId, InputId] = {}
        """Which change of their identity was told of last."""
        self._rung: defaultdict[tuple[type[News], UserId], deque[datetime]] = defaultdict(deque)
        """When the last alarms about each person were told."""
        self._came: dict[InputId, ReaderCame] = {}
        """Devices that can read since now, until that is told. A restart forgets them."""

    def news(self, now: datetime, token: str) -> list[News]:
        """Return what is new at *token*; call `told` with it once it is durable."""
        security: list[News] = [*self._identities(now), *self._devices(now), *self._readers(now)]
        return [*security, *self._people(now, token), *self._deaf(now)]

    def begin(self) -> None:
        """Take everybody's devices as they are: who could read before we ran needs no news."""
        self._client.trust.look()

    def told(self, news: Sequence[Incoming]) -> None:  # noqa: C901 - a table
        """Forget *news* that the service stored. Memberships that came with the sync count too."""
        devices: defaultdict[UserId, list[DeviceId]] = defaultdict(list)
        for one in news:
            match one:
                case IdentityChanged():
                    self._told[one.user] = one.id
                    self._note(one)
                case DeviceCame():
                    devices[one.user].append(one.device)
                    self._note(one)
                case ReaderCame():
                    self._came.pop(one.id, None)
                    self._note(one)
                case Membership(present=True) | Membership(invited=True):
                    self._strangers.told(one.room, one.user)
                case Unreached():
                    self._unreached.told(one.room, one.user)
                case Membership():
                    self._strangers.gone(one.room, one.user)
                case _:
                    continue
        for user, came in devices.items():
            self._client.machine.identities.announced(user, came)

    def _identities(self, now: datetime) -> list[IdentityChanged]:
        changes = [
            IdentityChanged(
                # The same key is reported again once another one was confirmed in between.
                id=InputId(f"identity:{user}:{person.confirmations}:{person.published}"),
                user=user,
                master=person.published,
                received_at=now,
            )
            for user, person in self._client.machine.identities.changed().items()
        ]
        return self._few([change for change in changes if self._told.get(change.user) != change.id], now)

    def _devices(self, now: datetime) -> list[DeviceCame]:
        person = self._client.machine.identities.person
        came = [_came(device, f"device:{_named(device)}", now) for device in self._client.trust.newcomers()]
        back = [
            # Each return of a device is reported.
            _came(device, f"back:{_named(device)}:{person(UserId(device.user_id)).returns[DeviceId(device.id)]}", now)
            for device in self._client.trust.returned()
        ]
        return self._few([*came, *(replace(one, is_back=True) for one in back)], now)

    def _readers(self, now: datetime) -> list[ReaderCame]:
        for device in self._client.trust.look():
            id, user = InputId(f"reader:{_named(device)}"), UserId(device.user_id)
            self._came[id] = ReaderCame(id=id, user=user, device=DeviceId(device.id), received_at=now)
        return self._few(tuple(self._came.values()), now)

    def _few(self, alarms: Sequence[Alarm], now: datetime) -> list[Alarm]:
        """Return no more of *alarms* about one person than may be told in an hour."""
        told: defaultdict[UserId, int] = defaultdict(int)
        few: list[Alarm] = []
        for alarm in alarms:
            rung = self._rung[type(alarm), alarm.user]
            while rung and now - rung[0] >= HOUR:
                rung.popleft()
            if len(rung) + told[alarm.user] < MOST_AN_HOUR:
                told[alarm.user] += 1
                few.append(alarm)
        return few

    def _note(self, alarm: IdentityChanged | DeviceCame | ReaderCame) -> None:
        self._rung[type(alarm), alarm.user].append(alarm.received_at)

    def _people(self, now: datetime, token: str) -> list[Membership]:
        return [
            Membership(
                id=InputId(f"stranger:{room}:{user}:{token}"),
                room=room,
                user=user,
                present=membership == "join",
                invited=membership == "invite",
                received_at=now,
            )
            for room, user, membership in self._strangers.news()
        ]

    def _deaf(self, now: datetime) -> list[Unreached]:
        return [
            Unreached(id=InputId(f"unreached:{room}:{user}:{why}"), room=room, user=user, why=why, received_at=now)
            for room, user, why in self._unreached.news()
        ]


def _came(device: OlmDevice, id: str, now: datetime) -> DeviceCame:
    return DeviceCame(
        id=InputId(id),
        user=UserId(device.user_id),
        device=DeviceId(device.id),
        fingerprint=device.ed25519,
        received_at=now,
    )


def _named(device: OlmDevice) -> str:
    return f"{device.user_id}:{device.id}:{device.ed25519}"
