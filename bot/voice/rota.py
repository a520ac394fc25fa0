"""Who is on duty, now and in the weeks to come, what nobody has; and whether people's addresses hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.duty.contacts import masked_mail, masked_number, masked_topic
from bot.core.duty.plan import AHEAD, Plan, Turn
from bot.core.duty.rota import WEEK
from bot.core.facts.duty import ContactAnswered, DutyChanged
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.contacts import Contact
from bot.core.people.naming import localpart
from bot.core.people.roster import Role
from bot.core.replies.subjects import OwnContact
from bot.sentences.po import said
from bot.voice.catalogue import counted, say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment, near, sortable
from bot.voice.wording import role_word, short

_LINES = 14
"""So many lines of what comes are shown of all roles together: with the rest they fill a phone's screen."""
_MOST_OF_ONE, _NAME = 8, 30
_LONGEST_WORDS, _MOST_SILENT = 200, 20


def duty(plan: Plan, role: Role | None, now: datetime, language: Language) -> Text:
    """Return who is on duty, for *role* alone and longer, or for every role that has a rota."""
    if not plan.rotas:
        return render(say(language, "duty.none"))
    roles = tuple(plan.rotas) if role is None else (role,)
    most = _MOST_OF_ONE if role is not None else max(1, _LINES // len(roles) - 1)
    title = say(language, "duty.title")
    lines = join([_of_role(plan, one, now, min(most, _MOST_OF_ONE), language) for one in roles])
    return render(paragraphs(title, lines, say(language, "duty.end" if role is None else "duty.end.role")))


def _of_role(plan: Plan, role: Role, now: datetime, most: int, language: Language) -> Piece:
    """Return who is on duty for *role*, and below it who follows."""
    named, turns = role_word(role, language), plan.turns(role, now, now + AHEAD + WEEK)
    first, current = plan.rotas[role].begins(0, plan.zone), turns[0].user
    if current is None and first > now:
        head = say(language, "duty.later", role=named, start=_at(plan, first, language))
    else:
        head = say(language, "duty.now", role=named, who=_who(plan, current, language))
    return join((head, bullets(_turn(plan, turn, language) for turn in turns[1:][:most])))


def _turn(plan: Plan, turn: Turn, language: Language) -> Piece:
    return say(language, "duty.turn", start=_at(plan, turn.start, language), who=_who(plan, turn.user, language))


def _at(plan: Plan, at: datetime, language: Language, *, seen: datetime | None = None) -> str:
    """Return a time, with its year if that is another one than when it is *seen*."""
    return near(at, plan.zone, language, year=(seen or at).astimezone(plan.zone).year)


def _who(plan: Plan, user: UserId | None, language: Language) -> str:
    if user is None:
        return word(language, "duty.nobody")
    return _name(plan, user)


def _name(plan: Plan, user: UserId) -> str:
    """Return the short name of somebody; the full id when it would be taken for another."""
    name = localpart(user)
    same = [other for other in plan.people if localpart(other).casefold() == name.casefold()]
    return short(name if same == [user] else user, _NAME)


def duty_changed(fact: DutyChanged, before: Plan, after: Plan, language: Language) -> Text:
    """Return what changed: who is on duty in the time that *fact* is about, and who was to be."""
    start, end = (_at(after, at, language, seen=fact.at) for at in (fact.start, fact.end))
    head = say(
        language,
        "duty.away" if fact.away else "duty.changed",
        role=role_word(fact.role, language),
        who=_name(after, fact.user),
        start=start,
        end=end,
    )
    turns = after.turns(fact.role, fact.start, fact.end)[:_MOST_OF_ONE] if fact.away else ()
    follows = bullets(_turn(after, turn, language) for turn in turns)
    return render(join((head, _instead(fact, before, language), follows)))


def duty_holes(plan: Plan, holes: Iterable[tuple[Role, Turn]], language: Language) -> Text:
    """Return that nobody is on duty for some roles in some times, and how to fill them."""
    return render(paragraphs(*(_hole(plan, role, hole, language) for role, hole in holes)))


def _hole(plan: Plan, role: Role, hole: Turn, language: Language) -> Piece:
    everybody = counted(language, "count.people", len(plan.holders(role)))
    said_so = {"begin": sortable(hole.start, plan.zone), "until": sortable(hole.end, plan.zone)}
    start, end = (moment(at, plan.zone, language) for at in (hole.start, hole.end))
    typed = said(f"typed.role.{role}", language)[0]
    named = role_word(role, language)
    return say(language, "duty.hole", role=named, start=start, end=end, all=everybody, typed=typed, **said_so)


def _instead(fact: DutyChanged, before: Plan, language: Language) -> Piece:
    """Return whose place somebody takes; nothing where nobody was to be on duty, or they themselves."""
    turns = before.turns(fact.role, fact.start, fact.end)
    others = dict.fromkeys(_name(before, turn.user) for turn in turns if turn.user not in (None, fact.user))
    if fact.away or not others:
        return Piece("")
    return say(language, "duty.instead", who=", ".join(others))


# --- addresses --------------------------------------------------------------------------------------------------------


def contact(known: Contact, language: Language) -> Text:
    """Return at which addresses somebody is reached, as far as they are shown."""
    return render(paragraphs(say(language, "contact.title"), _addresses(known, language), say(language, "contact.end")))


def contact_asked(known: Contact, language: Language) -> Text:
    """Return the question whether they hold."""
    ask = say(language, "contact.ask")
    return render(paragraphs(ask, _addresses(known, language), say(language, "contact.how")), OwnContact())


def contact_answered(fact: ContactAnswered, language: Language) -> Text:
    """Return what follows from the answer."""
    return render(say(language, "contact.holds" if fact.holds else "contact.wrong"))


def contact_wrong(user: UserId, known: Contact, words: str, language: Language) -> Text:
    """Return what the admins are told of addresses that hold no more."""
    they = say(language, "contact.wrong.words", words=short(words, _LONGEST_WORDS)) if words else Piece("")
    head = say(language, "contact.wrong.told", who=short(user, 80))
    return render(paragraphs(join((head, they)), _addresses(known, language), say(language, "contact.wrong.do")))


def contact_silence(users: Sequence[UserId], language: Language) -> Text:
    """Return who has not answered."""
    shown = ", ".join(short(user, 80) for user in users[:_MOST_SILENT])
    more = counted(language, "count.people", len(users) - _MOST_SILENT) if len(users) > _MOST_SILENT else ""
    return render(say(language, "contact.silent", people=", ".join(filter(None, (shown, more and f"+ {more}")))))


def _addresses(known: Contact, language: Language) -> Piece:
    """Return each address, masked: whoever looks over a shoulder reads nothing that they do not know."""
    forms = (
        ("contact.mail", known.mail, masked_mail),
        ("contact.sms", known.sms, masked_number),
        ("contact.ntfy", known.ntfy, masked_topic),
    )
    return bullets(say(language, key, at=mask(value)) for key, value, mask in forms if value)
