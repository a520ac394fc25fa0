"""`cellule verify`: the operator compares emoji for the bot, at the machine it runs on."""

from __future__ import annotations

from collections.abc import Callable

from bot import voice
from bot.config import Config
from bot.console.verifications import Console

NOBODY = """Nobody is verifying the bot now. In Element: a direct room with the bot, its profile, "Verify";
then run this again."""
_NO_ANSWER = "This was not answered; run it again, or use `!verify` in the control room."

Ask = Callable[[str], str]
"""Shows a question and returns the line that was typed; raises EOFError when there is none."""


async def compare(config: Config, ask: Ask) -> None:
    """Show each verification that waits, and pass on what the operator says. Raises NotRunningError."""
    console = Console(config.state.folder)
    waiting = await console.waiting()
    if not waiting:
        print(NOBODY)
    for comparison in waiting:
        shown = voice.to_compare(comparison.emoji, comparison.numbers, config.locale.language)
        print(f"{comparison.user} is verifying the bot, from the device {comparison.device}.")
        print(f"Their app must show, in this order:\n\n  {shown}\n\nCall them, and let them read aloud what they see.")
        same = _same(ask)
        if same is None:
            print(_NO_ANSWER)
        elif not await console.settle(comparison, same=same):
            print("Too late: they have cancelled, or somebody else has answered.")
        elif same:
            print("Noted: it is the same. Now they confirm in their app; the control room will hear how it ended.")
        else:
            print("Noted: it is not the same. The verification is off. Somebody may stand between them and the bot.")


def _same(ask: Ask) -> bool | None:
    """Return the answer, None when none that can be one comes."""
    for _ in range(3):
        try:
            typed = ask("The same? [y/n] ").strip().casefold()
        except EOFError:
            return None
        if typed in {"y", "yes", "o", "oui"}:
            return True
        if typed in {"n", "no", "non"}:
            return False
    return None
