"""What the homeserver's rate limits mean for very many rooms, and how an administrator lifts them for the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.cli.findings import Finding, ok, warning

SUBJECT = "rate limits"
MANY = 1_200
"""The firms of one large provider: what a cascade is made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many at once, and then one after the other."""

    per_second: float
    burst: int

    def takes(self, number: int) -> timedelta:
        """Return how long *number* requests take."""
        return timedelta(seconds=max(0, number - self.burst) / self.per_second)


ROOMS = Limit(per_second=0.016, burst=10)
"""Synapse's `rc_room_creation`, when nobody sets it."""
EVENTS = Limit(per_second=0.2, burst=10)
"""Synapse's `rc_message`, when nobody sets it."""
EXEMPT_ROOMS_PER_SECOND = 2
"""What a small Synapse (two busy cores, SQLite) made without limits, however many were asked for at once."""


ADMIN = "/_synapse/admin/v1"
"""Below this lies what only an administrator of a Synapse is shown."""


def override_path(user: str) -> tuple[str, ...]:
    """Return where an administrator of a Synapse lifts the limits of *user*, as the parts of a path."""
    return ("users", user, "override_ratelimit")


def finding(user: str, told: dict[str, object] | None) -> Finding:
    """Say what is known of the limits; *told* is what only an administrator is shown, None when we are not."""
    if told is not None and told.get("messages_per_second") == 0:
        return ok(SUBJECT, "the account is exempt")
    lifted_at = "/".join((ADMIN, *override_path(user)))
    seen = (
        "only an administrator can see whether the account is exempt"
        if told is None
        else "the account is not exempt, so opening a room takes longer"
    )
    return warning(
        SUBJECT,
        f"{seen}. {MANY:,} rooms: with Synapse's default limits about {_hours(ROOMS.takes(MANY))} hours "
        f"(rc_room_creation {ROOMS.per_second}/s) and a message to each {_minutes(EVENTS.takes(MANY))} minutes "
        f"(rc_message {EVENTS.per_second}/s); with an exemption about {_minutes(_exempt())} minutes. On Synapse an "
        f'administrator lifts them: POST {lifted_at} with {{"messages_per_second": 0, "burst_count": 0}}; '
        "other ways are in docs/operations.md",
    )


def _exempt() -> timedelta:
    return timedelta(seconds=MANY / EXEMPT_ROOMS_PER_SECOND)


def _hours(span: timedelta) -> int:
    return round(span / timedelta(hours=1))


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))
