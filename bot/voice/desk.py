"""What is said outside incidents: the welcome, help, the list of playbooks, who we are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.language import ENGLISH, Language, Words, fold
from bot.core.playbook import Playbook
from bot.sentences import languages
from bot.sentences.typography import typeset
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, folded, join, paragraphs, render
from bot.voice.trust.identities import grouped
from bot.voice.wording import short

THEMES: Mapping[str, tuple[str, ...]] = {
    "steps": ("next", "guide", "step", "done", "skip", "reopen", "assign"),
    "facts": ("fact", "facts", "known", "decide", "evidence", "cost", "outage", "risk", "finding"),
    "clocks": ("clocks", "aware", "filed", "ack", "snooze", "waive", "classified", "clock"),
    "texts": ("draft", "letters", "sent", "register", "lessons"),
    "people": (
        *("who", "role", "invite", "door", "remove", "handover"),
        *("verify", "trust", "reached", "confirm", "duty", "contact"),
    ),
    "incident": (
        *("status", "timeline", "note", "brief", "severity", "close", "resume", "seal", "report", "hold", "unhold"),
        *("open", "alert", "list", "help", "about"),
    ),
    "organisations": ("cascade", "bulletin", "rollup", "called", "question", "questions", "answer", "faq"),
}
"""All commands, by what they are about; the most used first."""
_BLANK = re.compile(r"\{\s(\w+)\s\}")
_FEW = 12
"""How many commands help shows in a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpEntry:
    """One command as help shows it."""

    name: str
    words: Mapping[Language, tuple[str, ...]]
    usage: Words


def welcome(language: Language) -> Text:
    """Return the first message of the control room."""
    return render(say(language, "welcome"))


def begun(beginning: Piece, language: Language) -> Text:
    """Return the beginning of an answer that fills more than a screen, and where the whole of it stands."""
    return render(paragraphs(beginning, say(language, "begun")))


def help(entries: Sequence[HelpEntry], word: str, language: Language) -> Text:  # noqa: A001 - named for its command
    """Return the commands of this room and role, or all about the one that *word* names."""
    if not word:
        return render(_all(entries, language))
    found = next((entry for entry in entries if _has(entry, word)), None)
    shown = _of_theme(entries, word, language) if found is None else _one(found, language)
    if shown.source:
        return render(shown)
    return render(paragraphs(say(language, "help.unknown", word=short(word, 40)), _all(entries, language)))


def about(*, version: str, fingerprint: str, master_key: str, record: str, policy: str, language: Language) -> Text:
    """Return who is speaking: what to compare before trusting it."""
    return render(
        say(
            language,
            "about",
            version=version,
            fingerprint=fingerprint,
            master_key=master_key,
            record=grouped(record),
            policy=word(language, f"policy.{policy}"),
        )
    )


def purged(codename: str, days: int, language: Language) -> Text:
    """Return what the control room reads of an incident that was kept long enough."""
    return render(say(language, "purge.done", codename=codename, days=str(days)))


def hook_given_up(hook: str, language: Language) -> Text:
    """Return what the control room reads when a machine took none of its calls for a day."""
    return render(say(language, "hook.given_up", hook=hook))


def choice(playbooks: Sequence[Playbook], language: Language) -> Text:
    """Return the numbered list of playbooks; a bare number answers it."""
    lines = (
        say(
            language,
            "choice.line",
            number=str(number),
            title=typeset(playbook.title, playbook.language),
            summary=short(typeset(playbook.summary, playbook.language)),
        )
        for number, playbook in enumerate(playbooks, start=1)
    )
    which = folded(say(language, "choice.which"), join(lines))
    return render(paragraphs(say(language, "choice.title"), which, say(language, "choice.end")))


def command_table(entries: Iterable[HelpEntry]) -> str:
    """Return the commands as a Markdown table, for the README."""
    lines = ["| English | French | does |", "|---|---|---|"]
    for entry in entries:
        usages = (entry.usage.to(ENGLISH).replace("|", "\\|"), entry.usage.to(Language("fr")).replace("|", "\\|"))
        lines.append(f"| `{usages[0]}` | `{usages[1]}` | {word(ENGLISH, f'help.{entry.name}')} |")
    return "\n".join(lines) + "\n"


def _all(entries: Sequence[HelpEntry], language: Language) -> Piece:
    """Return each command in a line; where there are many, only their words, by theme."""
    many = len(entries) > _FEW
    lines = bullets(_by_theme(entries, language)) if many else _lines(entries, language)
    end = say(language, "help.end.many" if many else "help.end")
    return paragraphs(say(language, "help.title"), lines, end)


def _lines(entries: Iterable[HelpEntry], language: Language) -> Piece:
    return bullets(
        say(language, "help.line", usage=entry.usage.to(language), summary=word(language, f"help.{entry.name}"))
        for entry in entries
    )


def _by_theme(entries: Sequence[HelpEntry], language: Language) -> Iterator[Piece]:
    known = {entry.name: f"!{entry.words[language][0]}" for entry in entries}
    for theme, names in THEMES.items():
        words = [known[name] for name in names if name in known]
        if words:
            yield say(language, "help.theme", theme=word(language, f"theme.{theme}"), words=" ".join(words))


def _of_theme(entries: Iterable[HelpEntry], typed: str, language: Language) -> Piece:
    """Return the commands of the theme called *typed*, in any language; an empty piece where none is."""
    called = (
        theme for theme in THEMES if fold(typed) in {fold(word(known, f"theme.{theme}")) for known in languages()}
    )
    theme = next(called, None)
    return _lines((entry for entry in entries if theme and entry.name in THEMES[theme]), language)


def _one(entry: HelpEntry, language: Language) -> Piece:
    return join(
        (
            say(language, "help.line", usage=entry.usage.to(language), summary=word(language, f"help.{entry.name}")),
            _as_typed(say(language, f"help.{entry.name}.more")),
            say(language, "help.words", words=", ".join(f"!{known}" for known in _words(entry))),
        )
    )


def _as_typed(told: Piece) -> Piece:
    """Return *told* with blanks of a text as people type them: in a sentence they stand apart from our own holes."""
    return Piece(_BLANK.sub(r"{\1}", told.source), told.values)


def _words(entry: HelpEntry) -> Iterable[str]:
    return dict.fromkeys(known for language in languages() for known in entry.words[language])


def _has(entry: HelpEntry, typed: str) -> bool:
    return fold(typed.removeprefix("!")) in {fold(known) for known in _words(entry)}
