"""The last line of the timeline: what was written down of a command, or of something else that happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.chaos.judge import times
from tests.chaos.judge.acts import Act
from tests.chaos.judge.case import Case
from tests.chaos.judge.deadlines import takes_two
from tests.chaos.judge.lines import moment, name, say, word
from tests.chaos.judge.text import Text, Window, any_of
from tests.chaos.judge.two import NOTIFICATION, act_of, asked_as, to_be_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact of the bot's own record."""

    at: datetime
    head: str
    """The head of the chain with it, as the timeline shows it."""
    texts: Sequence[Text]
    """What may be written of it."""


def last_lines(case: Case, entries: Sequence[Entry], window: Window) -> list[Text]:
    """Return what `!timeline 1` may show in *window*: the entry that was the last one at some moment of it."""
    texts = list[Text]()
    for place, entry in enumerate(entries):
        is_followed = place + 1 < len(entries) and entries[place + 1].at < window.start
        if entry.at <= window.end and not is_followed:
            local = entry.at.astimezone(times.ZONE)
            shown = {
                "day": times.day(entry.at, case.language),
                "offset": times.offset(entry.at),
                "time": f"{local:%H:%M}",
            }
            texts += [
                say(case, "timeline", **shown, what=what, number=str(place + 1), head=entry.head)
                for what in entry.texts
            ]
    return texts


def written(case: Case, act: Act, at: datetime) -> list[Text]:  # noqa: PLR0911 - a table
    """Return what was written of *act*, carried out at *at* in *case*: a text for each fact, in their order."""
    who, rule, step = name(act.who), act.what, next((one for one in case.playbook.steps if one.id == act.what), None)
    title = step.title if step else ""
    match act.kind:
        case "note":
            return [say(case, "fact.note", who=who, text=act.text)]
        case "done" if not act.text:
            return [say(case, "fact.done", who=who, step=rule, title=title)]
        case "done" | "skip" | "reopen":
            key = "fact.done.text" if act.kind == "done" else f"fact.{act.kind}"
            return [say(case, key, who=who, step=rule, title=title, text=act.text)]
        case "assign":
            to = name(act.text) if act.text.startswith("@") else word(case, act.text)
            return [say(case, "fact.assign", who=who, step=rule, title=title, to=to)]
        case "fact":
            called = next((one.called for one in case.playbook.questions if one.name == rule), rule)
            return [say(case, "fact.fact", who=who, name=called, value=_value(case, act))]
        case "severity":
            return [say(case, "fact.severity", who=who, severity=word(case, rule))]
        case "close" | "confirm" | "resume":
            return _ends(case, act, at, who)
        case _:
            return _of_clock(case, act, at, who)


def _value(case: Case, act: Act) -> str:
    if act.when:
        return act.when.astimezone(UTC).isoformat()
    is_asked = any(question.name == act.what for question in case.playbook.questions)
    return word(case, act.text) if is_asked else act.text


def _ends(case: Case, act: Act, at: datetime, who: str) -> list[Text]:
    if act.kind == "resume":
        return [say(case, "fact.resume", who=who)]
    if act.kind == "confirm":
        return _confirmed(case, act, who)
    if case.of_law() and not case.is_drill:
        return [_asked(case, act, at, who)]
    return [say(case, "fact.close", who=who, text=act.text)]


def _asked(case: Case, act: Act, at: datetime, who: str) -> Text:
    asked = to_be_asked(case, act, at)
    return say(case, "fact.ask", who=who, number=str(asked.number), what=act_of(case, asked))


def _confirmed(case: Case, act: Act, who: str) -> list[Text]:
    asked = asked_as(case, act.what)
    if asked is None:
        return []
    first = name(asked.by)
    given = say(case, "fact.confirm", who=who, first=first, number=act.what, what=act_of(case, asked))
    if asked.is_closing:
        return [given, say(case, "fact.close", who=first, text=asked.words)]
    return [given, _aside(case, asked.rules[0], first, asked.words)]


def _aside(case: Case, rule: str, who: str, reason: str) -> Text:
    key = "fact.waive.notification" if rule == NOTIFICATION else "fact.waive"
    return say(case, key, who=who, rule=rule, text=reason)


def _of_clock(case: Case, act: Act, at: datetime, who: str) -> list[Text]:  # noqa: PLR0911 - a table
    rule, clock = act.what, case.clocks.get(act.what)
    match act.kind:
        case "aware":
            assert act.when is not None
            when = moment(case, act.when)
            if clock is not None and clock.runs and clock.aware is not None:
                known = moment(case, clock.aware)
                return [say(case, "fact.aware.corrected", who=who, rule=rule, known=known, at=when, text=act.text)]
            return [say(case, "fact.aware", who=who, rule=rule, at=when, text=act.text)]
        case "filed":
            now = moment(case, at)
            chained = [say(case, "fact.chained", rule=one, after=rule, at=now) for one in case.followers(rule)]
            return [say(case, "fact.filed", who=who, rule=rule, at=now, text=act.text), *chained]
        case "waive":
            return [_asked(case, act, at, who) if takes_two(case, act) else _aside(case, rule, who, act.text)]
        case "ack":
            return [say(case, "fact.ack", who=who, rules=any_of(r"[-\w]+(?:, [-\w]+)*"))]
        case "snooze":
            return [say(case, "fact.snooze", who=who, rule=rule, at=any_of(r".+ \d\d:\d\d(?: \(UTC[+-]\d+\))?"))]
        case "clock":
            assert act.when is not None
            return [say(case, "fact.clock", who=who, rule=rule, due=moment(case, act.when))]
        case _:
            return [any_of(".+")]
