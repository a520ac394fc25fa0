"""When a command is refused or not understood, and when we fail: what would be needed, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from bot.core import errors
from bot.core.clocks.rules import Words
from bot.core.names import UserId
from bot.core.organisations.bulletins import BulletinTooLong, NobodyToTell, UnknownAudience, UnknownBlank
from bot.core.people import localpart
from bot.core.playbook import Language
from bot.core.trust import IdentityNotChanged, NotCompared, NotOneself
from bot.voice.bulletins import about_bulletin
from bot.voice.cascade import CascadeRefusal, about_cascading
from bot.voice.catalogue import own, say, word
from bot.voice.details import choice_words, near_details, typed_name
from bot.voice.markup import Piece, Text, join, render
from bot.voice.times import moment
from bot.voice.wording import answer_word, role_word, short

_MOST = 12
_NOT_THE_ARGUMENTS = {
    "wrong-room",
    "not-direct",
    "not-control",
    "too-long",
    "arguments-too-long",
    "control-character",
    "direction-mark",
}
Shown = Mapping[str, str | Piece]


class Reason(Protocol):
    """Why a line could not be read, as `bot.commands` gives it."""

    @property
    def why(self) -> str:
        """Which sentence."""

    @property
    def details(self) -> Mapping[str, str]:
        """What it needs."""


def refusal(error: errors.RuleError, language: Language, zone: ZoneInfo) -> Text:
    """Return why a rule said no and what would be needed."""
    key, shown = about_cascading(error) if isinstance(error, CascadeRefusal) else _parts(error, language, zone)
    return render(say(language, key, **shown))


def usage(line: Words, reason: Reason, language: Language) -> Text:
    """Return what is wrong with a command's arguments, and its usage line where that helps."""
    details = {name: short(value, 120) for name, value in reason.details.items()}
    if "argument" in details:
        details["argument"] = word(language, f"argument.{details['argument']}")
    wrong = say(language, f"usage.{reason.why}", **details)
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


def unreadable(language: Language) -> Text:
    """Return that a message could not be decrypted, and what its sender can do."""
    return render(say(language, "unreadable"))


def misnamed(language: Language) -> Text:
    """Return that a message came under the id of another one, and what its sender can do."""
    return render(say(language, "unheard.misnamed"))


def too_fast(language: Language) -> Text:
    """Return that somebody sends more commands than are taken, and what to do."""
    return render(say(language, "too.fast"))


def _parts(  # noqa: C901, PLR0911, PLR0912 - a table: one line for each kind
    error: errors.RuleError, language: Language, zone: ZoneInfo
) -> tuple[str, Shown]:
    """Return the key of the sentence and what fills it."""
    match error:
        case errors.NotAllowed(needed=needed):
            return "refusal.NotAllowed", {"roles": _any_of((role_word(role, language) for role in needed), language)}
        case errors.WrongRoom(incident_room=incident_room):
            return ("refusal.WrongRoom.incident" if incident_room else "refusal.WrongRoom.direct"), {}
        case errors.UnknownStep() | errors.StepNotNeeded() | errors.StepAlreadySettled() | errors.StepNotSettled():
            return _about_step(error)
        case errors.UnknownQuestion() | errors.WrongAnswer():
            return _about_question(error, language)
        case (
            errors.UnknownPerson()
            | errors.AmbiguousPerson()
            | errors.AlreadyOnRoster()
            | errors.LastLeader()
            | errors.NobodyVerifies()
            | errors.OtherVerification()
        ):
            return _about_person(error)
        case errors.UnknownPlaybook() | errors.NoChoiceOffered() | errors.JustOpened():
            return _about_opening(error)
        case (
            errors.NoSecondPerson()
            | errors.NobodyToConfirm()
            | errors.NobodyInTheHouse()
            | errors.Overtaken()
            | errors.AlreadyAsked()
            | errors.ConfirmationLapsed()
            | errors.NotTheSecondPerson()
            | errors.WhichToConfirm()
            | errors.MoreClocksRunning()
        ):
            return _about_second_person(error, language, zone)
        case (
            errors.CameLate()
            | errors.GuestOfTheHouse()
            | errors.IncidentClosed()
            | errors.NotClosed()
            | errors.NothingToAcknowledge()
            | errors.NothingToConfirm()
            | errors.OwnVerification()
        ):
            return f"refusal.{type(error).__name__}", {}
        case errors.WrongDetail():
            return _about_detail(error, language)
        case UnknownBlank() | UnknownAudience() | NobodyToTell() | BulletinTooLong():
            return about_bulletin(error, language)
        case IdentityNotChanged() | NotCompared() | NotOneself():
            return _about_identity(error)
        case errors.UnknownDraft(draft=draft, known=known):
            return "refusal.UnknownDraft", {"draft": short(draft, 60), "known": ", ".join(known)}
        case errors.DraftIsFrozen(draft=draft, version=version):
            return "refusal.DraftIsFrozen", {"draft": draft, "version": str(version)}
        case (
            errors.DraftNotMade(draft=draft) | errors.DraftOutdated(draft=draft) | errors.DraftNotReviewed(draft=draft)
        ):
            return f"refusal.{type(error).__name__}", {"draft": draft}
        case _:
            return _about_clock(error, language, zone)


