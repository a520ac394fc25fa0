"""One performance of the tour: played, proven against the homeserver's own files, printed."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from bot.demo import seen, tour_words, words
from bot.demo.homeserver import Limits
from bot.demo.paint import Painter, sentence
from bot.demo.proof import check_server
from bot.demo.script import script
from bot.demo.stage import ZONE, Cast
from bot.demo.tour import Tick, Tour
from bot.demo.transcript import pairs, print_transcript
from bot.demo.words import tell

_WITHIN_S = {Limits.LIFTED: 20.0, Limits.DEFAULT: 180.0}


async def perform(cast: Cast, console: Console, tick: Tick, limits: Limits, began: float) -> None:
    """Play the tour and print the transcript. Raises UnmetError at the first expectation that does not hold.

    *began* is the monotonic time at which the user began to wait.
    """
    tour = Tour(cast, script(cast.language), within_s=_WITHIN_S[limits], tick=tick)
    await tour.play()
    events = await _prove(cast, tour, tick)
    messages = pairs(events, cast.people)
    rooms = {str(room): name for room, name in cast.alice.rooms.items()}
    painter = Painter(language=cast.language, zone=ZoneInfo(ZONE))
    print_transcript(console, painter, messages, rooms, cast.language)
    seconds = f"{time.monotonic() - began:.0f}"
    told = tell(words.WENT_WELL, cast.language, count=tour.ledger.held, messages=len(messages), seconds=seconds)
    console.print()
    console.print(Text(told, style="bold green"))
    console.print(sentence(tell(words.TRY_IT, cast.language)))


async def _prove(cast: Cast, tour: Tour, tick: Tick) -> list[seen.Seen]:
    began = time.monotonic()
    tour.ledger.step = tell(tour_words.SERVER, cast.language)
    events = await seen.events(cast.homeserver.database)
    await check_server(
        tour.ledger,
        cast.language,
        events=events,
        readers=((cast.alice, frozenset({cast.lobby, tour.incident})), (cast.bob, frozenset({tour.incident}))),
        codename=cast.alice.rooms[tour.incident],
        secrets=script(cast.language).secrets,
        database=cast.homeserver.database,
    )
    tick(tour.ledger.step, time.monotonic() - began)
    return events
