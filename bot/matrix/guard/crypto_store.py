"""nio's store in one encrypted file, with tables of ours: room keys by sender, opened messages, identities."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import vodozemac
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nio.crypto import (
    DeviceStore,
    GroupSessionStore,
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    Session,
    SessionStore,
    TrustState,
)
from nio.crypto.sessions import derive_pickle_key
from nio.store import SqliteStore
from peewee import DatabaseError, OperationalError
from playhouse.sqlcipher_ext import SqlCipherDatabase

from bot.core.names import DeviceId, UserId
from bot.host.disk import DiskError, is_of_the_disk, using

FILE_NAME = "crypto.db"
"""The file's name. nio's own default would hold the user id."""

# nio keys its table of room keys by session id alone, so whoever is given a key could send it back and
# overwrite what its author sent. Here a key belongs to the device that sent it.
TABLES = (
    """CREATE TABLE IF NOT EXISTS room_keys (
        room_id TEXT NOT NULL, sender_key TEXT NOT NULL, session_id TEXT NOT NULL,
        signing_key TEXT NOT NULL, chain TEXT NOT NULL, session BLOB NOT NULL,
        PRIMARY KEY (room_id, sender_key, session_id)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS heard (
        sender_key TEXT NOT NULL, session_id TEXT NOT NULL, message_index INTEGER NOT NULL,
        event_id TEXT NOT NULL, last_before INTEGER,
        PRIMARY KEY (sender_key, session_id, message_index)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS own_room_keys (
        number INTEGER PRIMARY KEY AUTOINCREMENT, room_id TEXT NOT NULL, session_id TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS own_room_keys_of ON own_room_keys (room_id)",
    "CREATE TABLE IF NOT EXISTS identities (user_id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID",
)

KEEP_ROOM_KEY = """INSERT INTO room_keys (room_id, sender_key, session_id, signing_key, chain, session)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (room_id, sender_key, session_id)
    DO UPDATE SET signing_key = excluded.signing_key, chain = excluded.chain, session = excluded.session"""


# nio builds these with peewee for each device and each call, which takes most of the time of sharing a room key.
KEEP_ACCOUNT = """INSERT INTO accounts (user_id, device_id, account, shared) VALUES (?, ?, ?, ?)
    ON CONFLICT (user_id, device_id) DO UPDATE SET account = excluded.account, shared = excluded.shared"""
KEEP_SESSION = """INSERT OR REPLACE INTO olmsessions
    (account_id, sender_key, session_id, session, creation_time, last_usage_date)
    VALUES ((SELECT id FROM accounts WHERE user_id = ? AND device_id = ?), ?, ?, ?, ?, ?)"""
KEEP_TRUST = """INSERT OR REPLACE INTO devicetruststate (device_id, state)
    SELECT device.id, ? FROM devicekeys AS device JOIN accounts AS own ON own.id = device.account_id
    WHERE own.user_id = ? AND own.device_id = ? AND device.user_id = ? AND device.device_id = ?"""
DEVICES = """SELECT device.user_id, device.device_id, device.display_name, device.deleted,
    coalesce(trust.state, 0), key.key_type, key.key
    FROM devicekeys AS device
    JOIN accounts AS own ON own.id = device.account_id
    JOIN keys AS key ON key.device_id = device.id
    LEFT JOIN devicetruststate AS trust ON trust.device_id = device.id
    WHERE own.user_id = ? AND own.device_id = ?
    ORDER BY device.id"""
DEVICE = """SELECT device.id FROM devicekeys AS device JOIN accounts AS own ON own.id = device.account_id
    WHERE device.user_id = ? AND device.device_id = ? AND own.user_id = ? AND own.device_id = ?"""
OLDER_OWN_KEYS = """SELECT number, session_id FROM own_room_keys WHERE room_id = ?
    ORDER BY number DESC LIMIT -1 OFFSET ?"""
FORGET_HEARD = """DELETE FROM heard WHERE (sender_key, session_id) IN
    (SELECT sender_key, session_id FROM room_keys WHERE room_id = ?)"""
TIME = "%Y-%m-%d %H:%M:%S.%f"

RESTORED = datetime(1970, 1, 1)  # noqa: DTZ001 - nio's times have no zone
"""When an Olm session was made that came out of a backup."""


_PICKLES: tuple[tuple[str, str, type[vodozemac.Account | vodozemac.Session | vodozemac.InboundGroupSession]], ...] = (
    ("accounts", "account", vodozemac.Account),
    ("olmsessions", "session", vodozemac.Session),
    ("room_keys", "session", vodozemac.InboundGroupSession),
)
"""Table, column and kind of all that is encrypted once more inside the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptoFile:
    """Where the keys of the device are kept, and the secret that opens them."""

    folder: Path
    secret: bytes = field(repr=False)
    """32 random bytes; the file's key and the pickle key are both derived from it."""

    @property
    def path(self) -> Path:
        """The database itself."""
        return self.folder / FILE_NAME

    def derive(self, purpose: str) -> str:
        """Return 32 bytes for one purpose, in hexadecimal."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"cellule {purpose}".encode())
        return derivation.derive(self.secret).hex()

    @property
    def file_key(self) -> str:
        """What the whole file is encrypted with."""
        return self.derive("crypto store")

    @property
    def pickle_key(self) -> str:
        """What sessions and the account are encrypted with once more, inside it."""
        return self.derive("olm pickles")

    def open(self, user: str, device: str) -> CipherStore:
        """Open the store of *device*, making the file if there is none. Raises DiskError."""
        with using(self.path):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # We create the file before SQLite does: its journal files take over the mode.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        return CipherStore(
            user,
            device,
            str(self.folder),
            self.pickle_key,
            FILE_NAME,
            file_key=self.file_key,
        )

    def holds(self, user: str, device: str) -> bool:
        """Say whether the file exists, opens with our secret, and has the account of *device*."""
        if not self.path.exists():
            return False
        try:
            store = self.open(user, device)
        except OperationalError:
            raise
        except DatabaseError:  # with a wrong key the file is no database
            return False
        try:
            return store.load_account() is not None
        finally:
            store.close()


class _Database(SqlCipherDatabase):  # type: ignore[misc]
    """Tells a fault of the disk from one of the file."""

    def execute_sql(self, *statement: Any, **how: Any) -> Any:
        """Do as peewee does. Raises DiskError."""
        with self._on_disk():
            return super().execute_sql(*statement, **how)

    def commit(self) -> Any:
        """Do as peewee does. Raises DiskError."""
        with self._on_disk():
            return super().commit()

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            code = str(getattr(error.orig, "sqlite_errorname", ""))
            if is_of_the_disk(code):
                raise DiskError(Path(self.database), code) from None
            raise


class OlmSessions(SessionStore):
    """Those of a backup open what was sent meanwhile; nothing is said through them, since we may have gone on since.

    A ratchet that is used again from an earlier place would encrypt two messages with one key, and its other end would
    not read the second.
    """

    def __getitem__(self, sender_key: str) -> list[Session]:
        # nio's own remembers every key it was ever asked about.
        return self._entries.get(sender_key, [])

    def get(self, sender_key: str) -> Session | None:
        """Return the session to speak through, if there is one."""
        return next((session for session in self[sender_key] if session.creation_time != RESTORED), None)


@dataclass
class CipherStore(SqliteStore):
    """nio's SqliteStore over SQLCipher, durable on return: a power cut must not turn the Olm ratchets back."""

    file_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        for table in TABLES:
            self.database.execute_sql(table)
        if "last_before" not in {column.name for column in self.database.get_columns("heard")}:
            # The table of 0.1.0.
            self.database.execute_sql("ALTER TABLE heard ADD COLUMN last_before INTEGER")

    def _create_database(self) -> SqlCipherDatabase:
        return _Database(
            self.database_path,
            passphrase=f"x'{self.file_key}'",
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "temp_store": "memory",
                "foreign_keys": 1,
                "secure_delete": 1,
            },
        )

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self.database.close()

    def transaction(self) -> AbstractContextManager[Any]:
        """Make everything saved inside durable at once, or not at all. Nothing may be awaited inside."""
        transaction: AbstractContextManager[Any] = self.database.atomic()
        return transaction

    def save_account(self, account: OlmAccount) -> None:
        """Keep the account of this device."""
        row = (self.user_id, self.device_id, account.pickle(self.pickle_key), account.shared)
        self.database.execute_sql(KEEP_ACCOUNT, row)

    def save_session(self, curve_key: str, session: Session) -> None:
        """Keep an Olm session with the device of that key."""
        times = (session.creation_time.strftime(TIME), session.use_time.strftime(TIME))
        pickle = session.pickle(self.pickle_key)
        self.database.execute_sql(KEEP_SESSION, (self.user_id, self.device_id, curve_key, session.id, pickle, *times))

    def load_sessions(self) -> OlmSessions:
        """Load every Olm session."""
        sessions = OlmSessions()
        for device, loaded in super().load_sessions().items():
            for session in loaded:
                sessions.add(device, session)
        return sessions

    def load_device_keys(self) -> DeviceStore:
        """Load every device, with what was decided about it."""
        devices = DeviceStore()
        rows = self.database.execute_sql(DEVICES, (self.user_id, self.device_id)).fetchall()
        for user, name, display_name, deleted, trust, kind, key in rows:
            if name not in devices[user]:
                state = TrustState(trust)
                devices.add(OlmDevice(user, name, {}, display_name, deleted=bool(deleted), trust_state=state))
            devices[user][name].keys[kind] = key
        return devices

    # The trust in a device is an attribute of the device. It changes there and in the table together.

    def verify_device(self, device: OlmDevice) -> bool:
        """Let the device have keys; False if it might already."""
        return self._decide(device, TrustState.verified)

    def blacklist_device(self, device: OlmDevice) -> bool:
        """Shut the device out; False if it was already."""
        return self._decide(device, TrustState.blacklisted)

    def _decide(self, device: OlmDevice, state: TrustState) -> bool:
        if device.trust_state is state:
            return False
        row = (state.value, self.user_id, self.device_id, device.user_id, device.id)
        self.database.execute_sql(KEEP_TRUST, row)
        device.trust_state = state
        return True

    def is_device_verified(self, device: OlmDevice) -> bool:
        """Say whether the device was verified."""
        return device.verified

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        """Say whether the device was shut out."""
        return device.blacklisted

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """Say whether it does not matter that the device was not verified."""
        return device.ignored

    def forget_device(self, device: OlmDevice) -> None:
        """Drop a device, its keys and what was decided about it."""
        row = (device.user_id, device.id, self.user_id, self.device_id)
        for table in ("keys", "devicetruststate"):
            self.database.execute_sql(f"DELETE FROM {table} WHERE device_id IN ({DEVICE})", row)  # noqa: S608 - ours
        self.database.execute_sql(f"DELETE FROM devicekeys WHERE id IN ({DEVICE})", row)  # noqa: S608 - ours

    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Keep a room key under the device that sent it."""
        self.database.execute_sql(
            KEEP_ROOM_KEY,
            (
                session.room_id,
                session.sender_key,
                session.id,
                session.ed25519,
                json.dumps(session.forwarding_chain),
                session.pickle(self.pickle_key),
            ),
        )

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """Load every room key."""
        keys = GroupSessionStore()
        rows = self.database.execute_sql(
            "SELECT room_id, sender_key, signing_key, chain, session FROM room_keys"
        ).fetchall()
        for room_id, sender_key, signing_key, chain, pickle in rows:
            keys.add(
                InboundGroupSession.from_pickle(
                    bytes(pickle),
                    signing_key,
                    sender_key,
                    room_id,
                    self.pickle_key,
                    json.loads(chain),
                )
            )
        return keys

    def keys_of(self, room_id: str) -> frozenset[str]:
        """Return the ids of the room's keys."""
        rows = self.database.execute_sql("SELECT session_id FROM room_keys WHERE room_id = ?", (room_id,)).fetchall()
        return frozenset(session_id for (session_id,) in rows)

    def forget_room(self, room_id: str) -> None:
        """Drop the room's keys and what was heard with them, and leave no trace of either in the file."""
        with self.transaction():
            self.database.execute_sql(FORGET_HEARD, (room_id,))
            self.database.execute_sql("DELETE FROM room_keys WHERE room_id = ?", (room_id,))
            for table in ("encryptedrooms", "own_room_keys"):
                self.database.execute_sql(f"DELETE FROM {table} WHERE room_id = ?", (room_id,))  # noqa: S608 - ours
        self.database.execute_sql("VACUUM")
        self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def forget_room_key(self, room_id: str, sender_key: str, session_id: str) -> None:
        """Drop one room key. What was heard with it stays known: it might come again."""
        self.database.execute_sql(
            "DELETE FROM room_keys WHERE room_id = ? AND sender_key = ? AND session_id = ?",
            (room_id, sender_key, session_id),
        )

    def note_own_key(self, room_id: str, session_id: str, *, most: int) -> tuple[str, ...]:
        """Note a room key of our own, and return those that are older than the *most* last of the room."""
        self.database.execute_sql(
            "INSERT INTO own_room_keys (room_id, session_id) VALUES (?, ?)", (room_id, session_id)
        )
        older = self.database.execute_sql(OLDER_OWN_KEYS, (room_id, most)).fetchall()
        for number, _ in older:
            self.database.execute_sql("DELETE FROM own_room_keys WHERE number = ?", (number,))
        return tuple(session for _, session in older)

    def forget_session(self, session_id: str) -> None:
        """Drop one Olm session."""
        self.database.execute_sql("DELETE FROM olmsessions WHERE session_id = ?", (session_id,))

    def heard_as(self, sender_key: str, session_id: str, index: int) -> str | None:
        """Return the event this place of the ratchet was first heard in, or None."""
        row = self.database.execute_sql(
            "SELECT event_id FROM heard WHERE sender_key = ? AND session_id = ? AND message_index = ?",
            (sender_key, session_id, index),
        ).fetchone()
        return None if row is None else str(row[0])

    def last_heard(self, sender_key: str, session_id: str) -> int | None:
        """Return the furthest place of the ratchet that was heard, or None."""
        row = self.database.execute_sql(
            "SELECT max(message_index) FROM heard WHERE sender_key = ? AND session_id = ?", (sender_key, session_id)
        ).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def heard_after(self, sender_key: str, session_id: str, index: int) -> int | None:
        """Return the furthest place that was heard before this one was, if that was written down."""
        row = self.database.execute_sql(
            "SELECT last_before FROM heard WHERE sender_key = ? AND session_id = ? AND message_index = ?",
            (sender_key, session_id, index),
        ).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def keep_heard(
        self, sender_key: str, session_id: str, index: int, event_id: str, *, last: int | None = None
    ) -> None:
        """Remember that this place of the ratchet is spent on *event_id*, and that *last* was the furthest before."""
        self.database.execute_sql(
            """INSERT OR IGNORE INTO heard (sender_key, session_id, message_index, event_id, last_before)
            VALUES (?, ?, ?, ?, ?)""",
            (sender_key, session_id, index, event_id, last),
        )

    def keep_identity(self, user: str, record: str) -> None:
        """Keep what is known of somebody's cross-signing identity."""
        self.database.execute_sql("INSERT OR REPLACE INTO identities (user_id, record) VALUES (?, ?)", (user, record))

    def load_identities(self) -> dict[str, str]:
        """Load what is known of everybody's."""
        return dict(self.database.execute_sql("SELECT user_id, record FROM identities").fetchall())


def rekey(old: CryptoFile, new: CryptoFile, user: UserId, device: DeviceId) -> None:
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
