"""Readers of commands about clocks of the firm, risk, drafts, register, calendar and record."""

from __future__ import annotations

import re

from bot.commands.line import Line
from bot.commands.readers import bare, moment, number, rule_id
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.when import MOST_TOKENS, read_time
from bot.commands.words import RISK_FACTORS, RISK_LEVELS, ROLES, words
from bot.core import commands
from bot.core.language import fold
from bot.core.names import DraftId
from bot.core.risk import CONTEXTS, EASE, LOSSES, MALICE, Score

_ADD = words("add")
_FOLLOW = words("follow")
_CALENDAR = words("calendar")
_ALL = words("all")
_FULL = words("full")
_PICTURE = words("picture")
_DECISION = words("decision")
_SCORE = words("score")
_SCORED = (CONTEXTS, EASE, LOSSES, LOSSES, LOSSES, MALICE)
"""What may stand in each place of a score, in hundredths."""
_REVIEWED = words("reviewed")
_FROZEN = words("frozen")
_NEW = words("new")
_QUOTED = re.compile(r"[\"«“„](?P<name>[^\"»”]+)[\"»”]\s*(?P<rest>.*)", re.DOTALL)


def read_clocks(line: Line) -> commands.ShowClocks | commands.ExportCalendar | commands.DrawClocks:
    match fold(line.rest).split():
        case []:
            return commands.ShowClocks()
        case ["ics"]:
            return commands.ExportCalendar()
        case ["ics", word] if word in _FULL:
            return commands.ExportCalendar(in_full=True)
        case [word] if word in _PICTURE:
            return commands.DrawClocks()
        case [_]:
            return commands.ShowClocks(rule=rule_id(line.rest, line))
        case _:
            raise BadArgumentError(Why.NOT_ONE_OF, given=line.rest, accepted="ics, ics full, picture")


def read_clock(
    line: Line,
) -> commands.ShowClocks | commands.AddClock | commands.FollowRule | commands.ShowDates | commands.AddDates:
    if not line.rest:
        return commands.ShowClocks()
    word, after = line.first(Argument.NAME)
    if fold(word) in _FOLLOW:
        typed, after = after.first(Argument.RULE)
        after.nothing()
        return commands.FollowRule(rule=rule_id(typed, after))
    if fold(word) in _CALENDAR:
        return _dates(after.rest)
    if fold(word) not in _ADD:
        raise BadArgumentError(Why.NOT_ONE_OF, given=word, words="add, follow, calendar")
    return _added(after)


def _dates(typed: str) -> commands.ShowDates | commands.AddDates:
    if not typed:
        return commands.ShowDates()
    return commands.AddDates(dates=() if fold(typed) in _ALL else tuple(bare(one) for one in typed.split()))


def _added(after: Line) -> commands.AddClock:
    quoted = _QUOTED.fullmatch(after.rest)
    if quoted:
        return _clock(quoted["name"].strip(), quoted["rest"].split(), after)
    tokens = after.rest.split()
    for start in range(1, len(tokens)):
        if _time_at(tokens, start, after):
            return _clock(" ".join(tokens[:start]), tokens[start:], after)
    raise missing(Argument.WHEN if tokens else Argument.NAME)


def _clock(name: str, tokens: list[str], line: Line) -> commands.AddClock:
    """Read what stands after the name: the longest time, then whoever owns the clock."""
    count = _time_at(tokens, 0, line)
    due = moment(" ".join(tokens[: count or MOST_TOKENS]), line) if tokens else None
    if due is None:
        raise missing(Argument.WHEN)
    owner = " ".join(tokens[count:])
    return commands.AddClock(name=name, due=due, owner=ROLES.get(fold(owner), owner) if owner else None)


def _time_at(tokens: list[str], start: int, line: Line) -> int:
    """Return how many tokens from *start* are a time; 0 when none are."""
    for count in range(min(MOST_TOKENS, len(tokens) - start), 0, -1):
        if read_time(" ".join(tokens[start : start + count]), line.now, line.zone) is not None:
            return count
    return 0


