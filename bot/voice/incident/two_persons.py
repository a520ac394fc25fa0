"""What needs a second person: what is asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core import facts
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import RuleId, UserId
from bot.core.organisations.bulletins import Proposed
from bot.core.people.naming import localpart
from bot.core.people.roster import Role
from bot.core.people.two_persons import CONFIRM_WITHIN, controllers, is_alone, lapses_at, second_persons
from bot.core.replies.subjects import Waiting, YesTo
from bot.voice.catalogue import counted, say, say_counted, word
from bot.voice.details import question_name
from bot.voice.markup import Piece, Text, below, bullets, join, paragraphs, render
from bot.voice.organisations.bulletins import audience_words, counts, example, name_list
from bot.voice.organisations.cascade import Understood, list_understood
from bot.voice.organisations.repair import repair_asked, repair_words
from bot.voice.times import moment
from bot.voice.trust.identities import grouped
from bot.voice.wording import answer_word, clock_line, people, person, role_words, short

_MOST_NAMED = 8
"""So many whom a filter leaves out are named."""


def asked(fact: facts.ConfirmationAsked, incident: Incident) -> Piece:  # noqa: C901, PLR0911 - a table
    """Return what will happen if it is confirmed, who can do it, and until when."""
    language, who, how = incident.language, person(incident, fact.by), _asked_how(fact, incident)
    match fact.act:
        case facts.Closing(summary=summary, rules=rules):
            key = "asked.closing.text" if summary else "asked.closing"
            head = say(language, key, who=who, text=short(summary))
            lines = bullets(_clock(rule, incident, fact.at) for rule in rules)
            return paragraphs(head, lines, say(language, "asked.closing.better", rule=rules[0]), how)
        case facts.Removal(user=user):
            roles = role_words(incident.roster.get(user, ()), language)
            return paragraphs(say(language, "asked.removal", who=who, user=person(incident, user), roles=roles), how)
        case facts.Waiving(rule=rule, reason=reason):
            head = say(language, "asked.waiving", who=who, text=short(reason))
            return paragraphs(head, bullets([_clock(rule, incident, fact.at)]), _controllers(incident), how)
        case facts.RiskDeciding(reason=reason):
            head = say(language, "asked.risk", who=who, text=short(reason))
            return paragraphs(head, _controllers(incident), how)
        case facts.Answering(question=question, value=value, reason=reason, rules=rules):
            shown = answer_word(value, language)
            head = say(
                language,
                "asked.answer",
                who=who,
                question=question_name(question, incident),
                value=shown,
                text=short(reason),
            )
            lines = bullets(_clock(rule, incident, fact.at) for rule in rules)
            return paragraphs(head, lines, _controllers(incident), how)
        case facts.Announcing():
            return paragraphs(_announcing(fact, fact.act, incident), how)
        case facts.Merging() | facts.RemovingBelow():
            return paragraphs(repair_asked(fact.act, fact.by, incident), how)
        case facts.Lifting(reason=reason):
            return paragraphs(say(language, "asked.lifting", who=who, text=short(reason)), how)
        case _:
            assert_never(fact.act)


def _asked_how(fact: facts.ConfirmationAsked, incident: Incident) -> Piece:
    """Return who can say yes, how, and until when."""
    others = people(incident, second_persons(incident, fact.by, fact.act, fact.at))
    until = moment(lapses_at(fact), incident.zone, incident.language)
    key = "asked.how.alone" if is_alone(fact.act) else "asked.how"
    return say(incident.language, key, number=str(fact.number), people=short(others, 400), until=until)


def _announcing(fact: facts.ConfirmationAsked, act: facts.Announcing, incident: Incident) -> Piece:
    """Return what a bulletin does if it is confirmed."""
    if act.alone:
        key = "asked.alone"
    elif act.replaces is not None:
        key = "asked.replacing"
    else:
        key = "asked.ending" if act.closes else "asked.announcing"
    count = counted(incident.language, "count.organisations", act.told)
    return say(incident.language, key, who=person(incident, fact.by), count=count, act=act_words(act, incident))


def bulletin_asked(fact: facts.ConfirmationAsked, proposed: Proposed, parent: Incident) -> Text:
    """Return what waits for a yes: to how many a bulletin goes, what one of them reads, and who can say yes."""
    language, act = parent.language, proposed.act
    kept = say_counted(language, "asked.ending.kept", act.kept) if act.kept else Piece("")
    reached = join((*counts(proposed.sending, parent), *_left_out(proposed, language)))
    head = render(paragraphs(_announcing(fact, act, parent), reached, kept))
    yes = (YesTo(word="confirm", rest=str(fact.number)),) if act.alone else ()
    how = render(_asked_how(fact, parent), Waiting(number=fact.number), *yes)
    return below(below(head, example(proposed.sending, parent)), how)


def _left_out(proposed: Proposed, language: Language) -> Iterable[Piece]:
    """Yield whom the filter means, and the first of those whom it leaves out."""
    if proposed.left_out:
        names = name_list(sorted(child.organisation for child in proposed.left_out)[:_MOST_NAMED])
        more = ", …" if len(proposed.left_out) > _MOST_NAMED else ""
        yield say(
            language,
            "bulletin.left_out",
            audience=audience_words(proposed.act.audience, language),
            count=counted(language, "count.organisations", len(proposed.left_out)),
            names=f"{names}{more}",
        )


def house_asked(
    fact: facts.HouseConfirmationAsked,
    others: Sequence[UserId],
    language: Language,
    zone: ZoneInfo,
    read: Understood | None = None,
) -> Text:
    """Return what will happen if somebody else of the house confirms it, who can, and until when.

    *read* is the list that it is about; None when it is about none.
    """
    until, who = moment(fact.at + CONFIRM_WITHIN, zone, language), short(localpart(fact.by), 60)
    people, number = short(", ".join(map(localpart, others)), 400), str(fact.number)
    is_list = isinstance(fact.act, facts.CascadeOpening)
    how = say(language, "asked.how.list" if is_list else "asked.how", number=number, people=people, until=until)
    match fact.act:
        case facts.CascadeOpening(name=name, title=title, organisations=0, amended=amended):
            count = counted(language, "count.organisations", amended)
            head = say(
                language, "asked.amending", who=who, title=short(title), name=short(name, 80), organisations=count
            )
        case facts.CascadeOpening(name=name, title=title, organisations=organisations, people=people_):
            head = say(
                language,
                "asked.cascade",
                who=who,
                title=short(title),
                name=short(name, 80),
                organisations=counted(language, "count.organisations", organisations),
                people=str(people_),
            )
        case facts.Trusting(user=user, master=master):
            head = say(language, "asked.trusting", who=who, user=short(user, 80), master=grouped(master))
        case _:
            assert_never(fact.act)
    about = () if read is None else list_understood(read, language)
    # Who a person is, is never taken from a mere yes.
    yes = (Waiting(number=fact.number), YesTo(word="confirm", rest=number)) if is_list else ()
    return render(paragraphs(head, *about, how), *yes)


def act_words(  # noqa: C901, PLR0911 - a table: one line or two for each act
    act: facts.Irreversible | facts.HouseAct, incident: Incident
) -> Piece:
    """Return what is asked for, in the middle of a sentence."""
    match act:
        case facts.Closing(rules=rules):
            return say(incident.language, "act.closing", rules=", ".join(rules))
        case facts.Removal(user=user):
            return say(incident.language, "act.removal", user=person(incident, user))
        case facts.Waiving(rule=rule, runs=runs):
            return say(incident.language, "act.waiving" if runs else "act.waiving.suspected", rule=rule)
        case facts.RiskDeciding(level=level):
            return say(incident.language, "act.risk", level=word(incident.language, f"risk.level.{level.value}"))
        case facts.Answering(question=question, value=value):
            shown = answer_word(value, incident.language)
            return say(incident.language, "act.answer", question=question_name(question, incident), value=shown)
        case facts.Announcing():
            return _announcing_words(act, incident.language)
        case facts.CascadeOpening(name=name, organisations=0, amended=amended):
            count = counted(incident.language, "count.organisations", amended)
            return say(incident.language, "act.amending", organisations=count, name=short(name, 80))
        case facts.Merging() | facts.RemovingBelow():
            return repair_words(act, incident)
        case facts.CascadeOpening(name=name, organisations=organisations):
            count = counted(incident.language, "count.organisations", organisations)
            return say(incident.language, "act.cascade", organisations=count, name=short(name, 80))
        case facts.Lifting():
            return say(incident.language, "act.lifting")
        case facts.Trusting(user=user):
            return say(incident.language, "act.trusting", user=person(incident, user))
        case _:
            assert_never(act)


def _announcing_words(act: facts.Announcing, language: Language) -> Piece:
    count = counted(language, "count.organisations", act.told)
    if act.replaces is None:
        return say(language, "act.ending" if act.closes else "act.announcing", count=count)
    return say(language, "act.withdrawing" if act.withdraws else "act.correcting", old=str(act.replaces), count=count)


def _controllers(incident: Incident) -> Piece:
    """Return who decides for the organisation, one of the two."""
    key = "asked.controller" if incident.present(Role.MANAGEMENT) else "asked.controller.nobody"
    return say(incident.language, key, people=short(people(incident, controllers(incident)), 400))


def _clock(rule: RuleId, incident: Incident, now: datetime) -> Piece:
    clock = incident.clock(rule)
    return clock_line(incident, clock, now) if clock else Piece("")
