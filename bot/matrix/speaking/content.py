"""The content of a message as Matrix wants it, before it is encrypted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from mimetypes import guess_type

from bot.core.facts import Enclosed
from bot.core.names import UserId
from bot.matrix.http.errors import JsonObject
from bot.ports import Attachment, Content, RefusedError

MESSAGE = "m.room.message"
_PNG = "image/png"
_TEXT = "org.matrix.msc1767.text"
_START, _END = "org.matrix.msc3381.poll.start", "org.matrix.msc3381.poll.end"
"""Polls as the apps of today make and show them: see ADR 21."""

_LARGEST = 45_000
"""Bytes of JSON. An event may have 65,536; encryption adds a third, the homeserver's envelope about two thousand."""

_MOST_NAMED = 250
"""People who are named where all are meant: their ids take room that the words need."""


def kind_of(content: Content) -> str:
    """Return what kind of event says *content*."""
    if content.poll is not None:
        return _START
    return MESSAGE if content.ends is None else _END


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
    if content.ends is not None:
        relation = {"rel_type": "m.reference", "event_id": content.ends}
        return {**_text(content, content.body, ""), _TEXT: content.body, _END: {}, "m.relates_to": relation}
    if content.replaces is None:
        message = {**_text(content, content.body, html), **_poll(content), "m.mentions": mentions}
        if relation := _relation(content):
            message["m.relates_to"] = relation
        return message
    return {
        **_text(content, f"* {content.body}", f"* {html}" if html else ""),
        # An edit notifies those it names here, and an edit that does not ring must notify nobody.
        "m.mentions": mentions if content.rings else {},
        "m.new_content": {**_text(content, content.body, html), "m.mentions": mentions},
        "m.relates_to": {"rel_type": "m.replace", "event_id": content.replaces},
    }


def _text(content: Content, body: str, html: str) -> JsonObject:
    text: JsonObject = {"msgtype": "m.text" if content.rings or content.stands else "m.notice", "body": body}
    if content.file is not None:
        # Clients show the body beside the file when it is not the file's name.
        info = {"mimetype": content.file.mime, "size": len(content.file.data), **_size_of(content.file)}
        kind = "m.image" if content.file.mime == _PNG else "m.file"
        text |= {"msgtype": kind, "filename": content.file.name, "info": info}
    if content.enclosed is not None:
        text |= {"msgtype": "m.file", "filename": content.enclosed.name, **_lies(content.enclosed)}
    if html:
        text |= {"format": "org.matrix.custom.html", "formatted_body": html}
    return text


def _lies(enclosed: Enclosed) -> JsonObject:
    """Return where a file lies and what opens it, as its sender's message said it."""
    mime, _ = guess_type(enclosed.name)
    file = enclosed.file
    key = {"alg": "A256CTR", "ext": True, "k": file.key, "key_ops": ["encrypt", "decrypt"], "kty": "oct"}
    opener = {"v": "v2", "url": file.url, "key": key, "iv": file.iv, "hashes": {"sha256": file.sha256}}
    return {"info": {"mimetype": mime or "application/octet-stream", "size": enclosed.size}, "file": opener}


def _size_of(file: Attachment) -> JsonObject:
    """Return width and height of a picture, as its first chunk has them: without them clients cut or shrink it."""
    if file.mime != _PNG:
        return {}
    return {"w": int.from_bytes(file.data[16:20]), "h": int.from_bytes(file.data[20:24])}


def _relation(content: Content) -> JsonObject:
    answered = content.reply_to or content.thread
    relation: JsonObject = {} if answered is None else {"m.in_reply_to": {"event_id": answered}}
    if content.thread is not None:
        # Clients that know no threads show it as a reply to the root.
        relation |= {"rel_type": "m.thread", "event_id": content.thread, "is_falling_back": content.reply_to is None}
    return relation


def _poll(content: Content) -> JsonObject:
    if content.poll is None:
        return {}
    start = {
        "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1,
        "question": {_TEXT: content.poll.question},
        "answers": [{"id": option.id, _TEXT: option.text} for option in content.poll.options],
    }
    return {_TEXT: content.body, _START: start}


def _mentions(content: Content) -> JsonObject:
    mentions: JsonObject = {}
    if content.mentions:
        mentions["user_ids"] = list(dict.fromkeys(content.mentions))
    if content.mentions_room:
        mentions["room"] = True
    return mentions


def _size(message: JsonObject) -> int:
    return len(plaintext(message).encode())
