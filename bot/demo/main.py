"""`cellule demo`: a homeserver, the bot and two people on this machine, nothing to configure."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.core.language import Language
from bot.demo import words
from bot.demo.expectations import Unmet, UnmetError
from bot.demo.homeserver import HomeserverError, Limits
from bot.demo.paint import Lines, console_for, sentence
from bot.demo.performance import perform
from bot.demo.stage import LOG_NAME, quiet_logs, scratch_folder, set_stage
from bot.demo.terminal import Terminal
from bot.demo.words import tell
from bot.host.locale import language_of
from bot.sentences import languages

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


def main(args: Sequence[str]) -> int:
    """Run the demo; return 0 when all went well, 1 when an expectation failed or something did not start."""
    options = _parser().parse_args(args)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot print an accent must not stop the demo.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    demo = Demo(
        console=console_for(sys.stdout),
        language=Language(options.lang) if options.lang else language_of(os.environ),
        limits=Limits(options.limits),
        keep=options.keep,
        plays_tour=options.tour or not (sys.stdin.isatty() and sys.stdout.isatty()),
    )
    return demo.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cellule demo",
        description="Try Cellule here. On a terminal you are @alice; elsewhere a tour is played and checked.",
    )
    parser.add_argument("--tour", action="store_true", help="play the tour on a terminal too")
    parser.add_argument("--lang", choices=languages(), help="default: that of LANG, else en")
    parser.add_argument("--keep", metavar="FOLDER", type=Path, help="keep homeserver, state and log in FOLDER")
    parser.add_argument(
        "--limits",
        choices=[limits.value for limits in Limits],
        default=Limits.LIFTED.value,
        help="default: those a homeserver has by itself, which make the demo slow; lifted: none (what the demo takes)",
    )
    return parser


@dataclass(frozen=True, kw_only=True)
class Demo:
    """One run, from the first line on the screen to the exit code."""

    console: Console
    language: Language
    limits: Limits
    keep: Path | None
    plays_tour: bool

    def run(self) -> int:
        """Start everything, play, stop everything."""
        self.console.print(Text(tell(words.INTRO, self.language), style="bold"))
        folder = self.keep
        try:
            with _told_to_stop(), scratch_folder(self.keep) as folder, quiet_logs(folder / LOG_NAME):
                asyncio.run(self._play(folder))
        except KeyboardInterrupt:
            return EXIT_INTERRUPTED
        except Exception as error:  # noqa: BLE001 - told to the user, with the log's place
            self._tell_failure(_innermost(error), folder)
            return EXIT_FAILED
        if self.keep is not None:
            self.console.print(tell(words.KEPT, self.language, folder=self.keep))
        return 0

    async def _play(self, folder: Path) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WAYS)
        began = time.monotonic()
        self._heading(tell(words.STARTING, self.language))
        async with set_stage(folder, self.language, self.limits, self._tick) as cast:
            if self.plays_tour:
                self._heading(tell(words.PLAYING, self.language))
                await perform(cast, self.console, self._tick, self.limits, began)
            else:
                await Terminal(cast).run()

    def _heading(self, text: str) -> None:
        self.console.print()
        self.console.print(Text(text, style="bold"))

    def _tick(self, what: str, seconds: float) -> None:
        self.console.print(Lines((Text(what),), Text(f"{seconds:5.1f} s  ", style="dim")))

    def _tell_failure(self, error: BaseException, folder: Path | None) -> None:
        self.console.print()
        if isinstance(error, UnmetError):
            self._tell_unmet(error.unmet)
        else:
            what = str(error) if isinstance(error, HomeserverError) else f"{type(error).__name__}: {error}"
            self.console.print(Text(tell(words.FAILED, self.language, what=what), style="bold red"))
        if folder is not None:
            self.console.print(tell(words.LOG_AT, self.language, log=folder / LOG_NAME))

    def _tell_unmet(self, unmet: Unmet) -> None:
        self.console.print(Text(tell(words.FAILED, self.language, what=unmet.step), style="bold red"))
        self.console.print(sentence(tell(words.EXPECTED, self.language, expected=unmet.expected)))
        seen = unmet.seen or tell(words.NOTHING, self.language)
        self.console.print(Text(tell(words.INSTEAD, self.language, seen=seen)))


_WAYS = {
    signal.SIGINT: signal.default_int_handler,
    **dict.fromkeys((signal.SIGTERM, signal.SIGHUP), lambda *_: signal.raise_signal(signal.SIGINT)),
}
"""What each signal that ends us does."""


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Take a closed window or a SIGTERM as Ctrl-C: what is to be thrown away is, however the demo ends.

    Ctrl-C itself is ignored where a shell put us into the background; it is not here. All three wait until the demo
    plays: in the middle of making its folder and its loop they would leave a half of each.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _WAYS)
    before = {number: signal.signal(number, way) for number, way in _WAYS.items()}
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WAYS)
        for number, handler in before.items():
            signal.signal(number, handler)


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
