"""Takes over the keys of a state that kept them in a file of their own, up to version 0.2.0."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.ports import CryptoKind, CryptoRow, named
from bot.store.connection import open_file
from bot.store.errors import WrongKeyError
from bot.store.tables.crypto import CryptoTable, has_account, keep

FORMER_FILE = "crypto.db"
"""nio's own store, under keys derived from that of the state."""

_HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'identities'"
"""The last one that was made."""
_ACCOUNTS = "SELECT device_id, account, shared FROM accounts"
_SESSIONS = """SELECT own.device_id, session_id, sender_key, creation_time, last_usage_date, session
    FROM olmsessions JOIN accounts AS own ON own.id = account_id ORDER BY olmsessions.rowid"""
_DEVICES = """SELECT own.device_id, device.user_id, device.device_id, display_name, deleted, coalesce(trust.state, 0),
    (SELECT key FROM keys WHERE keys.device_id = device.id AND key_type = 'curve25519'),
    (SELECT key FROM keys WHERE keys.device_id = device.id AND key_type = 'ed25519')
    FROM devicekeys AS device JOIN accounts AS own ON own.id = device.account_id
    LEFT JOIN devicetruststate AS trust ON trust.device_id = device.id ORDER BY device.id"""
_ROOM_KEYS = "SELECT room_id, sender_key, session_id, signing_key, chain, session FROM room_keys"
_OWN_ROOM_KEYS = "SELECT room_id, json_group_array(session_id ORDER BY number) FROM own_room_keys GROUP BY room_id"
_HEARD = """SELECT coalesce(min(room_id), ''), sender_key, session_id, message_index, event_id, {last}
    FROM heard LEFT JOIN room_keys USING (sender_key, session_id) GROUP BY sender_key, session_id, message_index"""
_ROOMS = "SELECT DISTINCT room_id FROM encryptedrooms"
_IDENTITIES = "SELECT user_id, record FROM identities"

_log = logging.getLogger(__name__)


async def take_over(table: CryptoTable, folder: Path, key: bytes) -> None:
    """Move what stands in the former file of *folder* into *table*, and remove the file. Does nothing without one.

    After a stop in between it is done again, but what is in the table already is not taken a second time.
    """
    former = folder / FORMER_FILE
    if not former.exists():
        return

    def moved(connection: sqlite3.Connection) -> None:
        with closing(open_file(former, former_key(key))) as file:
            # Read in any case: a file that our key does not open is not ours to remove.
            is_filled = file.execute(_HAS_TABLES).fetchone() is not None
            if is_filled and not has_account(connection):
                keep(connection, _rows(file, key))

    try:
        await table.write(moved)
    except WrongKeyError:
        _log.warning("%s in the state folder belongs to another state; it is left alone", FORMER_FILE)
        return
    for suffix in ("-wal", "-shm", ""):
        former.with_name(f"{FORMER_FILE}{suffix}").unlink(missing_ok=True)
    _log.info("the encryption keys are in the state file now; %s is not needed any more", FORMER_FILE)


def former_key(key: bytes, purpose: str = "crypto store") -> str:
    """Return what the former file was encrypted with under that key of the state, in hexadecimal."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"cellule {purpose}".encode()).derive(key).hex()


def _rows(file: sqlite3.Connection, key: bytes) -> Iterator[CryptoRow]:
    """Yield what stands in the former file, in the form in which `bot.matrix.guard.crypto_store` reads it."""
    yield CryptoRow(CryptoKind.PICKLE_KEY, "", "", former_key(key, "olm pickles"))
    yield from _of_our_devices(file)
    yield from _of_rooms(file)
    for user, record in file.execute(_IDENTITIES):
        yield CryptoRow(CryptoKind.IDENTITY, "", user, record)


def _of_our_devices(file: sqlite3.Connection) -> Iterator[CryptoRow]:
    for own, account, shared in file.execute(_ACCOUNTS):
        yield CryptoRow(CryptoKind.ACCOUNT, own, "", _body(pickle=account, shared=bool(shared)))
    for own, id, sender_key, created, used, session in file.execute(_SESSIONS):
        body = _body(sender_key=sender_key, pickle=session, created=created, used=used)
        yield CryptoRow(CryptoKind.SESSION, own, id, body)
    for own, user, id, name, deleted, trust, curve25519, ed25519 in file.execute(_DEVICES):
        keys = {"curve25519": curve25519, "ed25519": ed25519}
        body = _body(keys=keys, display_name=name, deleted=bool(deleted), trust=trust)
        yield CryptoRow(CryptoKind.DEVICE, own, named(user, id), body)


def _of_rooms(file: sqlite3.Connection) -> Iterator[CryptoRow]:
    for room, sender_key, id, signing_key, chain, session in file.execute(_ROOM_KEYS):
        body = _body(signing_key=signing_key, chain=json.loads(chain), pickle=session)
        yield CryptoRow(CryptoKind.ROOM_KEY, room, named(sender_key, id), body)
    for room, sessions in file.execute(_OWN_ROOM_KEYS):
        yield CryptoRow(CryptoKind.OWN_ROOM_KEYS, room, "", sessions)
    for room, sender_key, id, index, event, last in file.execute(_heard(file)):
        yield CryptoRow(CryptoKind.HEARD, room, named(sender_key, id, index), json.dumps([event, last]))
    for (room,) in file.execute(_ROOMS):
        yield CryptoRow(CryptoKind.ENCRYPTED_ROOM, room, "", "")


def _heard(file: sqlite3.Connection) -> str:
    columns = {column for _, column, *_ in file.execute("PRAGMA table_info(heard)")}
    return _HEARD.format(last="last_before" if "last_before" in columns else "NULL")


def _body(**parts: object) -> str:
    return json.dumps({name: part.decode() if isinstance(part, bytes) else part for name, part in parts.items()})
