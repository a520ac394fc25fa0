"""The shell around the core: what comes in is applied once, in one transaction, and what it asks for is done.

`Service` is all the rest of the program sees. `inbox` applies inputs, `tasks` words effects as outbox rows, `drain`
does the rows, `views` answers questions, `books` keeps the fold of the facts in memory.
"""

from bot.service.answers.sources import Identity
from bot.service.service import Service

__all__ = ["Identity", "Service"]
