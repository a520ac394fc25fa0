"""What a calendar file says, and the message beside it. Neutral: a calendar is read by more people than the room."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.details import NEXT_UPDATE
from bot.core.documents.due_times import DueTime
from bot.core.incident import Incident
from bot.core.names import RuleId
from bot.voice.catalogue import counted, own, say, word
from bot.voice.markup import Piece, Text, join, render, spelt_out
from bot.voice.wording import short


def calendar_title(due: DueTime, incident: Incident, *, in_full: bool) -> str:
    """Return the title of an entry; unless it is wanted *in_full*, it names no law, no incident and no firm."""
    title = _title(due, incident, in_full=in_full)
    return word(incident.language, "clock.provisional", words=title) if due.is_proposed else title


def _title(due: DueTime, incident: Incident, *, in_full: bool) -> str:
    language, codename = incident.language, incident.codename
    mark = f"[{word(language, 'drill.mark')}] " if incident.drill else ""
    if due.name == NEXT_UPDATE:
        return mark + spelt_out(say(language, "calendar.bulletin", codename=codename))
    if not in_full:
        return mark + spelt_out(say(language, "calendar.clock", codename=codename, number=str(due.number)))
    rule = incident.rules[RuleId(due.name)]
    title = short(own(rule.title, language))
    return mark + spelt_out(say(language, "calendar.clock.full", codename=codename, rule=rule.id, title=title))


def calendar_note(due: DueTime, incident: Incident, *, in_full: bool) -> str:
    """Return what stands below the title: where to ask, and which law when it is wanted *in_full*."""
    language = incident.language
    where = say(language, "calendar.note", codename=incident.codename)
    if not in_full or due.name == NEXT_UPDATE or not (rule := incident.rules[RuleId(due.name)]).to.to(language):
        return spelt_out(where)
    law = say(language, "calendar.note.full", to=own(rule.to, language), source=rule.source)
    return spelt_out(join((law, where)))


def calendar(entries: Sequence[DueTime], incident: Incident, *, in_full: bool) -> Text:
    """Return the message beside the file of *entries*, or that there is nothing to put into one."""
    language = incident.language
    if not entries:
        return render(say(language, "calendar.none"))
    standing = sum(entry.stands for entry in entries)
    gone = len(entries) - standing
    return render(
        join(
            (
                say(language, "calendar.made", count=counted(language, "calendar.count", standing)),
                say(language, "calendar.gone", count=str(gone)) if gone else Piece(""),
                say(language, "calendar.drill") if incident.drill else Piece(""),
                say(language, "calendar.full" if in_full else "calendar.neutral"),
                say(language, "calendar.again"),
            )
        )
    )
