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

_WITHIN_S = {Limits.LIFTED: 20.0, Limits.DEFAULT: 180.0}


async def perform(cast: Cast, console: Console, tick: Tick, limits: Limits) -> None:
    """Play the tour and print the transcript. Raises UnmetError at the first expectation that does not hold."""
    began = time.monotonic()
    tour = Tour(cast, within_s=_WITHIN_S[limits], tick=tick)
    await tour.play()
    events = await _prove(cast, tour, tick)
    messages = pairs(events, cast.people)
    rooms = {str(room): name for room, name in cast.alice.rooms.items()}
    painter = Painter(language=cast.language, zone=ZoneInfo(ZONE))
    print_transcript(console, painter, messages, rooms, cast.language)
    told = words.WENT_WELL.to(cast.language)
    console.print()
    console.print(
        Text(told.format(count=tour.ledger.held, messages=len(messages), seconds=time.monotonic() - began), "bold green")
    )
    console.print(sentence(words.TRY_IT.to(cast.language)))


async def _prove(cast: Cast, tour: Tour, tick: Tick) -> list[seen.Seen]:
    began = time.monotonic()
    tour.ledger.step = tour_words.SERVER.to(cast.language)
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
