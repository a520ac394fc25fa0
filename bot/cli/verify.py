"""`cellule verify`: the operator compares emoji for the bot, at the machine it runs on."""

from __future__ import annotations

from collections.abc import Callable

from bot import voice
from bot.cli.tongue import say
from bot.config import Config
from bot.console.verifications import Console

Ask = Callable[[str], str]
"""Shows a question and returns the line that was typed; raises EOFError when there is none."""


async def compare(config: Config, ask: Ask) -> None:
    """Show each verification that waits, and pass on what the operator says. Raises NotRunningError."""
    console = Console(config.state.folder)
    waiting = await console.waiting()
    if not waiting:
        print(say("verifying.nobody"))
    for comparison in waiting:
        shown = voice.to_compare(comparison.emoji, comparison.numbers, config.locale.language)
        print(say("verifying.who", user=comparison.user, device=comparison.device))
        print(f"{say('verifying.shown')}\n\n  {shown}\n\n{say('verifying.call')}")
        same = _same(ask)
        if same is None:
            print(say("verifying.unanswered"))
        elif not await console.settle(comparison, same=same):
            print(say("verifying.too_late"))
        elif same:
            print(say("verifying.same"))
        else:
            print(say("verifying.other"))


def _same(ask: Ask) -> bool | None:
    """Return the answer, None when none that can be one comes."""
    for _ in range(3):
        try:
            typed = ask(f"{say('verifying.ask')} ").strip().casefold()
        except EOFError:
            return None
        if typed in {"y", "yes", "o", "oui"}:
            return True
        if typed in {"n", "no", "non"}:
            return False
    return None
