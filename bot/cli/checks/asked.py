"""Which check was asked for: of all that the bot stands on, or of what would fall together with it."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from datetime import datetime

from bot.cli.checks.findings import Finding
from bot.sentences.told import ToldError


class FlagsError(ToldError):
    """Flags that do not go together: one of them would be ignored in silence."""


def asked_for(arguments: argparse.Namespace, now: datetime) -> AsyncIterator[Finding]:
    """Return the findings of that check, of which none is made yet. Raises FlagsError."""
    if arguments.login if arguments.independence else arguments.look_up or arguments.known:
        raise FlagsError("check.independence.flags")
    if arguments.independence:
        from bot.cli.checks.independence.telling import Wanted, independence

        wanted = Wanted(domains=tuple(arguments.independence), known=arguments.known, looks_up=arguments.look_up)
        return independence(arguments.config, wanted)
    from bot.cli.checks.checkup import check

    return check(arguments.config, now, tries_password=arguments.login)
