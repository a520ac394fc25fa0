"""What `cellule check` says of the rotas: weeks that nobody has, and people in them who have not the role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.cli.checks.findings import Finding, ok, warning
from bot.cli.tongue import say
from bot.config import Config
from bot.core.duty.plan import AHEAD, Plan
from bot.core.duty.rota import WEEK

_SUBJECT = "duty"


def look_at_duty(config: Config, now: datetime) -> Iterator[Finding]:
    """Yield the holes of the weeks to come, as the configuration has them: what was changed in chat is in the state."""
    if not config.duty:
        yield ok(_SUBJECT, say("check.duty.none"))
        return
    zone, found = config.locale.timezone, False
    deputies = {user: contact.deputy for user, contact in config.contacts.items() if contact.deputy}
    plan = Plan(rotas=config.duty, people=config.people, zone=zone, deputies=deputies)
    for role, rota in config.duty.items():
        for user in sorted({user for user in rota.weeks if user is not None} - set(plan.holders(role))):
            found = True
            yield warning(_SUBJECT, say("check.duty.stranger", role=role, user=user))
        for hole in plan.holes(role, now, now + AHEAD):
            found = True
            start, end = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (hole.start, hole.end))
            yield warning(_SUBJECT, say("check.duty.hole", role=role, start=start, end=end))
    if not found:
        yield ok(_SUBJECT, say("check.duty", roles=", ".join(config.duty), weeks=AHEAD // WEEK))
