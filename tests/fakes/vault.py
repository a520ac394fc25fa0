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

    async def named(self, prefix: str) -> dict[str, bytes]:
        return {name: value for name, value in self.kept.items() if name.startswith(prefix)}

    async def drop(self, name: str) -> None:
        self.kept.pop(name, None)
