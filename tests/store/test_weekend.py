"""The weekend of December 2023 played over each engine: the rooms read the same, and so does the record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.facts import CheckpointPosted, DeskFact, Fact
from bot.core.language import Language
from bot.store.opening import open_alone
from tests.databases import Postgres, state_in
from tests.store.beside import KEY
from tests.weekend_play import weekend

LANGUAGES = [Language("en"), pytest.param(Language("fr"), marks=[pytest.mark.slow, pytest.mark.long])]


async def played(language: Language, folder: Path, address: str | None) -> tuple[str, object]:
    """Play the weekend over an engine, and return what was said and what was kept."""
    shown = weekend(language)
    async with open_alone(state_in(folder, KEY, address)) as store:
        shown.shell.store = store  # type: ignore[assignment]
        await shown.play()
        assert await store.verify() == ()
        kept = [_unsalted(record.fact) for stream in await store.streams() for record in await store.history(stream)]
        return shown.page(), kept


def _unsalted(fact: Fact | DeskFact) -> Fact | DeskFact:
    """Return *fact* without what was drawn: a checkpoint signs a root over salts."""
    return replace(fact, line="") if isinstance(fact, CheckpointPosted) else fact


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_weekend_reads_the_same_whichever_engine_keeps_it(
    language: Language, database_server: Postgres, tmp_path: Path
) -> None:
    in_file = await played(language, tmp_path / "file", None)
    assert in_file == await played(language, tmp_path / "database", database_server.new_state())
