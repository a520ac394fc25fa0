"""What the prompt offers."""

from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from bot.core.language import Language
from bot.demo.terminal import CommandCompleter

READ = ("D1 Write it down, then N12. GDPR-33-1 and FR-LOPMI run; answer personal-data. The PLAN is not an id.",)


def offered(line: str, language: Language = Language("en")) -> list[str]:
    completer = CommandCompleter(language, lambda: READ, ("personal-data", "insured"), ("provider-hit",))
    return [completion.text for completion in completer.get_completions(Document(line), CompleteEvent())]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("!op", ["!open"]),
        ("!OUV", ["!ouvrir"]),
        ("!open", []),
        ("/r", ["/rooms", "/room"]),
        ("hello", []),
        ("", []),
        ("!done ", ["D1", "N12"]),
        ("!fait d", ["D1"]),
        ("!filed G", ["GDPR-33-1"]),
        ("!ecarter ", ["FR-LOPMI", "GDPR-33-1"]),
        ("!fact ", ["personal-data"]),
        ("!severity cr", ["crisis"]),
        ("!role d", ["dpo"]),
        ("!invite @carol:example.org le", ["legal"]),
        ("!done D1 le", []),
        ("!help aw", ["aware"]),
        ("!open Host down --pl", ["--playbook"]),
        ("!open Host down --playbook ", ["provider-hit"]),
        ("!open Host d", []),
        ("/bob !ac", ["!ack"]),
        ("!nothing x", []),
    ],
)
def test_the_word_before_the_cursor_is_completed(line: str, words: list[str]) -> None:
    assert offered(line) == words


def test_words_of_both_languages_are_offered_the_own_one_first() -> None:
    assert offered("!", Language("fr"))[0] == "!ouvrir"
    assert offered("!")[0] == "!open"
    assert {"!open", "!ouvrir"} <= set(offered("!"))
