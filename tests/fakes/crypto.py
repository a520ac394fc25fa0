"""The rows of the encryption machine in memory: what nobody waited for is gone after a stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bot.ports import CryptoKind, CryptoRow


class MemoryCrypto:
    """Outlives whoever uses it, as a file does."""

    def __init__(self) -> None:
        self.rows: dict[tuple[CryptoKind, str, str], CryptoRow] = {}
        self.changes = 0
        """How many were ever made."""
        self._durable: dict[tuple[CryptoKind, str, str], CryptoRow] = {}

    def stop(self) -> None:
        """Lose what is not durable, as with a kill."""
        self.rows = dict(self._durable)

    def kept(self, *kinds: CryptoKind) -> dict[CryptoKind, tuple[CryptoRow, ...]]:
        """Return what `load` does."""
        wanted = kinds or tuple(CryptoKind)
        return {kind: tuple(row for row in self.rows.values() if row.kind is kind) for kind in wanted}

    async def load(self, *kinds: CryptoKind) -> Mapping[CryptoKind, Sequence[CryptoRow]]:
        return self.kept(*kinds)

    def put(self, row: CryptoRow) -> None:
        self.changes += 1
        self.rows[row.kind, row.scope, row.name] = row

    def drop(self, kind: CryptoKind, scope: str, name: str) -> None:
        self.changes += 1
        self.rows.pop((kind, scope, name), None)

    def drop_scope(self, kind: CryptoKind, scope: str) -> None:
        self.changes += 1
        self.rows = {of: row for of, row in self.rows.items() if of[:2] != (kind, scope)}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = dict(self.rows)
        try:
            yield
        except BaseException:
            self.rows = before
            raise

    async def settle(self) -> None:
        self._durable = dict(self.rows)

    @property
    def is_settled(self) -> bool:
        """Say whether nothing would be lost now."""
        return self.rows == self._durable
