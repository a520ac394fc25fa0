"""What is typed after `cellule lifeboat make` and `cellule lifeboat run`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.sentences import languages


def add_arguments(make: argparse.ArgumentParser, run: argparse.ArgumentParser) -> None:
    """Let the two read their arguments."""
    for command in (make, run):
        command.add_argument("folder", metavar="FOLDER", type=Path, help="where all of it is; copy it to keep it")
    run.add_argument(
        "--beside", action="store_true", help="a homeserver and a proxy run already, as compose.yaml has them"
    )
    make.add_argument(
        "--domain",
        metavar="NAME",
        required=True,
        help="its name or IPv4 address; localhost: for trying, on this machine",
    )
    make.add_argument(
        "--people", metavar="FILE", type=Path, required=True, help="who is let in: CSV with name and role, or YAML"
    )
    _add_backup(make)
    _add_authority(make)
    make.add_argument(
        "--client",
        metavar="PATH",
        type=Path,
        help="a release of Element Web, unpacked or as .tar.gz; without, apps only",
    )
    make.add_argument("--port", metavar="N", type=int, help="what people open (443; for localhost a free one)")
    make.add_argument("--language", choices=languages(), default="fr", help="of the bot (%(default)s)")
    make.add_argument("--timezone", metavar="ZONE", default="Europe/Paris", help="of its dates (%(default)s)")


def _add_backup(make: argparse.ArgumentParser) -> None:
    make.add_argument(
        "--from",
        dest="source",
        metavar="BACKUP",
        type=Path,
        help="a backup of a bot that is lost: its identity, people and open incidents go on here",
    )
    make.add_argument("--key-file", metavar="FILE", type=Path, help="file of the recovery key it was made with")


def _add_authority(make: argparse.ArgumentParser) -> None:
    make.add_argument("--certificate", metavar="FILE", type=Path, help="the chain of certificates of NAME, as PEM")
    make.add_argument("--certificate-key", metavar="FILE", type=Path, help="the key to it")
    make.add_argument(
        "--private-authority", action="store_true", help="make an authority, for a network where no public one signs"
    )
