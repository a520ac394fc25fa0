"""The encryption store of a backup, brought under another state key."""

from __future__ import annotations

from collections.abc import Callable

import vodozemac
from nio.crypto.sessions import derive_pickle_key

from bot.core.names import DeviceId, UserId
from bot.matrix.guard.nio_store import RESTORED, TIME, CryptoFile

_PICKLES: tuple[tuple[str, str, type[vodozemac.Account | vodozemac.Session | vodozemac.InboundGroupSession]], ...] = (
    ("accounts", "account", vodozemac.Account),
    ("olmsessions", "session", vodozemac.Session),
    ("room_keys", "session", vodozemac.InboundGroupSession),
)
"""Table, column and kind of all that is encrypted once more inside the file."""


def move(old: CryptoFile, new: CryptoFile, user: UserId, device: DeviceId) -> None:
    """Encrypt the store in *old* anew under the secret of *new*, in place, and rest its Olm sessions.

    A stop in between may cost the file: work on a copy.
    """
    keys = [derive_pickle_key(file.pickle_key) for file in (old, new)]
    store = old.open(user, device)
    try:
        database = store.database
        with store.transaction():
            for table, column, kind in _PICKLES:
                database.register_function(_repickling(kind, *keys), f"moved_{table}", 1)
                database.execute_sql(f"UPDATE {table} SET {column} = moved_{table}({column})")  # noqa: S608 - ours
            database.execute_sql("UPDATE olmsessions SET creation_time = ?", (RESTORED.strftime(TIME),))
        database.execute_sql("PRAGMA journal_mode = DELETE")
        database.rekey(f"x'{new.file_key}'")
    finally:
        store.close()


def _repickling(
    kind: type[vodozemac.Account | vodozemac.Session | vodozemac.InboundGroupSession], old: bytes, new: bytes
) -> Callable[[bytes], bytes]:
    def repickle(pickle: bytes) -> bytes:
        return kind.from_pickle(bytes(pickle).decode(), old).pickle(new).encode()

    return repickle
