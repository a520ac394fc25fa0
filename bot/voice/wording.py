"""Small pieces that many messages share: people, roles, steps, a clock on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.core.clocks import lengths, rules
from bot.core.clocks.rules import legal_time
from bot.core.conditions import UNKNOWN
from bot.core.documents.register import NOTIFICATION
from bot.core.facts import Alert, Severity
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.names import RuleId, UserId
from bot.core.people.guests import Door, by_door
from bot.core.people.naming import localpart
from bot.core.people.roster import Role, holders
from bot.core.playbook import Step
from bot.sentences.typography import NO_BREAK, typeset
from bot.voice.catalogue import counted, own, say, word
from bot.voice.markup import Piece, join
from bot.voice.times import elapsed, left, moment, near

SHORT = 80
"""How much of a text a list shows; the store keeps it exactly."""
_DETAILS = 4
"""How many details of an alert are shown."""
_ALERT_TITLE = 160
_IN_ADDRESS = re.compile(r"(?<=\S)([.:@])(?=[^\W\d_]|//)")
"""What has letters right behind it in each address, and not in times and versions."""
LONG = 2_000
"""How much of a text a message about it alone shows."""


def short(text: str, limit: int = SHORT) -> str:
    """Return *text* on one line, cut with … when it is longer than *limit*."""
    line = " ".join(text.split())
    if line == text and len(line) <= limit:
        return text
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def printed(text: str) -> str:
    """Return *text* as one line of a paper that is signed: whatever breaks a line or is not seen becomes a blank."""
    return "".join(sign if sign.isprintable() or sign == NO_BREAK else " " for sign in text).strip()


def cut(text: str, limit: int = LONG) -> str:
    """Return *text* with its lines, cut with … when it is longer than *limit*."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def person(incident: Incident, user: UserId) -> str:
    """Return the short name of somebody on the roster; the full id when it would be taken for another."""
    name = _called(incident, user)
    same = [other for other in incident.roster if _called(incident, other).casefold() == name.casefold()]
    is_known = user in incident.roster or by_door(incident.doors, user) is not None
    return name if is_known and set(same) <= {user} else short(user)


def _called(incident: Incident, user: UserId) -> str:
    door = by_door(incident.doors, user)
    return localpart(user) if door is None else guest_name(door)


def guest_name(door: Door) -> str:
    """Return what somebody is called who comes by *door*: as whoever vouched said, else by their account."""
    return short(door.opened.name, 40) or localpart(door.user or UserId(""))


def people(incident: Incident, users: Iterable[UserId]) -> str:
    """Return short names, with commas."""
    return ", ".join(person(incident, user) for user in users)


def role_word(role: Role, language: Language) -> str:
    """Return the word for *role*."""
    return word(language, f"role.{role.value}")


def role_words(roles: Iterable[Role], language: Language) -> str:
    """Return the words for *roles*, in the order roles are declared."""
    held = set(roles)
    return ", ".join(role_word(role, language) for role in Role if role in held)


def severity_word(severity: Severity, language: Language) -> str:
    """Return the word for *severity*."""
    return word(language, f"severity.{severity.value}")


def alert_title(alert: Alert) -> str:
    """Return the title of an incident that is opened for *alert*: no longer than it is shown, and without addresses.

    It stands outside of code, where apps make links of what looks like an address or like somebody's id.
    """
    return short(_IN_ADDRESS.sub(r"\1 ", alert.title), _ALERT_TITLE)


def alert_words(alert: Alert, language: Language) -> Piece:
    """Return what a machine reported on one line: in code, where no app makes a link or a mention of it."""
    severity, title = severity_word(alert.severity, language), short(alert.title, _ALERT_TITLE)
    return say(language, "alert.words", severity=severity, title=title, source=alert.source)


def alert_details(alert: Alert, language: Language) -> Piece:
    """Return the first of what its source says beside it, a line each."""
    return join(
        say(language, "alert.detail", name=short(detail.name, 60), value=short(detail.value, 160))
        for detail in alert.details[:_DETAILS]
    )