def _about_identity(error: IdentityNotChanged | NotCompared | NotOneself) -> tuple[str, Shown]:
    shown: Shown = {} if isinstance(error, NotOneself) else {"user": short(localpart(error.user), 60)}
    return f"refusal.{type(error).__name__}", shown


def _about_step(
    error: errors.UnknownStep | errors.StepNotNeeded | errors.StepAlreadySettled | errors.StepNotSettled,
) -> tuple[str, Shown]:
    name, step = f"refusal.{type(error).__name__}", short(error.step, 40)
    if isinstance(error, errors.UnknownStep) and error.nearest is not None:
        return f"{name}.near", {"step": step, "nearest": error.nearest}
    return name, {"step": step}


def _about_question(error: errors.UnknownQuestion | errors.WrongAnswer, language: Language) -> tuple[str, Shown]:
    question = short(error.question, 60)
    if isinstance(error, errors.UnknownQuestion):
        return "refusal.UnknownQuestion", {
            "question": question,
            "known": _some((*near_details(error.question, language), *error.known)),
        }
    accepted = _any_of((answer_word(value, language) for value in error.accepted), language)
    return "refusal.WrongAnswer", {"question": question, "value": short(error.value, 60), "accepted": accepted}


def _about_detail(error: errors.WrongDetail, language: Language) -> tuple[str, Shown]:
    shown: Shown = {
        "detail": typed_name(error.detail, language),
        "value": short(error.value, 60),
        "accepted": choice_words(error.accepted, language),
    }
    return f"refusal.WrongDetail.{error.kind.value}", shown


def _about_person(
    error: errors.UnknownPerson
    | errors.AmbiguousPerson
    | errors.AlreadyOnRoster
    | errors.LastLeader
    | errors.NobodyVerifies
    | errors.OtherVerification,
) -> tuple[str, Shown]:
    name = f"refusal.{type(error).__name__}"
    match error:
        case errors.UnknownPerson(who=who, known=known):
            return name, {"who": short(who, 60), "known": _some(known)}
        case errors.AmbiguousPerson(who=who, candidates=candidates):
            return name, {"who": short(who, 60), "candidates": _some(candidates)}
        case (
            errors.AlreadyOnRoster(user=user)
            | errors.LastLeader(user=user)
            | errors.NobodyVerifies(user=user)
            | errors.OtherVerification(user=user)
        ):
            return name, {"user": short(user, 60)}
        case _:
            assert_never(error)


def _about_second_person(  # noqa: C901, PLR0911 - a table
    error: errors.NoSecondPerson
    | errors.NobodyToConfirm
    | errors.NobodyInTheHouse
    | errors.Overtaken
    | errors.AlreadyAsked
    | errors.ConfirmationLapsed
    | errors.NotTheSecondPerson
    | errors.WhichToConfirm
    | errors.MoreClocksRunning,
    language: Language,
    zone: ZoneInfo,
) -> tuple[str, Shown]:
    name = f"refusal.{type(error).__name__}"
    match error:
        case errors.NoSecondPerson(user=user):
            return name, {"user": short(user, 60)}
        case errors.AlreadyAsked(number=number, by=by, until=until):
            return name, {"number": str(number), "by": short(by, 60), "until": moment(until, zone, language)}
        case errors.NobodyToConfirm(needed=needed) | errors.NobodyInTheHouse(needed=needed):
            return name, {"roles": _any_of((role_word(role, language) for role in needed), language)}
        case errors.ConfirmationLapsed(number=number) | errors.Overtaken(number=number):
            return name, {"number": str(number)}
        case errors.NotTheSecondPerson(others=()):
            return f"{name}.nobody", {}
        case errors.NotTheSecondPerson(others=others):
            return name, {"others": _some(others)}
        case errors.WhichToConfirm(numbers=numbers):
            return name, {"numbers": ", ".join(map(str, numbers)), "number": str(numbers[0])}
        case errors.MoreClocksRunning(rules=rules):
            return name, {"rules": ", ".join(rules)}
        case _:
            assert_never(error)


