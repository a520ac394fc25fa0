"""The second channels: is the server of each there, and who has none. Nobody is paged."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.bridges.channels.building import pagers
from bot.cli.checks.findings import Finding, error, ok, warning
from bot.cli.tongue import say
from bot.config import Config
from bot.core.people.contacts import Contact
from bot.matrix.http.connection import open_session


async def look_at_channels(config: Config) -> AsyncIterator[Finding]:
    """Yield a finding for each channel, and one of the people whom none of them reaches; none without channels."""
    if config.channels is None:
        return
    async with open_session(config.matrix.proxy) as session:
        found = pagers(config.channels, session)
        for way, pager in found.items():
            subject = f"channels.{way}"
            try:
                await pager.look()
            except OSError as refused:  # TimeoutError is one, too
                yield error(subject, say("check.channels.gone", why=refused.strerror or str(refused) or "timeout"))
            else:
                yield ok(subject, say("check.channels.there"))
    contacts = config.contacts
    far = [user for user in config.people if not any(map(contacts.get(user, Contact()).has, found))]
    if far:
        yield warning("contacts", say("check.channels.nobody", people=", ".join(far)))
