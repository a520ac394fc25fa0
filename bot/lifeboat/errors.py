"""Why no lifeboat is made, or none runs."""

from __future__ import annotations

from bot.sentences.told import ToldError


class LifeboatError(ToldError):
    """What was asked, or what was found, must be mended first; nothing was changed."""


class AdriftError(ToldError):
    """It was asked rightly and did not come up, or not now."""


class AfloatError(ToldError):
    """This lifeboat is made or run by another process at this moment."""
