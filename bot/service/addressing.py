"""Whether somebody speaks to us, and what is said to who does so otherwise than by a command."""

from __future__ import annotations

from bot import commands, ports, voice
from bot.commands import Called
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.naming import localpart

Recognised = Called | commands.NotACommand | commands.UnknownWord
_PUNCTUATION = ":,.!?"


def names_of(own: UserId) -> tuple[str, ...]:
    """Return by which names people call us."""
    return ("cellule", localpart(own), own.removeprefix("@"))


def recognised(
    message: ports.Message, own: UserId, language: Language, *, is_direct: bool
) -> tuple[Recognised, str | None]:
    """Return what *message* calls; and its text without our name if it is a word to us, None if it is talk.

    In a word to us a command's word alone is enough, without its mark.
    """
    text, is_named = commands.addressed(message.body, names_of(own))
    called = commands.recognise(text, language=language)
    if not (is_named or message.calls_us or is_direct):
        return called, None
    is_bare_word = isinstance(called, commands.NotACommand) and len(text.split()) == 1
    if is_bare_word and commands.without_mark(text) is not None:
        called = commands.recognise(f"!{text.strip().strip(_PUNCTUATION)}", language=language)
    return called, text


def hint(text: str, language: Language, *, in_incident: bool) -> voice.Text:
    """Return what can be typed, to somebody who said *text* to us."""
    row = commands.without_mark(text)
    return voice.hint(row.words if row else None, language, in_incident=in_incident)
