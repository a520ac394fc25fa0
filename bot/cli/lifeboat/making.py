"""`cellule lifeboat make`: says what was made, and what to do next."""

from __future__ import annotations

import argparse
import socket
import sys
from datetime import datetime

from bot.cli.lifeboat.bringing import Backup, backup
from bot.cli.tongue import said, say
from bot.config import values
from bot.config.reading import Wrong
from bot.core.language import Language
from bot.door.slips import document, picture
from bot.lifeboat import authority, papers
from bot.lifeboat.boat import HERE, Boat, Tls, is_address, read_port
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.folder import Folder
from bot.lifeboat.making import Wanted, make
from bot.sentences import languages
from bot.sentences.told import Told

SHEET = "private-authority.html"


def act(arguments: argparse.Namespace, now: datetime) -> None:
    """Make it, or go on making it. Raises LifeboatError, AfloatError, and RecoveryError of a backup."""
    wanted = _wanted(arguments, now)
    made = make(wanted, now)
    if made.boat.tls is Tls.PRIVATE:
        Folder(wanted.folder).write(SHEET, _sheet(made.boat, Folder(wanted.folder)))
    print(say("lifeboat.made", folder=wanted.folder, name=made.boat.domain, people=len(made.people)))
    if isinstance(wanted.origin, Backup):
        wanted.origin.tell(made.people)
    if made.boat.tls is Tls.PRIVATE:
        print(say("lifeboat.made.authority", file=wanted.folder / SHEET))
    if not made.has_client:
        print(say("lifeboat.made.no_client"))
    warn_unless_found(made.boat)
    print(say("lifeboat.made.keep", folder=wanted.folder))
    print(say("lifeboat.made.then", folder=wanted.folder))


def warn_unless_found(boat: Boat) -> None:
    """Say on standard error that the name leads nowhere, which may be mended while all else goes on; blocks."""
    if boat.domain == HERE or is_address(boat.domain):
        return
    try:
        socket.getaddrinfo(boat.domain, boat.port)
    except OSError:
        print(say("lifeboat.no_address", name=boat.domain), file=sys.stderr, flush=True)


def _wanted(arguments: argparse.Namespace, now: datetime) -> Wanted:
    try:
        zone = values.zone(arguments.timezone)
        port = None if arguments.port is None else read_port(arguments.port)
    except Wrong as wrong:
        raise LifeboatError("lifeboat.flag", text=wrong.told) from None
    return Wanted(
        folder=arguments.folder,
        domain=arguments.domain,
        people=arguments.people,
        certificate=arguments.certificate,
        certificate_key=arguments.certificate_key,
        is_private=arguments.private_authority,
        client=arguments.client,
        port=port,
        origin=backup(arguments.source, arguments.key_file, now),
        language=Language(arguments.language),
        timezone=zone,
    )


def _sheet(boat: Boat, folder: Folder) -> str:
    """Return a page to print: by it a phone takes the private authority for one it knows."""
    told = authority.fingerprint((folder / papers.ROOT).read_bytes())
    parts = [f"<article>{picture(boat.root_address)}<p><code>{boat.root_address}</code></p><p><code>{told}</code></p>"]
    for language in languages():
        steps = (
            Told("lifeboat.sheet.first"),
            Told("lifeboat.sheet.apple"),
            Told("lifeboat.sheet.android"),
            Told("lifeboat.sheet.last", name=boat.domain),
        )
        intro = Told("lifeboat.sheet.what", name=boat.domain).to(language)
        parts.append(f'<section lang="{language}"><p>{intro}</p>')
        parts.append(f"<ol>{''.join(f'<li>{step.to(language)}</li>' for step in steps)}</ol></section>")
    return document(said(Told("lifeboat.sheet.title")), "\n".join((*parts, "</article>")), languages()[0])
