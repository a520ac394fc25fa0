"""The channels that are configured, ready to be used."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from bot.bridges.channels.calls import NtfyPager, SmsPager, WebhookPager
from bot.bridges.channels.mail import MailPager
from bot.config.channels import Channels
from bot.core.people.contacts import Way
from bot.ports import Pager


def pagers(channels: Channels | None, session: aiohttp.ClientSession) -> Mapping[Way, Pager]:
    """Return them by their way; calls go through *session*, and so through the proxy if there is one."""
    found: dict[Way, Pager] = {}
    if channels is None:
        return found
    if channels.mail is not None:
        found[Way.MAIL] = MailPager(server=channels.mail)
    if channels.ntfy is not None:
        found[Way.NTFY] = NtfyPager(session=session, server=channels.ntfy)
    if channels.webhook is not None:
        found[Way.WEBHOOK] = WebhookPager(session=session, hook=channels.webhook)
    if channels.sms is not None:
        found[Way.SMS] = SmsPager(session=session, gateway=channels.sms)
    return found
