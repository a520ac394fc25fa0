"""`cellule check` at the second channels: each server is looked at, and nobody is paged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_checkup import about, findings_of
from tests.config.files import fill
from tests.web import serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


async def test_each_channel_is_looked_at_and_nobody_is_paged(folder: Path) -> None:
    for name, said in (("there", "whsec_" + "AAAA" * 8), ("gone", "http://127.0.0.1:9/send")):
        (folder / f"secrets/{name}").write_text(said)
        (folder / f"secrets/{name}").chmod(0o600)
    async with serving({}) as address:
        channels = {
            "ntfy": {"server": address},
            "webhook": {"url_file": "secrets/gone", "secret_file": "secrets/there"},
            "mail": {"server": "127.0.0.1:9", "from": "c@example.org", "security": "none"},
        }
        contacts = {"@alice:example.org": {"ntfy": "alice"}, "@bob:example.org": {"deputy": "@alice:example.org"}}
        found = await findings_of(folder, channels=channels, contacts=contacts)
    assert about("channels.ntfy", found) == "ok  channels.ntfy: its server is there; nobody was paged"
    assert "does not take us: ClientConnectorError" in about("channels.webhook", found)
    assert "does not take us: " in about("channels.mail", found)
    assert "no channel reaches @bob:example.org:" in about("contacts", found)