def answer_word(value: str, language: Language) -> str:
    """Return an answer as people say it; answers other than yes, no and unknown are themselves."""
    return word(language, f"answer.{value}") if value in ("yes", "no", UNKNOWN) else value


def title_of(incident: Incident, limit: int = 120) -> str:
    """Return the title on one line, marked when all of it is a drill."""
    return marked(incident, short(incident.title, limit))


def marked(incident: Incident, text: str) -> str:
    """Return *text* with the mark of a drill when the incident is one."""
    return f"[{word(incident.language, 'drill.mark')}] {text}" if incident.drill else text


def file_mark(incident: Incident) -> str:
    """Return how the names of files begin that belong to *incident*: a drill's say so."""
    return f"{word(incident.language, 'drill.mark').lower()}-" if incident.drill else ""


def step_title(incident: Incident, step: Step) -> str:
    """Return the title of a step, typeset: it is content of ours."""
    return typeset(step.title, incident.language)


def assignee(incident: Incident, step: Step) -> str:
    """Return who is to do a step: the person, or the role with its holders."""
    assigned = incident.step_state(step.id).assigned
    if assigned is not None and not isinstance(assigned, Role):
        return person(incident, assigned)
    role = assigned or step.role
    names = people(incident, incident.called(role, holders(incident.roster, role)))
    return f"{role_word(role, incident.language)} ({names})" if names else role_word(role, incident.language)


def step_line(incident: Incident, step: Step, *, among_mandatory: bool = False) -> Piece:
    """Return a step on one line: its id, its title, who does it; of one that was done, that it is to be done again.

    *among_mandatory* ones it is not said of each that it is mandatory.
    """
    is_again, is_marked = incident.again_of(step) is not None, step.mandatory and not among_mandatory
    key = "step.line.again" if is_again else "step.line.mandatory" if is_marked else "step.line"
    return say(
        incident.language,
        key,
        step=step.id,
        title=step_title(incident, step),
        who=assignee(incident, step),
    )


def and_more(noun: str, rest: int, language: Language) -> Piece:
    """Return that a list leaves out *rest* of what *noun* counts; an empty piece when it leaves out nothing."""
    return say(language, "steps.more", count=counted(language, noun, rest)) if rest > 0 else Piece("")


def time_left(incident: Incident, running: rules.Running, due: datetime, now: datetime) -> str:
    """Return the time left on the clock's own axis; in a drill that axis runs faster."""
    return provisional(left(due, legal_time(running, incident.pace, now), incident.language), running, incident)


def provisional(words: str, running: rules.Running, incident: Incident) -> str:
    """Return *words* about the end of a clock, and that they are provisional while its awareness is only proposed."""
    return word(incident.language, "clock.provisional", words=words) if running.proposed else words


class Sign(StrEnum):
    """What tells clocks apart at a glance, beside their words: never by its colour alone."""

    RUNS = "⏳"
    LATE = "❗"
    WAITS = "❔"
    """Nobody started it."""
    FILED = "✅"
    ASIDE = "➖"


def sign_of(incident: Incident, clock: rules.Clock, now: datetime) -> Sign:
    """Return the sign of a clock as it stands."""
    match clock.state:
        case rules.Running(due=due) as running:
            return Sign.LATE if due is not None and legal_time(running, incident.pace, now) > due else Sign.RUNS
        case rules.Suspected():
            return Sign.WAITS
        case rules.Filed():
            return Sign.FILED
        case rules.SetAside():
            return Sign.ASIDE
        case _:
            assert_never(clock.state)


def clock_name(sign: Sign, rule: rules.Rule, language: Language) -> Piece:
    """Return the beginning of a line about a clock: its sign, its id, and what else people call it."""
    name = rule.called.get(language, "")
    return say(language, "clock.name.called" if name else "clock.name", sign=sign, rule=rule.id, name=name)


