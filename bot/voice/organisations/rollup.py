"""The roll-up of a cascade on one page: as a message, the most urgent first, and as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.documents.chart import Bar, Chart, Part, Tone
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.organisations.duties import CLOCKS, Duty, Stand
from bot.core.organisations.history import Event, history
from bot.core.organisations.reach import Reach
from bot.core.organisations.rollup import Line, Reached, Rollup, RoomState, Standing, Urgent
from bot.voice.catalogue import counted, say, say_counted, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.organisations.firms import contact_of, ending_words, rule_words
from bot.voice.times import date_words, moment
from bot.voice.wording import marked, short, title_of

_MOST = 3
"""How many clocks that are over, or end soon, are named in a message."""
_BULLETINS = 3
"""How many bulletins, the last first."""
_DAYS = 7
"""How many days a message goes back."""
_EVENTS = {
    Event.REACHED: "reach.count.reached",
    Event.FILED: "rollup.clock.filed",
    Event.ASKED: "count.questions",
    Event.CLOSED: "rollup.room.closed",
}
_CALLS = 2
"""How many who are to be called are named."""
_LONGEST_NAME = 50
_LONGEST_TITLE = 32
"""Letters of the title of a picture."""
_REACHES = {
    Reach.REACHED: Tone.GOOD,
    Reach.SILENT: Tone.CARE,
    Reach.ABSENT: Tone.GOING,
    Reach.NO_DEVICE: Tone.GOING,
    Reach.LEFT: Tone.ALARM,
    Reach.UNINVITED: Tone.ALARM,
    Reach.NEVER: Tone.IDLE,
    Reach.CLOSED: Tone.ASIDE,
}
_ROOMS = (RoomState.OPEN, RoomState.OPENING, RoomState.FAILED, RoomState.CLOSED, RoomState.WAITING)
_DUTIES = {
    Stand.DONE: Tone.GOOD,
    Stand.OVERDUE: Tone.ALARM,
    Stand.RUNNING: Tone.GOING,
    Stand.OPEN: Tone.IDLE,
    Stand.ASIDE: Tone.ASIDE,
}
_CLOCKS = {
    Standing.OVERDUE: Tone.ALARM,
    Standing.RUNNING: Tone.GOING,
    Standing.SUSPECTED: Tone.IDLE,
    Standing.FILED: Tone.GOOD,
    Standing.ASIDE: Tone.ASIDE,
}
_STEPS = {"all": Tone.GOOD, "some": Tone.GOING, "none": Tone.IDLE}


def rollup(found: Rollup) -> Text:
    """Return the roll-up as a message, the most urgent first."""
    language = _language(found)
    over = [one for one in found.urgent if one.left < timedelta(0)]
    soon = [one for one in found.urgent if one.left >= timedelta(0)]
    return render(
        paragraphs(
            say(language, "rollup.title", codename=marked(found.parent, found.parent.codename), at=_as_of(found)),
            _reached(found),
            _named("rollup.overdue", over, found),
            _named("rollup.soon", soon, found),
            _why_closed(found),
            join(_bulletins(found)),
            join(_line(bar, found) for bar in (*_duty_bars(found), *_step_bars(found))),
            join((*(_line(bar, found) for bar in _clock_bars(found)), _proposed(found))),
            join(_history(found)),
            _rooms(found),
            say(language, "rollup.file"),
        )
    )


def rollup_chart(found: Rollup) -> Chart:
    """Return the same as bars."""
    language = _language(found)
    title = short(word(language, "rollup.picture", title=title_of(found.parent)), _LONGEST_TITLE)
    reach = Bar(title=word(language, "rollup.reach"), parts=_reach_parts(found))
    bulletins = [Bar(title=_numbered(one, language), parts=_bulletin_parts(one, language)) for one in _last(found)]
    bars = (reach, *bulletins, *_duty_bars(found), *_step_bars(found), *_clock_bars(found))
    return Chart(title=title, note=_as_of(found), bars=bars)


# --- the message --------------------------------------------------------------------------------------------


def _as_of(found: Rollup) -> str:
    at = moment(found.as_of, found.parent.zone, _language(found))
    return f"{at} · {counted(_language(found), 'count.organisations', len(found.lines))}"


def _reached(found: Rollup) -> Piece:
    language = _language(found)
    line = _line(Bar(title=word(language, "rollup.reach"), parts=_reach_parts(found)), found)
    first = " · ".join(map(_to_call, found.unreached()[:_CALLS]))
    return join((line, say(language, "rollup.unreached", firms=first))) if first else line


def _to_call(line: Line) -> str:
    name, contact = short(line.organisation, _LONGEST_NAME), ", ".join(filter(None, contact_of(line.row)))
    return f"{name} ({short(contact, _LONGEST_NAME)})" if contact else name


def _proposed(found: Rollup) -> Piece:
    """Return how many clocks run since an hour that nobody of the organisation confirmed."""
    counts, language = Counter(rule for line in found.lines for rule in line.proposed), _language(found)
    told = ", ".join(f"{rule_words(found.rules[rule], language)} {count}" for rule, count in counts.items())
    return say(language, "rollup.proposed", counts=told) if told else Piece("")


def _history(found: Rollup) -> Iterable[Piece]:
    """Yield what happened on each of the last days, a line a day."""
    language, days = _language(found), history(found)
    if days:
        yield say(language, "rollup.history")
    for day in list(days)[-_DAYS:]:
        counts = (counted(language, key, days[day][event]) for event, key in _EVENTS.items() if days[day].get(event))
        shown = date_words(day, language, has_year=False)
        yield say(language, "rollup.history.day", day=shown, counts=", ".join(counts))


def _rooms(found: Rollup) -> Piece:
    """Return where the rooms are, while they are not all there."""
    if found.rooms.keys() <= {RoomState.OPEN, RoomState.CLOSED}:
        return Piece("")
    return _line(Bar(title=word(_language(found), "rollup.rooms"), parts=_room_parts(found)), found)


def _named(key: str, urgent: Sequence[Urgent], found: Rollup) -> Piece:
    """Return how many clocks those are, and the first of them by name."""
    if not urgent:
        return Piece("")
    language = _language(found)
    named = bullets(_urgent_line(one, found) for one in urgent[:_MOST])
    rest = len(urgent) - _MOST
    more = say(language, "rollup.more", count=str(rest)) if rest > 0 else Piece("")
    return paragraphs(say(language, key, count=str(len(urgent))), named, more)


def _why_closed(found: Rollup) -> Piece:
    """Return why organisations closed, the last first, and how many did not say it; but for those who were closed."""
    language = _language(found)
    closed = [line.child for line in found.lines if line.child is not None and line.child.closed_at is not None]
    why = sorted((one for one in closed if one.closed_summary), key=_closed_at, reverse=True)
    mute = sum(one.purged_at is None and not one.closed_summary and not _was_told_to(one) for one in closed)
    if not why and not mute:
        return Piece("")
    named = [
        say(language, "rollup.closed.one", organisation=short(one.organisation), text=short(one.closed_summary, 80))
        for one in why[:_MOST]
    ]
    more = [say(language, "rollup.more", count=str(len(why) - _MOST))] if len(why) > _MOST else []
    silent = [say_counted(language, "rollup.closed.mute", mute)] if mute else []
    return paragraphs(say(language, "rollup.closed"), bullets((*named, *more, *silent)))


def _closed_at(child: Incident) -> datetime:
    return child.closed_at or child.opened_at


def _was_told_to(child: Incident) -> bool:
    """Say whether a farewell closed it."""
    return bool(child.bulletins) and child.bulletins[-1].closes


def _urgent_line(one: Urgent, found: Rollup) -> Piece:
    rule, when = ending_words(one, one.line, found)
    return say(
        _language(found),
        "rollup.urgent",
        organisation=short(one.line.organisation),
        codename=one.line.child.codename if one.line.child else "",
        rule=rule,
        left=when,
    )


def _bulletins(found: Rollup) -> Iterable[Piece]:
    language = _language(found)
    for one in _last(found):
        sent = moment(one.bulletin.at, found.parent.zone, language)
        parts = bulletin_counts(one, language)
        yield say(language, "rollup.line.bulletin", number=str(one.bulletin.number), at=sent, counts=parts)


def bulletin_counts(reached: Reached, language: Language) -> str:
    """Return who read a bulletin and who did not, in numbers."""
    return _joined(_bulletin_parts(reached, language))


def _last(found: Rollup) -> Sequence[Reached]:
    return found.bulletins[: -_BULLETINS - 1 : -1]


def _numbered(reached: Reached, language: Language) -> str:
    return f"{word(language, 'rollup.bulletin')} {reached.bulletin.number}"


def _line(bar: Bar, found: Rollup) -> Piece:
    return say(_language(found), "rollup.line", title=bar.title, counts=_joined(bar.parts))


def _joined(parts: Iterable[Part]) -> str:
    return ", ".join(part.label for part in parts)


# --- counts -------------------------------------------------------------------------------------------------


def _part(key: str, count: int, tone: Tone, language: Language) -> Part:
    return Part(count=count, label=counted(language, key, count), tone=tone)


def _shown(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.count)


def _reach_parts(found: Rollup) -> tuple[Part, ...]:
    language = _language(found)
    return _shown(
        _part(f"reach.count.{reach}", found.reaches.get(reach, 0), tone, language) for reach, tone in _REACHES.items()
    )


def _room_parts(found: Rollup) -> tuple[Part, ...]:
    language = _language(found)
    return _shown(_part(f"rollup.room.{state}", found.rooms.get(state, 0), Tone.IDLE, language) for state in _ROOMS)


def _bulletin_parts(reached: Reached, language: Language) -> tuple[Part, ...]:
    return _shown(
        (
            _part("rollup.bulletin.silent", reached.silent, Tone.CARE, language),
            _part("rollup.bulletin.acknowledged", reached.acknowledged, Tone.GOOD, language),
            _part("rollup.bulletin.waiting", reached.waiting, Tone.IDLE, language),
        )
    )


def _duty_bars(found: Rollup) -> Iterable[Bar]:
    """Yield what is asked of each; a duty that is nobody's is left out."""
    language = _language(found)
    for duty in Duty:
        stands = [(line, line.duties[duty].stand) for line in found.lines if duty in line.duties]
        # What nobody began is asked of who is closed no more.
        counts = Counter(stand for line, stand in stands if stand is not Stand.OPEN or _is_open(line))
        parts = _shown(_part(f"duty.count.{stand}", counts[stand], tone, language) for stand, tone in _DUTIES.items())
        if parts:
            yield Bar(title=word(language, f"duty.{duty}"), parts=parts)


