"""Bulletins word for word: in the parent's room, in an organisation's, and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.commands import SendBulletin
from bot.core.errors import RuleError
from bot.core.evolve import evolve
from bot.core.facts import BulletinRead, ConfirmationAsked, Enclosed, EncryptedFile, Fact, UpdateRang
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.organisations import bulletins
from bot.core.organisations.bulletins import Proposed, send
from bot.core.organisations.corrections import CountsNoMore, NoSuchBulletin
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import rollup
from bot.sentences import languages
from bot.voice import Text
from tests.core.build import ALICE, HOUR, NOW, grow
from tests.core.cascades import child, parent, person_of, row, sent, told

Golden = Callable[[str, Text], None]
TEXT = "Coupez le lien <site> de {organisation}.\n\nSecteur : {sector}, SIREN {siren}."
ENCLOSED = Enclosed(name="faq.pdf", size=9, file=EncryptedFile(url="mxc://x/1", key="k", iv="i", sha256="s"))
PROMISED = NOW + 2 * HOUR
ROWS = tuple(map(row, ("Alpha", "Beta", "Gamma")))
pytestmark = pytest.mark.parametrize("language", languages())


def asked_and_sent(proposed: Proposed, whose: Incident) -> Text:
    """Return what is shown before it is sent, and what is said when it was."""
    asked = ConfirmationAsked(at=NOW, by=ALICE, number=4, act=proposed.act)
    return all_of(voice.bulletin_asked(asked, proposed, whose), voice.bulletin_sent(proposed.sending, whose))


def proposed(language: Language, audience: str = "all", *among: Incident) -> tuple[Proposed, Incident]:
    whose = parent(rows=ROWS, language=language)
    command = SendBulletin(text=TEXT, audience=audience, next_update=PROMISED)
    return send(whose, among, command, ALICE, NOW), whose


def all_of(*texts: Text) -> Text:
    return Text(body="\n\n".join(text.body for text in texts), html="\n\n".join(text.html for text in texts))


def test_what_the_parent_reads(golden: Golden, language: Language) -> None:
    alpha, beta = child(ROWS[0], language=language), child(ROWS[1], language=language)
    golden(f"bulletin-sent.{language}", asked_and_sent(*proposed(language, "all", alpha, beta)))


def test_to_some_of_whom_none_has_a_room_yet(golden: Golden, language: Language) -> None:
    late = replace(child(ROWS[0]), status=Status.OPENING)
    closed = replace(child(ROWS[2]), status=Status.CLOSED)
    some, whose = proposed(language, "sector=law", late, child(ROWS[1]), closed)
    golden(f"bulletin-sent-later.{language}", asked_and_sent(some, whose))


def test_what_an_organisation_reads_and_its_timeline(golden: Golden, language: Language) -> None:
    alpha = child(ROWS[0], language=language)
    got = told(sent(3, text=TEXT, next_update=PROMISED, hotline="+33 1 00 00 00 00", enclosed=ENCLOSED), alpha)
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
    found = send(whose, (alpha,), SendBulletin(text="Bye", closes=True), ALICE, NOW)
    found = replace(found, act=replace(found.act, kept=2))
    without_a_word = replace(found, sending=replace(found.sending, bulletin=replace(found.sending.bulletin, text="")))
    golden(f"bulletin-farewell.{language}", all_of(*(asked_and_sent(one, whose) for one in (found, without_a_word))))


def test_a_correction_and_a_withdrawal_as_they_are_asked_for_sent_and_read(golden: Golden, language: Language) -> None:
    first = sent(1, text=TEXT, recipients=(child(ROWS[0]).id,), next_update=PROMISED)
    whose = grow(parent(rows=ROWS, language=language), sent(1), replace(first, number=2))
    plain = child(ROWS[0], language=language)
    alpha = grow(plain, told(sent(1), plain), told(replace(first, number=2), plain))
    corrected = send(whose, (alpha,), SendBulletin(text="Better so.", replaces=2, every=4 * HOUR), ALICE, NOW)
    withdrawn = send(whose, (alpha,), SendBulletin(text="", replaces=1, withdraws=True, every=0 * HOUR), ALICE, NOW)
    golden(f"bulletin-corrected.{language}", all_of(*(asked_and_sent(one, whose) for one in (corrected, withdrawn))))


def test_who_reads_a_number_that_is_not_their_next_reads_why(language: Language) -> None:
    first, later = (grow(child(ROWS[0], language=language), told(sent(n), child(ROWS[0]))).bulletins[0] for n in (2, 5))
    alpha = child(ROWS[0], language=language)
    mark = "Your first" if language == Language("en") else "Votre premier"
    assert mark in voice.bulletin(first, alpha).body
    last = "Your last was bulletin 2" if language == Language("en") else "Votre dernier était le bulletin 2"
    assert last in voice.bulletin(later, replace(alpha, bulletins=(first,))).body


def test_what_became_of_each_and_of_one(golden: Golden, language: Language) -> None:
    listed = tuple(replace(one, columns={"Phone": "+33 1 00 00 00 00"}) for one in ROWS[:2])
    facts = [sent(1), sent(2, replaces=1), sent(3, text="", replaces=2, withdraws=True), sent(4, audience="sector=law")]
    whose = grow(parent(rows=(*listed, ROWS[2]), language=language), *facts)
    alpha, gamma = (grow(child(one), *(told(fact, child(one)) for fact in facts[:2])) for one in (listed[0], ROWS[2]))
    beta = grow(child(listed[1]), told(facts[3], child(listed[1])))
    read = grow(gamma, BulletinRead(at=NOW, by=person_of("Gamma"), numbers=(1,)))
    found = rollup(whose, (alpha, beta, read), Watch(now=NOW))
    none = voice.receipts(replace(found, bulletins=()), None)
    golden(f"bulletin-receipts.{language}", all_of(*(voice.receipts(found, one) for one in (None, 1, 3, 4)), none))


def test_in_a_drill_it_says_so(language: Language) -> None:
    one = replace(child(row("Alpha"), language=language), drill=True)
    mark = "[EXERCICE] " if language == Language("fr") else "[DRILL] "
    got = grow(one, told(sent(1), one)).bulletins[0]
    assert voice.bulletin(got, one).body.startswith(f"{mark}Bulletin 1")


def test_what_the_parents_timeline_says_and_what_rings(golden: Golden, language: Language) -> None:
    whose = parent(rows=ROWS, language=language)
    audiences = ("all", "silent", "overdue", "unfiled", "sector=law")
    facts = [sent(number, text=TEXT, audience=audience) for number, audience in enumerate(audiences, 1)]
    facts += [sent(6, text=TEXT, replaces=5), sent(7, text="", replaces=6, withdraws=True)]
    facts += [sent(8, text="It was wrong.", replaces=4, withdraws=True)]
    came: list[Fact] = [bulletins.received(one, child(ROWS[0]), NOW, replaces=one.replaces) for one in facts[-3:]]
    rang = UpdateRang(at=PROMISED - HOUR / 4, promised=PROMISED)
    whole = all_of(*(voice.announce(fact, whose) for fact in (*facts, *came)), voice.remind([rang], whose))
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
        NoSuchBulletin(7),
        CountsNoMore(2, 3),
    )
    zone = parent().zone
    golden(f"bulletin-refused.{language}", all_of(*(voice.refusal(error, language, zone) for error in errors)))
