"""Ways into the house, on the console of a bot that runs: whoever opens its socket vouches for who is let in.

`{"ask": "let-in", "people": [{"name", "roles", "was"}, ...], "until": TIME}` is answered with a `link` and its `id`
for each, in that order, under `links`; or with `{"refused": NAME}`, and then nobody is let in. `{"ask": "shut-out",
"ids": [...]}` takes some back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.console.socket import Answer, Question, ask
from bot.core.errors import RuleError
from bot.core.people.roster import Role
from bot.sentences.told import ToldError
from bot.service.links import Links, Person

_WHY = {"NoDoors": "letting.none", "DoorSilent": "letting.silent", "DoorRefuses": "letting.full"}
"""What is said where a refusal of the bot's is none of its rooms'."""


class NotLetInError(ToldError):
    """The bot makes no way in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """A way in that was made."""

    id: str
    link: str


def answers(links: Links) -> Answer:
    """Return what answers for *links*."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"ask": "let-in", "people": list(people), "until": str(until)}:
                return await _let_in(links, people, datetime.fromisoformat(until))
            case {"ask": "shut-out", "ids": list(ids)}:
                await links.shut(frozenset(map(str, ids)))
                return {"shut": len(ids)}
            case _:
                return None

    return answer


async def let_in(folder: Path, people: Sequence[Person], until: datetime) -> Sequence[LetIn]:
    """Have a way into the house made for each of *people*. Raises NotRunningError, NotLetInError."""
    rows = [{"name": one.name, "roles": list(one.roles), "was": one.was} for one in people]
    told = await ask(folder, {"ask": "let-in", "people": rows, "until": until.isoformat()})
    if "refused" in told:
        raise NotLetInError(_WHY.get(told["refused"], "letting.silent"))
    return [LetIn(id=row["id"], link=row["link"]) for row in told["links"]]


async def shut_out(folder: Path, ids: Sequence[str]) -> None:
    """Let nobody in by these any more, and take out who came by them. Raises NotRunningError."""
    await ask(folder, {"ask": "shut-out", "ids": list(ids)})


async def _let_in(links: Links, people: Sequence[Any], until: datetime) -> Question:
    try:
        made = await links.let_in([_person(row) for row in people], until)
    except RuleError as refusal:
        return {"refused": type(refusal).__name__}
    return {"links": [{"id": id, "link": link} for id, link in made]}


def _person(row: Any) -> Person:
    """Read somebody of a question. Raises ValueError."""
    match row:
        case {"name": str(name), "roles": list(roles), "was": str(was)}:
            return Person(name=name, roles=tuple(map(Role, roles)), was=was)
        case _:
            raise ValueError("not a person")
