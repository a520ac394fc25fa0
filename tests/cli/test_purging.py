"""`cellule purge`: a closed incident and no other, after it was confirmed, and with the proof from the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import vodozemac

from bot.cli import Exit, main
from bot.cli.state.purging import PurgeFailedError, PurgeRefusedError, purge_incident
from bot.cli.tongue import said
from bot.config import Config, load
from bot.core.documents.purge import AFTER_HOLD
from bot.core.facts import (
    ChoiceOffered,
    Closed,
    DeskFact,
    Fact,
    Held,
    HoldLifted,
    Noted,
    PurgeCause,
    Purged,
    RoomReady,
    StepDone,
)
from bot.core.facts.questions import QuestionAsked, QuestionsPosted
from bot.core.names import DeviceId, EventId, IncidentId, InputId, RoomId, StepId
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.heard import Place
from bot.matrix.speaking.promised_keys import PromisedKeys
from bot.ports import DESK, TakeBack
from bot.store.connection import STATE_FILE
from bot.store.pages import standing
from bot.store.sqlite import SqliteStore, open_store
from tests.config.files import changed, fill, write
from tests.core.build import ALICE, BOB, NOW, OPENED, ROOM
from tests.core.cascades import extended, opening, ready, row
from tests.kept_keys import machine_over
from tests.matrix.guard.test_crypto_store import SIGNING
from tests.matrix.listeners import BOT

KEY = bytes(32)
DEVICE = DeviceId("DEVICE")
SECRET = "Quetzalcoatlus over the host"
NAME = OPENED.codename
LATER = NOW + timedelta(days=400)
OTHER = IncidentId("fedcba9876543210")
PARENT = IncidentId("0123456789abcdff")
CHOICE = ChoiceOffered(
    at=NOW,
    by=ALICE,
    room=ROOM,
    title=f"offered {SECRET}",
    severity=OPENED.severity,
    language=OPENED.language,
    drill=False,
    playbooks=("provider-hit",),
)
STORY: tuple[Fact, ...] = (
    replace(OPENED, title="The register's own title"),
    RoomReady(at=NOW, room=ROOM),
    Noted(at=NOW, by=ALICE, text=f"{SECRET}\n" * 300),
    StepDone(at=NOW, by=ALICE, step=StepId("D1"), result="the register's own result"),
)
CLOSED = Closed(at=NOW, by=ALICE, summary="")


@pytest.fixture
async def config(tmp_path: Path) -> Config:
    """A bot that was stopped: one closed incident, one that is open."""
    found = load(write(fill(tmp_path), changed()))
    async with await open_store(found.state.folder, KEY) as store:
        await append(store, DESK, CHOICE)
        await append(store, OPENED.incident, *STORY, CLOSED)
        await append(store, OTHER, replace(OPENED, incident=OTHER, codename="Late Falcon"), *STORY[1:3])
        await store.put(LOGIN, Login(user=found.matrix.user_id, device=DEVICE, token="t").dump())
    return found


async def append(store: SqliteStore, stream: str, *facts: Fact | DeskFact) -> None:
    async with store.transaction() as tx:
        await tx.append(stream, facts, input=InputId(f"$of-{stream}"), device=None)


async def stored(config: Config, stream: str) -> list[Fact | DeskFact]:
    async with await open_store(config.state.folder, KEY) as store:
        return [record.fact for record in await store.history(stream)]


async def purge(config: Config, named: str = NAME, typed: str | None = NAME) -> None:
    ask = None if typed is None else lambda _: typed
    await purge_incident(config, named, LATER, ask=ask, offline=True)


@pytest.mark.parametrize("named", [NAME, NAME.upper(), OPENED.incident])
async def test_what_is_not_in_the_register_is_gone_from_every_page(
    config: Config, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = config.state.folder / STATE_FILE
    sought = {f"offered {SECRET}", "The register's own title", "the register's own result"}
    assert standing(file, KEY, sought) == sought
    await purge(config, named)
    assert standing(file, KEY, sought) == sought - {f"offered {SECRET}"}
    facts = await stored(config, OPENED.incident)
    assert isinstance(facts[-1], Purged)
    assert (facts[-1].cause, facts[-1].entries) == (PurgeCause.OPERATOR, 5)
    assert not any(isinstance(fact, Noted) for fact in facts)
    assert len(await stored(config, OTHER)) == 3, "the other incident is as it was"
    told = capsys.readouterr().out
    assert "5 facts erased; 4 kept for the register" in told
    assert "looked for in every page of the files: none found" in told
    assert SECRET not in told


async def test_the_questions_of_an_organisation_go_from_what_its_parent_keeps_and_shows(config: Config) -> None:
    alpha, asked = row("Alpha"), "the question of an organisation that is purged"
    put = QuestionAsked(at=NOW, by=ALICE, number=1, text=asked)
    shown = QuestionsPosted(at=NOW, event=EventId("$shown"), numbers=(1, 2))
    above = (ready(alpha), extended(alpha), shown)
    async with await open_store(config.state.folder, KEY) as store:
        await append(store, PARENT, replace(OPENED, incident=PARENT, codename="Odd Heron"), *above)
        child = replace(opening(alpha), parent=PARENT)
        await append(store, child.incident, child, put, CLOSED)
    await purge(config, child.codename, child.codename)
    file = config.state.folder / STATE_FILE
    assert standing(file, KEY, {asked}) == frozenset()
    async with await open_store(config.state.folder, KEY) as store:
        (task,) = await store.tasks()
    assert (task.lane, task.action) == (PARENT, TakeBack(event=EventId("$shown")))


async def test_the_keys_of_its_room_go_too_and_those_of_others_stay(config: Config) -> None:
    keys = {room: vodozemac.GroupSession() for room in (ROOM, "!other:example.org")}
    async with await open_store(config.state.folder, KEY) as store, machine_over(store, BOT, DEVICE) as machine:
        for room, key in keys.items():
            machine.create_group_session("curve", SIGNING, room, key.session_id, key.session_key.to_base64())
            machine.store.heard.keep("curve", key.session_id, 0, Place(room, "$event", None))
            promised = {("@bob:example.org", "PHONE", "curve"): key.session_key.to_base64()}
            await PromisedKeys(store).keep(RoomId(room), key.session_id, promised)
    gone, kept = (key.session_id for key in keys.values())
    file = config.state.folder / STATE_FILE
    assert standing(file, KEY, {gone, kept}) == {gone, kept}
    await purge(config)
    assert standing(file, KEY, {gone, kept}) == {kept}


@pytest.mark.parametrize(
    ("named", "typed", "said"),
    [
        ("Late Falcon", "Late Falcon", "Late Falcon is open; somebody closes it in its room first"),
        ("Nobody", "Nobody", f"no incident is called 'Nobody'; the incidents: {NAME}, Late Falcon"),
        (NAME, "", "nothing was erased"),
        (NAME, "Late Falcon", "nothing was erased"),
    ],
)
async def test_what_must_not_be_purged_is_not(config: Config, named: str, typed: str, said: str) -> None:
    with pytest.raises(PurgeRefusedError, match=said):
        await purge(config, named, typed)
    assert len(await stored(config, OPENED.incident)) == 5


async def test_a_second_purge_says_when_the_first_was(config: Config) -> None:
    await purge(config, typed=None)
    with pytest.raises(PurgeRefusedError, match=f"{NAME} was purged on {LATER:%Y-%m-%d}"):
        await purge(config)
    with pytest.raises(PurgeRefusedError, match="the incidents: Late Falcon"):
        await purge(config, "Nobody")


async def test_where_the_homeserver_does_not_answer_nothing_is_erased(config: Config) -> None:
    away = replace(config, matrix=replace(config.matrix, homeserver="http://127.0.0.1:1"))
    async with await open_store(config.state.folder, KEY) as store, machine_over(store, BOT, DEVICE):
        pass
    with pytest.raises(PurgeFailedError, match="nothing was erased here"):
        await purge_incident(away, NAME, LATER, ask=None, offline=False)
    assert len(await stored(config, OPENED.incident)) == 5


async def test_backups_that_still_hold_it_are_named(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    async with await open_store(config.state.folder, KEY) as store:
        await store.put("last-backup", NOW.isoformat().encode())
    await purge(config)
    assert f"the last of {NOW:%Y-%m-%d}: delete them" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("C", "was under legal hold less than a week ago; purge it from 2027-05-01 17:01 UTC on"),
        (
            "fr_FR.UTF-8",
            "il y a moins d’une semaine\u00a0; purgez-le à partir du 2027-05-01 17:01 UTC",
        ),
    ],
)
async def test_after_a_hold_was_lifted_it_stays_a_week_at_the_console_too(
    config: Config, locale: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifted = LATER - AFTER_HOLD + timedelta(minutes=1)
    held = Held(at=NOW, by=ALICE, reason="the court asked")
    async with await open_store(config.state.folder, KEY) as store:
        await append(store, OPENED.incident, held, HoldLifted(at=lifted, by=ALICE, confirmed_by=BOB))
    monkeypatch.setenv("LC_ALL", locale)
    before = await stored(config, OPENED.incident)
    with pytest.raises(PurgeRefusedError) as refused:
        await purge(config)
    assert words in said(refused.value)
    assert await stored(config, OPENED.incident) == before
    await purge_incident(config, NAME, lifted + AFTER_HOLD, ask=None, offline=True)
    assert isinstance((await stored(config, OPENED.incident))[-1], Purged)


def test_without_a_terminal_it_must_be_told_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(fill(tmp_path), changed())
    assert main(["purge", "--config", str(path), NAME]) == Exit.WRONG
    assert "--yes does without" in capsys.readouterr().err
    assert main(["purge", "--config", str(path), NAME, "--yes"]) == Exit.WRONG
    assert "nothing is kept in" in capsys.readouterr().err


async def test_it_is_told_in_the_language_of_the_locale(
    config: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    asked: list[str] = []

    def confirm(text: str) -> str:
        asked.append(text)
        return NAME

    with pytest.raises(PurgeRefusedError) as refused:
        await purge(config, "Late Falcon")
    assert said(refused.value).startswith("Late Falcon est ouvert\N{NO-BREAK SPACE}; quelqu’un le clôt d’abord")
    assert str(refused.value).startswith("Late Falcon is open; "), "the log stays English"
    await purge_incident(config, NAME, LATER, ask=confirm, offline=True)
    assert asked == ["C’est sans retour. Tapez le nom de code pour continuer\N{NO-BREAK SPACE}: "]
    assert [line.split()[:4] for line in capsys.readouterr().out.splitlines()] == [
        [*f"{NAME},".split(), "ouvert", "le"],
        ["Ses", "messages", "sont", "supprimés,"],
        ["Les", "fichiers", "remis", "par"],
        ["salle", "laissée", "telle", "quelle"],
        ["dossier", "débarrassé", "de", "5"],
        ["preuve", "1", "texte", "et"],
    ]
