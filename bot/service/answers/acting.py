"""Commands that change something: an incident is opened, or what its own rules make of a command becomes fact."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import assert_never

from bot import voice
from bot.core import commands, facts
from bot.core.decide import Act, dates, decide, following, house
from bot.core.decide.asking import need
from bot.core.decide.cascade import Steer, enclosed_of
from bot.core.desk import open_incident
from bot.core.errors import AlreadyOnRoster, IncidentClosed, RuleError
from bot.core.evolve import evolve
from bot.core.incident import Incident, Status
from bot.core.names import InputId
from bot.core.people.profile import Profile, catalogue
from bot.core.people.roster import Right
from bot.core.replies.subjects import Playbooks
from bot.service.answers import trusting
from bot.service.answers.sources import Sources
from bot.service.organisations.bulletins import confirmed, send
from bot.service.outcome import Outcome, Typed, answered, decided
from bot.service.tasks import answer_task, incident_tasks


def open_(command: commands.Open | commands.Choose, asked: Typed, sources: Sources) -> Outcome:
    """Open an incident, or offer the playbooks there are. Raises RuleError."""
    desk, house = sources.books.desk, sources.house
    fact = open_incident(desk, house, command, asked.around.asker, asked.input, asked.now)
    match fact:
        case facts.Opened(incident=incident):
            tasks = incident_tasks(asked.input, None, (fact,), asked.address, asked.now)
            return Outcome(stream=incident, facts=(fact,), tasks=tasks)
        case facts.ChoiceOffered(playbooks=ids, language=language):
            offered = tuple(house.playbooks[id, language] for id in ids)
            text = replace(
                voice.choice(offered, asked.language),
                about=(Playbooks(offered_at=fact.at, playbooks=ids),),
                ballot=voice.choice_ballot(offered, asked.language),
            )
            return Outcome(facts=(fact,), tasks=answered(asked.input, asked.address, text).tasks)
        case _:
            assert_never(fact)


def act(command: Act, asked: Typed, sources: Sources) -> Outcome:
    """Let the incident's rules decide. Raises RuleError."""
    incident = asked.here
    # Whom the house has is nothing of an organisation's, nor of a guest's.
    people = sources.house.people if incident.parent is None and asked.around.house_roles else {}
    found, own = decide(incident, command, asked.by, asked.now, people), sources.identity.user
    if any(isinstance(fact, facts.PersonInvited) and fact.user == own for fact in found):
        raise AlreadyOnRoster(own)
    return confirmed(decided(asked, *found), incident, sources.books.children(incident.id), asked)


def answer_several(command: commands.AnswerSeveral, asked: Typed, _: Sources) -> Outcome:
    """Take those of many answers that can be taken, all at once, and name the others. Raises IncidentClosed."""
    before = after = asked.here
    if before.status is Status.CLOSED:
        raise IncidentClosed
    found: list[facts.Fact] = []
    wrong: list[tuple[str, str]] = []
    for given in command.given:
        new, why = _taken(given, after, asked)
        found += new
        wrong += why
        after = reduce(evolve, new, after)
    kept = tuple(fact for fact in found if isinstance(fact, facts.Answered))
    text = voice.answered_several(kept, wrong, before, after)
    answer = answer_task(InputId(f"{asked.input}:facts"), 0, asked.address, text)
    tasks = incident_tasks(asked.input, before, found, asked.address, asked.now, is_told=True)
    return Outcome(stream=before.id, facts=tuple(found), tasks=(answer, *tasks))


def _taken(
    given: commands.Answer | commands.UnreadAnswer, incident: Incident, asked: Typed
) -> tuple[tuple[facts.Fact, ...], tuple[tuple[str, str], ...]]:
    """Return what one of many answers leads to, or what is wrong with it."""
    match given:
        case commands.UnreadAnswer(line=line):
            return (), ((line, voice.unread(given, asked.language).body),)
        case commands.Answer(question=question, value=value):
            try:
                return decide(incident, given, asked.by, asked.now, {}), ()
            except RuleError as refusal:
                return (), ((f"{question} {value}", voice.refusal(refusal, asked.language, incident.zone).body),)
        case _:
            assert_never(given)


def follow(command: commands.FollowRule, asked: Typed, sources: Sources) -> Outcome:
    """Watch a clock of the catalogue as it is for this house, with its contracts. Raises RuleError."""
    incident, rows = asked.here, catalogue(sources.house.rules, _profile(asked, sources))
    return decided(asked, following.follow(incident, command, rows, asked.by, asked.now))


def add_dates(command: commands.AddDates, asked: Typed, sources: Sources) -> Outcome:
    """Let dates of the house's calendar run. Raises RuleError."""
    incident, calendar = asked.here, _profile(asked, sources).calendar
    return decided(asked, dates.add_dates(incident, command, calendar, asked.by, asked.now))


def show_dates(_: commands.ShowDates, asked: Typed, sources: Sources) -> voice.Text:
    """Show the dates of the house's calendar that could run. Raises NoDates."""
    return voice.dates(dates.to_add(asked.here, _profile(asked, sources).calendar, asked.now), asked.here)


def _profile(asked: Typed, sources: Sources) -> Profile:
    """Return what is known of the house: its contracts and its taxes are nothing of an organisation's."""
    return sources.house.profile if asked.here.parent is None else Profile()


def steer(command: Steer, asked: Typed, sources: Sources) -> Outcome:
    """Pause, resume or cancel the opening of rooms. Raises RuleError."""
    return sources.cascades.steer(command, asked.here, asked)


def open_cascade(command: commands.OpenCascade, asked: Typed, sources: Sources) -> Outcome:
    """Open a room for each organisation of a list. Raises RuleError."""
    return sources.cascades.ask_for_list(command, asked.around.incident, asked.around.asker.room, asked)


def send_bulletin(command: commands.SendBulletin, asked: Typed, sources: Sources) -> Outcome:
    """Say the same in the rooms of organisations, be it typed as a bulletin or as a farewell. Raises RuleError."""
    need(asked.here, asked.by, Right.LEAD)
    room = asked.around.asker.room
    enclosed = enclosed_of(sources.books.desk, asked.by, room, asked.now) if command.has_file else None
    return send(command, asked.here, sources.books.children(asked.here.id), asked, enclosed)


# --- the second person ----------------------------------------------------------------------------------------------


def confirm(command: commands.GiveConfirmation, asked: Typed, sources: Sources) -> Outcome:
    """Carry out what waits for a second person. Raises RuleError."""
    if asked.around.incident is not None:
        return act(command, asked, sources)
    given = house.confirm(sources.books.desk, sources.house.people, command.number, asked.by, asked.now)
    match given.act:
        case facts.CascadeOpening():
            done = Outcome(tasks=(sources.cascades.confirmed(given.act, asked.by, given.asked_by, asked),))
        case facts.Trusting():
            done = trusting.confirmed(given.act, given.asked_by, asked, sources)
        case _:
            assert_never(given.act)
    return replace(done, facts=(given, *done.facts))
