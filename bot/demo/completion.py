"""Completion in the demo's prompt: words of both languages, and the ids that stood in what was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.commands import ROWS
from bot.core.facts import Severity
from bot.core.playbook import Language
from bot.core.roster import Role

SLASHES = ("/rooms", "/room", "/server", "/bob", "/help", "/quit")
_STEP = re.compile(r"\b[A-Z]{1,2}\d{1,2}\b")
_RULE = re.compile(r"\b[A-Z]{2,6}(?:[-/][A-Z0-9]+)+\b")
_BEGUN = re.compile(r"\S*$")
_KINDS = {
    **dict.fromkeys(("step", "done", "skip", "reopen", "assign"), "steps"),
    **dict.fromkeys(("aware", "filed", "waive", "snooze"), "rules"),
    "fact": "questions",
    "role": "roles",
    "severity": "severities",
    "help": "words",
}
_OPTIONS = ("--playbook", "--severity", "--lang", "--drill", "--gravite", "--langue", "--exercice")


class CommandCompleter(Completer):
    """Completes the word before the cursor; ids and *questions* are offered once they were seen in what was read."""

    def __init__(
        self, language: Language, read: Callable[[], Iterable[str]], questions: Iterable[str], playbooks: Iterable[str]
    ) -> None:
        self._language = language
        self._read = read
        self._questions = tuple(questions)
        self._playbooks = tuple(playbooks)
        self._names = {word: row.name for row in ROWS for words in row.words.values() for word in words}

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """Yield what the word before the cursor may become."""
        line = document.text_before_cursor
        begun = _BEGUN.search(line)
        start = begun[0] if begun else ""
        for word, meaning in self._candidates(line[: len(line) - len(start)].split(), start):
            if word.casefold().startswith(start.casefold()) and word != start:
                yield Completion(word, start_position=-len(start), display_meta=meaning)

    def _candidates(self, before: list[str], start: str) -> Iterable[tuple[str, str]]:
        if not before:
            return self._first_words(start)
        if before[0].startswith("/bob") and len(before) == 1:
            return self._first_words(start)
        name = self._names.get(before[0].removeprefix("!").casefold(), "")
        if name == "open":
            return (
                (word, "") for word in (self._playbooks if before[-1] == "--playbook" else _OPTIONS if start else ())
            )
        if len(before) > 1:
            return ((role, "") for role in Role) if name in {"assign", "invite"} else ()
        return ((word, "") for word in self._arguments(_KINDS.get(name, "")))

    def _first_words(self, start: str) -> Iterable[tuple[str, str]]:
        if start.startswith("/"):
            return ((word, "") for word in SLASHES)
        if not start.startswith("!"):
            return ()
        own_first = sorted(Language, key=lambda language: language is not self._language)
        return ((f"!{row.words[language][0]}", row.usage.to(language)) for language in own_first for row in ROWS)

    def _arguments(self, kind: str) -> Iterable[str]:
        text = "\n".join(self._read())
        offered: Mapping[str, Callable[[], list[str]]] = {
            "steps": lambda: _STEP.findall(text),
            "rules": lambda: _RULE.findall(text),
            "questions": lambda: [question for question in self._questions if question in text],
            "roles": lambda: [role.value for role in Role],
            "severities": lambda: [severity.value for severity in Severity],
            "words": lambda: [row.words[self._language][0] for row in ROWS],
        }
        return sorted(set(offered[kind]())) if kind in offered else ()
