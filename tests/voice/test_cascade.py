"""How a list, and the opening of rooms, is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.commands.organisations import Column, Flaw, Meaning, Wrong
from bot.core.cascade import Going, Progress
from bot.core.evolve import evolve
from bot.core.facts import CascadeAmended, HouseConfirmationAsked, LineAmended
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.organisations.lists.doubts import Doubts
from bot.core.organisations.lists.dry_run import DryRun, Listed
from bot.core.organisations.lists.matching import Line
from bot.core.people.accounts import Found
from bot.matrix.speaking.content import message_content
from bot.ports import Content
from bot.sentences import languages
from bot.voice import Text
from bot.voice.organisations.cascade import MOST_MISTAKES
from bot.voice.organisations.differences import MOST_DIFFERENCES, MOST_NAMES
from tests.core.build import ALICE, CAROL, NOW, incident
from tests.core.cascades import child, parent, row
from tests.voice.test_two_persons import OPENING

OF_ORGANISATIONS = list(Flaw)[: list(Flaw).index(Flaw.NO_SIREN) + 1]
"""The rest is of lists of clients."""
RUNNING = Progress(total=1200, done=431, failed=2, going=Going.RUNNING, per_minute=212.4)
SHOWN = {
    "start": Progress(total=1200, done=0, failed=0, going=Going.RUNNING),
    "running": RUNNING,
    "one-refused": Progress(total=12, done=4, failed=1, going=Going.RUNNING, per_minute=0.4),
    "paused": Progress(total=1200, done=431, failed=0, going=Going.PAUSED, per_minute=212.4),
    "cancelled": Progress(total=1200, done=431, failed=3, going=Going.CANCELLED),
    "all-but-some": Progress(total=1200, done=1198, failed=2, going=Going.RUNNING, per_minute=200.0),
    "all": Progress(total=1200, done=1200, failed=0, going=Going.RUNNING, per_minute=200.0),
    "all-but-one-invited": Progress(total=1200, done=1200, failed=0, going=Going.RUNNING, uninvited=1),
    "some-uninvited": Progress(total=1200, done=431, failed=0, going=Going.PAUSED, uninvited=7),
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHOWN)
def test_progress(golden: Callable[[str, Text], None], name: str, language: Language) -> None:
    golden(f"progress-{name}.{language}", voice.progress(SHOWN[name], language))


@pytest.mark.parametrize("language", languages())
def test_what_is_wrong_with_a_list(golden: Callable[[str, Text], None], language: Language) -> None:
    flaws = enumerate(OF_ORGANISATIONS, start=2)
    wrong = [Wrong(line=number, flaw=flaw, given="*x* <y>", other=1) for number, flaw in flaws]
    golden(f"list-wrong.{language}", voice.list_wrong("clients *2*.csv", wrong, language))


def test_of_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    wrong = [Wrong(line=number, flaw=Flaw.NO_ORGANISATION) for number in range(2, 4002)]
    body = voice.list_wrong("firms.csv", wrong, Language("en")).body
    assert "4000 mistakes" in body
    assert body.count("line ") == MOST_MISTAKES
    assert f"… and {4000 - MOST_MISTAKES} more" in body


def lines_of(new: int, known: int) -> tuple[Line, ...]:
    """Return the lines of a list of which so many are *new*, and so many *known*."""
    rows = [row(f"Firm {number}") for number in range(new + known)]
    return tuple(Line(row=one, known=one if number >= new else None) for number, one in enumerate(rows))


SUD = replace(row("Sud"), organisation="Compta *Sud*", key="compta sud")
OTHERWISE = (
    *lines_of(2, 30),
    Line(row=SUD, known=replace(SUD, organisation="Compta'Sud", key="compta'sud", language=Language("fr"))),
    Line(
        row=replace(
            row("Brésard", Sector="farming", Phone="*1*"), language=Language("fr"), aware=NOW, source="new.csv"
        ),
        known=replace(row("Brésard", Sector="law"), people=row("Zeta").people, organisation="Bresard"),
    ),
    *(Line(row=row(f"Moved {n}"), known=replace(row(f"Moved {n}"), people=())) for n in range(MOST_DIFFERENCES + 1)),
)
ODD = Doubts(
    missing=tuple(f"Gone {number}" for number in range(MOST_NAMES + 2)),
    double=(("Compta'Est", "Compta Est"),),
    alike=(("Nord", "Compta *Nord*"),),
    strays=((ALICE, ("Est", "Ouest")),),
    elsewhere=(("Sud", "Calm Otter"),),
)
PARIS = ZoneInfo("Europe/Paris")


def understood(lines: Sequence[Line], **changes: Any) -> voice.Understood:
    return replace(voice.Understood(lines=lines, codename="Calm Heron", zone=PARIS), **changes)


COLUMNS = (
    Column(name="Cabinet", meaning=Meaning.ORGANISATION),
    Column(name="Personnes", meaning=Meaning.PEOPLE),
    Column(name="DPO", meaning=Meaning.ROLE, of="dpo"),
    Column(name="Langue", meaning=Meaning.LANGUAGE),
    Column(name="Connaissance", meaning=Meaning.AWARE),
    Column(name="Données personnelles", meaning=Meaning.ANSWER, of="personal-data"),
    Column(name="SIREN", meaning=Meaning.ANSWER, of="siren"),
    Column(name="*N°* adhérent", meaning=Meaning.KEPT),
    Column(name="Ville", meaning=Meaning.KEPT),
)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("codename", ["", "Calm Heron"])
def test_a_second_person_sees_what_a_list_would_open_and_what_its_columns_are_taken_for(
    golden: Callable[[str, Text], None], codename: str, language: Language
) -> None:
    lines = OTHERWISE if codename else lines_of(1200, 0)
    asked = HouseConfirmationAsked(at=NOW, by=ALICE, number=7, act=OPENING)
    run = DryRun(people={}, rooms=2 if codename else 1200)
    read = understood(lines, columns=COLUMNS, codename=codename, doubts=ODD if codename else Doubts(), run=run)
    text = voice.house_asked(asked, (CAROL,), language, PARIS, read)
    golden(f"list-understood-{'more' if codename else 'new'}.{language}", text)


def test_every_meaning_of_a_column_is_shown() -> None:
    assert {column.meaning for column in COLUMNS} == set(Meaning)


@pytest.mark.parametrize("language", languages())
def test_a_list_that_only_says_otherwise_asks_for_that_alone(
    golden: Callable[[str, Text], None], language: Language
) -> None:
    act = replace(OPENING, organisations=0, people=0, amended=10)
    asked = HouseConfirmationAsked(at=NOW, by=ALICE, number=7, act=act)
    read = understood(OTHERWISE[2:], columns=COLUMNS, is_again=True)
    golden(f"list-amends.{language}", voice.house_asked(asked, (CAROL,), language, PARIS, read))
    assert "cabinets.csv" in voice.announce(asked, incident(language=language)).body


@pytest.mark.parametrize("language", languages())
def test_a_list_that_says_the_same_says_nothing_otherwise(language: Language) -> None:
    assert voice.list_otherwise(understood(lines_of(1, 3)), language, applied=False) is None
    told = [voice.list_otherwise(understood(OTHERWISE), language, applied=applied) for applied in (False, True)]
    assert ["--apply" in text.body for text in told if text is not None] == [True, False]
    assert any("Compta" in text.body for text in voice.list_notes(understood(OTHERWISE), language))


def test_of_one_organisation_the_first_columns_are_told_and_what_a_message_holds_of_all() -> None:
    columns = {f"Column {number}": "x" * 300 for number in range(30)}
    long = [
        Line(row=row(f"{number}" * 300, **columns), known=row(f"{number}", **dict.fromkeys(columns, "y")))
        for number in range(9)
    ]
    told = "\n".join(text.body for text in voice.list_notes(understood(long), Language("en")))
    assert "… and 26 more" in told
    assert len(told) < 6_000
    assert re.search(r"- … and \d more", told)


def test_all_that_can_be_said_of_a_list_at_once_is_one_message_whatever_names_stand_in_it() -> None:
    long = "\N{OFFICE BUILDING}" * 400
    user = UserId(f"@{'u' * 200}:firm.example")
    new, old = row(long, **{f"{long}{n}": long for n in range(30)}), row("x")
    lines, names = [Line(row=new, known=old)] * 30, (long,) * 30
    odd = Doubts(
        missing=names,
        double=((long, long),) * 30,
        alike=(names,) * 30,
        spelled=(names,) * 30,
        strays=((user, names[:3]),) * 30,
        elsewhere=((long, "Calm Heron"),) * 30,
    )
    people = dict.fromkeys(Found, (Listed(number=5000, row=new, user=user),) * 12)
    read = understood(lines, columns=COLUMNS, doubts=odd, run=DryRun(people=people, rooms=5000))
    asked = HouseConfirmationAsked(at=NOW, by=ALICE, number=7, act=OPENING)
    text = voice.house_asked(asked, (CAROL,), Language("fr"), PARIS, read)
    assert message_content(Content(body=text.body, html=text.html))["body"] == text.body


@pytest.mark.parametrize("language", languages())
def test_what_counts_from_now_on_is_said_above_and_below(
    golden: Callable[[str, Text], None], language: Language
) -> None:
    line = OTHERWISE[33]
    assert line.known is not None
    assert line.amended is not None
    above = parent(rows=(line.known,), language=language)
    amended = CascadeAmended(at=NOW, by=ALICE, number=1, name="new *2*.csv", rows=(line.amended,))
    corrected = LineAmended(
        at=NOW,
        by=ALICE,
        number=1,
        organisation="Brésard",
        language=language,
        columns={},
        answers={},
        was="Bresard",
        spoke=Language("en"),
    )
    below = evolve(child(line.known), corrected)
    told = (voice.confirm(amended, above, evolve(above, amended)), voice.confirm(corrected, below, below))
    lines = (voice.announce(amended, above), voice.announce(corrected, below))
    whole = (*told, *lines)
    golden(
        f"list-counts.{language}",
        Text(body="\n\n".join(one.body for one in whole), html="\n\n".join(one.html for one in whole)),
    )


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("new", "known", "going"), [(1200, 0, Going.RUNNING), (1, 1199, Going.PAUSED), (0, 1200, Going.RUNNING)]
)
def test_what_becomes_of_a_list(
    golden: Callable[[str, Text], None], new: int, known: int, going: Going, language: Language
) -> None:
    text = voice.list_done("firms.csv", understood(lines_of(new, known)), going, language, applied=True)
    golden(f"cascade-extended-{new}.{language}", text)
