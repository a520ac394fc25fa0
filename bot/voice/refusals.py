"""When a command is refused or not understood, and when we fail: what would be needed, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.core import errors
from bot.core.clocks.rules import Standing
from bot.core.costs.errors import UnknownCost, UnknownOutage
from bot.core.documents.errors import UnknownClient, WhichLetters
from bot.core.evidence.errors import UnknownEvidence
from bot.core.language import Language, Words
from bot.core.lessons.errors import UnknownFinding
from bot.core.names import UserId
from bot.core.organisations.bulletins import LONGEST_CELL, BulletinTooLong, NobodyToTell, UnknownBlank
from bot.core.organisations.calls import UnknownFirm
from bot.core.organisations.errors import ListUnread
from bot.core.people.errors import NotProved, UnknownDoor
from bot.core.people.naming import localpart
from bot.core.people.trust import IdentityNotChanged, NotCompared
from bot.core.replies.subjects import About, RestOf
from bot.core.rhythm import errors as rhythm
from bot.sentences.po import said
from bot.voice.catalogue import knows, own, say, say_of, word
from bot.voice.custody.things import size_words
from bot.voice.details import choice_words, near_details, typed_detail
from bot.voice.markup import Piece, Text, join, render
from bot.voice.organisations.bulletins import audience_words, name_list
from bot.voice.times import date_words, moment, span
from bot.voice.wording import answer_word, role_word, role_words, short

_MOST = 12
_NOT_THE_ARGUMENTS = {
    "wrong-room",
    "not-direct",
    "not-control",
    "too-long",
    "arguments-too-long",
    "too-many-lines",
    "control-character",
    "direction-mark",
}
Form = Callable[[Any, Language, ZoneInfo], str]


class Reason(Protocol):
    """Why a line could not be read, as `bot.commands` gives it."""

    @property
    def why(self) -> str:
        """Which sentence."""

    @property
    def details(self) -> Mapping[str, str]:
        """What it needs."""


def refusal(error: errors.RuleError, language: Language, zone: ZoneInfo) -> Text:
    """Return why a rule said no and what would be needed: each hole of `refusal.NAME` is a field of the error."""
    key = f"refusal.{type(error).__name__}{_variant(error, zone)}"
    if not knows(key):
        raise NotImplementedError(key)  # a test holds every refusal to a sentence

    def form(field: str, value: object) -> str:
        return FORMS[field](value, language, zone)

    return render(say_of(language, key, error, form, _apart(error, language, zone)), *_begun(error))


def _begun(error: errors.RuleError) -> About:
    """Return what a reply to the refusal makes whole."""
    if isinstance(error, errors.AnswerNeedsReason):
        return (RestOf(word="fact", begun=f"{error.question} {error.value}"),)
    return ()


def unread(reason: Reason, language: Language) -> Text:
    """Return what is wrong with one line among several."""
    return render(_wrong(reason, language))


def _wrong(reason: Reason, language: Language) -> Piece:
    details = {name: short(value, 120) for name, value in reason.details.items() if name != "words"}
    if "argument" in details:
        details["argument"] = word(language, f"argument.{details['argument']}")
    if "words" in reason.details:
        keys = reason.details["words"].split(", ")
        details["accepted"] = ", ".join(said(f"typed.{key}", language)[0] for key in keys)
    return say(language, f"usage.{reason.why}", **details)


def usage(line: Words, reason: Reason, language: Language) -> Text:
    """Return what is wrong with a command's arguments, and its usage line where that helps."""
    wrong = _wrong(reason, language)
    if reason.why in _NOT_THE_ARGUMENTS:
        return render(wrong)
    return render(join((wrong, say(language, "usage.line", usage=line.to(language)))))


def unknown_word(
    typed: str, nearest: tuple[Mapping[Language, tuple[str, ...]], Words] | None, language: Language
) -> Text:
    """Return that no command has this word, with the nearest one and its usage line."""
    shown = short(typed, 40)
    if nearest is None:
        return render(say(language, "unknown.word", word=shown))
    words, line = nearest
    meant = say(language, "unknown.word.near", word=shown, nearest=words[language][0])
    return render(join((meant, say(language, "usage.line", usage=line.to(language)))))


def fault(reference: str, language: Language) -> Text:
    """Return the fixed sentence for a failure of ours."""
    return render(say(language, "fault", reference=reference))


def unworded(reference: str, language: Language) -> Text:
    """Return what stands in the place of what cannot be put into words."""
    return render(say(language, "fault.shown", reference=reference))


def hint(words: Mapping[Language, tuple[str, ...]] | None, language: Language, *, in_incident: bool) -> Text:
    """Return what can be typed, to who spoke to us otherwise; *words* are those of the command that was meant."""
    if words is not None:
        return render(say(language, "hint.near", nearest=words[language][0]))
    return render(say(language, "hint.incident" if in_incident else "hint.direct"))


def edited(language: Language) -> Text:
    """Return that what was changed into a command is not carried out."""
    return render(say(language, "unheard.edited"))


def unreadable(language: Language) -> Text:
    """Return that a message could not be decrypted, and what its sender can do."""
    return render(say(language, "unreadable"))


def misnamed(language: Language) -> Text:
    """Return that a message came under the id of another one, and what its sender can do."""
    return render(say(language, "unheard.misnamed"))


def too_fast(language: Language) -> Text:
    """Return that somebody sends more commands than are taken, and what to do."""
    return render(say(language, "too.fast"))


