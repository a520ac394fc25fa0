"""How `!duty` is read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Called, ParsedCommand, Place, UnknownWord, UsageError, parse
from bot.commands.names import NO_NAMES
from bot.commands.reasons import Why
from bot.commands.replies import NotAnAnswer, read_reply
from bot.core.commands import AnswerContact, ChangeDuty, ShowContact, ShowDuty
from bot.core.language import Language
from bot.core.people.roster import Role
from bot.core.replies.subjects import OwnContact

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 27, 17, 0, tzinfo=UTC)


def read(text: str, place: Place = Place.CONTROL) -> object:
    parsed = parse(text, place=place, now=NOW, zone=PARIS, language=Language("en"))
    if isinstance(parsed, UsageError):
        return parsed.reason.why
    assert isinstance(parsed, ParsedCommand)
    return parsed.command


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS).astimezone(UTC)  # type: ignore[misc, arg-type]


SWAP = {"role": Role.COORDINATOR, "who": "bob"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("!duty", ShowDuty()),
        ("!garde", ShowDuty()),
        ("!duty coordinator", ShowDuty(role=Role.COORDINATOR)),
        ("!garde coordination bob", ChangeDuty(**SWAP)),  # type: ignore[arg-type]
        (
            "!duty coordinator bob 2026-12-24 2026-12-26",
            ChangeDuty(**SWAP, start=at(2026, 12, 24), end=at(2026, 12, 27)),  # type: ignore[arg-type]
        ),
        (
            "!garde coordination bob du 24/12/2026 au 26/12/2026",
            ChangeDuty(**SWAP, start=at(2026, 12, 24), end=at(2026, 12, 27)),  # type: ignore[arg-type]
        ),
        (
            "!garde coordination bob 24.12.2026 26.12.2026",
            ChangeDuty(**SWAP, start=at(2026, 12, 24), end=at(2026, 12, 27)),  # type: ignore[arg-type]
        ),
        (
            "!duty coordinator bob from 2026-12-24 18:00 to 2026-12-26 09:00",
            ChangeDuty(**SWAP, start=at(2026, 12, 24, 18), end=at(2026, 12, 26, 9)),  # type: ignore[arg-type]
        ),
        ("!duty coordinator bob tomorrow", ChangeDuty(**SWAP, start=at(2026, 3, 28))),  # type: ignore[arg-type]
        (
            "!duty coordinator bob tomorrow 2026-03-29",
            ChangeDuty(**SWAP, start=at(2026, 3, 28), end=at(2026, 3, 30)),  # type: ignore[arg-type]
        ),
        (
            "!garde coordination bob absent 2026-12-24 2026-12-26",
            ChangeDuty(**SWAP, start=at(2026, 12, 24), end=at(2026, 12, 27), away=True),  # type: ignore[arg-type]
        ),
        ("!duty boss bob", Why.UNKNOWN_ROLE),
        ("!duty coordinator bob off", Why.MISSING),
        ("!duty coordinator bob off tomorrow", Why.MISSING),
        ("!duty coordinator bob soon", Why.NOT_A_TIME),
        ("!duty coordinator bob 2026-12-24 soon", Why.NOT_A_TIME),
        ("!duty coordinator bob 2026-13-24", Why.NOT_A_TIME),
        ("!duty coordinator bob 04/05/2026", Why.AMBIGUOUS_DATE),
        ("!duty coordinator bob 2026-12-24 2026-12-26 2026-12-28", Why.NOT_A_TIME),
        ("!duty coordinator bob from", ChangeDuty(**SWAP)),  # type: ignore[arg-type]
    ],
)
def test_a_role_somebody_and_a_time_in_days_or_hours(typed: str, meant: object) -> None:
    assert read(typed) == meant


@given(st.text(alphabet="0123456789-/.: hdutoafrmj", max_size=60))
def test_whatever_stands_there_is_read_or_refused(text: str) -> None:
    assert read(f"!duty coordinator bob {text}") is not None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("!contact", ShowContact()),
        ("!coordonnees", ShowContact()),
        ("!contact oui", AnswerContact(holds=True)),
        ("!contact non le numéro a changé", AnswerContact(holds=False, words="le numéro a changé")),
        ("!contact perhaps", Why.NOT_ONE_OF),
    ],
)
def test_of_ones_addresses_one_says_yes_or_no_and_which(typed: str, meant: object) -> None:
    assert read(typed, Place.DIRECT) == meant


@pytest.mark.parametrize(
    ("body", "words"),
    [("oui", "yes"), ("No: the number", "no the number"), ("perhaps", None), ("yes?", None), ("!seen", None)],
)
def test_a_reply_to_the_question_is_the_command(body: str, words: str | None) -> None:
    reply = read_reply((OwnContact(),), body, language=Language("en"), names=NO_NAMES)
    if words is None:
        assert isinstance(reply, NotAnAnswer | UnknownWord) or reply.row.name != "contact"  # type: ignore[union-attr]
    else:
        assert isinstance(reply, Called)
        assert (reply.row.name, reply.rest.strip()) == ("contact", words)
