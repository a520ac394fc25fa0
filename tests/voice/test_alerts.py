"""What other machines report, and what becomes of it, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.alerts.waiting import Proposal
from bot.core.facts import Alert, AlertChanged, AlertDetail, AlertTaken, Severity
from bot.core.language import Language
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import BOB, OPENED, incident, playbook
from tests.voice.test_polls import with_ballot

Golden = Callable[[str, Text], None]
pytestmark = pytest.mark.parametrize("language", languages())
HOST = Alert(
    source="prometheus",
    fingerprint="1",
    title="HostDown: db1 does not answer <b>@room</b>",
    severity=Severity.CRISIS,
    details=(
        AlertDetail(name="instance", value="db1"),
        AlertDetail(name="summary", value="[see](https://example.org) `!open x`"),
    ),
)
DISK = replace(HOST, fingerprint="2", title="DiskFull", severity=Severity.LOW, is_resolved=True)


def proposal(number: int, *alerts: Alert) -> Proposal:
    return Proposal(number=number, since=OPENED, alerts={alert.key: alert for alert in alerts})


def test_a_proposal(golden: Golden, language: Language) -> None:
    choices = voice.Choices(playbooks=[playbook(language)], incidents=[incident(language)])
    golden(f"alert.{language}", with_ballot(voice.proposal(proposal(3, HOST), choices, language)))
    golden(f"alerts.{language}", voice.proposal(proposal(4, HOST, DISK), choices, language))


def test_what_waits_and_what_was_decided(golden: Golden, language: Language) -> None:
    said = (
        voice.proposals((), language),
        voice.proposals((proposal(3, HOST), proposal(4, DISK, HOST)), language),
        voice.alerts_dropped(3, language),
        voice.alerts_added(4, "Saffron Otter", language),
        voice.alerts_more(15, language),
    )
    golden(f"alerts_said.{language}", replace(said[1], body="\n\n".join(text.body for text in said)))


def test_what_the_incident_reads(golden: Golden, language: Language) -> None:
    here = incident(language)
    said = (
        voice.confirm(AlertTaken(at=OPENED, by=BOB, number=3, incident=here.id, alert=HOST), here, here),
        voice.confirm(AlertChanged(at=OPENED, incident=here.id, alert=HOST), here, here),
        voice.confirm(AlertChanged(at=OPENED, incident=here.id, alert=DISK), here, here),
        voice.confirm(AlertChanged(at=OPENED, incident=here.id, alert=HOST, is_graver=True), here, here),
    )
    golden(f"alerts_here.{language}", replace(said[0], body="\n\n".join(text.body for text in said)))
