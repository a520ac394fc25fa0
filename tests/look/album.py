"""The pictures of a play, and how high each answer is on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.language import Language
from tests.look.screen import PHONE, SIZES, Screen, Size

SCREEN_PX = 713
"""What a phone of 390 x 844 leaves for messages, between the name of the room and the line one types in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One moment: its pictures, and the height of what the bot said if it said anything."""

    name: str
    language: Language
    px: int | None
    whole: Path | None
    """On a phone as long as what was said, where that is longer than a phone."""
    pictures: dict[str, Path] = field(default_factory=dict)
    """By the name of the size."""


class Album:
    """Takes the pictures and keeps their order."""

    def __init__(self, folder: Path, language: Language) -> None:
        self.looks: list[Look] = []
        self._folder = folder
        self._language = language

    async def take(self, screen: Screen, name: str, ids: Sequence[str] = ()) -> None:
        """Picture *screen* at every size, and measure the messages *ids* together at that of a phone."""
        pictures, px, whole = {}, None, None
        for size in SIZES:
            await screen.resize(size)
            pictures[size.name] = await self._shoot(screen, f"{name}-{size.name}")
            if size is PHONE and ids:
                px = await screen.height(*ids)
                whole = await self._shoot_whole(screen, name, px)
        self.looks.append(Look(name=name, language=self._language, px=px, whole=whole, pictures=pictures))

    async def snap(self, screen: Screen, size: Size, name: str) -> None:
        """Picture *screen* as it is: its size is *size*, and nobody goes to the last message first."""
        picture = await self._shoot(screen, f"{name}-{size.name}")
        shown = {size.name: picture}
        self.looks.append(Look(name=name, language=self._language, px=None, whole=None, pictures=shown))

    async def measure(self, screen: Screen, name: str, ids: Sequence[str]) -> None:
        """Measure without a picture."""
        await screen.resize(PHONE)
        self.looks.append(Look(name=name, language=self._language, px=await screen.height(*ids), whole=None))

    async def _shoot_whole(self, screen: Screen, name: str, px: int) -> Path | None:
        if px <= SCREEN_PX:
            return None
        await screen.resize(PHONE, height=px + PHONE.height - await screen.area())
        return await self._shoot(screen, f"{name}-whole")

    async def _shoot(self, screen: Screen, name: str) -> Path:
        picture = self._folder / f"{self._language}-{name}.png"
        await screen.shoot(picture)
        return picture
