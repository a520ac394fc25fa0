"""What happened, in one sentence: each hole of `fact.NAME` is a field of the fact, and each field has one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.core import facts
from bot.core.clocks.lengths import Until
from bot.core.clocks.rules import Rule
from bot.core.incident import Incident
from bot.core.names import DraftId, StepId
from bot.core.people.roster import Role
from bot.core.ringing.rungs import AIM
from bot.core.ringing.silence import silence
from bot.voice.catalogue import counted, say, say_of, word
from bot.voice.custody.things import size_words
from bot.voice.details import certainty_word, question_name
from bot.voice.incident.letters import channel_word, number_words
from bot.voice.incident.score import calculation
from bot.voice.incident.two_persons import act_words
from bot.voice.losses.amounts import amount_words, kind_word
from bot.voice.markup import Piece
from bot.voice.organisations.bulletins import audience_words
from bot.voice.organisations.repair import organisation_of
from bot.voice.times import date_words, moment, span
from bot.voice.wording import (
    alert_words,
    answer_word,
    aside_key,
    guest_name,
    people,
    person,
    role_word,
    role_words,
    severity_word,
    short,
)

Form = Callable[[Any, Incident], "str | Piece"]
Put = Callable[["str | Piece"], "str | Piece"]
_HEAD_OF_DIGEST = 12


def _as_it_is(shown: str | Piece) -> str | Piece:
    return shown


def happened(
    fact: facts.Fact | facts.DeskFact, incident: Incident, forms: Mapping[str, Form] | None = None, put: Put = _as_it_is
) -> Piece:
    """Return what *fact* says, in one sentence of a line or two.

    A paper may have *forms* of its own, and *put*s something else in the place of what would fill a hole.
    """
    return tell(f"fact.{type(fact).__name__}{_variant(fact)}", fact, incident, forms, put)


def tell(
    key: str,
    fact: facts.Fact | facts.DeskFact,
    incident: Incident,
    forms: Mapping[str, Form] | None = None,
    put: Put = _as_it_is,
) -> Piece:
    """Return the sentence *key* about *fact*; see `happened`."""

    def form(field: str, value: object) -> str | Piece:
        return put(((forms or FORMS).get(field) or FORMS[field])(value, incident))

    apart = {hole: put(value) for hole, value in _apart(fact, incident).items()}
    return say_of(incident.language, key, fact, form, apart)


def _variant(fact: facts.Fact | facts.DeskFact) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return which of several sentences about such a fact it is; most have one."""
    match fact:
        case facts.Opened(drill=True):
            return ".drill"
        case facts.StepDone(result=text) | facts.Closed(summary=text) if text:
            return ".text"
        case facts.Answered(certainty=facts.Certainty.RULED_OUT):
            return ".ruled_out"
        case facts.Answered(reason=reason, certainty=certainty) if reason or certainty:
            return f"{'.decided' if reason else ''}{'.certain' if certainty else ''}"
        case facts.DecisionAmended(reason=reason) if reason:
            return ".reason"
        case facts.FindingDone(text=text) if text:
            return ".text"
        case facts.FindingGiven(owner=None):
            return ".day"
        case facts.FindingGiven(day=None):
            return ".owner"
        case facts.ClockStarted(by=None):
            return ".chained"
        case facts.ClockStarted(proposed=True):
            return ".proposed"
        case facts.ClockStarted(confirms=True):
            return ".confirmed"
        case facts.ClockStarted(previous=previous, source=source) if previous is not None:
            return ".corrected" if source else ".instead"
        case facts.ClockStarted(source=source) if source:
            return ".text"
        case facts.ClockSetAside(rule=rule):
            return aside_key("", rule)
        case facts.LettersSent(reference=reference) if reference:
            return ".text"
        case facts.PointWritten(text=text) if text:
            return ".text"
        case facts.CadenceSet(every=None):
            return ".off"
        case facts.EvidenceTaken(size=None):
            return ".held"
        case facts.CostNoted(text=text) | facts.CostCorrected(text=text) if text:
            return ".text"
        case facts.OutageNoted(end=None) | facts.OutageTimed(end=None):
            return ".ongoing"
        case facts.BulletinSent(replaces=int()) | facts.BulletinReceived(replaces=int()):
            return f".withdraws{'.text' if fact.text else ''}" if fact.withdraws else ".corrects"
        case facts.Paged(ways=()):
            return ".no_way"
        case facts.Paged(instead_of=str()):
            return ".deputy"
        case facts.PageTried(result=result) if result is not facts.PageResult.ACCEPTED:
            return f".{result}"
        case facts.Rang(late_by=late_by) if late_by:
            return ".late"
        case facts.Rang(level=level) if level:
            return ".again"
        case facts.FirmTookIn(codename=""):
            return ".line"
        case facts.RemovedBelow(new=new) if new is not None:
            return ".new"
        case facts.Purged(cause=facts.PurgeCause.RETENTION):
            return ".retention"
        case facts.AlertChanged(is_graver=True):
            return ".graver"
        case facts.AlertChanged(alert=facts.Alert(is_resolved=True)):
            return ".over"
        case facts.IdentityConfirmed(by=None) | facts.GuestProved(by=None) | facts.DoorOpened(by=None):
            return ".operator"
        case facts.DoorEnded(by=by) if by is not None:
            return ".by"
        case facts.DutyChanged(away=True):
            return ".away"
        case facts.ContactAnswered(holds=False):
            return ".wrong"
        case _:
            return ""


