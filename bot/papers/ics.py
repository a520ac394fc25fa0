"""A calendar file (RFC 5545), the only place that imports icalendar, and only once there is one to make.

It says no more than a reader of every calendar program needs: a calendar may lie on a server that everybody reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Alarm, Event

MIME = "text/calendar"
ALARMS = (timedelta(hours=24), timedelta(hours=3))
"""How long before its time a calendar reminds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One moment in a calendar. It takes no time and blocks nobody."""

    uid: str
    """The same at each export, so that an import replaces what an earlier one brought."""
    at: datetime
    title: str
    note: str
    stands: bool = True
    """False takes it out of a calendar that has it."""


def calendar_file(entries: Iterable[Entry], *, sequence: int, now: datetime) -> bytes:
    """Return the file. *sequence* never falls from one export to the next: the later one wins."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Cellule//Calendar//EN")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, sequence, now))
    return bytes(calendar.to_ical())


def _event(entry: Entry, sequence: int, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("dtstart", entry.at)
    event.add("sequence", sequence)
    event.add("summary", entry.title)
    event.add("description", entry.note)
    event.add("status", "CONFIRMED" if entry.stands else "CANCELLED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for before in ALARMS:
        if entry.stands and entry.at - before > now:  # one that is past would ring at the import
            event.add_component(_alarm(before, entry.title))
    return event


def _alarm(before: timedelta, title: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", title)
    return alarm
