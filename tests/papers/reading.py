"""Reading back what was handed out."""

from icalendar import Calendar


def read_calendar(data: bytes) -> Calendar:
    """Return the one calendar in *data*, read by the library that wrote it."""
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    return calendar
