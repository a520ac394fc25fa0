"""The calendar of taxes and payroll: `calendar.yaml` becomes rows here, and an organisation names which are its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path

from bot.config import ConfigError, mistake
from bot.config.organisation import Organisation
from bot.config.reading import nearest
from bot.core.clocks.dates import Recurring
from bot.core.clocks.lengths import END_OF_DAY
from bot.core.people.roster import Role
from bot.library.front import WORD, check_form, read_role
from bot.library.marked import Fields, Marked, read_mapping
from bot.library.playbooks import read_text
from bot.library.problems import ContentError, Findings
from bot.library.rule_rows import read_address, read_called, read_date, read_proof, read_words
from bot.sentences.told import Told

FILE_NAME = "calendar.yaml"
Calendar = Mapping[str, Recurring]
"""Each date by what the configuration calls it: `cfe`, and with its day where a firm chooses one, `dsn-15`."""
_KEYS = ("id", "called", "title", "days", "months", "at", "owner", "source", "source_url", "read_on", "proof")
_EVERY_MONTH = tuple(range(1, 13))
_LAST_DAY = 28
"""A date that every month has."""
_HOUR = re.compile(r"[0-2][0-9]:[0-5][0-9]")


def load(folder: Path) -> Calendar:
    """Return the dates of *folder*; none when it has no calendar. Raises ContentError: it is not as it must be."""
    file = folder / FILE_NAME
    return parse(read_text(file), file=str(file)) if file.exists() else {}


def parse(text: str, *, file: str = "<text>") -> Calendar:
    """Return the dates of a calendar. Raises ContentError: every problem is named with its line."""
    findings, dates = Findings(file), dict[str, Recurring]()
    fields = read_mapping(text, findings)
    if fields is not None:
        fields.refuse_others(("dates",))
        for row in fields.mappings("dates"):
            read = tuple(_read_row(row, findings))
            if any(name in dates for name, _ in read):
                findings.add(row.line, f"another date is called `{row.text('id').text}` too")
            dates.update(read)
    if findings.all():
        raise ContentError(findings.all())
    return dates


def dates_of(organisation: Organisation | None, calendar: Calendar) -> tuple[Recurring, ...]:
    """Return the dates that *organisation* named.

    Raises:
        ConfigError: there is no such date.
    """
    named = organisation.calendar if organisation else ()
    known = Told("mistake.dates", known=", ".join(calendar) or Told("mistake.no_dates", file=FILE_NAME))
    unknown = tuple(
        mistake("organisation.calendar", Told("mistake.no_date", name=name, near=nearest(name, calendar) or known))
        for name in named
        if name not in calendar
    )
    if unknown:
        raise ConfigError(*unknown)
    return tuple(calendar[name] for name in dict.fromkeys(named))


def _read_row(row: Fields, findings: Findings) -> Iterator[tuple[str, Recurring]]:
    """Yield the row once for each day that a firm may have, by the name for it."""
    row.refuse_others(_KEYS)
    name, days = row.text("id"), _numbers(row.texts("days"), _LAST_DAY, findings)
    check_form(name, WORD, "`id` is lower-case words joined by hyphens, as in `corporate-tax`", findings)
    if not row.texts("days"):
        findings.add(row.line, "`days` must list at least one day of the month")
    read = Recurring(
        name=name.text,
        title=read_words(row, "title"),
        day=1,
        months=_numbers(row.texts("months"), _EVERY_MONTH[-1], findings) or _EVERY_MONTH,
        at=_read_hour(row.optional("at"), findings),
        owner=read_role(row.text("owner"), findings) or Role.COORDINATOR,
        source=row.text("source").text,
        source_url=read_address(row.text("source_url"), findings),
        read_on=read_date(row.text("read_on"), findings) or date.min,
        proof=read_proof(row.text("proof"), findings),
        called=read_called(row, findings),
    )
    for day in days:
        yield name.text if len(days) == 1 else f"{name.text}-{day}", replace(read, day=day)


def _numbers(written: Sequence[Marked], last: int, findings: Findings) -> tuple[int, ...]:
    known = {str(number): number for number in range(1, last + 1)}
    for one in written:
        if one.text not in known:
            findings.add(one.line, f"`{one.text}` is no whole number from 1 to {last}")
    return tuple(dict.fromkeys(known[one.text] for one in written if one.text in known))


def _read_hour(written: Marked | None, findings: Findings) -> time:
    if written is None:
        return END_OF_DAY
    try:
        return time.fromisoformat(written.text if _HOUR.fullmatch(written.text) else "")
    except ValueError:
        findings.add(written.line, f"`{written.text}` is no hour; write it as 12:00")
        return END_OF_DAY
