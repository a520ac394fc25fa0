"""The formats that playbooks are exchanged in, and the two ways between them and our Markdown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from bot.exchange import from_cacao, mattermost, signatures, to_cacao
from bot.exchange.assemble import Gathered, Report, Target, assemble
from bot.exchange.markdown import write
from bot.exchange.sheet import preface_of, sheet_of
from bot.exchange.untrusted import ExchangeError, JsonObject, cleaned, read_object
from bot.library.playbooks import parse
from bot.sentences.told import Told


class Format(StrEnum):
    """A format of others."""

    CACAO = auto()
    MATTERMOST = auto()


_GATHER: Mapping[Format, Callable[[JsonObject, Target, Report], Gathered]] = {
    Format.CACAO: from_cacao.gather,
    Format.MATTERMOST: mattermost.gather,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A playbook that came from elsewhere."""

    text: str
    """The Markdown of its file; `bot.library.playbooks` reads it."""
    losses: Sequence[Told]


def export(text: str, written_in: Format, at: datetime, *, file: str = "<text>") -> str:
    """Return the playbook that *text*, Markdown, is in *written_in*; *at* is when it was last changed.

    Raises:
        PlaybookError: it is no playbook.
    """
    sheet = sheet_of(parse(text, file=file), preface_of(text))
    if written_in is Format.CACAO:
        found = to_cacao.to_cacao(sheet, hashlib.sha256(text.encode()).hexdigest(), at)
    else:
        found = mattermost.to_mattermost(sheet)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def take(content: bytes, written_in: Format | None, target: Target, *, file: str = "<text>") -> Imported:
    """Return the playbook *target* made of *content*, in *written_in*, or in the one it seems to be where that is None.

    Raises:
        ExchangeError: it is none of that format.
        PlaybookError: what it says of our own fields cannot be; the lines are those of the file that was not written.
    """
    whole, report = read_object(content), Report()
    found = cleaned(whole)
    known = written_in or _recognised(found)
    if known is Format.CACAO:
        signatures.check(whole, report)
    gathered = _GATHER[known](found, target, report)
    text = write(assemble(gathered, target, report))
    parse(text, file=file)
    return Imported(text=text, losses=report.losses)


def _recognised(found: JsonObject) -> Format:
    if found.get("type") == "playbook" or "workflow" in found:
        return Format.CACAO
    if "checklists" in found:
        return Format.MATTERMOST
    raise ExchangeError("exchange.no_format")
