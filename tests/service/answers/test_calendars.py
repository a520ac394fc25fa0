"""`!clocks ics`: an encrypted calendar file that says nothing to whoever reads calendars, unless it is asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.documents.chart import Tone
from bot.core.language import Words
from bot.ports import Attachment
from bot.voice import clocks_chart
from tests.core.build import ALICE, HOUSE, RULES
from tests.papers.reading import read_calendar
from tests.service.shell import Shell

TOLD = replace(
    HOUSE,
    rules=tuple(
        replace(rule, title=Words(fr=f"Prévenir l'autorité ({rule.id})", en=f"Tell the authority ({rule.id})"))
        for rule in RULES
    ),
)


def files(shell: Shell) -> tuple[Attachment, ...]:
    return shell.chat.files_of(shell.room, ALICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, as a calendar program reads it."""

    uid: str
    at: datetime
    sequence: int
    status: str
    description: str


def entries(file: Attachment) -> Mapping[str, Entry]:
    """Return the entries of *file* by title."""
    return {
        str(event.decoded("SUMMARY")): Entry(
            uid=str(event.decoded("UID")),
            at=event.decoded("DTSTART"),
            sequence=event.decoded("SEQUENCE"),
            status=str(event.decoded("STATUS")),
            description=str(event.decoded("DESCRIPTION")),
        )
        for event in read_calendar(file.data).walk("VEVENT")
    }


async def export(shell: Shell, options: str = "") -> tuple[str, Mapping[str, Entry]]:
    answer = await shell.type(f"!clocks ics {options}")
    return answer, entries(files(shell)[-1])


async def test_nothing_to_export_is_a_sentence_and_no_file() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        await shell.open()
        answer = await shell.type("!clocks ics")
        assert answer.startswith("No clock with a due time runs")
        assert files(shell) == ()


async def test_the_file_is_neutral_and_the_message_says_so() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        incident = await shell.open("Firm Example hit by ransomware")
        await shell.type("!aware GDPR-33-1")
        await shell.type("!fact next-update tomorrow 9:00")
        answer, found = await export(shell)

        assert answer.startswith("2 due times for your calendar")
        assert "neutral" in answer
        assert set(found) == {f"Cellule {incident.codename}: due time 1", f"Cellule {incident.codename}: next update"}
        (file,) = files(shell)
        assert (file.name, file.mime) == (f"{incident.codename.lower().replace(' ', '-')}.ics", "text/calendar")
        for told in (b"GDPR", b"authority", b"Firm", b"ransomware", b"art. 33", b"example.org", b"alice"):
            assert told not in file.data


async def test_in_full_it_names_the_duty_and_the_law_and_warns() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        incident = await shell.open()
        await shell.type("!aware GDPR-33-1")
        answer, found = await export(shell, "full")

        assert "names the duties" in answer
        event = found[f"{incident.codename} · GDPR-33-1: Tell the authority (GDPR-33-1)"]
        assert "art. 33" in event.description


async def test_a_clock_of_the_firm_has_a_number_as_the_others_do_and_its_name_in_full() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        incident = await shell.open()
        await shell.type("!clock add VAT return tomorrow 12:00")
        _, neutral = await export(shell)
        _, full = await export(shell, "full")

        assert set(neutral) == {f"Cellule {incident.codename}: due time 1"}
        (title,) = full
        assert title.endswith(": VAT return")
        assert full[title].description == f"The room {incident.codename} says what this is."


async def test_a_second_import_moves_and_takes_out_what_the_first_brought() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.type("!aware HOUSE-24")
        _, first = await export(shell)
        await shell.pass_time(timedelta(hours=1))
        await shell.type("!aware GDPR-33-1 -2h the host told us earlier")
        await shell.type("!filed HOUSE-24 letter")
        answer, second = await export(shell)

        assert answer.startswith("1 due time for your calendar")
        assert "takes out what was filed or set aside: 1" in answer
        assert {title: event.uid for title, event in first.items()} == {
            title: event.uid for title, event in second.items()
        }
        moved, gone = (next(title for title in first if title.endswith(number)) for number in ("1", "2"))
        assert second[moved].at == first[moved].at - timedelta(hours=1)
        assert (first[gone].status, second[gone].status) == ("CONFIRMED", "CANCELLED")
        assert all(second[title].sequence > first[title].sequence for title in first)


async def test_two_incidents_never_share_an_entry() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        ids = []
        for title in ("One", "Two"):
            await shell.open(title)
            await shell.type("!aware GDPR-33-1")
            _, found = await export(shell)
            ids += [event.uid for event in found.values()]
        assert len(set(ids)) == 2
        assert not any("@" in id or "." in id for id in ids)


async def test_a_drill_is_marked_and_stands_at_its_hour_on_the_wall() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        incident = await shell.open(options="--playbook provider-hit --drill")
        await shell.type("!aware GDPR-33-1")
        answer, found = await export(shell)

        assert "A drill" in answer
        event = found[f"[DRILL] Cellule {incident.codename}: due time 1"]
        assert event.at == shell.clock.now() + timedelta(seconds=72)


async def test_in_french_all_of_it_is_french() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        incident = await shell.open(options="--playbook provider-hit --lang fr")
        await shell.type("!connaissance GDPR-33-1")
        answer = await shell.type("!délais ics complet")

        assert answer.startswith("1 échéance pour votre agenda")
        (title,) = entries(files(shell)[-1])
        assert title == f"{incident.codename} · GDPR-33-1\u00a0: Prévenir l’autorité (GDPR-33-1)"


async def test_the_file_comes_once_though_the_bot_dies_in_between() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        message = shell.message("!clocks ics", room=shell.room)
        await shell.receive(message)
    async with shell.life():
        await shell.receive(message)
        assert len(files(shell)) == 1


async def test_the_clocks_are_a_picture_under_a_name_that_says_nothing_of_the_incident() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        await shell.open("Firm Example hit by ransomware", options="--playbook provider-hit --lang fr")
        await shell.type("!connaissance GDPR-33-1")
        await shell.type("!délais image")
        (file,) = files(shell)
        assert (file.name, file.mime) == ("delais-2026-11-24-1000.png", "image/png")
        (line,) = (span for span in clocks_chart(shell.incident(), shell.clock.now()).spans if span.is_certain)
        assert line.label == "échéance ven. 27 nov. à 10:00"
        assert line.end - line.start == timedelta(hours=72)

        await shell.type("!declare GDPR-33-1 n° 7")
        line = next(span for span in clocks_chart(shell.incident(), shell.clock.now()).spans if span.tone is Tone.GOOD)
        assert (line.title[:9], line.label) == ("GDPR-33-1", "déclaré mar. 24 nov. à 10:00")


async def test_a_clock_that_is_late_is_drawn_until_now_and_one_that_nobody_started_with_gaps() -> None:
    shell = Shell(TOLD)
    async with shell.life():
        await shell.open()
        assert not any(span.is_certain for span in clocks_chart(shell.incident(), shell.clock.now()).spans)
        await shell.type("!aware GDPR-33-1")
        late = shell.clock.now() + timedelta(hours=80)
        (line,) = (span for span in clocks_chart(shell.incident(), late).spans if span.is_certain)
        assert (line.tone, line.end) == (Tone.ALARM, late)
