"""Who is in, who waits with which link, and who needs a new one. Pure: what the door says of each is given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.people.roster import Role
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.people import Person

HOLDS = timedelta(hours=72)
"""How long a link lets somebody in."""
_WAITING = frozenset({"waiting", "claimed"})
_LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way in that was handed to somebody."""

    id: str
    person: Person
    url: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the door says of a way in."""

    state: str
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boarding:
    """What is to be done for the people of a list, each of whom is in one of the first four."""

    same: tuple[Link, ...]
    """They wait, and their link holds."""
    anew: tuple[Person, ...]
    """They never had one, had another role, or came too late."""
    come: tuple[tuple[Link, str], ...]
    """They have an account."""
    astray: tuple[tuple[Link, str], ...]
    """Whose link was used by somebody else, or was closed: the state says which."""
    void: tuple[str, ...]
    """Ids that lead in whoever is not on the list any more, or not as that."""


def sorted_out(people: Sequence[Person], links: Sequence[Link], seen: Mapping[str, Seen], now: datetime) -> Boarding:
    """Return where each stands."""
    by_name = {link.person.name: link for link in links}
    same, anew = list[Link](), list[Person]()
    come, astray = list[tuple[Link, str]](), list[tuple[Link, str]]()
    for person in people:
        link = by_name.get(person.name)
        found = None if link is None else seen.get(link.id)
        if link is None or found is None or found.state == _LATE:
            anew.append(person)
        elif found.state == "come":
            come.append((link, found.user or ""))
        elif found.state not in _WAITING:
            astray.append((link, found.state))
        elif (link.person.roles, link.person.was) != (person.roles, person.was) or link.until <= now:
            anew.append(person)
        else:
            same.append(link)
    kept = {link.id for link in same}
    void = tuple(
        link.id for link in links if link.id not in kept and (one := seen.get(link.id)) and one.state in _WAITING
    )
    return Boarding(same=tuple(same), anew=tuple(anew), come=tuple(come), astray=tuple(astray), void=void)


def written(links: Sequence[Link]) -> str:
    """Return doors.json: whoever reads it comes in as anybody who has not come yet."""
    rows = [
        {
            "id": link.id,
            "name": link.person.name,
            "roles": list(link.person.roles),
            "was": link.person.was,
            "url": link.url,
            "until": link.until.isoformat(),
        }
        for link in links
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def read(text: str, file: object) -> tuple[Link, ...]:
    """Return what `written` wrote. Raises LifeboatError."""
    try:
        return tuple(_link(row) for row in json.loads(text))
    except (ValueError, KeyError, TypeError):
        raise LifeboatError("lifeboat.damaged", path=file, why="JSON") from None


def _link(row: Mapping[str, str]) -> Link:
    person = Person(name=row["name"], roles=tuple(Role(role) for role in row["roles"]), was=row.get("was", ""))
    return Link(id=row["id"], person=person, url=row["url"], until=datetime.fromisoformat(row["until"]))
