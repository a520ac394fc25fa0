"""`cellule lifeboat make --from`: what a backup brings along, and who is to come in whose place."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from bot.backup.errors import RecoveryError
from bot.backup.relocating import Relocation, came_from, relocate
from bot.cli.progress import working
from bot.cli.tongue import count, say
from bot.config.values import recovery_key as read_key_file
from bot.core.names import UserId
from bot.core.people.relocating import taken_over
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.people import Person


class Backup:
    """The state of a bot that is lost."""

    def __init__(self, source: Path, recovery_key: bytes, now: datetime) -> None:
        self._source = source
        self._recovery_key = recovery_key
        self._now = now
        self._brought: Relocation | None = None

    def fill(self, place: Path, key: bytes) -> Collection[UserId]:
        """Open it in the new folder *place*; return who was in its incidents. Raises RecoveryError."""
        with working("saving.restoring"):
            self._brought = asyncio.run(relocate(self._source, self._recovery_key, place, key, self._now))
        return self._brought.people

    def is_in(self, place: Path, key: bytes) -> bool:
        """Say whether it was opened in *place* before. Raises RecoveryError."""
        try:
            return asyncio.run(came_from(self._source, place, key))
        except OSError as refused:
            raise RecoveryError("saving.unread", source=self._source, why=refused.strerror) from None

    def tell(self, people: Sequence[Person]) -> None:
        """Say what goes on, and who of *people* has no place in it."""
        if (brought := self._brought) is None:
            print(say("lifeboat.from.there"))
            return
        manifest = brought.manifest
        print(say("saving.source", made=f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", version=manifest.version))
        print(say("lifeboat.from.goes_on", incidents=count("count.incidents", brought.incidents)))
        if brought.organisations:
            print(say("lifeboat.from.organisations", rooms=count("count.organisations", brought.organisations)))
        places = taken_over([(person.name, person.was) for person in people], brought.people)
        new = [person.name for person, place in zip(people, places, strict=True) if place is None]
        if brought.people and new:
            print(say("lifeboat.from.new", names=", ".join(new)))
        if left := brought.people.difference(places):
            print(say("lifeboat.from.left", people=", ".join(sorted(left))))


def backup(source: Path | None, key_file: Path | None, now: datetime) -> Backup | None:
    """Return the backup that was named, None where none was. Raises LifeboatError, ConfigError."""
    if source is None and key_file is None:
        return None
    if source is None or key_file is None:
        raise LifeboatError("lifeboat.from.both")
    return Backup(source, read_key_file(key_file).reveal(), now)
