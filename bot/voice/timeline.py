"""The timeline: one line for each fact, who and what; and the same sentence alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import assert_never

from bot.core import facts
from bot.core.clocks.lengths import Until
from bot.core.incident import Incident
from bot.core.names import StepId, UserId
from bot.core.playbook import Language
from bot.core.ringing.rungs import AIM
from bot.core.ringing.silence import silence
from bot.core.roster import Role
from bot.voice.cascade import Told, about_cascade
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, paragraphs, render
from bot.voice.times import day, moment, offset
from bot.voice.trust import about_identities
from bot.voice.two_persons import told
from bot.voice.wording import answer_word, aside_key, people, person, role_word, role_words, severity_word, short

LARGEST = 18_000
"""Bytes of body and HTML together; of more, the oldest lines are left out."""
_HEAD_OF_CHAIN = 12


def timeline(records: Sequence[facts.Recorded[facts.Fact | facts.DeskFact]], incident: Incident) -> Text:
    """Return the last facts, oldest first, and the head of the chain that proves them."""
    kept = list(records)
    text = _timeline(kept, incident)
    while len(text.body.encode()) + len(text.html.encode()) > LARGEST and len(kept) > 1:
        kept = kept[max(1, len(kept) // 8) :]
        text = _timeline(kept, incident)
    return text


def announce(fact: facts.Fact | facts.DeskFact, incident: Incident) -> Text:
    """Return the sentence that says what happened, as the timeline has it."""
    return render(happened(fact, incident))


def _timeline(records: Sequence[facts.Recorded[facts.Fact | facts.DeskFact]], incident: Incident) -> Text:
    language = incident.language
    if not records:
        return render(say(language, "timeline.none"))
    days = [
        paragraphs(say(language, "timeline.day", day=name), bullets(_line(record, incident) for record in of_day))
        for name, of_day in groupby(records, key=lambda record: _day(record, incident))
    ]
    last = records[-1]
    head = say(language, "timeline.head", number=str(last.number), digest=last.digest[:_HEAD_OF_CHAIN])
    return render(paragraphs(say(language, "timeline.title"), *days, head))


def _day(record: facts.Recorded[facts.Fact | facts.DeskFact], incident: Incident) -> str:
    """Name the day with its offset, so that an hour which clocks show twice is told apart."""
    local = record.fact.at.astimezone(incident.zone)
    return f"{day(local, incident.zone, incident.language)} ({offset(local)})"


def _line(record: facts.Recorded[facts.Fact | facts.DeskFact], incident: Incident) -> Piece:
    time = f"{record.fact.at.astimezone(incident.zone):%H:%M}"
    return say(incident.language, "timeline.line", time=time, what=happened(record.fact, incident))


def happened(fact: facts.Fact | facts.DeskFact, incident: Incident) -> Piece:  # noqa: C901, PLR0911 - a table
    """Return what *fact* says, in one sentence of a line or two."""
    if isinstance(fact, Told):
        return about_cascade(fact, incident)
    match fact:
        case facts.StepAssigned() | facts.StepDone() | facts.StepSkipped() | facts.StepReopened() | facts.Answered():
            return _about_work(fact, incident)
        case facts.ClockStarted() | facts.ClockFiled() | facts.ClockSetAside() | facts.Acknowledged() | facts.Snoozed():
            return _about_clocks(fact, incident)
        case facts.ClockClassified() | facts.ClockAdded():
            return _about_more_clocks(fact, incident)
        case facts.Rang() | facts.StepsRang() | facts.UpdateRang() | facts.RepeatRang() | facts.NotDelivered():
            return _about_ringing(fact, incident)
        case (
            facts.RiskWeighed() | facts.RiskDecided() | facts.DraftMade() | facts.DraftReviewed() | facts.DraftFrozen()
        ):
            return _about_judgement(fact, incident)
        case (
            facts.Joined()
            | facts.Left()
            | facts.StrangerCame()
            | facts.Briefed()
            | facts.PersonInvited()
            | facts.RoleGiven()
            | facts.PersonRemoved()
        ):
            return _about_people(fact, incident)
        case facts.IdentityChangeSeen() | facts.IdentityShown() | facts.IdentityConfirmed():
            return about_identities(fact, incident)
        case (
            facts.ConfirmationAsked()
            | facts.ConfirmationGiven()
            | facts.HouseConfirmationAsked()
            | facts.HouseConfirmationGiven()
        ):
            return told(fact, incident)
        case _:
            return _about_incident(fact, incident)


def _about_work(
    fact: facts.StepAssigned | facts.StepDone | facts.StepSkipped | facts.StepReopened | facts.Answered,
    incident: Incident,
) -> Piece:
    language, who = incident.language, person(incident, fact.by)
    match fact:
        case facts.StepAssigned(step=step, to=to):
            return say(language, "fact.StepAssigned", who=who, step=_step(step, incident), to=_to(to, incident))
        case facts.StepDone(step=step, result=result):
            key = "fact.StepDone.text" if result else "fact.StepDone"
            return say(language, key, who=who, step=_step(step, incident), text=short(result))
        case facts.StepSkipped(step=step, reason=reason):
            return say(language, "fact.StepSkipped", who=who, step=_step(step, incident), text=short(reason))
        case facts.StepReopened(step=step):
            return say(language, "fact.StepReopened", who=who, step=_step(step, incident))
        case facts.Answered(question=question, value=value):
            shown = short(answer_word(value, language))
            key = "fact.Answered.decided" if fact.reason else "fact.Answered"
            return say(language, key, who=who, question=question, value=shown, text=short(fact.reason))
        case _:
            assert_never(fact)


def _about_clocks(
    fact: facts.ClockStarted | facts.ClockFiled | facts.ClockSetAside | facts.Acknowledged | facts.Snoozed,
    incident: Incident,
) -> Piece:
    language, zone = incident.language, incident.zone
    match fact:
        case facts.ClockStarted():
            return _started(fact, incident)
        case facts.ClockFiled(rule=rule, by=by, reference=reference, filed_at=filed_at):
            at = moment(filed_at, zone, language)
            who = person(incident, by)
            return say(language, "fact.ClockFiled", who=who, rule=rule, at=at, text=short(reference))
        case facts.ClockSetAside(rule=rule, by=by, reason=reason):
            key = aside_key("fact.ClockSetAside", rule)
            return say(language, key, who=person(incident, by), rule=rule, text=short(reason))
        case facts.Acknowledged(rules=rules, by=by):
            return say(language, "fact.Acknowledged", who=person(incident, by), rules=", ".join(rules))
        case facts.Snoozed(rule=rule, by=by, until=until):
            at = moment(until, zone, language)
            return say(language, "fact.Snoozed", who=person(incident, by), rule=rule, until=at)
        case _:
            assert_never(fact)


def _started(fact: facts.ClockStarted, incident: Incident) -> Piece:
    language, at = incident.language, moment(fact.aware, incident.zone, incident.language)
    if fact.by is None:
        return say(language, "fact.ClockStarted.chained", rule=fact.rule, aware=at, cause=short(fact.source))
    if fact.previous is not None:
        before = moment(fact.previous, incident.zone, language)
        who, text = person(incident, fact.by), short(fact.source)
        return say(
            language, "fact.ClockStarted.corrected", who=who, rule=fact.rule, previous=before, aware=at, text=text
        )
    key = "fact.ClockStarted.text" if fact.source else "fact.ClockStarted"
    return say(language, key, who=person(incident, fact.by), rule=fact.rule, aware=at, text=short(fact.source))


def _about_more_clocks(fact: facts.ClockClassified | facts.ClockAdded, incident: Incident) -> Piece:
    language, zone, who = incident.language, incident.zone, person(incident, fact.by)
    match fact:
        case facts.ClockClassified(rule=rule, classified_at=at):
            return say(language, "fact.ClockClassified", who=who, rule=rule, at=moment(at, zone, language))
        case facts.ClockAdded(rule=rule):
            due = rule.length.at if isinstance(rule.length, Until) else fact.at
            return say(language, "fact.ClockAdded", who=who, rule=rule.id, due=moment(due, zone, language))
        case _:
            assert_never(fact)


def _about_ringing(fact: facts.Reminder | facts.NotDelivered, incident: Incident) -> Piece:
    language = incident.language
    match fact:
        case facts.Rang(rule=rule, rung=rung, late_by=late_by, level=level):
            key = "fact.Rang.late" if late_by else "fact.Rang.again" if level else "fact.Rang"
            return say(language, key, rule=rule, rung=_rung(rung, language))
        case facts.StepsRang(steps=steps):
            return say(language, "fact.StepsRang", steps=", ".join(steps))
        case facts.UpdateRang(promised=promised):
            return say(language, "fact.UpdateRang", at=moment(promised, incident.zone, language))
        case facts.RepeatRang():
            return say(language, "fact.RepeatRang")
        case facts.NotDelivered(reminder=reminder, code=code):
            why = word(language, f"silence.why.{silence(code).name.lower()}")
            return say(language, "fact.NotDelivered", what=_about_ringing(reminder, incident), why=why)
        case _:
            assert_never(fact)


def _rung(rung: str, language: Language) -> str:
    """Return the name of a reminder as people read it: that at the soft line has words, the others are `T-24`."""
    return rung.replace(AIM, word(language, "rung.aim"), 1) if rung.startswith(AIM) else rung


def _about_judgement(
    fact: facts.RiskWeighed | facts.RiskDecided | facts.DraftMade | facts.DraftReviewed | facts.DraftFrozen,
    incident: Incident,
) -> Piece:
    language, who = incident.language, person(incident, fact.by)
    match fact:
        case facts.RiskWeighed(factor=factor, level=level, reason=reason):
            words = word(language, f"risk.factor.{factor.value}")
            shown = word(language, f"risk.level.{level.value}")
            return say(language, "fact.RiskWeighed", who=who, factor=words, level=shown, text=short(reason))
        case facts.RiskDecided(level=level, reason=reason):
            shown = word(language, f"risk.level.{level.value}")
            return say(language, "fact.RiskDecided", who=who, level=shown, text=short(reason))
        case facts.DraftMade(draft=draft, version=version):
            return say(language, "fact.DraftMade", who=who, draft=draft, version=str(version))
        case facts.DraftReviewed(draft=draft, version=version, role=role):
            found = role_word(role, language)
            return say(language, "fact.DraftReviewed", who=who, role=found, draft=draft, version=str(version))
        case facts.DraftFrozen(draft=draft, version=version):
            return say(language, "fact.DraftFrozen", who=who, draft=draft, version=str(version))
        case _:
            assert_never(fact)


def _about_people(  # noqa: PLR0911 - a table
    fact: facts.Joined
    | facts.Left
    | facts.StrangerCame
    | facts.Briefed
    | facts.PersonInvited
    | facts.RoleGiven
    | facts.PersonRemoved,
    incident: Incident,
) -> Piece:
    language = incident.language
    match fact:
        case facts.Joined(user=user):
            return say(language, "fact.Joined", who=person(incident, user))
        case facts.Left(user=user):
            return say(language, "fact.Left", who=person(incident, user))
        case facts.StrangerCame(user=user):
            return say(language, "fact.StrangerCame", who=short(user, 80))
        case facts.Briefed(users=users):
            return say(language, "fact.Briefed", who=short(people(incident, users)))
        case facts.PersonInvited(by=by, user=user, roles=roles):
            who, whom = person(incident, by), person(incident, user)
            return say(language, "fact.PersonInvited", who=who, user=whom, roles=role_words(roles, language))
        case facts.RoleGiven(by=by, user=user, role=role):
            who, whom = person(incident, by), person(incident, user)
            return say(language, "fact.RoleGiven", who=who, user=whom, role=role_word(role, language))
        case facts.PersonRemoved(by=by, user=user):
            return say(language, "fact.PersonRemoved", who=person(incident, by), user=person(incident, user))
        case _:
            assert_never(fact)


_Rest = (
    facts.Opened
    | facts.RoomReady
    | facts.CardPosted
    | facts.Noted
    | facts.SeveritySet
    | facts.Closed
    | facts.Resumed
    | facts.Purged
    | facts.ControlRoomReady
    | facts.DirectRoomAsked
    | facts.DirectRoomReady
    | facts.ChoiceOffered
    | facts.FileOffered
)


def _about_incident(fact: _Rest, incident: Incident) -> Piece:  # noqa: C901, PLR0911 - a table
    language = incident.language
    match fact:
        case facts.Opened(by=by, title=title, codename=codename):
            key = "fact.Opened.drill" if fact.drill else "fact.Opened"
            return say(language, key, who=person(incident, by), title=short(title), codename=codename)
        case facts.RoomReady() | facts.CardPosted() | facts.ControlRoomReady():
            return say(language, f"fact.{type(fact).__name__}")
        case facts.DirectRoomAsked(user=user) | facts.DirectRoomReady(user=user):
            return say(language, f"fact.{type(fact).__name__}", user=person(incident, user))
        case facts.ChoiceOffered(by=by, title=title):
            return say(language, "fact.ChoiceOffered", who=person(incident, by), title=short(title))
        case facts.FileOffered(by=by):
            return say(language, "fact.FileOffered", who=person(incident, by))
        case facts.Noted(by=by, text=text):
            return say(language, "fact.Noted", who=person(incident, by), text=short(text, 160))
        case facts.SeveritySet(by=by, severity=severity):
            words = severity_word(severity, language)
            return say(language, "fact.SeveritySet", who=person(incident, by), severity=words)
        case facts.Closed(by=by, summary=summary):
            key = "fact.Closed.text" if summary else "fact.Closed"
            return say(language, key, who=person(incident, by), text=short(summary))
        case facts.Resumed(by=by):
            return say(language, "fact.Resumed", who=person(incident, by))
        case facts.Purged(cause=cause, entries=entries):
            key = "fact.Purged.retention" if cause is facts.PurgeCause.RETENTION else "fact.Purged"
            return say(language, key, count=str(entries))
        case _:
            assert_never(fact)


def _step(id: StepId, incident: Incident) -> Piece:
    """Return a step's id in bold with its title."""
    step = incident.playbook.step(id)
    return say(incident.language, "step.named", step=id, title=step.title if step else "")


def _to(to: UserId | Role, incident: Incident) -> str:
    return role_word(to, incident.language) if isinstance(to, Role) else person(incident, to)
