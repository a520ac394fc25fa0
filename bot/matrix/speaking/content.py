"""The content of a message as Matrix wants it, before it is encrypted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.core.names import UserId
from bot.matrix.http.errors import JsonObject
from bot.ports import Content, RefusedError

MESSAGE = "m.room.message"

_LARGEST = 45_000
"""Bytes of JSON. An event may have 65,536; encryption adds a third, the homeserver's envelope about two thousand."""

_MOST_NAMED = 250
"""People who are named where all are meant: their ids take room that the words need."""


def message_content(content: Content, everybody: Sequence[UserId] = ()) -> JsonObject:
    """Return what is encrypted for *content*; to a file's message, what opens the file is added once it is uploaded.

    Where the whole room is mentioned, *everybody* in it is named too: clients that do not know the room's version take
    its creator for somebody who may not mention the room, and ring nobody.

    What is too large loses its HTML, which only repeats the body in a better dress. A body is never cut: one that is
    too large by itself is refused as TOO_LARGE, and whoever wrote it decides what to leave out.
    """
    if content.mentions_room:
        content = replace(content, mentions=(*content.mentions, *everybody[:_MOST_NAMED]))
    full = _message(content, content.html)
    if _size(full) <= _LARGEST:
        return full
    plain = _message(content, "")
    if _size(plain) <= _LARGEST:
        return plain
    raise RefusedError("TOO_LARGE")


def plaintext(event: JsonObject) -> str:
    """Write *event* as the JSON that is encrypted; half a character, which no encoding has, becomes a question mark."""
    text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


def _message(content: Content, html: str) -> JsonObject:
    mentions = _mentions(content)
    if content.replaces is None:
        message = {**_text(content, content.body, html), "m.mentions": mentions}
        if content.thread is not None:
            message["m.relates_to"] = {
                "rel_type": "m.thread",
                "event_id": content.thread,
                # Clients that know no threads show it as a reply to the root.
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": content.thread},
            }
        return message
    return {
        **_text(content, f"* {content.body}", f"* {html}" if html else ""),
        # An edit notifies those it names here, and an edit that does not ring must notify nobody.
        "m.mentions": mentions if content.rings else {},
        "m.new_content": {**_text(content, content.body, html), "m.mentions": mentions},
        "m.relates_to": {"rel_type": "m.replace", "event_id": content.replaces},
    }


def _text(content: Content, body: str, html: str) -> JsonObject:
    text: JsonObject = {"msgtype": "m.text" if content.rings else "m.notice", "body": body}
    if content.file is not None:
        # Clients show the body beside the file when it is not the file's name.
        info = {"mimetype": content.file.mime, "size": len(content.file.data)}
        kind = "m.image" if content.file.mime.startswith("image/") else "m.file"
        text |= {"msgtype": kind, "filename": content.file.name, "info": info}
    if html:
        text |= {"format": "org.matrix.custom.html", "formatted_body": html}
    return text


def _mentions(content: Content) -> JsonObject:
    mentions: JsonObject = {}
    if content.mentions:
        mentions["user_ids"] = list(dict.fromkeys(content.mentions))
    if content.mentions_room:
        mentions["room"] = True
    return mentions


def _size(message: JsonObject) -> int:
    return len(plaintext(message).encode())
