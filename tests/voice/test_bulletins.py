"""Bulletins word for word: in the parent's room, in an organisation's, and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.commands import SendBulletin
from bot.core.errors import RuleError
from bot.core.evolve import evolve
from bot.core.facts import Announcing, BulletinRead, ConfirmationAsked, UpdateRang
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.organisations import bulletins
from bot.core.organisations.bulletins import Sending, announced, send, sending_of
from bot.core.organisations.errors import NoCascade
from bot.sentences import languages
from bot.voice import Text
from tests.core.build import ALICE, HOUR, NOW, grow
from tests.core.cascades import child, parent, person_of, row, sent, told

Golden = Callable[[str, Text], None]
TEXT = "Coupez le lien <site> de {organisation}.\n\nSecteur : {sector}, SIREN {siren}."
PROMISED = NOW + 2 * HOUR
ROWS = tuple(map(row, ("Alpha", "Beta", "Gamma")))
pytestmark = pytest.mark.parametrize("language", languages())


def sending(language: Language, audience: str = "all", *among: Incident) -> tuple[Sending, Incident]:
    whose = parent(rows=ROWS, language=language)
    command = SendBulletin(text=TEXT, audience=audience, next_update=PROMISED)
    found = send(whose, among, command, ALICE, NOW)
    if isinstance(found, Announcing):
        found = sending_of(whose, among, announced(whose, found, ALICE, NOW))
    return found, whose


def all_of(*texts: Text) -> Text:
    return Text(body="\n\n".join(text.body for text in texts), html="\n\n".join(text.html for text in texts))


def test_what_the_parent_reads(golden: Golden, language: Language) -> None:
    alpha, beta = child(ROWS[0], language=language), child(ROWS[1], language=language)
    golden(f"bulletin-sent.{language}", voice.bulletin_sent(*sending(language, "all", alpha, beta)))


def test_to_some_of_whom_none_has_a_room_yet(golden: Golden, language: Language) -> None:
    late = replace(child(ROWS[0]), status=Status.OPENING)
    closed = replace(child(ROWS[2]), status=Status.CLOSED)
    some, whose = sending(language, "sector=law", late, closed)
    golden(f"bulletin-sent-later.{language}", voice.bulletin_sent(some, whose))


def test_what_an_organisation_reads_and_its_timeline(golden: Golden, language: Language) -> None:
    alpha = child(ROWS[0], language=language)
    got = told(sent(3, text=TEXT, next_update=PROMISED), alpha)
    read = BulletinRead(at=NOW, by=person_of("Alpha"), numbers=(2, 3))
    after = grow(alpha, got)
    whole = all_of(
        voice.bulletin(after.bulletins[0], after),
        voice.announce(got, after),
        voice.announce(read, after),
        voice.confirm(read, after, evolve(after, read)),
    )
    golden(f"bulletin.{language}", whole)


def test_a_farewell_as_it_is_asked_for_sent_and_read(golden: Golden, language: Language) -> None:
    whose, alpha = parent(rows=ROWS, language=language), child(ROWS[0], language=language)
    act = Announcing(text="Bye", audience="all", next_update=None, recipients=(alpha.id,), told=11, closes=True, kept=2)
    asked = voice.confirm(ConfirmationAsked(at=NOW, by=ALICE, number=4, act=act), whose, whose)
    farewell = bulletins.announced(whose, act, ALICE, NOW)
    got = [bulletins.received(replace(farewell, text=text), alpha, NOW, ends=True) for text in ("Bye", "")]
    parts = [
        asked,
        voice.bulletin_sent(bulletins.sending_of(whose, (alpha,), farewell), whose),
        *(voice.bulletin(one, alpha) for one in got),
    ]
    golden(f"bulletin-farewell.{language}", all_of(*parts))


def test_in_a_drill_it_says_so(language: Language) -> None:
    one = replace(child(row("Alpha"), language=language), drill=True)
    mark = "[EXERCICE] " if language == Language("fr") else "[DRILL] "
    got = grow(one, told(sent(1), one)).bulletins[0]
    assert voice.bulletin(got, one).body.startswith(f"{mark}Bulletin 1")


def test_what_the_parents_timeline_says_and_what_rings(golden: Golden, language: Language) -> None:
    whose = parent(rows=ROWS, language=language)
    audiences = ("all", "silent", "overdue", "unfiled", "sector=law")
    facts = [sent(number, text=TEXT, audience=audience) for number, audience in enumerate(audiences, 1)]
    rang = UpdateRang(at=PROMISED - HOUR / 4, promised=PROMISED)
    whole = all_of(*(voice.announce(fact, whose) for fact in facts), voice.remind([rang], whose))
    golden(f"bulletins.{language}", whole)


def test_why_it_is_refused(golden: Golden, language: Language) -> None:
    errors: tuple[RuleError, ...] = (
        NoCascade(),
        bulletins.UnknownBlank("nom", ("organisation", "codename", "SIREN")),
        bulletins.UnknownAudience("everyone", ("organisation", "codename", "SIREN")),
        bulletins.AllStillRun(12),
        bulletins.NobodyToTell("overdue"),
        bulletins.NobodyToTell("sector=mining"),
        bulletins.BulletinTooLong(6_000),
    )
    zone = parent().zone
    golden(f"bulletin-refused.{language}", all_of(*(voice.refusal(error, language, zone) for error in errors)))
