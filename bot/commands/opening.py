"""Readers of `!open` and `!cascade open`: a title with options anywhere in it; and of `!alert`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.commands.line import Line
from bot.commands.readers import MOST_ASKED, severity
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.words import LANGUAGES, OPTIONS, canonical_answer
from bot.core.commands import Open, OpenCascade, SettleAlert, ShowAlerts
from bot.core.language import Language, fold

_FLAGS = ("drill", "new")
_NAMES = ("playbook", "parent", "severity", "lang", *_FLAGS)
_OPTIONS = {word: option for word, option in OPTIONS.items() if option in _NAMES}
_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“"}
# Phones turn two hyphens into a dash.
_OPTION = re.compile(r"(?P<dashes>--|[—–])(?P<name>\w[\w-]*)(?:=(?P<value>\S*))?")
_TOKEN = re.compile(r"\S+")
_A_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(slots=True)
class _Found:
    """What was picked up so far; lives only while one line is read."""

    title: list[str] = field(default_factory=list)
    has_begun: bool = False
    """Whether anything but blanks belongs to the title."""
    options: dict[str, str] = field(default_factory=dict)

    def add(self, part: str) -> None:
        self.title.append(part)
        self.has_begun = self.has_begun or not part.isspace()


def read_open(line: Line) -> Open:
    """Read the title and its options; quotes around the title are taken off and protect what is inside."""
    opening = read_opening(line)
    if opening.parent_playbook is not None or opening.as_new:
        raise BadArgumentError(Why.UNKNOWN_OPTION, given="--new" if opening.as_new else "--parent-playbook")
    return Open(
        title=opening.title,
        playbook=opening.playbook,
        severity=opening.severity,
        language=opening.language,
        drill=opening.drill,
    )


def read_alert(line: Line) -> ShowAlerts | SettleAlert:
    """Read a number, first or last, and what is to be done with it; nothing at all shows what waits."""
    words = line.rest.split()
    if not words:
        return ShowAlerts()
    place = next((place for place in (0, -1) if _A_NUMBER.fullmatch(words[place])), None)
    if place is None:
        raise BadArgumentError(Why.NOT_A_COUNT, given=line.rest, limit=str(MOST_ASKED))
    number, choice = int(words.pop(place)), " ".join(words)
    if not choice:
        return ShowAlerts(number=number)
    if canonical_answer(choice) == "no":
        return SettleAlert(number=number, choice="no")
    return SettleAlert(number=number, choice=line.names.playbook(choice) or choice)


def read_opening(line: Line) -> OpenCascade:
    """Read the same for an incident of organisations, which may have a playbook of its own and be another one."""
    found = _Found()
    position = 0
    while position < len(line.rest):
        position = _take(line.rest, position, found)
    title = "".join(found.title).strip()
    title = title[1:-1].strip() if len(title) > 1 and _QUOTES.get(title[0]) == title[-1] else title
    if not title:
        raise missing(Argument.TITLE)
    options = found.options
    return OpenCascade(
        title=title,
        playbook=_playbook(options["playbook"], line) if "playbook" in options else None,
        parent_playbook=_playbook(options["parent"], line) if "parent" in options else None,
        severity=severity(options["severity"]) if "severity" in options else None,
        language=_language(options["lang"]) if "lang" in options else None,
        drill="drill" in options,
        as_new="new" in options,
    )


def _take(text: str, position: int, found: _Found) -> int:
    """Take one token at *position*, or the whole quoted title; return where the next begins."""
    quoted = None if found.has_begun else _quoted_end(text, position)
    token = _TOKEN.match(text, position)
    if quoted or token is None:
        end = quoted or position + 1
        found.add(text[position:end])
        return end
    option = _option(token.group())
    if option is None:
        found.add(token.group())
        return token.end()
    return _take_option(text, token, option, found)


def _take_option(text: str, token: re.Match[str], option: re.Match[str], found: _Found) -> int:
    name, value, end = _OPTIONS[fold(option["name"])], option["value"], token.end()
    if value is None and name not in _FLAGS:
        following = re.compile(r"\s+(\S+)").match(text, end)
        if following is None or _option(following[1]):
            raise missing(Argument.OPTION)
        value, end = following[1], following.end()
    found.options[name] = value or ""
    return end


def _option(token: str) -> re.Match[str] | None:
    """Return the option that *token* is; a dash that a phone made counts only before a known name."""
    option = _OPTION.fullmatch(token)
    if option is None or fold(option["name"]) in _OPTIONS:
        return option
    if option["dashes"] == "--":
        raise BadArgumentError(Why.UNKNOWN_OPTION, given=token)
    return None


def _quoted_end(text: str, position: int) -> int | None:
    """Return where a quoted title that begins at *position* ends; None when none does."""
    closing = _QUOTES.get(text[position])
    if closing is None:
        return None
    end = re.compile(re.escape(closing) + r"(?!\S)").search(text, position + 1)
    return end.end() if end else None


def _playbook(text: str, line: Line) -> str:
    return line.names.playbook(text) or text.casefold()


def _language(text: str) -> Language:
    known = LANGUAGES.get(fold(text))
    if known is None:
        raise BadArgumentError(Why.UNKNOWN_LANGUAGE, given=text)
    return known
