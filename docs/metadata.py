"""Writes docs/metadata.md out of a real homeserver's database, after a real incident. Run it with `make metadata`."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.capture import Capture, Sighting, capture  # noqa: E402 - the checkout's own, whatever is installed

PAGE = ROOT / "docs" / "metadata.md"
_NOTHING = "nothing"
_ALWAYS = "the same in every room of the bot"

EXPLAINED: Mapping[str, tuple[str, str]] = {
    "state `m.room.create`": (
        "that the bot made a room, and when: an incident began, or the bot was set up",
        "nothing; with `rooms.federate: false` no other server learns of it",
    ),
    "state `m.room.member`": (
        "who was invited, by whom, who came and went, and when. Many people invited at once at an odd hour is an alarm",
        "accounts whose names say neither who nor where; with `rooms.federate: false` one server alone",
    ),
    "state `m.room.power_levels`": ("who administers the room", _NOTHING),
    "state `m.room.name`": (
        "the codename, or `Lobby` (in French `Accueil`) for the control room",
        "the codename says nothing by itself",
    ),
    "state `m.room.encryption`": (f"that the room is encrypted; {_ALWAYS}", _NOTHING),
    "state `m.room.history_visibility`": (f"that history is shown from the invitation on; {_ALWAYS}", _NOTHING),
    "state `m.room.guest_access`": (f"that there are no guests; {_ALWAYS}", _NOTHING),
    "state `m.room.join_rules`": (f"that one must be invited; {_ALWAYS}", _NOTHING),
    "state `m.room.pinned_events`": ("which message is the card", _NOTHING),
    "message `m.room.encrypted`": (
        "who wrote, from which device, when, and how long it is. Reminders come at known distances from a deadline; "
        "long messages of the bot are briefs or drafts",
        "the text, its kind, who is mentioned and whether it rings are inside",
    ),
    "relation `m.replace`": (
        "which message is an edit of which: the card, each time the incident changes or a clock is due",
        "several changes within two seconds are one edit",
    ),
    "relation `m.thread`": ("which messages are a conversation apart", "do not use threads"),
    "notification of a person": (
        "that a message is there for this person; push services of phones learn of it too",
        "what it says is not in it; switch push off in the app",
    ),
    "transaction id": ("nothing: hashes and numbers, which keep a message from being stored twice", _NOTHING),
    "to a device `m.room.encrypted`": (
        "which device gave a key to which: who can read. Those to a device that is off wait; others are deleted once "
        "they were fetched",
        "the key is inside",
    ),
    "name of an account": ("how people and the bot are called", "names that say nothing"),
    "file of type `image/png`, without a name": (
        "the picture of the bot's account, the same for every house: that a Cellule is here, as its name says",
        "a picture of your own: one that somebody set is never replaced",
    ),
    "name of the bot's device: Cellule": ("what the bot is", "`matrix.device_name`"),
    "address the bot came from": ("where the bot runs", "`network.proxy`, Tor for one"),
    "user agent of the bot: matrix-client": ("nothing of the program", "already said as little as is allowed"),
    "keys of the bot's device": ("the public keys that people compare", _NOTHING),
    "one-time keys of the bot": ("how often others opened a conversation with the bot", _NOTHING),
    "fallback key of the bot": ("nothing", _NOTHING),
    "public cross-signing key `master`": (
        "the identity that people compare; one each for people and the bot",
        _NOTHING,
    ),
    "public cross-signing key `self_signing`": ("what signs a person's devices", _NOTHING),
    "public cross-signing key `user_signing`": ("what signs other people", _NOTHING),
    "signature of a device": ("that its owner vouches for a device", _NOTHING),
    "file of type `application/octet-stream`, without a name": (
        "that the bot handed out a file, when, and how long it is to the byte",
        "name, type and content are in the message; the file is ciphertext",
    ),
}
"""Each kind of thing in the database: what it reveals, and what hides it or could."""

_MARKS = ("<!-- captured -->", "<!-- end of what was captured -->")


def table(found: Capture) -> str:
    """Return the table of the page; KeyError names a kind that nobody explained."""
    rows = (_row(kind, found.kinds[kind]) for kind in sorted(found.kinds, key=list(EXPLAINED).index))
    head = "| what is there | times | size | what it says | what hides it |\n|---|---|---|---|---|"
    return "\n".join((head, *rows))


def _row(kind: str, sighting: Sighting) -> str:
    (least, most), (says, hides) = sighting.sizes, EXPLAINED[kind]
    size = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    return f"| {kind} | {sighting.count} | {size} | {says} | {hides} |"


def main() -> None:
    """Capture, and write the table into the page."""
    with tempfile.TemporaryDirectory(prefix="cellule-metadata-") as folder:
        found = asyncio.run(capture(Path(folder)))
    start, end = _MARKS
    page = PAGE.read_text("utf-8")
    filled = re.sub(f"{start}.*{end}", lambda _: f"{start}\n\n{table(found)}\n\n{end}", page, flags=re.DOTALL)
    PAGE.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
