"""What takes two persons: asked for by one, carried out when another confirms it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.chaos.judge.acts import Act, Told, listed, refused
from tests.chaos.judge.case import Asked, Case, Clock
from tests.chaos.judge.lines import clock_line, clock_title, moment, name, people, say, step_line
from tests.chaos.judge.text import Text, bullets, joined, paragraphs

CONFIRMED_WITHIN = timedelta(minutes=10)
LEADS = frozenset({"admin", "coordinator"})
KEEPS_CLOCKS = ("admin", "coordinator", "management", "dpo", "legal", "insurance")
NOTIFICATION = "GDPR-33-1"


# --- asking ---------------------------------------------------------------------------------------------------


def ask(case: Case, act: Act, at: datetime) -> Told:
    """Return what is told to whoever asks to close the incident, or to set a clock aside."""
    waiting = [asked for asked in case.asked if at < asked.at + CONFIRMED_WITHIN]
    wanted = to_be_asked(case, act, at)
    same = [asked for asked in waiting if _subject(asked) == _subject(wanted)]
    if same:
        until = moment(case, same[0].at + CONFIRMED_WITHIN)
        return refused(case, "already.asked", by=same[0].by, until=until, number=str(same[0].number))
    others = _seconds(case, wanted)
    how = say(
        case,
        "asks.how",
        people=people(others),
        number=str(wanted.number),
        until=moment(case, at + CONFIRMED_WITHIN),
    )
    better = say(case, "better", rule=wanted.rules[0]) if wanted.is_closing else ()
    key = "asks.to.close" if wanted.is_closing else "asks.to.set.aside"
    head = say(case, key, who=name(act.who), text=act.text)
    decides = () if wanted.is_closing else _who_decides(case)
    text = paragraphs(head, bullets(clock_line(case, rule, at) for rule in wanted.rules), better, decides, how)
    after = replace(case, asked=(*waiting, wanted), asked_so_far=wanted.number)
    return Told(text=text, case=after, rings_for=tuple(others))


def to_be_asked(case: Case, act: Act, at: datetime) -> Asked:
    is_closing = act.kind == "close"
    return Asked(
        number=case.asked_so_far + 1,
        by=act.who,
        at=at,
        words=act.text,
        rules=tuple(case.of_law()) if is_closing else (act.what,),
        due=None if is_closing or act.what not in case.clocks else case.clocks[act.what].due,
        runs=is_closing or (act.what in case.clocks and case.clocks[act.what].runs),
        is_closing=is_closing,
    )


def act_of(case: Case, asked: Asked) -> Text:
    """Say what was asked for, as the timeline does."""
    key = "to.close" if asked.is_closing else "to.set.aside" if asked.runs else "to.set.aside.suspected"
    return say(case, key, rules=", ".join(asked.rules))


def _subject(asked: Asked) -> str:
    return "" if asked.is_closing else asked.rules[0]


def _seconds(case: Case, asked: Asked) -> list[str]:
    """Return who may be the second person: all came with the opening."""
    may = LEADS if asked.is_closing else frozenset(KEEPS_CLOCKS)
    people = sorted(user for user, roles in case.roster.items() if roles & may and user != asked.by)
    deciding = case.deciding()
    # One of the two decides for the organisation.
    is_decided = asked.is_closing or asked.by in deciding
    return people if is_decided else [user for user in people if user in deciding]


def _who_decides(case: Case) -> Text:
    key = "decides" if case.holders("management") else "decides.nobody"
    return say(case, key, people=people(case.deciding()))


# --- confirming -----------------------------------------------------------------------------------------------


def confirm(case: Case, act: Act, at: datetime) -> Told:
    asked = asked_as(case, act.what)
    if asked is None:
        return refused(case, "nothing.asked")
    if at >= asked.at + CONFIRMED_WITHIN:
        return refused(case, "has.lapsed", number=act.what)
    others = _seconds(case, asked)
    if act.who not in others:
        return refused(case, "not.the.second", others=", ".join(others))
    after = replace(case, asked=tuple(one for one in case.asked if one is not asked))
    if asked.is_closing:
        more = [rule for rule in case.of_law() if rule not in asked.rules]
        return refused(case, "more.clocks", rules=", ".join(more)) if more else closed(after, asked.words, at)
    clock = case.clocks.get(asked.rules[0])
    runs, due = (clock.runs, clock.due if clock.runs else None) if clock else (False, None)
    if (runs, due) != (asked.runs, asked.due) or (clock is not None and clock.state == "filed"):
        return refused(case, "has.changed", number=act.what)
    return set_aside(after, asked.rules[0], asked.by, asked.words, at, confirmed_by=act.who)


def asked_as(case: Case, number: str) -> Asked | None:
    return next((one for one in case.asked if str(one.number) == number), None)


def closed(case: Case, summary: str, at: datetime) -> Told:
    head = joined((say(case, "is.closed"), (summary,)))
    steps = [step_line(case, step, among_mandatory=True) for step in case.open_steps() if step.is_mandatory]
    clocks = [clock_title(case, clock.rule) for clock in case.running()]
    text = paragraphs(
        head,
        listed(case, "closed.steps", steps),
        listed(case, "closed.clocks", clocks, "clock"),
        say(case, "closed.end"),
    )
    return Told(text=text, case=replace(case, is_closed=True, closed_at=at, summary=summary, asked=()))


def set_aside(case: Case, rule: str, by: str, reason: str, at: datetime, confirmed_by: str = "") -> Told:
    before = case.clocks.get(rule)
    key = "aside.notification" if rule == NOTIFICATION else "aside"
    ran = before if before is None or before.runs else before.ran
    clock = Clock(rule=rule, state="aside", since=at, by=by, words=reason, ran=ran)
    text = say(case, key, rule=rule, by=name(by), words=reason)
    if confirmed_by:
        text = joined((text, say(case, "seconded", second=name(confirmed_by))))
    if rule == NOTIFICATION:
        text = paragraphs(text, say(case, "risk.undecided"))
    return Told(text=text, case=replace(case, clocks={**case.clocks, rule: clock}))
