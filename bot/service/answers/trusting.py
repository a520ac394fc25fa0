"""What admins ask of people's identities: shown, and confirmed by two of them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import voice
from bot.core import facts
from bot.core.decide import house
from bot.core.names import UserId
from bot.core.people.naming import find_person
from bot.core.people.trial import ConfirmReached, answer
from bot.core.people.trust import ConfirmIdentity, IdentityNotChanged, NotCompared, NotOneself, ShowTrust
from bot.service.answers.sources import Sources
from bot.service.outcome import Asked, Outcome, asked_of_the_house
from bot.service.tasks import answer_task, trust_task


def show(command: ShowTrust, asked: Asked, sources: Sources) -> Outcome:
    """Show an identity, and note which one was shown. Raises RuleError."""
    user = _person(command.who, sources)
    identity, found = sources.chat.identity_of(user), list[facts.DeskFact]()
    if identity.is_changed and identity.published is not None:
        found.append(facts.IdentityShown(at=asked.now, by=asked.by, user=user, master=identity.published))
    zone, confirmed = ZoneInfo(sources.house.zone), sources.books.desk.confirmed.get(user)
    text = voice.identity(user, identity, confirmed, zone, asked.language)
    return Outcome(facts=tuple(found), tasks=(answer_task(asked.input, 0, asked.address, text),))


def reached(command: ConfirmReached, asked: Asked, sources: Sources) -> Outcome:
    """Note that pages of a trial came. Raises RuleError."""
    trial = sources.books.desk.trial
    fact = answer(trial, command, asked.by, asked.now)
    pages = tuple(page for page in trial.made.pages if page.code in fact.codes) if trial else ()
    text = voice.trial_answered(pages, asked.language)
    return Outcome(facts=(fact,), tasks=(answer_task(asked.input, 0, asked.address, text),))


def confirm(command: ConfirmIdentity, asked: Asked, sources: Sources) -> Outcome:
    """Ask a second admin to know somebody by their new identity. Raises RuleError."""
    user, desk, people = _person(command.who, sources), sources.books.desk, sources.house.people
    identity = sources.chat.identity_of(user)
    if user == asked.by:
        raise NotOneself
    if not identity.is_changed or identity.published is None:
        raise IdentityNotChanged(user)
    if desk.compared(asked.by, user) != identity.published:
        raise NotCompared(user)
    act = facts.Trusting(user=user, master=identity.published)
    if not house.second_persons(people, asked.by, act):
        # The only one who may say so; nobody else here is asked for a key that is not theirs.
        return _known_by(act, asked.by, asked)
    fact = house.ask(desk, people, act, asked.by, asked.now)
    return asked_of_the_house(fact, sources.house, desk, asked.input, asked.address)


def confirmed(act: facts.Trusting, asked_by: UserId, asked: Asked, sources: Sources) -> Outcome:
    """Know somebody by the identity that two admins say is theirs, if it is still the one they publish."""
    if sources.chat.identity_of(act.user).published != act.master:
        raise IdentityNotChanged(act.user)
    return _known_by(act, asked_by, asked)


def _known_by(act: facts.Trusting, by: UserId, asked: Asked) -> Outcome:
    fact = facts.IdentityConfirmed(at=asked.now, by=by, user=act.user, master=act.master)
    trusts = trust_task(asked.input, 0, act.user, act.master)
    answer = answer_task(asked.input, 1, asked.address, voice.identity_confirmed(act.user, asked.language))
    return Outcome(facts=(fact,), tasks=(trusts, answer))


def _person(typed: str, sources: Sources) -> UserId:
    return find_person(typed, sources.books.people().union(sources.house.people))
