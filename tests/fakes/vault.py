"""The vault in memory."""

from __future__ import annotations


class MemoryVault:
    """Keeps what is put, as long as the process lives."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    async def put(self, name: str, value: bytes) -> None:
        self.kept[name] = value
