"""The calendar file: read back by its own library, and by a second look that trusts nobody (RFC 5545 and 5546)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.papers.ics import Entry, calendar_file
from tests.papers.reading import read_calendar

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
DUE = Entry(uid="0" * 32, at=NOW + timedelta(hours=72), title="Cellule Calm Heron: due time 1", note="Ask in the room.")
FILED = Entry(
    uid="1" * 32, at=NOW + timedelta(hours=48), title="Cellule Calm Heron: due time 2", note="-", stands=False
)
ONCE = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS", "CLASS", "TRANSP", "DESCRIPTION")
KNOWN = {*ONCE, "BEGIN", "END", "VERSION", "PRODID", "METHOD", "ACTION", "TRIGGER"}
LINES = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])) | st.sampled_from(
    ["a; b, c", "back\\slash", 'a "quoted": text', "é" * 200, "first\nsecond", "BEGIN:VALARM", "\N{SNOWMAN}" * 60]
)


def written(*entries: Entry, sequence: int = 7) -> bytes:
    return calendar_file(entries, sequence=sequence, now=NOW)


def unfolded(data: bytes) -> list[str]:
    """Return the content lines, having held the physical ones to RFC 5545 3.1: CRLF, 75 octets, UTF-8 as a whole."""
    assert data.endswith(b"\r\n")
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    return re.sub(r"\r\n[ \t]", "", data.decode("utf-8")).removesuffix("\r\n").split("\r\n")


def blocks(lines: list[str], name: str) -> list[list[str]]:
    """Return the lines inside each component of this name, its inner components left out."""
    found: list[list[str]] = []
    open_names: list[str] = []
    for line in lines:
        if line.startswith("BEGIN:"):
            open_names.append(line.removeprefix("BEGIN:"))
            if open_names[-1] == name:
                found.append([])
        elif line.startswith("END:"):
            assert open_names.pop() == line.removeprefix("END:")
        elif open_names[-1] == name:
            found[-1].append(line)
    assert open_names == []
    return found


def names(lines: list[str]) -> list[str]:
    return [re.split("[:;]", line, maxsplit=1)[0] for line in lines]


def test_the_strict_look_finds_every_property_once_and_none_of_a_maker() -> None:
    lines = unfolded(written(DUE, FILED))

    (head,) = blocks(lines, "VCALENDAR")
    assert head == ["VERSION:2.0", "PRODID:-//Cellule//Calendar//EN", "METHOD:PUBLISH"]
    for event in blocks(lines, "VEVENT"):
        assert sorted(names(event)) == sorted(ONCE)
        assert {"CLASS:PRIVATE", "TRANSP:TRANSPARENT", "SEQUENCE:7", "DTSTAMP:20261124T133000Z"} <= set(event)
    for alarm in blocks(lines, "VALARM"):
        assert sorted(names(alarm)) == ["ACTION", "DESCRIPTION", "TRIGGER"]
        assert "ACTION:DISPLAY" in alarm
    assert set(names(lines)) <= KNOWN


def test_times_are_in_utc_and_a_moment_takes_no_time() -> None:
    (event,) = blocks(unfolded(written(DUE)), "VEVENT")

    assert "DTSTART:20261127T133000Z" in event
    assert not {"DTEND", "DURATION"} & set(names(event))


def test_it_rings_a_day_and_three_hours_before() -> None:
    lines = unfolded(written(DUE))

    triggers = [line for alarm in blocks(lines, "VALARM") for line in alarm if line.startswith("TRIGGER")]
    assert triggers == ["TRIGGER:-P1D", "TRIGGER:-PT3H"]


def test_an_alarm_that_is_past_does_not_ring_at_the_import() -> None:
    soon = Entry(uid="2" * 32, at=NOW + timedelta(hours=4), title="t", note="n")
    late = Entry(uid="3" * 32, at=NOW - timedelta(hours=1), title="t", note="n")

    assert [line for line in unfolded(written(soon)) if line.startswith("TRIGGER")] == ["TRIGGER:-PT3H"]
    assert not blocks(unfolded(written(late)), "VALARM")


def test_what_no_longer_stands_is_cancelled_and_silent() -> None:
    lines = unfolded(written(FILED))

    (event,) = blocks(lines, "VEVENT")
    assert "STATUS:CANCELLED" in event
    assert not blocks(lines, "VALARM")


def test_a_calendar_with_nothing_in_it_is_still_one() -> None:
    assert not blocks(unfolded(written()), "VEVENT")


@given(title=LINES, note=LINES)
def test_whatever_a_title_is_made_of_it_is_read_back_exactly(title: str, note: str) -> None:
    data = written(Entry(uid="4" * 32, at=DUE.at, title=title, note=note))

    assert len(blocks(unfolded(data), "VALARM")) == 2
    (event,) = read_calendar(data).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (title, note)
    assert event.decoded("DTSTART") == DUE.at
    assert event.errors == []