def _about_opening(
    error: errors.UnknownPlaybook | errors.NoChoiceOffered | errors.JustOpened,
) -> tuple[str, Shown]:
    match error:
        case errors.UnknownPlaybook(playbook=playbook, known=known):
            return "refusal.UnknownPlaybook", {"playbook": short(playbook, 60), "known": _some(known)}
        case errors.NoChoiceOffered(offered=0):
            return "refusal.NoChoiceOffered", {}
        case errors.NoChoiceOffered(offered=offered):
            return "refusal.NoChoiceOffered.range", {"offered": str(offered)}
        case errors.JustOpened(codename=codename):
            return "refusal.JustOpened", {"codename": codename}
        case _:
            assert_never(error)


def _about_clock(  # noqa: C901, PLR0911, PLR0912 - a table
    error: errors.RuleError, language: Language, zone: ZoneInfo
) -> tuple[str, Shown]:
    name = f"refusal.{type(error).__name__}"
    match error:
        case errors.UnknownClock(rule=rule, known=known):
            return name, {"rule": short(rule, 60), "known": _some(known)}
        case errors.ClockNotWatched(rule=rule, standing=standing, why_off=why_off):
            key = f"{name}.{standing.name.casefold()}"
            return key, {"rule": rule, "why": own(why_off, language) if why_off else ""}
        case errors.ClockWaits(rule=rule, after=after):
            return name, {"rule": rule, "after": after}
        case errors.TimeInFuture(given=given, now=now):
            return _future(given, now, language, zone)
        case errors.CorrectionNeedsReason(rule=rule, aware=aware) | errors.FiledBeforeAware(rule=rule, aware=aware):
            return name, {"rule": rule, "aware": moment(aware, zone, language), "example": _iso(aware, zone)}
        case errors.ClockAlreadyFiled(rule=rule, reference=reference):
            return name, {"rule": rule, "reference": short(reference)}
        case errors.ClassifiedBeforeAware(rule=rule, aware=aware):
            return name, {"rule": rule, "aware": moment(aware, zone, language)}
        case errors.TimeInPast(given=given, now=now):
            return name, {
                "given": moment(given, zone, language),
                "now": moment(now, zone, language),
                "hour": f"{given.astimezone(zone):%H:%M}",
            }
        case errors.ClockNameTaken(rule=rule) | errors.NotClassifiable(rule=rule):
            return name, {"rule": rule}
        case errors.ClockHasNoAwareness(rule=rule):
            return name, {"rule": rule}
        case errors.ClockWithoutName(name=typed):
            return name, {"name": short(typed)}
        case errors.AwareAfterClassified(rule=rule, classified=classified):
            return name, {"rule": rule, "classified": moment(classified, zone, language)}
        case errors.ClockNotRunning(rule=rule):
            return name, {"rule": rule}
        case errors.SnoozePastDue(rule=rule, due=due):
            return name, {"rule": rule, "due": moment(due, zone, language)}
        case errors.ClocksStillRunning(rules=rules):
            return name, {"rules": ", ".join(rules), "rule": rules[0]}
        case _:
            raise NotImplementedError(name)  # a test holds every refusal to a sentence


def _future(given: datetime, now: datetime, language: Language, zone: ZoneInfo) -> tuple[str, Shown]:
    shown: Shown = {
        "given": moment(given, zone, language),
        "now": moment(now, zone, language),
        "hour": f"{given.astimezone(zone):%H:%M}",
    }
    is_today = given.astimezone(zone).date() == now.astimezone(zone).date()
    return ("refusal.TimeInFuture.yesterday" if is_today else "refusal.TimeInFuture"), shown


def _iso(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _any_of(words: Iterable[str], language: Language) -> str:
    *first, last = words
    return f"{', '.join(first)} {word(language, 'or')} {last}" if first else last


def _some(names: Iterable[str | UserId]) -> str:
    known = [short(name, 60) for name in names]
    return ", ".join(known[:_MOST]) + (", …" if len(known) > _MOST else "") if known else "–"
