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
from bot.core.people.roster import Role

Cascading = (
    commands.OpenCascade
    | commands.GiveConfirmation
    | commands.InviteBelow
    | commands.SendBulletin
    | commands.PauseCascade
    | commands.ResumeCascade
    | commands.CancelCascade
    | commands.ShowCascade
)

_OPEN, _GO, _INVITE = words("cascade.open"), words("cascade.go"), words("cascade.invite")
_CLOSE = words("cascade.close")
_ID = re.compile(r"(?:^|(?<=\s))((?:@|https://matrix\.to/)\S+)")
_QUOTES = '"«»“”„'
_KNOWN = ", ".join(
    f"cascade.{name}" for name in ("open", "go", "invite", "close", "pause", "resume", "cancel", "status")
)
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
    if fold(word) in _OPEN:
        return read_opening(after)
    if fold(word) in _GO:
        return read_confirmation(after)
    if fold(word) in _INVITE:
        return _invite(after)
    if fold(word) in _CLOSE:
        return read_farewell(after)
    known = _WORDS.get(fold(word))
    if known is None:
        raise BadArgumentError(Why.NOT_ONE_OF, given=word, words=_KNOWN)
    after.nothing()
    return known()


def _invite(line: Line) -> commands.InviteBelow:
    """Read an organisation, an id, and a role if there is one."""
    found = _ID.search(line.rest)
    if found is None or not line.rest[: found.start()].strip():
        raise missing(Argument.PERSON if line.rest else Argument.FIRM)
    typed = line.rest[found.end() :].strip()
    role = ROLES.get(fold(typed)) if typed else Role.COORDINATOR
    if role is None or role is Role.ADMIN:
        raise BadArgumentError(Why.UNKNOWN_ROLE, given=typed)
    organisation = line.rest[: found.start()].strip().strip(_QUOTES).strip()
    return commands.InviteBelow(organisation=organisation, who=found[1], role=role)
