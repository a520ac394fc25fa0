"""What each word after `cellule record` does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine, Mapping

from bot.cli.record import checking
from bot.config import Config

WithConfig = Callable[[argparse.Namespace, Callable[[Config], Coroutine[None, None, None]]], int]
"""Reads the configuration, does something with it, and returns the exit code."""


def _export(arguments: argparse.Namespace, with_config: WithConfig) -> int:
    from bot.cli.record.exporting import Wanted, export_record

    wanted = Wanted(incident=arguments.incident, to=arguments.to, circle=arguments.circle, entries=arguments.entries)
    return with_config(arguments, lambda config: export_record(config, wanted))


def _key(arguments: argparse.Namespace, with_config: WithConfig) -> int:
    from bot.cli.record.exporting import show_key

    return with_config(arguments, show_key)


ACTS: Mapping[str, Callable[[argparse.Namespace, WithConfig], int]] = {
    "record export": _export,
    "record verify": lambda arguments, _: checking.verify(arguments.file, arguments.key),
    "record compare": lambda arguments, _: checking.compare(arguments.one, arguments.other),
    "record key": _key,
}
