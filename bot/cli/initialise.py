"""`cellule init`: writes a configuration, makes the store key, and says what is still missing."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.cli.tongue import said, say
from bot.config import values
from bot.config.reading import Wrong, text
from bot.core.people.roster import Role
from bot.host.secret import SecretFileError, read_bytes
from bot.sentences import languages
from bot.store.connection import STATE_FILE

KEY_FILE = "secrets/state.key"
_PASSWORD_FILE = "secrets/password"  # noqa: S105 - a path

Ask = Callable[[str, str], str]
"""Asks a question, showing what an empty answer means; returns what was typed."""


class InitError(Exception):
    """Nothing was written; the text is one line a problem and says what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to know: its flag, who reads it, and what stands when nothing is said."""

    flag: str
    read: Callable[[object], object]
    otherwise: str = ""
    """Empty: it must be given."""

    @property
    def name(self) -> str:
        """The flag as sentences and arguments are named after it."""
        return self.flag.removeprefix("--").replace("-", "_")


def _admins(written: object) -> list[str]:
    return [values.user_id(name) for name in str(written).replace(",", " ").split()] or [values.user_id("")]


ASKED = (
    Key("--homeserver", values.homeserver),
    Key("--user-id", values.user_id),
    Key("--admin", _admins),
    Key("--language", values.one_of(languages()), "fr"),
    Key("--timezone", values.zone, "Europe/Paris"),
)
"""Asked on a terminal, in this order."""

GIVEN = (
    Key("--state-folder", text, "state"),
    Key("--device-name", text, "Cellule"),
    Key("--password-file", text, _PASSWORD_FILE),
)
"""Taken from their flags or left as they are; nobody is asked."""


def collect(flags: Mapping[str, str | None], ask: Ask | None) -> dict[str, str]:
    """Return a good value for every key, from its flag, from *ask* when there is a terminal, or as it stands otherwise.

    Raises:
        InitError: a flag holds what cannot be used, or is missing and there is nobody to ask.
    """
    found: dict[str, str] = {}
    problems, missing = list[str](), list[str]()
    for key in (*ASKED, *GIVEN):
        given = flags.get(key.flag)
        if given is None and ask is not None and key in ASKED:
            found[key.flag] = _asked(key, ask)
            continue
        written = key.otherwise if given is None else given
        if given is None and not written:
            missing.append(key.flag)
            problems.append(say("init.missing_flag", flag=key.flag))
        elif problem := _problem(key, written):
            problems.append(problem)
        found[key.flag] = written
    if missing:
        needed = " ".join(key.flag for key in ASKED if not key.otherwise)
        problems.append(say("init.needed", flags=needed))
    if problems:
        raise InitError("\n".join(problems))
    return found


def _asked(key: Key, ask: Ask) -> str:
    choices = " / ".join(languages())
    asked = question = say(f"init.ask.{key.name}", choices=choices)
    while True:
        # Ids stand in quotes in the file and on our pages: whoever types them means the same.
        typed = ask(asked, key.otherwise).replace('"', "").strip() or key.otherwise
        if not _problem(key, typed):
            return typed
        asked = f"{say(f'init.wrong.{key.name}', choices=choices)}\n{question}"


def _problem(key: Key, written: str) -> str:
    try:
        key.read(written)
    except Wrong as wrong:
        return say("mistake.at", where=key.flag, text=wrong)
    return ""


def session_made_elsewhere(token_file: str | None, device_id: str | None) -> tuple[str, str] | None:
    """Return both halves of a session made elsewhere, None when neither is given; InitError when one is missing."""
    if token_file and device_id:
        return token_file, device_id
    if token_file or device_id:
        raise InitError(say("init.token"))
    return None


def proxy_given(written: str | None) -> str | None:
    """Return the proxy's address, None when none is given; InitError when it is none."""
    if written is not None and (problem := _problem(Key("--proxy", values.proxy), written)):
        raise InitError(problem)
    return written


# --- what is written ----------------------------------------------------------------------------------------


def write(path: Path, configuration: str, state_folder: str, *, force: bool) -> str:
    """Write the configuration and make the key, both for this user alone; return what became of the key.

    Raises:
        InitError: there is a configuration already, or a state whose key is not here.
    """
    if path.exists() and not force:
        raise InitError(say("init.there", path=path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        told = _make_key(path.parent / KEY_FILE, path.parent / state_folder)
        _write_private(path, configuration)
    except OSError as refused:
        raise InitError(say("init.unwritten", folder=path.parent, why=refused.strerror)) from None
    return told


def _make_key(file: Path, state: Path) -> str:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.parent.chmod(0o700)
    if file.exists():
        try:
            found = len(read_bytes(file).reveal())
        except SecretFileError as unfit:
            raise InitError(said(unfit)) from None
        if found != values.KEY_BYTES:
            raise InitError(say("init.key.wrong", path=file, size=found))
        return say("init.key.kept", path=file)
    if (state / STATE_FILE).exists():
        raise InitError(say("init.key.lost", folder=state, path=file))
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(secrets.token_bytes(values.KEY_BYTES))
    return say("init.key.made", path=file)


def _write_private(path: Path, content: str) -> None:
    """Write the whole file or none of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(content)
    draft.replace(path)


def render(example: str, found: Mapping[str, str], session: tuple[str, str] | None, proxy: str | None = None) -> str:
    """Return the example's text with these values in it; its comments stay."""
    put = {
        ("matrix", "homeserver"): _scalar(found["--homeserver"]),
        ("matrix", "user_id"): _scalar(found["--user-id"]),
        ("matrix", "device_name"): _scalar(found["--device-name"]),
        ("matrix", "password_file"): _scalar(found["--password-file"]),
        ("state", "folder"): _scalar(found["--state-folder"]),
        ("state", "key_file"): KEY_FILE,
        ("locale", "language"): found["--language"],
        ("locale", "timezone"): found["--timezone"],
    }
    if session is not None:
        del put["matrix", "password_file"]
        put["matrix", "access_token_file"], put["matrix", "device_id"] = map(_scalar, session)
    if proxy is not None:
        put["network", "proxy"] = _scalar(proxy)
    lines: list[str] = []
    group = ""
    for line in example.splitlines():
        if top := re.match(r"([a-z_]+):", line):
            group = top[1]
        lines += _rendered(line, group, put)
        if line == "people:":
            roles = f"[{Role.ADMIN}, {Role.COORDINATOR}]"
            lines += [f"  {json.dumps(admin)}: {roles}" for admin in dict.fromkeys(_admins(found["--admin"]))]
    return "\n".join(lines) + "\n"


def _rendered(line: str, group: str, put: Mapping[tuple[str, str], str]) -> list[str]:
    if group == "people" and line.startswith('  "@'):
        return []
    key = re.match(r"  (?:# )?([a-z_]+): ?\S", line)
    if key is None:
        return [line]
    if (group, key[1]) in put:
        return [f"  {key[1]}: {put[group, key[1]]}"]
    is_other_login = (group, key[1]) == ("matrix", "password_file")
    return [f"  # {line.strip()}" if is_other_login else line]


def _scalar(value: str) -> str:
    """Write a text so that YAML reads the same text again, in quotes only where it needs them."""
    try:
        plain = yaml.safe_load(f"key: {value}") == {"key": value}
    except yaml.YAMLError:
        plain = False
    return value if plain and not value.startswith("@") else json.dumps(value, ensure_ascii=False)
