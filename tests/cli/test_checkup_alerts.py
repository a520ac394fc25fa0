"""What `cellule check` says of the door for alerts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_checkup import about, findings_of
from tests.config.files import fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


async def test_where_alerts_come_in_and_whose_they_are_is_said(folder: Path) -> None:
    for name in ("alerts", "pem"):
        (folder / "secrets" / name).write_text("0123456789abcdef0123456789abcdef")
        (folder / "secrets" / name).chmod(0o600)
    sources = {"prometheus": {"kind": "alertmanager", "secret_file": "secrets/alerts"}}
    here = await findings_of(folder, alerts={"listen": "127.0.0.1:9465", "sources": sources})
    assert about("alerts", here) == "ok  alerts: prometheus at 127.0.0.1:9465"
    everywhere = await findings_of(folder, alerts={"listen": "0.0.0.0:9465", "sources": sources})
    assert about("alerts", everywhere).startswith("warning  alerts: listens on 0.0.0.0:9465 without TLS")
    tls = {"certificate_file": "secrets/pem", "certificate_key_file": "secrets/pem"}
    unfit = await findings_of(folder, alerts={"listen": "0.0.0.0:9465", "sources": sources, **tls})
    assert about("alerts", unfit).startswith("error  alerts: the certificate cannot be used")
