"""A real Postfix, set up as docs/channels.md says: it takes our page on this machine and hands it to a provider."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from bot.ports import Handed
from tests.authority import authority
from tests.bridges.channels.test_mail import LETTER, Marks, pager
from tests.docs.pages import ROOT
from tests.mailserver import Mailbox, mail_server
from tests.patience import eventually

POSTFIX = shutil.which("postfix") or ""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(not POSTFIX or os.geteuid() != 0, reason="needs Postfix (apt install postfix) and root"),
]


def documented() -> str:
    """Return the lines of main.cf as the page has them."""
    page = (ROOT / "docs/channels.md").read_text("utf-8")
    return page.partition("# /etc/postfix/main.cf\n")[2].partition("```")[0]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that Postfix's own user can reach."""
    with tempfile.TemporaryDirectory(prefix="cellule-postfix-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def set_up(folder: Path, port: int, provider: int, trusted: Path) -> None:
    """Write the configuration of one that listens on *port*."""
    passwords = folder / "sasl_passwd"
    passwords.write_text(f"[localhost]:{provider} cellule:secret\n")
    main = documented().replace("[smtp.provider.example]:587", f"[localhost]:{provider}")
    main = main.replace("/etc/postfix/sasl_passwd", str(passwords))
    where = {"queue_directory": folder / "queue", "data_directory": folder / "data", "maillog_file": folder / "log"}
    for place in ("queue", "data"):
        (folder / place).mkdir()
    shutil.chown(folder / "data", "postfix")
    # Our provider has a name on this machine alone.
    own = {
        "smtp_host_lookup": "native",
        "smtp_tls_CAfile": trusted,
        "maillog_file_prefixes": folder,
        "compatibility_level": "3.6",
        **where,
    }
    (folder / "main.cf").write_text(main + "".join(f"{name} = {value}\n" for name, value in own.items()))
    services = Path("/usr/share/postfix/master.cf.dist").read_text("utf-8")
    services = services.replace("smtp      inet", f"127.0.0.1:{port} inet", 1)
    # Nothing of it runs in a folder of its own: that would need the machine's certificates and names copied there.
    (folder / "master.cf").write_text("".join(_not_locked_in(line) for line in services.splitlines(keepends=True)))


def _not_locked_in(line: str) -> str:
    fields = line.split()
    if line[:1] in "# \t\n" or len(fields) < 8 or fields[4] not in {"y", "-"}:
        return line
    fields[4] = "n"
    return " ".join(fields) + "\n"


async def postfix(folder: Path, word: str, *, program: str = POSTFIX) -> None:
    process = await asyncio.create_subprocess_exec(program, "-c", str(folder), word)
    assert await process.wait() == 0


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[None]:
    await postfix(folder, f"hash:{folder / 'sasl_passwd'}", program=shutil.which("postmap") or "")
    await postfix(folder, "start")
    try:
        yield
    finally:
        await postfix(folder, "stop")


async def test_a_real_relay_takes_a_page_and_hands_it_to_the_provider_who_is_asked_for_a_certificate(
    folder: Path, unused_tcp_port: int
) -> None:
    file, shown = authority(folder)
    box, marks = Mailbox(), Marks()
    async with mail_server(box, shown) as provider:
        set_up(folder, unused_tcp_port, provider, file)
        async with running(folder):
            await pager(unused_tcp_port).look()
            assert await pager(unused_tcp_port).page(LETTER, marks) is Handed.ACCEPTED
            await eventually(lambda: bool(box.messages))
    (envelope,) = box.messages
    assert envelope.rcpt_tos == ["bob@example.net"]
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert (mail["Subject"], mail["Message-ID"]) == (LETTER.text, "<a1b2@example.org>")
    assert mail.get_content().strip() == LETTER.text
    assert [login.login for login in box.logins] == [b"cellule"]
