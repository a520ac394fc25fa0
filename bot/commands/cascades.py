"""Reader of `!cascade`: a word that says what to do, and for an opening a title with its options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.commands.bulletins import read_farewell
from bot.commands.line import Line
from bot.commands.opening import read_opening
from bot.commands.readers import read_confirmation
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.words import ROLES, words
from bot.core import commands
from bot.core.language import fold
from bot.core.organisations.repair import QUOTES
from bot.core.people.roster import Role

Cascading = (
    commands.OpenCascade
    | commands.GiveConfirmation
    | commands.InviteBelow
    | commands.RemoveBelow
    | commands.ReopenBelow
    | commands.MergeFirms
    | commands.SendBulletin
    | commands.PauseCascade
    | commands.ResumeCascade
    | commands.CancelCascade
    | commands.ShowCascade
)

_ID = re.compile(r"(?:^|(?<=\s))((?:@|https://matrix\.to/)\S+)")
_NAMES = "open go invite remove replace merge close reopen pause resume cancel status"
_KNOWN = ", ".join(f"cascade.{name}" for name in _NAMES.split())
_WORDS: Mapping[str, Callable[[], Cascading]] = {
    **dict.fromkeys(words("cascade.pause"), commands.PauseCascade),
    **dict.fromkeys(words("cascade.resume"), commands.ResumeCascade),
    **dict.fromkeys(words("cascade.cancel"), commands.CancelCascade),
    **dict.fromkeys(words("cascade.status"), commands.ShowCascade),
}


def read_cascade(line: Line) -> Cascading:
    if not line.rest:
        return commands.ShowCascade()
    word, after = line.first(Argument.NAME)
    reader = _READERS.get(fold(word))
    if reader is not None:
        return reader(after)
    known = _WORDS.get(fold(word))
    if known is None:
        raise BadArgumentError(Why.NOT_ONE_OF, given=word, words=_KNOWN)
    after.nothing()
    return known()


def _invite(line: Line) -> commands.InviteBelow:
    """Read an organisation, an id, and a role if there is one."""
    organisation, who, after = _person(line)
    role = ROLES.get(fold(after)) if after else Role.COORDINATOR
    if role is None or role is Role.ADMIN:
        raise BadArgumentError(Why.UNKNOWN_ROLE, given=after)
    return commands.InviteBelow(organisation=organisation, who=who, role=role)


def _remove(line: Line) -> commands.RemoveBelow:
    """Read an organisation and an id."""
    organisation, who, after = _person(line)
    if after:
        raise BadArgumentError(Why.TOO_MUCH, given=after)
    return commands.RemoveBelow(organisation=organisation, who=who)


def _replace(line: Line) -> commands.RemoveBelow:
    """Read an organisation, the id of who goes, and of who comes."""
    organisation, who, after = _person(line)
    new = _ID.match(after)
    if new is None:
        raise missing(Argument.PERSON)
    if new.end() < len(after):
        raise BadArgumentError(Why.TOO_MUCH, given=after[new.end() :].strip())
    return commands.RemoveBelow(organisation=organisation, who=who, new=new[1])


def _person(line: Line) -> tuple[str, str, str]:
    """Return an organisation, the id of one of its people, and what stands after it."""
    found = _ID.search(line.rest)
    organisation = _bare(line.rest[: found.start()] if found else "")
    if found is None or not organisation:
        raise missing(Argument.PERSON if line.rest else Argument.ORGANISATION)
    return organisation, found[1], line.rest[found.end() :].strip()


def _reopen(line: Line) -> commands.ReopenBelow:
    return commands.ReopenBelow(organisation=_bare(line.whole(Argument.ORGANISATION)))


def _merge(line: Line) -> commands.MergeFirms:
    return commands.MergeFirms(firms=line.whole(Argument.ORGANISATIONS))


def _bare(name: str) -> str:
    return name.strip(f"{QUOTES} ")


_READERS: Mapping[str, Callable[[Line], Cascading]] = {
    **dict.fromkeys(words("cascade.open"), read_opening),
    **dict.fromkeys(words("cascade.go"), read_confirmation),
    **dict.fromkeys(words("cascade.invite"), _invite),
    **dict.fromkeys(words("cascade.remove"), _remove),
    **dict.fromkeys(words("cascade.replace"), _replace),
    **dict.fromkeys(words("cascade.reopen"), _reopen),
    **dict.fromkeys(words("cascade.merge"), _merge),
    **dict.fromkeys(words("cascade.close"), read_farewell),
}
