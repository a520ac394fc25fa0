"""What is said outside incidents: the welcome, help, the list of playbooks, who we are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.language import ENGLISH, Language, Words, fold
from bot.core.playbook import Playbook
from bot.sentences import languages
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.typography import typeset
from bot.voice.wording import short


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpEntry:
    """One command as help shows it."""

    name: str
    words: Mapping[Language, tuple[str, ...]]
    usage: Words


def welcome(language: Language) -> Text:
    """Return the first message of the control room."""
    return render(say(language, "welcome"))


def help(entries: Sequence[HelpEntry], word: str, language: Language) -> Text:  # noqa: A001 - named for its command
    """Return the commands of this room and role, or all about the one that *word* names."""
    if not word:
        return render(_all(entries, language))
    found = next((entry for entry in entries if _has(entry, word)), None)
    if found is None:
        return render(paragraphs(say(language, "help.unknown", word=short(word, 40)), _all(entries, language)))
    return render(_one(found, language))


def about(*, version: str, fingerprint: str, master_key: str, policy: str, language: Language) -> Text:
    """Return who is speaking: what to compare before trusting it."""
    return render(
        say(
            language,
            "about",
            version=version,
            fingerprint=fingerprint,
            master_key=master_key,
            policy=word(language, f"policy.{policy}"),
        )
    )


def purged(codename: str, days: int, language: Language) -> Text:
    """Return what the control room reads of an incident that was kept long enough."""
    return render(say(language, "purge.done", codename=codename, days=str(days)))


def choice(playbooks: Sequence[Playbook], language: Language) -> Text:
    """Return the numbered list of playbooks; a bare number answers it."""
    lines = (
        say(
            language,
            "choice.line",
            number=str(number),
            title=typeset(playbook.title, playbook.language),
            summary=typeset(playbook.summary, playbook.language),
        )
        for number, playbook in enumerate(playbooks, start=1)
    )
    return render(paragraphs(say(language, "choice.title"), join(lines), say(language, "choice.end")))


def command_table(entries: Iterable[HelpEntry]) -> str:
    """Return the commands as a Markdown table, for the README."""
    lines = ["| English | French | does |", "|---|---|---|"]
    for entry in entries:
        usages = (entry.usage.to(ENGLISH).replace("|", "\\|"), entry.usage.to(Language("fr")).replace("|", "\\|"))
        lines.append(f"| `{usages[0]}` | `{usages[1]}` | {word(ENGLISH, f'help.{entry.name}')} |")
    return "\n".join(lines) + "\n"


def _all(entries: Sequence[HelpEntry], language: Language) -> Piece:
    lines = bullets(
        say(language, "help.line", usage=entry.usage.to(language), summary=word(language, f"help.{entry.name}"))
        for entry in entries
    )
    return paragraphs(say(language, "help.title"), lines, say(language, "help.end"))


def _one(entry: HelpEntry, language: Language) -> Piece:
    return join(
        (
            say(language, "help.line", usage=entry.usage.to(language), summary=word(language, f"help.{entry.name}")),
            say(language, f"help.{entry.name}.more"),
            say(language, "help.words", words=", ".join(f"!{known}" for known in _words(entry))),
        )
    )


def _words(entry: HelpEntry) -> Iterable[str]:
    return dict.fromkeys(known for language in languages() for known in entry.words[language])


def _has(entry: HelpEntry, typed: str) -> bool:
    return fold(typed.removeprefix("!")) in {fold(known) for known in _words(entry)}
