"""What is said about trust, word for word."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.core.facts import IdentityConfirmed
from bot.core.language import Language
from bot.core.names import DeviceId, UserId
from bot.core.people.trust import Distrust, TheirIdentity
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import ALICE, BOB, OPENED, incident

Golden = Callable[[str, Text], None]
KNOWN, NEW = "7kq3Yd2mP0wRtXs9bUvEcL4hJ6nGaZfQ1iO8xTyDkMA", "Wb5nC1zXv8RjKq0LmE7tYh3uGp6sDf2aQoI9eJr4TcU"
PARIS = ZoneInfo("Europe/Paris")
pytestmark = pytest.mark.parametrize("language", languages())


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
    def told(
        known: str | None, published: str | None, *, compared: str | None = None, by: UserId | None = ALICE
    ) -> Text:
        fact = IdentityConfirmed(at=OPENED, by=by, user=BOB, master=compared) if compared else None
        return voice.identity(BOB, TheirIdentity(known=known, published=published), fact, PARIS, language)

    golden(f"identity-none.{language}", told(None, None))
    golden(f"identity-known.{language}", told(KNOWN, KNOWN))
    golden(f"identity-compared.{language}", told(KNOWN, KNOWN, compared=KNOWN))
    golden(f"identity-operator.{language}", told(KNOWN, KNOWN, compared=KNOWN, by=None))
    golden(f"identity-two.{language}", told(KNOWN, NEW, compared=KNOWN))
    golden(f"identity-lost.{language}", told(KNOWN, None))
    golden(f"identity-confirmed.{language}", voice.identity_confirmed(BOB, language))
    assert told(KNOWN, KNOWN, compared=NEW) == told(KNOWN, KNOWN)


def test_who_is_here(golden: Golden, language: Language) -> None:
    told = incident(language)
    present = dict(zip(told.roster, voice.Devices, strict=False))
    golden(f"who.{language}", voice.who(told, present))


def test_alarms_about_devices_and_strangers(golden: Golden, language: Language) -> None:
    for name, is_back in (("came", False), ("back", True)):
        told = voice.device_came(BOB, DeviceId("NEWPHONE"), NEW, language, is_back=is_back)
        golden(f"device-{name}.{language}", told)
    golden(f"unheard.{language}", voice.unheard(BOB, language))
    golden(f"stranger.{language}", voice.stranger(ALICE, language))
    golden(f"stranger-elsewhere.{language}", voice.stranger_elsewhere(ALICE, "Late Falcon", language))
    golden(f"stranger-control.{language}", voice.stranger_in_control(ALICE, language))
    golden(f"stays.{language}", voice.stays(ALICE, language))
    golden(f"stays-elsewhere.{language}", voice.stays_elsewhere(ALICE, "Late Falcon", language))
