"""Whether the homeserver's rate limits are lifted for the bot, as far as the homeserver shows it."""

from __future__ import annotations

from bot.cli.checks.findings import Finding, ok, warning
from bot.cli.tongue import say

SUBJECT = "rate limits"
ADMIN = "/_synapse/admin/v1"
"""Below this lies what only an administrator of a Synapse is shown."""


def override_path(user: str) -> tuple[str, ...]:
    """Return where an administrator of a Synapse lifts the limits of *user*, as the parts of a path."""
    return ("users", user, "override_ratelimit")


def finding(told: dict[str, object] | None) -> Finding:
    """Say what is known of the limits; *told* is what only an administrator is shown, None when we are not."""
    if told is None:
        return warning(SUBJECT, say("check.limits.unknown"))
    if told.get("messages_per_second") == 0:
        return ok(SUBJECT, say("check.limits.lifted"))
    return warning(SUBJECT, say("check.limits.stand"))