def _apart(  # noqa: C901, PLR0911 - a table
    fact: facts.Fact | facts.DeskFact, incident: Incident
) -> Mapping[str, str | Piece]:
    """Return what fills a hole otherwise than the form of its field would."""
    match fact:
        case facts.ClockAdded(rule=Rule(length=length)):
            due = length.at if isinstance(length, Until) else fact.at
            return {"due": moment(due, incident.zone, incident.language)}
        case facts.ClockStarted(source="", proposed=proposed, confirms=confirms) if proposed or confirms:
            return {"source": word(incident.language, "clock.proposed.list")}
        case facts.StrangerCame(user=user) | facts.InvitationRefused(user=user):
            return {"user": short(user, 80)}
        case facts.DoorOpened() | facts.GuestCame() | facts.GuestProved() | facts.DoorTried():
            return _of_door(fact, incident)
        case facts.DoorAstray() | facts.DoorEnded() | facts.DoorSettled():
            return _of_door(fact, incident)
        case facts.EvidenceTaken(name=name):
            return {"name": short(name, 80)}
        case facts.CostNoted(amount=amount) | facts.CostCorrected(amount=amount):
            return {"amount": amount_words(amount, incident.language, estimated=fact.estimated)}
        case facts.OutageTimed(number=number):
            known = incident.outages.get(number)
            return {"system": short(known.noted.system) if known else ""}
        case facts.CheckpointPosted(size=size):
            return {"size": str(size)}
        case facts.NotDelivered(code=code):
            return {"code": word(incident.language, f"silence.why.{silence(code).name.lower()}")}
        case _:
            return {}


def _of_door(fact: facts.DoorFact, incident: Incident) -> Mapping[str, str]:
    """Return whom a door was made for, beside its number; of one of the house nothing else is known here."""
    if isinstance(fact, facts.DoorOpened):
        return {"name": short(fact.name, 60) or word(incident.language, "door.somebody")}
    door = incident.doors.get(fact.number)
    number = str(fact.number) if door is None else f"{fact.number} ({guest_name(door)})"
    return {"number": number, "user": short(fact.user, 80)} if isinstance(fact, facts.GuestCame) else {"number": number}


def _step(id: StepId, incident: Incident) -> Piece:
    """Return a step's id in bold with its title."""
    step = incident.playbook.step(id)
    return say(incident.language, "step.named", step=id, title=step.title if step else "")


def _draft(id: DraftId, incident: Incident) -> str:
    """Return what people call a draft here: its id where nothing else is known."""
    state = incident.drafts.get(id)
    return (state and state.name) or id


