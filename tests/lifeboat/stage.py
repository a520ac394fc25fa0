"""A folder in which a lifeboat is made, and a certificate for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.language import Language
from bot.lifeboat.authority import make_root, make_server, new_key
from bot.lifeboat.making import Wanted

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
PEOPLE = "name,role\nAlice,admin+coordinator\nBob,dpo\n"


def wanted(scratch: Path, **changed: Any) -> Wanted:
    people = scratch / "list.csv"
    if not people.exists():
        people.write_text(PEOPLE)
    keys = {
        "folder": scratch / "boat",
        "domain": "localhost",
        "people": people,
        "language": Language("fr"),
        "timezone": ZoneInfo("Europe/Paris"),
    }
    return Wanted(**{**keys, **changed})


def signed(scratch: Path, name: str = "rescue.example.org", at: datetime = NOW) -> tuple[Path, Path, bytes]:
    """Write a certificate of *name* and its key, and return them with the certificate of their authority."""
    signing = new_key()
    root = make_root(name, signing, at)
    chain, begin, key = make_server(name, root, signing, at).partition(b"-----BEGIN PRIVATE KEY-----")
    certificate, secret = scratch / "chain.pem", scratch / "key.pem"
    certificate.write_bytes(chain)
    secret.write_bytes(begin + key)
    return certificate, secret, root


def texts(folder: Path) -> dict[str, bytes]:
    """Return all that is in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