def _variant(error: errors.RuleError, zone: ZoneInfo) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return which of several sentences about such a refusal it is; most have one."""
    match error:
        case errors.WrongRoom(incident_room=incident_room):
            return ".incident" if incident_room else ".direct"
        case errors.UnknownStep(nearest=nearest) if nearest is not None:
            return ".near"
        case errors.WrongDetail(kind=kind):
            return f".{kind}"
        case errors.NotTheSecondPerson(others=()):
            return ".nobody"
        case NotProved(vouched=None):
            return ".operator"
        case (
            UnknownDoor(known=())
            | UnknownEvidence(last=0)
            | UnknownFinding(last=0)
            | UnknownCost(last=0)
            | UnknownOutage(last=0)
        ):
            return ".none"
        case errors.NoChoiceOffered(offered=offered) if offered:
            return ".range"
        case errors.ClockNotWatched(standing=standing):
            return f".{standing.name.casefold()}"
        case errors.RuleNotInForce(standing=Standing.OFF | Standing.PENDING | Standing.FUTURE as standing):
            return f".{standing.name.casefold()}"
        case errors.TimeInFuture(given=given, now=now):
            return ".yesterday" if given.astimezone(zone).date() == now.astimezone(zone).date() else ""
        case UnknownClient(known=known) | UnknownFirm(known=known) if known:
            return ".near"
        case ListUnread(why=why):
            return f".{why}"
        case _:
            return ""


def _apart(  # noqa: C901, PLR0911, PLR0912
    error: errors.RuleError, language: Language, zone: ZoneInfo
) -> Mapping[str, str]:
    """Return what fills a hole otherwise than the form of its field would; a table."""
    match error:
        case errors.UnknownQuestion(question=question, known=known):
            return {"known": _some((*near_details(question, language), *known))}
        case errors.UnknownDraft(known=known):
            return {"known": ", ".join(known)}
        case UnknownBlank(known=known):
            return {"known": name_list(known)}
        case NobodyToTell(audience=audience):
            return {"audience": audience_words(audience, language)}
        case BulletinTooLong():
            return {"cell": str(LONGEST_CELL)}
        case WhichLetters(drafts=drafts):
            return {"draft": drafts[0]}
        case errors.WrongDetail(accepted=accepted):
            return {"accepted": choice_words(accepted, language)}
        case IdentityNotChanged(user=user) | NotCompared(user=user):
            return {"user": short(localpart(user), 60)}
        case rhythm.NotInTheRoom(user=user) | rhythm.ReceiverUnproved(user=user) | rhythm.ReceiverOnlyReads(user=user):
            return {"user": short(localpart(user), 60)}
        case rhythm.HandoverWaits(user=user) | rhythm.HandoverToAnother(user=user):
            return {"user": short(localpart(user), 60)}
        case errors.AnswerNeedsReason(value=value):
            return {"value": answer_word(value, language)}
        case errors.WhichToConfirm(numbers=numbers):
            return {"number": str(numbers[0])}
        case errors.ClocksStillRunning(rules=rules):
            return {"rule": rules[0]}
        case errors.TimeInFuture(given=given) | errors.TimeInPast(given=given):
            return {"hour": f"{given.astimezone(zone):%H:%M}"}
        case errors.CorrectionNeedsReason(aware=aware):
            return {"example": _iso(aware, zone)}
        case _:
            return {}


def _iso(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _any_of(words: Iterable[str], language: Language) -> str:
    *first, last = words
    return f"{', '.join(first)} {word(language, 'or')} {last}" if first else last


def _some(names: Iterable[str | UserId]) -> str:
    known = [short(name, 60) for name in names]
    return ", ".join(known[:_MOST]) + (", …" if len(known) > _MOST else "") if known else "–"


def _short(limit: int) -> Form:
    return lambda text, *_: short(text, limit)


_TYPED = ("who", "user", "by", "question", "value", "playbook", "rule", "draft", "blank", "audience")
_TIMES = ("given", "now", "aware", "classified", "due", "until", "opened", "began")
FORMS: Mapping[str, Form] = {
    **dict.fromkeys(_TYPED, _short(60)),
    **dict.fromkeys(_TIMES, lambda at, language, zone: moment(at, zone, language)),
    **dict.fromkeys(("known", "candidates", "others", "labels", "drafts"), lambda names, *_: _some(names)),
    **dict.fromkeys(("number", "offered", "version", "limit", "instead", "last"), lambda count, *_: str(count)),
    **dict.fromkeys(("rules", "numbers"), lambda values, *_: ", ".join(map(str, values))),
    **dict.fromkeys(("nearest", "after", "codename"), lambda text, *_: text),
    "source": _short(200),
    "reason": _short(200),
    "role": lambda role, language, _: role_word(role, language),
    "roles": lambda roles, language, _: role_words(roles, language) or "–",
    **dict.fromkeys(("read", "day", "today"), lambda day, language, _: date_words(day, language)),
    "step": _short(40),
    "name": _short(80),
    "firm": _short(60),
    "largest": lambda size, language, _: size_words(size, language),
    **dict.fromkeys(("shortest", "longest"), lambda length, language, _: span(length, language)),
    "holder": lambda user, *_: localpart(user),
    "vouched": lambda user, *_: localpart(user),
    "reference": _short(80),
    "waiting": lambda rules, *_: _some(f"{rule} ({', '.join(map(localpart, users))})" for rule, users in rules),
    "columns": lambda names, *_: name_list(names),
    "needed": lambda roles, language, _: _any_of((role_word(role, language) for role in roles), language),
    "accepted": lambda values, language, _: _any_of((answer_word(value, language) for value in values), language),
    "detail": lambda name, language, _: typed_detail(name, language),
    "why_off": lambda words, language, _: own(words, language) if words else "",
}
"""How each field of a refusal is shown, by its name."""