def _rung(rung: str, incident: Incident) -> str:
    """Return the name of a reminder as people read it: that at the soft line has words, the others are `T-24`."""
    return rung.replace(AIM, word(incident.language, "rung.aim"), 1) if rung.startswith(AIM) else rung


def _day(day: date | None, incident: Incident) -> str:
    return "–" if day is None else date_words(day, incident.language)


PEOPLE = ("by", "user", "asked_by", "new", "instead_of", "confirmed_by")
"""Fields with one person."""
_TIMES = ("aware", "previous", "until", "filed_at", "classified_at", "promised", "sent_at", "begin", "end")
TEXTS = ("system", "title", "result", "reason", "source", "reference", "summary")
"""Fields that people typed, of which a line shows the beginning; so it is with `text` and `value`."""
_PLAIN = ("month", "codename", "name", "version", "number", "entries", "replaces")
FORMS: Mapping[str, Form] = {
    **dict.fromkeys(PEOPLE, lambda user, incident: person(incident, user)),
    **dict.fromkeys(_TIMES, lambda at, incident: moment(at, incident.zone, incident.language)),
    **dict.fromkeys(TEXTS, lambda text, _: short(text)),
    **dict.fromkeys(("rules", "steps", "numbers", "codes"), lambda values, _: ", ".join(map(str, values))),
    **dict.fromkeys(_PLAIN, lambda value, _: str(value)),
    "owner": lambda owner, incident: "–" if owner is None else person(incident, owner),
    "day": _day,
    "question": question_name,
    "certainty": lambda certainty, incident: certainty_word(certainty, incident.language),
    "users": lambda users, incident: short(people(incident, users)),
    "to": lambda to, incident: role_word(to, incident.language) if isinstance(to, Role) else person(incident, to),
    "draft": _draft,
    "step": _step,
    "text": lambda text, _: short(text, 160),
    "value": lambda value, incident: short(answer_word(value, incident.language)),
    "dates": lambda dates, _: ", ".join(rule.id for rule in dates),
    "rule": lambda rule, _: rule.id if isinstance(rule, Rule) else rule,
    "rung": _rung,
    "factor": lambda factor, incident: word(incident.language, f"risk.factor.{factor}"),
    "level": lambda level, incident: word(incident.language, f"risk.level.{level}"),
    "severity": lambda severity, incident: severity_word(severity, incident.language),
    "role": lambda role, incident: role_word(role, incident.language),
    "roles": lambda roles, incident: role_words(roles, incident.language),
    "code": lambda code, _: short(code, 60),
    "audience": lambda audience, incident: audience_words(audience, incident.language),
    "calls": lambda count, incident: counted(incident.language, "count.calls", count),
    **dict.fromkeys(("key", "into", "merged"), organisation_of),
    "organisation": lambda organisation, _: short(organisation, 60),
    "rows": lambda rows, incident: counted(incident.language, "count.organisations", len(rows)),
    "act": act_words,
    "alert": lambda alert, incident: alert_words(alert, incident.language),
    "letters": lambda made, incident: counted(incident.language, "count.letters", len(made)),
    "clients": lambda numbers, _: short(number_words(numbers), 60),
    "channel": lambda channel, incident: channel_word(channel, incident.language),
    "score": lambda score, incident: calculation(score, incident.language),
    "way": lambda way, incident: word(incident.language, f"page.way.{way}"),
    "ways": lambda ways, incident: ", ".join(word(incident.language, f"page.way.{way}") for way in ways),
    "size": lambda size, incident: size_words(size, incident.language),
    "digest": lambda digest, _: digest[:_HEAD_OF_DIGEST],
    "amount": lambda amount, incident: amount_words(amount, incident.language),
    "kind": lambda kind, incident: kind_word(kind, incident.language),
    "evidence": lambda numbers, _: "".join(f" · E{number}" for number in numbers),
    "device": lambda device, _: short(device, 40),
    "every": lambda every, incident: span(every, incident.language),
    "reminder": happened,
    "fact": happened,
}
"""How each field of a fact is shown, by its name."""
