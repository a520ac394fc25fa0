"""Reader of `!cascade`: a word that says what to do, and for an opening a title with its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.commands.line import Line
from bot.commands.opening import read_opening
from bot.commands.reasons import Argument, BadArgumentError, Why
from bot.commands.words import words
from bot.core.commands import CancelCascade, OpenCascade, PauseCascade, ResumeCascade, ShowCascade
from bot.core.language import fold

Cascading = OpenCascade | PauseCascade | ResumeCascade | CancelCascade | ShowCascade

_OPEN = words("cascade.open")
_WORDS: Mapping[str, Callable[[], Cascading]] = {
    **dict.fromkeys(words("cascade.pause"), PauseCascade),
    **dict.fromkeys(words("cascade.resume"), ResumeCascade),
    **dict.fromkeys(words("cascade.cancel"), CancelCascade),
    **dict.fromkeys(words("cascade.status"), ShowCascade),
}


def read_cascade(line: Line) -> Cascading:
    if not line.rest:
        return ShowCascade()
    word, after = line.first(Argument.NAME)
    if fold(word) in _OPEN:
        return read_opening(after)
    known = _WORDS.get(fold(word))
    if known is None:
        raise BadArgumentError(Why.NOT_ONE_OF, given=word, accepted="open, pause, resume, cancel, status")
    after.nothing()
    return known()
