"""A legal clock in a drill: started by the data-protection officer, it rings for them until it is filed."""

from __future__ import annotations

import pytest

from tests.peers.conftest import Scene

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_a_reminder_rings_for_the_officer_is_seen_rests_and_ends_with_the_filing(scene: Scene) -> None:
    bob, officer = scene.bob, scene.bob.peer.user
    await bob.ask("!fact personal-data yes", "^personal-data = yes")
    # A minute before the first rung; the second comes a day later.
    started = await bob.ask("!aware GDPR-33-1 -23h59 letter of the host", "^GDPR-33-1 runs")
    assert "letter of the host" in (started.text or "")
    for talk in (bob, scene.alice):
        rung = await talk.hear(r"GDPR-33-1: in 4\d", after=started.id)
        assert rung.msgtype == "m.text"
        assert rung.mentioned == {officer}
        assert rung.encrypted
    await bob.ask("!snooze GDPR-33-1 30min", "^GDPR-33-1 rests until")
    await bob.ask("!snooze GDPR-33-1 3d", "a pause cannot reach that")
    await bob.ask("!ack", "^Seen: GDPR-33-1")
    await bob.ask("!ack", "Nothing is waiting")
    await bob.ask("!clocks", "GDPR-33-1 Notify")
    filed = await bob.ask("!filed GDPR-33-1 CNIL-2026-123", "^GDPR-33-1 stopped.*reference CNIL-2026-123")
    assert "This starts GDPR-33-4" in (filed.text or "")
    assert "Target (not a legal limit)" in (filed.text or "")
    await bob.ask("!waive GDPR-33-4 nothing was left to complete", "^GDPR-33-4 set aside")
    rung_again = [said for said in await bob.heard(after=filed.id) if said.msgtype == "m.text"]
    assert rung_again == []