def read_risk(
    line: Line,
) -> (
    commands.ShowRisk
    | commands.AskFactor
    | commands.WeighRisk
    | commands.DecideRisk
    | commands.ShowScore
    | commands.ScoreSeverity
):
    if not line.rest:
        return commands.ShowRisk()
    word, after = line.first(Argument.QUESTION)
    if fold(word) in _SCORE:
        return _read_score(after)
    factor = RISK_FACTORS.get(fold(word))
    if factor is None and fold(word) not in _DECISION:
        raise BadArgumentError(Why.UNKNOWN_FACTOR, given=word)
    if factor is not None and not after.rest:
        return commands.AskFactor(factor=factor)
    given, after = after.first(Argument.LEVEL)
    level = RISK_LEVELS.get(fold(given))
    if level is None:
        raise BadArgumentError(Why.UNKNOWN_LEVEL, given=given)
    reason = after.whole(Argument.REASON)
    if factor is None:
        return commands.DecideRisk(level=level, reason=reason)
    return commands.WeighRisk(factor=factor, level=level, reason=reason)


def _read_score(line: Line) -> commands.ShowScore | commands.ScoreSeverity:
    """Read `3 1 0.5 0 0.25 0.5 REASON`: context, identification, what was lost, intent."""
    if not line.rest:
        return commands.ShowScore()
    given = []
    for accepted in _SCORED:
        typed, line = line.first(Argument.LEVEL)
        spelled = {f"{value / 100:g}": value for value in accepted}
        value = spelled.get(typed.replace(",", "."))
        if value is None:
            raise BadArgumentError(Why.NOT_ONE_OF, given=typed, accepted=", ".join(spelled))
        given.append(value)
    context, identification, confidentiality, integrity, availability, malice = given
    score = Score(
        context=context,
        identification=identification,
        confidentiality=confidentiality,
        integrity=integrity,
        availability=availability,
        malice=malice,
    )
    return commands.ScoreSeverity(score=score, reason=line.whole(Argument.REASON))


def read_draft(line: Line) -> commands.ShowDrafts | commands.MakeDraft | commands.ReviewDraft | commands.FreezeDraft:
    if not line.rest:
        return commands.ShowDrafts()
    name, after = line.first(Argument.NAME)
    draft, what = line.names.draft(bare(name)) or DraftId(fold(bare(name))), fold(after.rest)
    if what in _REVIEWED:
        return commands.ReviewDraft(draft=draft)
    if what in _FROZEN:
        return commands.FreezeDraft(draft=draft)
    if what and what not in _NEW:
        raise BadArgumentError(Why.NOT_ONE_OF, given=after.rest, words="reviewed, frozen, new")
    return commands.MakeDraft(draft=draft, again=what in _NEW)


def read_register(line: Line) -> commands.ShowRegister:
    if not line.rest:
        return commands.ShowRegister()
    form = fold(line.rest)
    if form not in (commands.RegisterForm.CSV, commands.RegisterForm.MARKDOWN):
        raise BadArgumentError(Why.NOT_ONE_OF, given=line.rest, accepted="csv, md")
    return commands.ShowRegister(form=commands.RegisterForm(form))


def read_seal(line: Line) -> commands.SealRecord | commands.WitnessCheckpoint:
    witnessed = number(line)
    return commands.SealRecord() if witnessed is None else commands.WitnessCheckpoint(number=witnessed)


def read_report(line: Line) -> commands.MakeReport:
    line.nothing()
    return commands.MakeReport()


def read_hold(line: Line) -> commands.Hold:
    return commands.Hold(reason=line.whole(Argument.REASON))


def read_unhold(line: Line) -> commands.LiftHold:
    line.nothing()
    return commands.LiftHold()
