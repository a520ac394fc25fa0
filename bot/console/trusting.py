"""By which identity somebody is known, on the console of a bot that runs.

`{"ask": "identity", "who": WHO}` is answered with both keys, and `{"trust": USER, "master": KEY}` with whether they are
known by that one now. The keys are public.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.console.socket import Answer, Question, ask
from bot.core.errors import AmbiguousPerson, UnknownPerson
from bot.core.names import UserId
from bot.core.people.trust import TheirIdentity
from bot.service.upkeep.introducing import Introducing


def answers(introducing: Introducing) -> Answer:
    """Return what answers for *introducing*."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"ask": "identity", "who": str(who)}:
                return _identity(introducing, who)
            case {"trust": str(user), "master": str(master)}:
                return {"trusted": await introducing.confirm(UserId(user), master)}
            case _:
                return None

    return answer


async def identity_of(folder: Path, who: str) -> tuple[UserId, TheirIdentity] | None:
    """Return who that is, and their identity; None when nobody is called that. Raises NotRunningError."""
    told = await ask(folder, {"ask": "identity", "who": who})
    if told["user"] is None:
        return None
    return UserId(told["user"]), TheirIdentity(known=told["known"], published=told["published"])


async def confirm(folder: Path, user: UserId, master: str) -> bool:
    """Have *user* known by *master*; False when they publish another one. Raises NotRunningError."""
    return bool((await ask(folder, {"trust": user, "master": master}))["trusted"])


def _identity(introducing: Introducing, who: str) -> Question:
    try:
        user, identity = introducing.identity_of(who)
    except (UnknownPerson, AmbiguousPerson):
        return {"user": None}
    return {"user": user, "known": identity.known, "published": identity.published}