def _is_open(line: Line) -> bool:
    return line.room is not RoomState.CLOSED


def _step_bars(found: Rollup) -> Iterable[Bar]:
    """Yield how many of those that are open have all mandatory steps behind them."""
    language = _language(found)
    steps = [line.steps for line in found.lines if line.steps.of and _is_open(line)]
    counts = Counter("all" if one.done == one.of else "some" if one.done else "none" for one in steps)
    if steps:
        parts = (_part(f"rollup.steps.{how}", counts[how], tone, language) for how, tone in _STEPS.items())
        yield Bar(title=word(language, "rollup.steps"), parts=_shown(parts))


def _clock_bars(found: Rollup) -> Iterable[Bar]:
    """Yield the other clocks of which one runs or is over."""
    language = _language(found)
    for rule, counts in found.clocks.items():
        if rule not in _OF_DUTIES and (counts.get(Standing.OVERDUE) or counts.get(Standing.RUNNING)):
            yield Bar(title=rule_words(found.rules[rule], language), parts=_clock_parts(counts, language))


_OF_DUTIES = frozenset[RuleId](CLOCKS.values())


def _clock_parts(counts: Mapping[Standing, int], language: Language) -> tuple[Part, ...]:
    return _shown(
        _part(f"rollup.clock.{standing}", counts.get(standing, 0), tone, language) for standing, tone in _CLOCKS.items()
    )


def _language(found: Rollup) -> Language:
    return found.parent.language
