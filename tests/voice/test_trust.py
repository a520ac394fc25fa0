"""What is said about trust, word for word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import voice
from bot.core.names import DeviceId
from bot.core.playbook import Language
from bot.core.trust import Distrust
from bot.voice import Text
from tests.voice.story import ALICE, BOB

Golden = Callable[[str, Text], None]
KNOWN, NEW = "7kq3Yd2mP0wRtXs9bUvEcL4hJ6nGaZfQ1iO8xTyDkMA", "Wb5nC1zXv8RjKq0LmE7tYh3uGp6sDf2aQoI9eJr4TcU"
pytestmark = pytest.mark.parametrize("language", Language)


@pytest.mark.parametrize("why", Distrust)
def test_why_something_was_not_heard(golden: Golden, language: Language, why: Distrust) -> None:
    golden(f"distrusted-{why}.{language}", voice.distrusted(BOB, why, language))


@pytest.mark.parametrize("why", [Distrust.NO_IDENTITY, Distrust.UNSIGNED_DEVICE])
def test_who_cannot_read(golden: Golden, language: Language, why: Distrust) -> None:
    golden(f"unreached-{why}.{language}", voice.unreached(BOB, why, language))


def test_alarms_about_identities(golden: Golden, language: Language) -> None:
    golden(f"identity-changed.{language}", voice.identity_changed(BOB, NEW, language))
    golden(f"identity-gone.{language}", voice.identity_changed(BOB, None, language))


def test_whose_identity_it_is(golden: Golden, language: Language) -> None:
    golden(f"identity-none.{language}", voice.identity(BOB, None, None, language))
    golden(f"identity-known.{language}", voice.identity(BOB, KNOWN, KNOWN, language))
    golden(f"identity-two.{language}", voice.identity(BOB, KNOWN, NEW, language))
    golden(f"identity-lost.{language}", voice.identity(BOB, KNOWN, None, language))
    golden(f"identity-confirmed.{language}", voice.identity_confirmed(BOB, language))


def test_alarms_about_devices_and_strangers(golden: Golden, language: Language) -> None:
    golden(f"device-came.{language}", voice.device_came(BOB, DeviceId("NEWPHONE"), NEW, language))
    golden(f"unheard.{language}", voice.unheard(BOB, language))
    golden(f"stranger.{language}", voice.stranger(ALICE, language))
    golden(f"stranger-elsewhere.{language}", voice.stranger_elsewhere(ALICE, "Late Falcon", language))
    golden(f"stranger-control.{language}", voice.stranger_in_control(ALICE, language))