def clock_line(incident: Incident, clock: rules.Clock, now: datetime) -> Piece:
    """Return a clock in one or two lines: where it stands and, when it runs, until when."""
    language, zone, state = incident.language, incident.zone, clock.state
    name = clock_name(sign_of(incident, clock, now), clock.rule, language)
    match state:
        case rules.Running():
            return join((due_line(incident, clock, state, now), later_reading(incident, clock)))
        case rules.Suspected():
            provisional = supposed(incident, clock, "clock.line.supposed")
            return provisional if provisional.source else say(language, "clock.line.suspected", clock=name)
        case rules.Filed(at=at, reference=reference):
            when = moment(at, zone, language)
            return say(language, "clock.line.filed", clock=name, at=when, reference=short(reference, 60))
        case rules.SetAside(by=by, reason=reason):
            key = aside_key("clock.line.aside", clock.rule.id)
            return say(language, key, clock=name, by=person(incident, by), reason=short(reason))
        case _:
            assert_never(state)


def supposed(incident: Incident, clock: rules.Clock, key: str) -> Piece:
    """Return the sentence *key* about until when a clock would run that nobody started; empty where nothing rings."""
    state = incident.supposed.get(clock.rule.id)
    if state is None or state.due is None or incident.status is Status.CLOSED:
        return Piece("")
    known, due = (moment(at, incident.zone, incident.language) for at in (state.aware, state.due))
    waits = clock_name(Sign.WAITS, clock.rule, incident.language)
    return say(incident.language, key, clock=waits, aware=known, due=due)


def aside_key(key: str, rule: RuleId) -> str:
    """Return the form of *key* that says in full what was decided on the notification of a breach."""
    return f"{key}.notification" if rule == NOTIFICATION else key


def due_line(incident: Incident, clock: rules.Clock, state: rules.Running, now: datetime) -> Piece:
    """Return until when a running clock runs, in one line."""
    language = incident.language
    sign = sign_of(incident, clock, now)
    name = clock_name(sign, clock.rule, language)
    if state.due is None:
        since = elapsed(state.aware, legal_time(state, incident.pace, now), language)
        return say(language, "clock.line.open", clock=name, since=since)
    kind = "overdue" if sign is Sign.LATE else "running"
    if clock.rule.is_contract:
        kind = "contract"
    elif clock.rule.may_wait:
        kind = "business" if clock.rule.is_business else "soft"
    return say(
        language,
        f"clock.line.{kind}",
        clock=name,
        due=moment(state.due, incident.zone, language),
        left=time_left(incident, state, state.due, now),
    )


def later_reading(incident: Incident, clock: rules.Clock) -> Piece:
    """Return the later reading of the limit in a lighter line; an empty piece where there is none."""
    state = clock.state
    if not isinstance(state, rules.Running) or state.due is None:
        return Piece("")
    limit = rules.limit_of(clock.rule, state.aware, incident.zone, incident.closed_days, state.second)
    if limit is None or limit <= state.due:
        return Piece("")
    return reading(incident, clock.rule, "clock.reading", due=state.due, limit=limit)


def reading(incident: Incident, rule: rules.Rule, key: str, *, due: datetime, limit: datetime) -> Piece:
    """Return the sentence *key* about a limit that is later than the due time, in the form that says why it is."""
    language, zone = incident.language, incident.zone
    same_day = limit.astimezone(zone).date() == due.astimezone(zone).date()
    if rule.rests_on_closed_days and not same_day:
        key = f"{key}.rest"
    elif isinstance(rule.length, lengths.Months):
        key = f"{key}.month"
    shown = moment(limit, zone, language)
    return say(language, key, due=moment(due, zone, language), limit=shown, source=rule.source)


def clock_title(incident: Incident, clock: rules.Clock) -> str:
    """Return the title of a clock's rule; that of a clock of the firm as it was typed, on one line."""
    if clock.rule.is_business:
        return short(clock.rule.title.to(incident.language))
    return own(clock.rule.title, incident.language)


def near_opening(at: datetime, incident: Incident) -> str:
    """Return a moment in the incident's zone, with its year where that is not the one of the opening."""
    return near(at, incident.zone, incident.language, year=incident.opened_at.astimezone(incident.zone).year)
