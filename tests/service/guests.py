"""An incident with a door, and what the people at both sides of it do."""

from __future__ import annotations

from bot.core.facts import IdentityConfirmed
from bot.core.names import DeviceId, InputId, RoomId, UserId
from bot.core.people.guests import Door
from bot.core.people.roster import Role
from bot.ports import DESK, Comparison, VerificationEnd, VerificationEnded, VerificationShown
from tests.core.build import ALICE
from tests.fakes.door import FakeDoor
from tests.service.shell import Shell

COUNSEL = UserId("@k4f7qz:example.org")
OTHER = UserId("@m2x9pt:example.org")


class Doorway(Shell):
    """A shell with a door."""

    keeper: FakeDoor

    def __init__(self) -> None:
        super().__init__()
        self.keeper = FakeDoor()

    @property
    def door(self) -> Door:
        """The newest door of the newest incident."""
        return list(self.incident().doors.values())[-1]

    @property
    def house_door(self) -> Door:
        return list(self.service.books.desk.doors.values())[-1]

    async def let_in(self, typed: str = "!door legal Counsel", user: UserId = COUNSEL, *, made: bool = True) -> None:
        """Have a link made, and somebody come by it."""
        await self.type(typed)
        self.keeper.come(user, made=made)
        await self.look_at_door()

    async def joins(self, user: UserId = COUNSEL) -> None:
        await self.move(user, room=self.room, present=True)
        await self.look_at_door()

    async def compares(self, user: UserId = COUNSEL) -> str:
        """Let the app of *user* show emoji, and return what is said of it."""
        shown = Comparison(
            id="v1", code="0471", user=user, device=DeviceId("PHONE"), emoji=(0, 1, 2, 3, 4, 5, 6), numbers=(1, 2, 3)
        )
        self.verifications.shown.append(shown)
        now = self.clock.now()
        await self.receive(VerificationShown(id=InputId(f"{user}:shown"), comparison=shown, received_at=now))
        return self.said()[-1].body

    async def proves(self, user: UserId = COUNSEL, by: UserId = ALICE) -> None:
        """Let the emoji be the same, and the keys be those of *user*."""
        ended = VerificationEnded(
            id=InputId(f"{user}:{self.clock.now()}:ended"),
            user=user,
            end=VerificationEnd.VERIFIED,
            received_at=self.clock.now(),
            master="their master key",
            by=by,
            room=None,
            was_shown=True,
        )
        await self.receive(ended)
        await self.look_at_door()

    async def facts(self, stream: str = "") -> list[str]:
        """Return what happened to doors, by name, in the order in which it did."""
        history: list[object] = [one.fact for one in await self.store.history(stream or self.incident().id)]
        of_doors = [getattr(fact, "fact", fact) if stream == DESK else fact for fact in history]
        names = [type(fact).__name__ for fact in of_doors]
        return [name for name in names if name.startswith(("Door", "Guest"))]

    def confirmed(self, user: UserId = COUNSEL) -> IdentityConfirmed | None:
        return self.service.books.desk.confirmed.get(user)

    def room_of(self, user: UserId) -> RoomId:
        """Return the room of *user* and the bot alone."""
        return self.service.books.desk.direct_rooms[user]

    def is_of_the_house(self, user: UserId = COUNSEL) -> frozenset[Role]:
        return self.service.guests.house.people.get(user, frozenset())
