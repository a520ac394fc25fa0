"""What the door does: opens ways in, lets people claim them, and asks the homeserver itself who came.

What is kept is written before the homeserver is asked for anything, so that a kill leaves nothing that nobody knows of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.door import names, tickets
from bot.door.errors import AwayError, NotAskedError, NotLetInError, Refusal, RightsError, Why
from bot.door.homeserver import Homeserver, Use
from bot.door.kept import Kept
from bot.door.tickets import Stage, Ticket

_log = logging.getLogger(__name__)

LOOK_EVERY_S = 20.0
"""How often the homeserver is asked about what it has not settled yet."""
_AFTER = timedelta(minutes=1)
"""So long after its end it is looked whether somebody slipped in at the last moment."""
_NAMES_TRIED = 20
_WHY = {Stage.COME: Why.USED, Stage.ASTRAY: Why.USED, Stage.GONE: Why.USED, Stage.CLOSED: Why.CLOSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a page makes an account with."""

    token: str
    name: str
    until: datetime


@dataclass(slots=True, kw_only=True, weakref_slot=True)
class _Turn:
    """One at a time for each ticket."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Doors:
    """All ways in of one door."""

    def __init__(
        self, kept: Kept, homeserver: Homeserver, now: Callable[[], datetime], *, other_servers: bool = False
    ) -> None:
        self._kept = kept
        self._homeserver = homeserver
        self._now = now
        self._other_servers = other_servers
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._opening = asyncio.Lock()
        self._server = ""

    async def look(self) -> None:
        """Ask the homeserver what its name is, and whether we may do our work. Raises AwayError, RightsError."""
        self._server = await self._homeserver.server_name()

    @property
    def server(self) -> str:
        """The name of the homeserver; empty before it answered."""
        return self._server

    # --- asked on the socket --------------------------------------------------------------------------------------

    async def open(self, id: str, until: datetime) -> str:
        """Open a way in and return its secret, which is kept nowhere. Raises NotAskedError.

        Asked again for one that nobody has used, as whoever was killed before it noted the answer does, another secret
        takes the place of the first.
        """
        now, secret = self._now(), tickets.fresh_secret()
        if not tickets.may_end(until, now):
            raise NotAskedError(Refusal.TIME)
        async with self._opening, self._turn(id):
            known = await self._kept.by_id(id)
            if known is not None and tickets.standing(known, now) != Stage.WAITING:
                raise NotAskedError(Refusal.THERE)
            if known is None and await self._kept.count_open(now) >= tickets.MOST_OPEN:
                raise NotAskedError(Refusal.FULL)
            again = known.again if known is not None else 0
            await self._kept.put(Ticket(id=id, digest=tickets.digest_of(secret), until=until, since=now, again=again))
        return secret

    async def close(self, id: str) -> Ticket:
        """Let nobody in by it from now on, and return how it stands: whoever came before is not put out by this."""
        async with self._turn(id):
            ticket = await self._known(id)
            if ticket.stage not in tickets.OPEN:
                return ticket
            ticket = await self._moved(ticket, Stage.CLOSED)
            try:
                return await self._settled(ticket)
            except (AwayError, RightsError):
                return ticket  # the next look settles it

    async def deactivate(self, id: str) -> Ticket:
        """Put an end to the account that was made by it; one that somebody had before stays. Raises NotAskedError."""
        async with self._turn(id):
            ticket = await self._known(id)
            if ticket.stage is Stage.GONE:
                return ticket
            if ticket.stage not in (Stage.COME, Stage.ASTRAY) or ticket.user is None:
                raise NotAskedError(Refusal.NOBODY)
            try:
                if ticket.made:
                    await self._homeserver.deactivate(ticket.user)
            except (AwayError, RightsError):
                raise NotAskedError(Refusal.AWAY) from None
            return await self._moved(ticket, Stage.GONE)

    async def rows(self, wanted: Sequence[str] | None = None) -> list[Mapping[str, object]]:
        """Return what is told of those that are *wanted*, of all if none is named."""
        now, found = self._now(), await self._kept.all()
        named = None if wanted is None else frozenset(wanted)
        return [tickets.row(ticket, now) for ticket in found if named is None or ticket.id in named]

    def row(self, ticket: Ticket) -> Mapping[str, object]:
        """Return what is told of it now."""
        return tickets.row(ticket, self._now())

    # --- asked by a page ------------------------------------------------------------------------------------------

    async def find(self, secret: object) -> Ticket | None:
        """Return the ticket that a secret opens."""
        return await self._kept.by_digest(tickets.digest_of(str(secret))) if tickets.is_secret(secret) else None

    async def claim(self, id: str) -> Claim:
        """Return what an account is made with: the same whenever it is asked, until there is one.

        Raises:
            NotLetInError: it was used, closed, or is too late, and then that is noted; or not now.
        """
        async with self._turn(id), _telling():
            ticket = await self._usable(id)
            if ticket.token is not None and await self._is_spent(ticket):
                raise await self._refused(await self._kept_as(ticket.id), Why.USED)
            if ticket.token is None or ticket.name is None or not await self._homeserver.is_free(ticket.name):
                ticket = await self._named(ticket)
            token, name = str(ticket.token), str(ticket.name)
            await self._homeserver.make(token, ticket.until)
            return Claim(token=token, name=name, until=ticket.until)

    async def bring(self, id: str, typed: str) -> Ticket:
        """Let somebody in by the account that they have, and that they *typed*; the link is used up by it.

        Asked again with the same account, as a page does that missed the answer, nothing changes. Raises NotLetInError.
        """
        async with self._turn(id), _telling():
            ticket, user = await self._kept_as(id), tickets.account_in(typed)
            if ticket.stage is Stage.COME and not ticket.made and ticket.user == user:
                return ticket
            ticket = await self._usable(id)
            if ticket.token is not None and await self._is_spent(ticket):
                raise await self._refused(await self._kept_as(id), Why.USED)
            await self._look_for(user)
            if ticket.token is not None:
                await self._homeserver.drop(ticket.token)
            _log.info("somebody came in who has an account already")
            return await self._moved(replace(ticket, user=user, made=False), Stage.COME)

    async def came(self, id: str) -> Ticket:
        """Return the ticket once the homeserver says that its account is there. Raises NotLetInError."""
        async with self._turn(id), _telling():
            ticket = await self._kept_as(id)
            if ticket.token is not None:
                ticket = await self._seen(ticket, await self._homeserver.use_of(ticket.token))
            match ticket.stage:
                case Stage.COME if ticket.made:
                    return ticket
                case Stage.ASTRAY:
                    raise NotLetInError(Why.ASTRAY)
                case Stage.WAITING | Stage.CLAIMED:
                    raise NotLetInError(Why.LATE if tickets.is_late(ticket, self._now()) else Why.SOON)
                case Stage.CLOSED:
                    raise NotLetInError(Why.CLOSED)
                case Stage.COME | Stage.GONE:
                    raise NotLetInError(Why.USED)

    # --- by itself ------------------------------------------------------------------------------------------------

    async def upkeep(self) -> None:
        """Ask about what is not settled, and forget what ended long ago. Raises AwayError, RightsError."""
        now = self._now()
        await self._kept.forget(now - tickets.KEPT)
        waiting = await self._kept.unsettled()
        if not waiting:
            return
        uses = await self._homeserver.uses()
        for seen in waiting:
            async with self._turn(seen.id):
                ticket = await self._known(seen.id)
                if ticket.token is None or ticket.token != seen.token:
                    continue
                ticket = await self._seen(ticket, uses.get(ticket.token, Use.NONE))
                if ticket.token is not None and (ticket.stage not in tickets.OPEN or tickets.is_late(ticket, now)):
                    await self._settled(ticket)

    # --- one ticket -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _turn(self, id: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(id, _Turn())
        async with turn.lock:
            yield

    async def _known(self, id: str) -> Ticket:
        found = await self._kept.by_id(id)
        if found is None:
            raise NotAskedError(Refusal.UNKNOWN)
        return found

    async def _kept_as(self, id: str) -> Ticket:
        found = await self._kept.by_id(id)
        if found is None:
            raise NotLetInError(Why.UNKNOWN)
        return found

    async def _usable(self, id: str) -> Ticket:
        ticket = await self._kept_as(id)
        if ticket.stage not in tickets.OPEN:
            raise await self._refused(ticket, _WHY[ticket.stage])
        if tickets.is_late(ticket, self._now()):
            raise await self._refused(ticket, Why.LATE)
        if not self._server:
            raise AwayError
        return ticket

    async def _refused(self, ticket: Ticket, why: Why) -> NotLetInError:
        await self._kept.put(replace(ticket, again=ticket.again + 1))
        _log.warning("a way in was tried again that is %s: whoever gave it out sees which", why)
        return NotLetInError(why)

    async def _is_spent(self, ticket: Ticket) -> bool:
        """Say whether an account was made with it; then that is kept. Raises NotLetInError while one is being made."""
        use = await self._homeserver.use_of(str(ticket.token))
        if use is Use.PENDING:
            raise NotLetInError(Why.BUSY, again_s=10)
        return (await self._seen(ticket, use)).stage not in tickets.OPEN

    async def _look_for(self, user: str | None) -> None:
        """Look whether this is an account that may come. Raises NotLetInError.

        One of another server is taken as it is typed: whoever owns it is invited, and nobody else.
        """
        if user is None:
            raise NotLetInError(Why.MISSPELT)
        if user.partition(":")[2] == self._server:
            if not await self._homeserver.lives(user):
                raise NotLetInError(Why.NOBODY)
        elif not self._other_servers:
            raise NotLetInError(Why.ELSEWHERE)

    async def _named(self, ticket: Ticket) -> Ticket:
        """Give it a name that is free, and a token if it has none."""
        for _ in range(_NAMES_TRIED):
            name = names.chosen()
            if await self._kept.by_name(name) is None and await self._homeserver.is_free(name):
                named = replace(ticket, name=name, token=ticket.token or tickets.fresh_token())
                return await self._moved(named, Stage.CLAIMED)
        raise AwayError

    async def _seen(self, ticket: Ticket, use: Use) -> Ticket:
        """Keep what the homeserver says of it: that it was used, or nothing new."""
        if use not in (Use.USED, Use.OVERUSED):
            return ticket
        found = replace(ticket, token=None)
        if found.made:
            user = self._user(ticket)
            found = replace(found, user=user if await self._homeserver.has(user) else None)
        if found.made and found.user is not None and use is Use.USED:
            _log.info("somebody came in")
            return await self._moved(found, Stage.COME)
        _log.error("a way in was used for an account that it was not meant for: whoever gave it out sees which")
        return await self._moved(found, Stage.ASTRAY)

    async def _settled(self, ticket: Ticket) -> Ticket:
        """Have a ticket that ended let nobody in; once nobody can have slipped in, the homeserver is asked no more."""
        if ticket.token is None:
            return ticket
        use = await self._homeserver.use_of(ticket.token)
        if use in (Use.USED, Use.OVERUSED):
            return await self._seen(ticket, use)
        await self._homeserver.drop(ticket.token)
        ended = ticket.until if ticket.stage in tickets.OPEN else ticket.since
        if self._now() < ended + _AFTER:
            return ticket
        if await self._homeserver.has(self._user(ticket)):
            return await self._seen(ticket, Use.USED)
        settled = replace(ticket, token=None)
        await self._kept.put(settled)
        return settled

    async def _moved(self, ticket: Ticket, stage: Stage) -> Ticket:
        moved = replace(ticket, stage=stage, since=self._now())
        await self._kept.put(moved)
        return moved

    def _user(self, ticket: Ticket) -> str:
        if not self._server:
            raise AwayError
        return f"@{ticket.name}:{self._server}"


@asynccontextmanager
async def _telling() -> AsyncIterator[None]:
    """Say of a homeserver that does not answer, or refuses, what a page is told."""
    try:
        yield
    except AwayError:
        _log.warning("the homeserver did not answer the door")
        raise NotLetInError(Why.AWAY, again_s=10) from None
    except RightsError as refused:
        _log.error("the homeserver refuses the door: %s", refused)
        raise NotLetInError(Why.AWAY, again_s=60) from None
