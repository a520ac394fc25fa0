"""Playbooks out of the house and into it: what `cellule playbook export` and `cellule playbook import` do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.tongue import said, say
from bot.core.language import ENGLISH, Language
from bot.exchange import formats
from bot.exchange.assemble import Target
from bot.exchange.formats import Format
from bot.exchange.untrusted import MOST_BYTES, ExchangeError
from bot.library.front import WORD
from bot.library.playbooks import README, read_text
from bot.library.problems import PlaybookError
from bot.sentences import languages
from bot.sentences.told import ToldError

_MOST_LOSSES = 100


class UnwrittenError(ToldError):
    """The file could not be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which playbook is to go out, and as what."""

    id: str
    language: Language
    written_in: Format
    folder: Path


def export(wanted: Wanted, to: Path) -> tuple[str, ...]:
    """Write the playbook that is *wanted* to *to*, and return what to say.

    Raises:
        ExchangeError: there is no such playbook, or *to* is there already.
        PlaybookError: the playbook has mistakes.
        UnwrittenError: *to* cannot be written.
    """
    path = wanted.folder / f"{wanted.id}.{wanted.language}.md"
    if not path.is_file():
        known = sorted(found.name for found in wanted.folder.glob("*.*.md") if found.name != README)
        raise ExchangeError("exchange.no_playbook", file=path.name, known=", ".join(known) or "-")
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    _write(to, formats.export(read_text(path), wanted.written_in, changed, file=str(path)))
    return (say("exchange.wrote", path=to),)


def bring(file: Path, written_in: Format | None, to: Path) -> tuple[str, ...]:
    """Write the playbook of *file*, untrusted, to *to*, and return what to say: what was lost first of all.

    Raises:
        ExchangeError: it cannot be read as a playbook, or *to* is no name for one, or is there already.
        UnwrittenError: *to* cannot be written.
    """
    target = _target(to)
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise ExchangeError("exchange.unread", path=file, why=error.strerror) from error
    try:
        imported = formats.take(content, written_in, target, file=str(to))
    except PlaybookError as error:
        raise ExchangeError("exchange.refused", problems=str(error)) from error
    _write(to, imported.text)
    losses = [said(loss) for loss in imported.losses[:_MOST_LOSSES]] or [say("exchange.whole")]
    if (more := len(imported.losses) - _MOST_LOSSES) > 0:
        losses.append(say("exchange.more", count=more))
    return (*losses, say("exchange.wrote", path=to), say("exchange.then", folder=to.parent))


def _target(to: Path) -> Target:
    id, _, rest = to.name.partition(".")
    language, _, ending = rest.partition(".")
    if WORD.fullmatch(id) is None or language not in languages() or ending != "md":
        raise ExchangeError("exchange.name", path=to, language=ENGLISH, known=", ".join(languages()))
    return Target(id=id, language=Language(language))


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ExchangeError("exchange.there", path=path) from None
    except OSError as error:
        raise UnwrittenError("exchange.unwritten", path=path, why=error.strerror) from error
