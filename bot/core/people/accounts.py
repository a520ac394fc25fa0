"""Accounts of people whom nothing is known of yet, in the words of the rooms."""

from __future__ import annotations

from enum import StrEnum


class Found(StrEnum):
    """What the homeserver says of somebody's account. What needs somebody soonest is first."""

    NO_ACCOUNT = "no-account"
    """Nobody has that id: whoever registers it later reads what the person was invited to."""
    AWAY = "away"
    """Their server does not answer ours."""
    NO_DEVICE = "no-device"
    """The account is there, and nobody has logged in."""
    UNPROVED = "unproved"
    """It has devices, and not one to which the policy gives keys."""
    UNSAID = "unsaid"
    """It has no device that is shown, and its server does not say whether it is there."""
    UNASKED = "unasked"
    """It could not be asked in the time there was."""
    PROVED = "proved"
    """It has a device to which the policy gives keys."""
