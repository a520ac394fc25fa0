"""Reader of `!cascade`: a word that says what to do, and for an opening a title with its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.commands.line import Line
from bot.commands.opening import read_open
from bot.commands.reasons import Argument, BadArgumentError, Why
from bot.core.commands import CancelCascade, OpenCascade, PauseCascade, ResumeCascade, ShowCascade
from bot.core.spelling import fold

Cascading = OpenCascade | PauseCascade | ResumeCascade | CancelCascade | ShowCascade

_OPEN = {"open", "ouvrir"}
_WORDS: Mapping[str, Callable[[], Cascading]] = {
    **dict.fromkeys(("pause", "suspendre"), PauseCascade),
    **dict.fromkeys(("resume", "reprendre"), ResumeCascade),
    **dict.fromkeys(("cancel", "annuler", "arreter"), CancelCascade),
    **dict.fromkeys(("status", "etat", "statut"), ShowCascade),
}


def read_cascade(line: Line) -> Cascading:
    if not line.rest:
        return ShowCascade()
    word, after = line.first(Argument.NAME)
    if fold(word) in _OPEN:
        opening = read_open(after)
        return OpenCascade(
            title=opening.title,
            playbook=opening.playbook,
            severity=opening.severity,
            language=opening.language,
            drill=opening.drill,
        )
    known = _WORDS.get(fold(word))
    if known is None:
        raise BadArgumentError(Why.NOT_ONE_OF, given=word, accepted="open, pause, resume, cancel, status")
    after.nothing()
    return known()
