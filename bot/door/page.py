"""The page, as one document: markup, style, script, words of chance, and our sentences in every language there is."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from bot.sentences import languages
from bot.sentences.po import catalogue

FOLDER = Path(__file__).parent / "page"
SENTENCES = (
    "door.page.title",
    "door.page.intro",
    "door.page.first",
    "door.page.second",
    "door.page.third",
    "door.page.begin",
    "door.page.working",
    "door.page.keep",
    "door.page.name",
    "door.page.password",
    "door.page.renamed",
    "door.page.copy",
    "door.page.copied",
    "door.page.kept",
    "door.page.waits",
    "door.page.done",
    "door.page.server",
    "door.page.here",
    "door.page.client",
    "door.page.app",
    "door.page.app_note",
    "door.page.other_app",
    "door.page.account",
    "door.page.elsewhere",
    "door.page.as_it_is",
    "door.page.paste",
    "door.page.come_back",
    "door.page.code",
    "door.page.open",
    "door.page.made",
    "door.page.have",
    "door.page.your_id",
    "door.page.id_note",
    "door.page.come_in",
    "door.page.back",
    "door.page.invited",
    "door.page.again",
    "door.page.no_script",
    "door.page.error.no_link",
    "door.page.error.no_crypto",
    "door.page.error.unread",
    "door.page.error.unknown",
    "door.page.error.used",
    "door.page.error.late",
    "door.page.error.closed",
    "door.page.error.busy",
    "door.page.error.soon",
    "door.page.error.astray",
    "door.page.error.misspelt",
    "door.page.error.nobody",
    "door.page.error.elsewhere",
    "door.page.error.many",
    "door.page.error.away",
    "door.page.error.fault",
    "door.page.error.door",
    "door.page.error.server",
    "door.page.error.refused",
)
_HEAD = "door.page."
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is served, and the headers that go with it."""

    body: bytes
    headers: dict[str, str]


def make(homeserver: str) -> Page:
    """Return the page, which may connect to its own address and to *homeserver*, and to nothing else."""
    markup, style, script, words = (_read(name) for name in ("index.html", "style.css", "script.js", "words.txt"))
    told = {
        language: {key.removeprefix(_HEAD): catalogue(language)[key] for key in SENTENCES} for language in languages()
    }
    parts = {
        "STYLE": style,
        "SCRIPT": script,
        "SENTENCES": _data(told),
        "WORDS": _data([word for word in words.splitlines() if not word.startswith("#")]),
        "NOSCRIPT": "\n".join(f'<p lang="{language}">{_shown(one["no_script"])}</p>' for language, one in told.items()),
    }
    for name, text in parts.items():
        markup = markup.replace(f"{{{{{name}}}}}", text)
    policy = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "connect-src": f"'self' {_origin(homeserver)}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = {**_HEADERS, "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items())}
    return Page(body=markup.encode(), headers=headers)


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _data(told: object) -> str:
    """Return what a script may read as JSON, and no parser of markup as anything else."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _shown(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
