"""Alerts of other machines: proposed in the control room, decided on by people, followed in the incident's room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import voice
from bot.core.alerts.waiting import LASTS, MOST_WAITING
from bot.core.facts import Alert, AlertDetail, Severity
from bot.core.incident import Status
from bot.core.names import InputId, RoomId
from bot.ports import Poll, Voted
from bot.service.alerts.reported import GATHERING
from tests.core.build import ALICE, BOB, CAROL
from tests.service.shell import DEVICE, Shell

HOST = Alert(
    source="prometheus",
    fingerprint="f1",
    title="Host down <b>@room</b> !open x",
    severity=Severity.HIGH,
    details=(
        AlertDetail(name="instance", value="db1"),
        AlertDetail(name="summary", value="[click](https://evil.example.org) @alice:example.org"),
    ),
)
DISK = replace(HOST, fingerprint="f2", title="Disk full", severity=Severity.CRISIS)
MAIL = replace(HOST, source="grafana", title="Mail queue", severity=Severity.LOW)
SOON = timedelta(seconds=5)
A_MINUTE = timedelta(minutes=2)


@pytest.fixture
async def shell() -> AsyncIterator[Shell]:
    shell = Shell()
    async with shell.life():
        yield shell


def over(alert: Alert) -> Alert:
    return replace(alert, is_resolved=True)


async def report(shell: Shell, *alerts: Alert, after: timedelta = SOON) -> None:
    await shell.service.reported.take(alerts)
    await shell.pass_time(after)


def admits(shell: Shell, alert: Alert) -> bool:
    return shell.service.reported.admitted([alert]) == (alert,)


def proposals(shell: Shell) -> list[str]:
    return [one.body for one in shell.said(shell.control_room) if "from a machine" in one.body]


def newest_poll(shell: Shell, room: RoomId) -> tuple[str, Poll]:
    said = shell.chat.rooms[room].said
    found = next(one for one in reversed(said) if one.content.poll is not None)
    assert found.content.poll is not None
    return found.event, found.content.poll


async def tap(shell: Shell, words: str) -> None:
    event, poll = newest_poll(shell, shell.control_room)
    option = next(one for one in poll.options if words in one.text)
    vote = Voted(
        id=InputId(f"$vote{event}{option.id}"),
        room=shell.control_room,
        sender=ALICE,
        device=DEVICE,
        poll=event,  # type: ignore[arg-type]
        answers=(option.id,),
        received_at=shell.clock.now(),
    )
    await shell.receive(vote)


# --- what is proposed -------------------------------------------------------------------------------------------------


async def test_an_alert_proposes_and_opens_nothing(shell: Shell) -> None:
    await report(shell, HOST)
    assert len(proposals(shell)) == 1
    assert "Host down" in proposals(shell)[0]
    assert "instance db1" in proposals(shell)[0]
    assert shell.service.books.incidents() == ()


async def test_what_an_alert_says_is_data(shell: Shell) -> None:
    await report(shell, HOST)
    said = next(one for one in shell.said(shell.control_room) if one.body.startswith("Alert "))
    assert not said.rings
    assert not said.mentions
    assert not said.mentions_room
    assert "<code>Host down &lt;b&gt;@room&lt;/b&gt; !open x</code>" in said.html
    assert "<a" not in said.html
    assert "<b>" not in said.html
    assert shell.service.books.incidents() == ()


async def test_the_same_ten_times_is_one(shell: Shell) -> None:
    for _ in range(10):
        await report(shell, HOST)
    assert len(proposals(shell)) == 1


async def test_what_comes_together_is_decided_on_once(shell: Shell) -> None:
    await report(shell, HOST, DISK)
    assert len(proposals(shell)) == 1
    assert "Host down" in proposals(shell)[0]
    assert "Disk full" in proposals(shell)[0]


async def test_the_control_room_is_told_a_minute_apart_at_the_most(shell: Shell) -> None:
    await report(shell, HOST)
    await report(shell, DISK)
    await report(shell, MAIL)
    assert len(proposals(shell)) == 1
    await shell.pass_time(A_MINUTE)
    assert len(proposals(shell)) == 3
    assert "Disk full" in proposals(shell)[1]
    assert "Mail queue" in proposals(shell)[2]


async def test_very_many_are_told_ten_at_a_time(shell: Shell) -> None:
    await report(shell, *(replace(HOST, fingerprint=f"f{number}") for number in range(25)))
    await shell.pass_time(5 * A_MINUTE)
    assert [one.count("Host down") for one in proposals(shell)] == [10, 10, 5]


async def test_what_ends_before_it_is_told_is_not_told(shell: Shell) -> None:
    await shell.service.reported.take([HOST])
    await report(shell, over(HOST))
    assert proposals(shell) == []


async def test_the_end_of_what_nobody_knows_is_nothing(shell: Shell) -> None:
    await report(shell, over(HOST))
    assert proposals(shell) == []


async def test_a_crash_between_two_instructions_loses_nothing_and_doubles_nothing() -> None:
    shell = Shell()
    async with shell.life():
        await shell.service.reported.take([HOST])
    for turns in range(0, 40, 3):
        shell.clock.advance(SOON)
        async with shell.life(turns=turns):
            pass
    async with shell.life():
        await shell.pass_time(SOON)
        assert len(proposals(shell)) == 1
        assert await shell.type("1", room=shell.control_room) != ""
    async with shell.life():
        assert len(shell.service.books.incidents()) == 1
        assert "No alert waits" in await shell.type("!alert", room=shell.control_room)


async def test_what_joins_after_an_answer_was_lost_is_told_as_well(shell: Shell) -> None:
    await shell.service.reported.take([HOST])
    shell.chat.lost = 1
    await shell.pass_time(GATHERING)
    assert shell.chat.lost == 0
    await shell.service.reported.take([DISK])
    await shell.pass_time(A_MINUTE)
    assert "Disk full" in proposals(shell)[-1]
    assert len(proposals(shell)) == 2


async def test_what_comes_just_as_there_was_nothing_to_tell_is_told(shell: Shell) -> None:
    await shell.service.reported.take([HOST])
    await shell.service.reported.take([over(HOST)])
    shell.clock.advance(SOON)
    told = asyncio.create_task(shell.settle())
    await shell.service.reported.take([DISK])
    await told
    await shell.pass_time(SOON)
    assert len(proposals(shell)) == 1


async def test_there_is_room_until_too_much_waits(shell: Shell) -> None:
    new = replace(HOST, fingerprint="new")
    assert admits(shell, new)
    await shell.service.reported.take([replace(HOST, fingerprint=str(number)) for number in range(MOST_WAITING)])
    assert not admits(shell, new)
    assert admits(shell, MAIL)
    assert admits(shell, replace(HOST, fingerprint="1", is_resolved=True))
    shell.clock.advance(LASTS)
    assert admits(shell, new)


async def test_one_report_does_not_pass_the_bound(shell: Shell) -> None:
    many = [replace(HOST, fingerprint=str(number)) for number in range(2 * MOST_WAITING)]
    admitted = shell.service.reported.admitted(many)
    assert list(admitted) == many[:MOST_WAITING]
    await shell.service.reported.take(admitted)
    assert shell.service.reported.news(many) == many[MOST_WAITING:]


# --- what people decide -----------------------------------------------------------------------------------------------


async def test_a_person_opens_by_replying_with_a_number(shell: Shell) -> None:
    await report(shell, HOST)
    await shell.reply("1", "Alert 1", room=shell.control_room)
    assert shell.incident().title == voice.alert_title(HOST)
    assert shell.incident().severity is Severity.HIGH
    assert any("alert 1" in one.body and "instance db1" in one.body for one in shell.said())
    assert "alert 1" in await shell.type("!timeline")


async def test_a_person_opens_by_typing_a_number_while_one_waits(shell: Shell) -> None:
    await report(shell, HOST)
    await shell.type("1", room=shell.control_room)
    assert shell.incident().title == voice.alert_title(HOST)


async def test_no_app_finds_a_link_in_the_title_of_the_incident(shell: Shell) -> None:
    title = "See https://evil.example.org/x or evil.com at 10:42, @alice:example.org #ops:example.org v1.2"
    await report(shell, replace(HOST, title=title + "x" * 200))
    await shell.type("1", room=shell.control_room)
    shown = "See https: //evil. example. org/x or evil. com at 10:42, @alice: example. org #ops: example. org v1.2"
    assert shell.incident().title.startswith(shown)
    assert len(shell.incident().title) == 160


async def test_of_two_that_wait_a_bare_number_means_neither(shell: Shell) -> None:
    await report(shell, HOST)
    await report(shell, DISK, after=A_MINUTE)
    await shell.type("1", room=shell.control_room)
    assert shell.service.books.incidents() == ()
    await shell.reply("1", "Disk full", room=shell.control_room)
    assert shell.incident().title == "Disk full"


async def test_open_alone_shows_what_can_be_done_with_the_one_that_waits(shell: Shell) -> None:
    assert "title" in await shell.type("!open", room=shell.control_room)
    await report(shell, HOST)
    assert "Host down" in await shell.type("!open", room=shell.control_room)


async def test_a_person_opens_with_a_tap_and_the_poll_ends(shell: Shell) -> None:
    await report(shell, HOST)
    await tap(shell, "1.")
    assert shell.incident().title == voice.alert_title(HOST)
    await shell.pass_time(A_MINUTE)
    assert any(one.ends is not None for one in shell.said(shell.control_room))


async def test_a_person_adds_it_to_an_open_incident(shell: Shell) -> None:
    incident = await shell.open()
    await report(shell, HOST, DISK)
    answer = await shell.reply(incident.codename, "Alert 1", room=shell.control_room)
    assert incident.codename in answer
    assert len(shell.service.books.incidents()) == 1
    assert any("Host down" in one.body and "Disk full" in one.body for one in shell.said())


async def test_nobody_adds_to_an_incident_in_which_they_may_do_nothing(shell: Shell) -> None:
    incident = await shell.open()
    await shell.type("!remove bob")
    await shell.type("!confirm", sender=BOB)
    await report(shell, DISK)
    answer = await shell.type(f"!alert 1 {incident.codename}", room=shell.control_room, sender=BOB)
    assert "playbook" in answer or "role" in answer.lower()
    assert "Disk full" not in "".join(one.body for one in shell.said())


async def test_what_is_no_incident_comes_back_only_when_it_fires_anew(shell: Shell) -> None:
    await report(shell, HOST)
    assert "no incident" in await shell.reply("no", "Alert 1", room=shell.control_room)
    await report(shell, HOST, after=A_MINUTE)
    assert len(proposals(shell)) == 1
    await report(shell, over(HOST), over(HOST))
    await report(shell, HOST, after=A_MINUTE)
    assert len(proposals(shell)) == 2


async def test_what_is_no_incident_is_asked_about_again_in_three_days(shell: Shell) -> None:
    await report(shell, HOST)
    assert "three days" in await shell.reply("no", "Alert 1", room=shell.control_room)
    await shell.pass_time(LASTS)
    await report(shell, HOST, after=A_MINUTE)
    assert len(proposals(shell)) == 2


async def test_what_becomes_graver_is_told_again_under_its_number(shell: Shell) -> None:
    await report(shell, HOST)
    await report(shell, replace(HOST, severity=Severity.CRISIS), after=A_MINUTE)
    assert [one.split(",")[0] for one in proposals(shell)] == ["Alert 1", "Alert 1"]
    assert "crisis · Host down" in proposals(shell)[1]
    await shell.type("1", room=shell.control_room)
    assert shell.incident().severity is Severity.CRISIS


async def test_what_waits_is_listed(shell: Shell) -> None:
    await report(shell, HOST, DISK)
    await report(shell, MAIL, after=A_MINUTE)
    listed = await shell.type("!alert", room=shell.control_room)
    assert "and 1 more" in listed
    assert "Mail queue" in listed
    assert "Mail queue" in await shell.type("!alert 2", room=shell.control_room)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("!alert 9", "No alert 9"),
        ("!alert nine", "number"),
        ("!alert 1 nonsense", "playbook"),
        ("!alert 0 no", "No alert 0"),
    ],
)
async def test_what_is_typed_wrong_has_one_answer(shell: Shell, typed: str, answer: str) -> None:
    await report(shell, HOST)
    assert answer in await shell.type(typed, room=shell.control_room)
    assert shell.service.books.incidents() == ()


async def test_what_nobody_decided_on_lapses(shell: Shell) -> None:
    await report(shell, HOST)
    await shell.pass_time(LASTS)
    assert "No alert waits" in await shell.type("!alert", room=shell.control_room)
    await report(shell, HOST, after=A_MINUTE)
    assert len(proposals(shell)) == 2


# --- what becomes of it -----------------------------------------------------------------------------------------------


async def test_later_states_are_lines_of_the_incident(shell: Shell) -> None:
    await report(shell, HOST)
    await shell.type("1", room=shell.control_room)
    await report(shell, over(HOST))
    await report(shell, over(HOST))
    assert sum("it is over" in one.body for one in shell.said()) == 1
    await report(shell, HOST)
    timeline = await shell.type("!timeline")
    assert "it is over" in timeline
    assert "fires again" in timeline
    await shell.pass_time(A_MINUTE)
    await report(shell, replace(HOST, severity=Severity.CRISIS))
    assert "graver now: crisis · Host down" in shell.said()[-1].body
    assert len(proposals(shell)) == 1


async def test_what_changes_at_once_is_one_message_of_ten_lines(shell: Shell) -> None:
    many = [replace(HOST, fingerprint=str(number)) for number in range(25)]
    await report(shell, *many, after=5 * A_MINUTE)
    await shell.reply("1", "Alert 1", room=shell.control_room)
    for number in (2, 3):
        await shell.type(f"!alert {number} {shell.incident().codename}", room=shell.control_room)
    before = len(shell.said())
    await report(shell, *map(over, many))
    assert [one.body.count("it is over") for one in shell.said()[before:]] == [10]
    assert "And 15 more" in shell.said()[-1].body
    followed = shell.service.books.desk.alerts.followed.values()
    assert [one.is_resolved for one in followed] == [True] * 25


async def test_of_a_closed_incident_an_alert_is_news_again(shell: Shell) -> None:
    await report(shell, HOST)
    await shell.type("1", room=shell.control_room)
    await shell.type("!close done")
    await shell.type("!confirm", sender=BOB)
    assert shell.incident().status is Status.CLOSED
    await report(shell, HOST, after=A_MINUTE)
    assert len(proposals(shell)) == 2


async def test_what_cannot_be_put_into_words_is_kept_all_the_same(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await report(shell, HOST)
    await shell.type("1", room=shell.control_room)

    def unspeakable(*_: object) -> voice.Text:
        raise RuntimeError("no words")

    with monkeypatch.context() as patch:
        patch.setattr(voice, "confirm", unspeakable)
        await report(shell, over(HOST))
    assert "reference" in shell.said()[-1].body
    assert "it is over" in await shell.type("!timeline")


async def test_who_only_reads_in_an_incident_adds_nothing_to_it(shell: Shell) -> None:
    incident = await shell.open()
    await shell.type("!remove carol")
    await shell.type(f"!invite {CAROL} observer")
    assert incident.roster.keys() <= shell.incident().roster.keys()
    await report(shell, DISK)
    before = len(shell.said())
    answer = await shell.type(f"!alert 1 {incident.codename}", room=shell.control_room, sender=CAROL)
    assert "admin" in answer
    assert "Disk full" not in "".join(one.body for one in shell.said()[before:])
