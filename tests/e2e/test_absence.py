"""Down over a reminder: it rings late and once, the control room hears of the absence once, the heart beats again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.facts import ClockStarted, Opened, Rang
from bot.core.names import InputId, RuleId, UserId
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.patience import eventually
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

PACE = 7200
"""An hour of the law is half a second."""
AWARE_AGO = timedelta(hours=68)
CNIL = RuleId("GDPR-33-1")


async def test_the_late_reminder_and_the_self_report_come_once_over_a_crash_of_the_start(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    people, alive = {alice.user: ["admin", "coordinator", "dpo"]}, tmp_path / "alive"
    more = {"heartbeat": {"file": str(alive)}}
    async with (
        Bot(tmp_path, homeserver, account, people, pace=PACE, more=more) as bot,
        Peer(homeserver, alice, meet=[bot.user]) as peer,
    ):
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.hear("Start here")
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        await beats(alive)
        last = await talk.ask("!note the clock starts now", "^Noted")
        await bot.kill()
        alive.unlink()
        await started(bot, UserId(alice.user), ago=timedelta(seconds=20))
        await bot.was_heard(timedelta(minutes=40))
        await bot.spawn()
        await bot.kill()
        await bot.start()
        report = await control.hear("I was away from")
        await talk.hear("GDPR-33-1: overdue", after=last.id)
        await talk.ask("!filed GDPR-33-1 CNIL-1", "GDPR-33-1 stopped")
        await bot.kill()
        await bot.start()
        await control.ask("!help", "!open")
        await beats(alive)
        said = [message.text or "" for message in await control.heard()]
        assert await bot.stop() == 0
        rang = [(fact.rule, fact.rung) for fact in await bot.facts() if isinstance(fact, Rang)]
        assert await unread(peer, bot.user) == []

    assert sum("I was away from" in text for text in said) == 1
    assert "Due times that passed meanwhile" in (report.text or "")
    assert "Reminders of that time come only now" in (report.text or "")
    assert "GDPR" not in (report.text or "")
    assert report.mentioned == {alice.user}
    assert {("GDPR-33-1", rung) for rung in ("T-3", "T-1", "T")} <= set(rang)
    assert len(rang) == len(set(rang))


async def beats(alive: Path) -> None:
    """Wait for a heartbeat: the bot looks at itself every few seconds until it is well."""
    await eventually(alive.exists)


async def started(bot: Bot, by: UserId, *, ago: timedelta) -> None:
    """Let a clock have been started so long *ago* that its last reminders were missed. The bot must not be running."""
    at = datetime.now(UTC) - ago
    fact = ClockStarted(at=at, rule=CNIL, aware=at - AWARE_AGO, by=by, source="typed before it was down")
    (opened,) = [kept for kept in await bot.facts() if isinstance(kept, Opened)]
    async with bot.open_store() as store, store.transaction() as tx:
        await tx.append(opened.incident, (fact,), input=InputId("$aware"), device=None)
