"""The shell around the core: what comes in is applied once, in one transaction, and what it asks for is done.

`Service` puts it together. `inbox` says what an input leads to, `answers.table` which function answers a command,
`tasks` words effects as rows of the outbox, `ledger` writes all of it, `outbox.drain` says when a row is done, and
`perform` does it. `books` keeps the fold of the facts in memory.
"""

from bot.service.answers.sources import Identity
from bot.service.service import Service

__all__ = ["Identity", "Service"]
