"""The roll-up word for word: as a message, as the parts of its picture, as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest

from bot import voice
from bot.core.commands import Authority
from bot.core.documents.chart import Chart
from bot.core.evolve import fold
from bot.core.facts import (
    Answered,
    BulletinRead,
    ClockFiled,
    ClockSetAside,
    Closed,
    FirmCalled,
    Joined,
    QuestionAsked,
    RoomRefused,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import Rollup, rollup
from bot.sentences import languages
from bot.voice import Text
from tests.core.build import ALICE, DAVE, FIVE_DAYS, HOUR, HOURS_72, NOW, grow, started
from tests.core.cascades import child, opening, parent, person_of, row, sent, told

Golden = Callable[[str, Text], None]
SENT, SIREN = sent(2, at=NOW + HOUR), Question("siren")
LATER = NOW + 75 * HOUR
LISTED = {
    "Late6": replace(
        row("Late6", Contact="Reception", Phone="01 00 00 00 06", Mobile="06 00 00 00 06"), answers={SIREN: "1"}
    ),
    "Empty": replace(row("Empty", Ville="Tours"), answers={Question("contact"): "The manager"}),
}
pytestmark = pytest.mark.parametrize("language", languages())


def of(name: str, *, told_it: bool = True, read: bool = False, hours: int = 0) -> Incident:
    """Return an organisation whose notification runs since so many hours after the beginning."""
    one = child(row(name), Joined(at=NOW, user=person_of(name)), started(at=NOW + hours * HOUR))
    if told_it:
        one = grow(one, told(SENT, one))
    return grow(one, BulletinRead(at=NOW + 2 * HOUR, by=person_of(name), numbers=(2,))) if read else one


def proposed(name: str) -> Incident:
    """Return an organisation of which the list says since when it knows, and nobody there has said anything."""
    return child(row(name), replace(started(at=NOW + 10 * HOUR), source="firms.csv", proposed=True))


def refused(name: str) -> Incident:
    """Return an organisation whose room the homeserver does not make."""
    made = fold((opening(row(name)), RoomRefused(at=NOW, code="M_FORBIDDEN")))
    assert made is not None
    return made


def found(language: Language) -> Rollup:
    late = [of(f"Late{number}", hours=-number) for number in range(7)]
    filed = ClockFiled(at=NOW, by=ALICE, rule=HOURS_72, reference="=1+1", filed_at=NOW + 26 * HOUR)
    asked = QuestionAsked(at=NOW + 50 * HOUR, by=person_of("Soon"), number=1, text="May we?")
    known = tuple(
        Answered(at=NOW, by=person_of("Soon"), question=Question(name), value=value)
        for name, value in (
            ("siren", "123 456 789"),
            ("nature", "confidentiality, availability"),
            ("attack-start", "~2026-03-27T04:00:00+00:00"),
            ("attack-end", "ongoing"),
            ("stolen-data", "unknown"),
            ("services-down", "the phone of Bob, 06 12"),
        )
    )
    aside = ClockSetAside(at=NOW, by=ALICE, rule=FIVE_DAYS, reason="x")
    among = (
        *late,
        grow(of("Soon", read=True, hours=20), asked, *known),
        grow(of("Filed", read=True), filed, aside),
        grow(of("Closed", told_it=False), Closed(at=NOW, by=ALICE, summary="-all is well")),
        refused("Refused"),
        proposed("Proposed"),
        child(row("Empty")),
    )
    rows = [LISTED.get(one.organisation, row(one.organisation)) for one in among]
    rows.append(row("@Waiting", Sector="x", **{"Tél. portable": "+33 6 00 00 00 01", "=Member": "-12"}))
    calls = (
        FirmCalled(at=NOW + HOUR, by=ALICE, key="late6", text="no answer"),
        FirmCalled(at=NOW + 3 * HOUR, by=ALICE, key="late6", text="=will call back"),
        FirmCalled(at=NOW + 2 * HOUR, by=DAVE, key="@waiting", text="moved"),
    )
    facts = (sent(1), SENT, *calls)
    return rollup(parent(*facts, rows=tuple(rows), language=language), among, Watch(now=LATER))


def test_the_message(golden: Golden, language: Language) -> None:
    golden(f"rollup.{language}", voice.rollup(found(language)))


def test_in_a_drill_message_and_picture_say_so(language: Language) -> None:
    drill = rollup(replace(parent(language=language), drill=True), (), Watch(now=NOW))
    mark = "[EXERCICE]" if language == Language("fr") else "[DRILL]"
    assert f"{mark} {drill.parent.codename}" in voice.rollup(drill).body
    assert f"{mark} {drill.parent.title}"[:14] in voice.rollup_chart(drill).title


def test_of_a_cascade_that_only_begins(golden: Golden, language: Language) -> None:
    rows = tuple(map(row, ("Alpha", "Beta")))
    golden(f"rollup-new.{language}", voice.rollup(rollup(parent(rows=rows, language=language), (), Watch(now=NOW))))


def test_the_picture_says_in_its_parts_what_the_message_says(golden: Golden, language: Language) -> None:
    chart = voice.rollup_chart(found(language))
    golden(f"rollup-chart.{language}", Text(body=_written(chart), html=""))
    assert all(part.label.startswith(f"{part.count} ") for bar in chart.bars for part in bar.parts)
    begun = rollup(parent(rows=(row("Alpha"),), language=language), (), Watch(now=NOW))
    assert len(voice.rollup_chart(begun).bars) == 1


def _written(chart: Chart) -> str:
    bars = [f"{bar.title}: " + ", ".join(f"{part.label} ({part.tone})" for part in bar.parts) for bar in chart.bars]
    return "\n".join((chart.title, chart.note, *bars))


def test_the_table_has_a_line_for_each_organisation_and_no_formula(golden: Golden, language: Language) -> None:
    whole = found(language)
    table = voice.rollup_table(whole)
    golden(f"rollup-table.{language}", Text(body=table.replace("\r\n", "\n"), html=""))
    heads, *cells = csv.reader(StringIO(table, newline=""), delimiter=";" if language == Language("fr") else ",")
    assert [line[0].removeprefix("'") for line in cells] == [line.organisation for line in whole.lines]
    assert {len(line) for line in cells} == {len(heads)}
    assert not [cell for line in (heads, *cells) for cell in line if cell[:1] in ("=", "@", "+", "-")]
    assert [head for head in heads if head.startswith("GDPR-33-1 ")]
    assert {"Sector", "SIREN", "'=Member", "Tél. portable", "Contact", "Ville"} <= set(heads)


@pytest.mark.parametrize("authority", Authority)
def test_the_table_of_an_authority(golden: Golden, language: Language, authority: Authority) -> None:
    whole = found(language)
    whole = replace(whole, parent=replace(whole.parent, answers={Question("organisation"): "Ordre"}))
    table, note = voice.authority_table(authority, whole, ALICE), voice.authority_note(authority, whole)
    golden(f"rollup-{authority}.{language}", Text(body=f"{note.body}\n\n{table}".replace("\r\n", "\n"), html=note.html))
    for secret in ("06 00 00 00 06", "Reception", "The manager", "no answer", "May we?", "-all is well", "06 12"):
        assert secret not in table
    rows = list(csv.reader(StringIO(table, newline=""), delimiter=";" if language == "fr" else ",", strict=True))
    assert [len(row) for row in rows[:5]] == [1] * 5
    assert len({len(row) for row in rows[5:]}) == 1


def test_whoever_made_a_table_for_an_authority_is_named_where_nothing_else_is(language: Language) -> None:
    assert "@alice:example.org, " in voice.authority_table(Authority.CNIL, found(language), ALICE)
    assert voice.authority_table(Authority.CERT, found(language), None)
