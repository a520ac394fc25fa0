"""One reader a command: from the line after its word to the frozen command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.commands.line import Line
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.when import MOST_TOKENS, read_day, read_span, read_time
from bot.commands.words import ROLES, SEVERITIES, canonical_answer, words
from bot.core import commands
from bot.core.facts import Severity
from bot.core.language import fold
from bot.core.names import RuleId, StepId
from bot.core.people.roster import Role
from bot.core.people.trial import ConfirmReached
from bot.core.people.trust import ConfirmIdentity, ShowTrust

_AT = words("time.at")
_ONESELF = words("oneself")
_JOINING = words("and")
_CONFIRM = words("confirm")
_AWAY = words("duty.away")
_FROM, _TO = words("duty.from"), words("duty.to")
_WHENCE, _HANDED, _RECEIVED = words("evidence.from"), words("evidence.handed"), words("evidence.received")
_GIVEN_TO = words("evidence.to")
_EVIDENCE = re.compile(r"[Ee]?(?P<number>[0-9]{1,6})")
_SHA_256 = re.compile(r"[0-9A-Fa-f]{64}")
_CLOSE = words("door.close")
_LONGEST_NAME = 60
_MOST_WORDS = 2 * MOST_TOKENS

MOST_FACTS = 50
"""The longest timeline that is shown in the room."""
MOST_ASKED = 999_999
"""The largest number by which something is meant."""


def read_list(line: Line) -> commands.ListIncidents:
    line.nothing()
    return commands.ListIncidents()


def read_help(line: Line) -> commands.ShowHelp:
    return commands.ShowHelp(word=line.rest)


def read_guide(line: Line) -> commands.Guide:
    return commands.Guide(incident=line.rest)


def read_about(line: Line) -> commands.ShowAbout:
    line.nothing()
    return commands.ShowAbout()


def read_reached(line: Line) -> ConfirmReached:
    return ConfirmReached(codes=tuple(line.whole(Argument.TEST_CODE).split()))


def read_trust(line: Line) -> ShowTrust | ConfirmIdentity:
    who = line.whole(Argument.PERSON)
    *before, last = who.split()
    if fold(last) not in _CONFIRM:
        return ShowTrust(who=who)
    if not before:
        raise missing(Argument.PERSON)
    return ConfirmIdentity(who=" ".join(before))


def read_verify(line: Line) -> commands.SettleVerification | commands.AskToProve:
    who, after = line.first(Argument.PERSON)
    if not after.rest:
        return commands.AskToProve(who=who)
    typed, last = after.first(Argument.VALUE)
    answer = canonical_answer(typed)
    if answer not in ("yes", "no"):
        raise BadArgumentError(Why.NOT_ONE_OF, given=typed, words="answer.yes, answer.no")
    if answer == "no":
        return commands.SettleVerification(who=who, same=False)
    return commands.SettleVerification(who=who, same=True, code=last.whole(Argument.CODE))


def read_status(line: Line) -> commands.ShowStatus | commands.ShowOnePage:
    if not line.rest:
        return commands.ShowStatus()
    if ROLES.get(fold(line.rest)) is not Role.MANAGEMENT:
        raise BadArgumentError(Why.NOT_ONE_OF, given=line.rest, words="role.management")
    return commands.ShowOnePage()


def read_next(line: Line) -> commands.ShowNext:
    line.nothing()
    return commands.ShowNext()


def read_timeline(line: Line) -> commands.ShowTimeline:
    if not line.rest:
        return commands.ShowTimeline()
    if not re.fullmatch(r"[0-9]{1,3}", line.rest) or not 1 <= int(line.rest) <= MOST_FACTS:
        raise BadArgumentError(Why.NOT_A_COUNT, given=line.rest, limit=str(MOST_FACTS))
    return commands.ShowTimeline(count=int(line.rest))


def read_step(line: Line) -> commands.ShowStep:
    step, after = _step(line)
    after.nothing()
    return commands.ShowStep(step=step)


def read_done(line: Line) -> commands.FinishStep:
    step, after = _step(line)
    return commands.FinishStep(step=step, result=after.rest)


def read_skip(line: Line) -> commands.SkipStep:
    step, after = _step(line)
    return commands.SkipStep(step=step, reason=after.whole(Argument.REASON))


def read_reopen(line: Line) -> commands.ReopenStep:
    step, after = _step(line)
    after.nothing()
    return commands.ReopenStep(step=step)


def read_assign(line: Line) -> commands.AssignStep:
    step, after = _step(line)
    who = after.whole(Argument.PERSON)
    return commands.AssignStep(step=step, to=None if fold(who) in _ONESELF else ROLES.get(fold(who), who))


def read_facts(line: Line) -> commands.ShowFacts:
    line.nothing()
    return commands.ShowFacts()


def moment(text: str, line: Line) -> datetime:
    """Return the time that all of *text* says, or refuse it."""
    found = read_time(text, line.now, line.zone)
    if found is None:
        example = f"{line.now.astimezone(line.zone):%Y-%m-%d %H:%M}"
        raise BadArgumentError(Why.NOT_A_TIME, given=text, example=example)
    return found


def moment_at(text: str, line: Line) -> datetime:
    """Return the time that all of *text* says, be it behind an `at`, or refuse it."""
    first, _, rest = text.partition(" ")
    return moment(rest if fold(first) in _AT else text, line)


def read_classified(line: Line) -> commands.Classify:
    rule, after = _rule(line)
    return commands.Classify(rule=rule, when=moment(after.rest, after) if after.rest else None)


def read_aware(line: Line) -> commands.SetAware:
    rule, after = _rule(line)
    when, after = after.leading_time()
    return commands.SetAware(rule=rule, when=when, source=after.rest)


def read_filed(line: Line) -> commands.File:
    rule, after = _rule(line)
    reference, when = after.trailing_time()
    return commands.File(rule=rule, reference=reference.whole(Argument.REFERENCE), when=when)


def read_waive(line: Line) -> commands.Waive:
    rule, after = _rule(line)
    return commands.Waive(rule=rule, reason=after.whole(Argument.REASON))


def read_ack(line: Line) -> commands.Acknowledge:
    rules: list[RuleId] = []
    while line.rest:
        if rules and not line.names.rule(bare(line.rest.split(maxsplit=1)[0])):
            line.nothing()
        rule, line = _rule(line)
        rules.append(rule)
    return commands.Acknowledge(rules=tuple(dict.fromkeys(rules)))


def read_snooze(line: Line) -> commands.Snooze:
    rule, after = _rule(line)
    return commands.Snooze(rule=rule, span=read_span(after.whole(Argument.SPAN)))


def read_note(line: Line) -> commands.Note:
    return commands.Note(text=line.whole(Argument.TEXT))


def read_role(line: Line) -> commands.GiveRole:
    role, after = _role(line)
    return commands.GiveRole(role=role, who=after.whole(Argument.PERSON))


def read_duty(line: Line) -> commands.ShowDuty | commands.ChangeDuty:
    if not line.rest:
        return commands.ShowDuty()
    role, after = _role(line)
    if not after.rest:
        return commands.ShowDuty(role=role)
    who, after = after.first(Argument.PERSON)
    away, rest = _after(after.rest, _AWAY)
    start, end = _span(rest, line)
    if away and (start is None or end is None):
        raise missing(Argument.WHEN)
    return commands.ChangeDuty(role=role, who=who, start=start, end=end, away=away)


def read_contact(line: Line) -> commands.ShowContact | commands.AnswerContact:
    if not line.rest:
        return commands.ShowContact()
    typed, after = line.first(Argument.VALUE)
    answer = canonical_answer(typed.rstrip(".,;:!"))
    if answer not in ("yes", "no"):
        raise BadArgumentError(Why.NOT_ONE_OF, given=typed, words="answer.yes, answer.no")
    return commands.AnswerContact(holds=answer == "yes", words=after.rest)


def read_invite(line: Line) -> commands.Invite:
    who, role = _person_and_role(line.whole(Argument.PERSON))
    return commands.Invite(who=who, role=role)


def read_door(line: Line) -> commands.OpenDoor | commands.EndDoor | commands.ShowDoors:
    """Read `!door`, `!door N close` or `!door ROLE [NAME] [SPAN]`."""
    if not line.rest:
        return commands.ShowDoors()
    first, after = line.first(Argument.ROLE)
    if re.fullmatch(r"[0-9]{1,4}", first):
        return _end_door(int(first), after)
    role = ROLES.get(fold(first))
    if role is None:
        raise BadArgumentError(Why.UNKNOWN_ROLE, given=first)
    name, lasts = _named_until(after.rest)
    if len(name) > _LONGEST_NAME:
        raise BadArgumentError(Why.ARGUMENTS_TOO_LONG, limit=str(_LONGEST_NAME))
    return commands.OpenDoor(role=role, name=name, lasts=lasts)


def _end_door(number: int, after: Line) -> commands.EndDoor:
    typed = after.whole(Argument.VALUE)
    if fold(typed) not in _CLOSE:
        raise BadArgumentError(Why.NOT_ONE_OF, given=typed, words="door.close")
    return commands.EndDoor(number=number)


def _named_until(text: str) -> tuple[str, timedelta | None]:
    """Take a duration off the end; a name may have several words, so it is all the rest."""
    *before, last = text.split() or [""]
    if not last[:1].isdigit():
        return " ".join(text.split()), None
    return " ".join(before), read_span(last)


def read_remove(line: Line) -> commands.Remove:
    return commands.Remove(who=line.whole(Argument.PERSON))


def read_severity(line: Line) -> commands.SetSeverity:
    return commands.SetSeverity(severity=severity(line.whole(Argument.SEVERITY)))


def read_who(line: Line) -> commands.ShowPeople:
    line.nothing()
    return commands.ShowPeople()


def read_close(line: Line) -> commands.Close:
    return commands.Close(summary=line.rest)


def read_confirm(line: Line) -> commands.GiveConfirmation | commands.SetAware:
    """Read the number of an act that waits, or in an incident, which alone has steps, a clock."""
    rule = line.names.rule(bare(line.rest)) if line.names.steps and line.rest else None
    if rule is not None:
        return commands.SetAware(rule=rule, confirms=True)
    return read_confirmation(line)


def read_confirmation(line: Line) -> commands.GiveConfirmation:
    return commands.GiveConfirmation(number=number(line))


def number(line: Line) -> int | None:
    """Read one number, or nothing."""
    if not line.rest:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", line.rest):
        raise BadArgumentError(Why.NOT_A_COUNT, given=line.rest, limit=str(MOST_ASKED))
    return int(line.rest)


EvidenceCommand = (
    commands.ShowEvidence
    | commands.TakeEvidence
    | commands.NameEvidence
    | commands.SourceEvidence
    | commands.HandEvidence
    | commands.AcknowledgeEvidence
)


def read_evidence(line: Line) -> EvidenceCommand:
    """Read `!evidence`, `!evidence [from] SOURCE`, `!evidence SHA-256 WHAT`, or what begins with a number."""
    if not line.rest:
        return commands.ShowEvidence()
    first, after = line.first(Argument.NUMBER)
    if (found := _EVIDENCE.fullmatch(bare(first))) is not None:
        return _of_evidence(int(found["number"]), after)
    if _SHA_256.fullmatch(first):
        return commands.NameEvidence(digest=first.lower(), name=after.whole(Argument.TEXT))
    return commands.TakeEvidence(source=_whence(line))


def _of_evidence(number: int, after: Line) -> EvidenceCommand:
    if not after.rest:
        return commands.ShowEvidence(number=number)
    verb, what = after.first(Argument.VALUE)
    if fold(verb) in _HANDED:
        _, who = _after(what.rest, _GIVEN_TO)
        return commands.HandEvidence(number=number, who=replace(what, rest=who).whole(Argument.PERSON))
    if fold(verb) in _RECEIVED:
        what.nothing()
        return commands.AcknowledgeEvidence(number=number)
    if (source := _whence(after)) != after.rest or fold(verb) in _WHENCE:
        return commands.SourceEvidence(number=number, source=replace(after, rest=source).whole(Argument.SOURCE))
    raise BadArgumentError(Why.NOT_ONE_OF, given=verb, words="evidence.from, evidence.handed, evidence.received")


def _whence(line: Line) -> str:
    """Return what *line* says without the `from` that it may begin with, or the French `d'` of a vowel."""
    elided = re.match(r"[dD]['’](?=\S)", line.rest)
    return line.rest[elided.end() :] if elided else _after(line.rest, _WHENCE)[1]


def read_resume(line: Line) -> commands.Resume:
    line.nothing()
    return commands.Resume()


def severity(text: str) -> Severity:
    """Return the severity that *text* names, or refuse it."""
    known = SEVERITIES.get(fold(text))
    if known is None:
        raise BadArgumentError(Why.UNKNOWN_SEVERITY, given=text)
    return known


def _step(line: Line) -> tuple[StepId, Line]:
    word, after = line.first(Argument.STEP)
    return StepId(bare(word).upper()), after


def rule_id(word: str, line: Line) -> RuleId:
    """Return the id of a clock as it is kept, however it was typed, or by whichever of its names."""
    return line.names.rule(bare(word)) or RuleId(bare(word).upper())


def _rule(line: Line) -> tuple[RuleId, Line]:
    word, after = line.first(Argument.RULE)
    return rule_id(word, line), after


def bare(word: str) -> str:
    """Return an id without the marks that come along with copying: `**D1**`, `D1:`."""
    return word.strip("*:,;.") or word


def _person_and_role(text: str) -> tuple[str, Role | None]:
    """Take a role off the end. A display name may have several words, so the person is all the rest."""
    *before, last = text.rsplit(maxsplit=1)
    role = ROLES.get(fold(last))
    if role is None:
        return text, None
    if not before:
        raise missing(Argument.PERSON)
    return before[0], role


# --- a role, and a time that may be written in days --------------------------------------------------------------


def _role(line: Line) -> tuple[Role, Line]:
    word, after = line.first(Argument.ROLE)
    role = ROLES.get(fold(word))
    if role is None:
        raise BadArgumentError(Why.UNKNOWN_ROLE, given=word)
    return role, after


def _after(text: str, some: frozenset[str]) -> tuple[bool, str]:
    """Return whether *text* begins with one of *some* words, and what stands after it."""
    first, _, rest = text.partition(" ")
    return (True, rest.strip()) if fold(first) in some else (False, text)


def _span(text: str, line: Line) -> tuple[datetime | None, datetime | None]:
    """Return the beginning and the end that *text* says, each of which may be left out, the end first.

    A beginning in days is that day's first moment, an end in days its last.
    """
    tokens = _after(text, _FROM)[1].split()
    if not tokens:
        return None, None
    for first, second in _halves(tokens[: _MOST_WORDS + 1]):
        start, end = _moment(first, line, ends=False), _moment(second, line, ends=True) if second else None
        if start is not None and (end is not None or not second):
            return start, end
    example = f"{line.now.astimezone(line.zone):%Y-%m-%d}"
    raise BadArgumentError(Why.NOT_A_TIME, given=" ".join(tokens[:_MOST_WORDS]), example=example)


def _halves(tokens: list[str]) -> Iterator[tuple[str, str]]:
    """Yield how *tokens* may be one time, or two of them: the longest first one first."""
    for count in range(min(MOST_TOKENS, len(tokens)), 0, -1):
        yield " ".join(tokens[:count]), _after(" ".join(tokens[count:]), _TO)[1]


def _moment(text: str, line: Line, *, ends: bool) -> datetime | None:
    day = read_day(text, line.now, line.zone)
    if day is None:
        return read_time(text, line.now, line.zone)
    return _midnight(day + timedelta(days=1) if ends else day, line)


def _midnight(day: date, line: Line) -> datetime:
    return datetime.combine(day, time(0), line.zone).astimezone(UTC)
