"""Names that a text in roles must not have, and what stands in their place.

A text is read as words of letters or of figures, without case, accents and signs that nobody sees. A name is a run of
such words: `jean-pierre.dupont` is found in `Jean-Pierre Dupont`, `JEAN PIERRE DUPONT` and `dupont@example.org`. The
name of an account has its words in one, too: `jdupont` is found in `J. Dupont` and `M. Dupont`, `mueller` in `Müller`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

Key = tuple[str, ...]
"""A name as words of letters or of figures, folded."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ADDRESS = re.compile(
    r"(?:https?://matrix\.to/#/)?(?:@|%40)[^\s:@<>()\[\]]+(?::|%3[aA])[\w.\-\[\]]*[\w\]](?::\d+)?"
    r"|[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@])@[\w.=/+-]*\w"
)
"""A Matrix id, bare or in a link; a mail address; a name behind an at sign."""
_PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0\))?\d(?:[ .-]?\d){6,11}|0[1-9](?:[ .-]?\d\d){4})(?![\w.]?\d)"
)
"""With its country, or as it is written in France: other figures are dates, addresses, hashes."""
_ELIDED = re.compile(r"\b(?P<word>[^\W\d_]{1,7})['’]$")
_TITLE = re.compile(r"\b(?P<word>[^\W\d_]+)\.?\s+$")
_LONGEST_TITLE = 20
_GAP = 4
"""So many characters may stand between two words of one name."""
_VOWELS = "aeiou"
_UMLAUT = re.compile("([aou])e")
_LEAST_LETTERS, _LEAST_PART, _LEAST_FIGURES = 2, 3, 4
"""A shorter name, or part of one, would be found everywhere."""
_LEAST_GUESS = 5
"""As short may be what stands for a name that is written in another way."""
_MOST_TOGETHER = 4
"""Of how many words one word of a name may be made: `oconnor`, `jeanpierre`."""
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Those that Unicode takes apart no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What stands in the place of somebody, and the names by which they are known."""

    role: str
    """As it is written, article and all."""
    names: tuple[str, ...] = ()
    """Names of one or more words, each of which counts alone, too."""
    exact: tuple[str, ...] = ()
    """Names that count whole only."""
    accounts: tuple[str, ...] = ()
    """Matrix ids and mail addresses."""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a language needs where a name goes."""

    nobody: str
    """For a name that several share."""
    account: str
    """For an address of nobody who is known."""
    phone: str
    titles: frozenset[str] = frozenset()
    """Words that go with the name behind them, folded."""
    elisions: Mapping[str, str] = field(default_factory=dict)
    """Words that end in an apostrophe before a vowel, and whole: `qu`, `que`; empty where the role has it in it."""
    joins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """A word and an article that become one: `de`, `le`: `du`."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Puts roles in the place of names."""

    keys: Mapping[Key, str]
    accounts: Mapping[str, str]
    """By id or mail address, and by the digits of a telephone number, folded."""
    spoken: Spoken
    joins: tuple[tuple[re.Pattern[str], str], ...]
    """What becomes one before a role, and what it becomes."""
    longest: int
    """Of how many words the longest name is."""

    @classmethod
    def of(cls, people: Iterable[Called], spoken: Spoken, spared: Collection[str]) -> Self:
        """Return what replaces the names of *people*, but for words of theirs that are *spared*, folded."""
        known = tuple(people)
        keys = _by_key(known, spoken, spared)
        accounts = {folded(account): one.role for one in known for account in one.accounts}
        phones = {_digits(phone): one.role for one in known for phone in one.phones}
        joins = tuple(_joins(spoken, {one.role for one in known}))
        return cls(keys, {**phones, **accounts}, spoken, joins, max(map(len, keys), default=0))

    def put(self, text: str) -> str:
        """Return *text* with a role for each name in it, and nothing of an address or a telephone number."""
        parts, end = list[str](), 0
        for match in _ADDRESS.finditer(text):
            parts += [self._names(text[end : match.start()]), self._address(match[0])]
            end = match.end()
        parts.append(self._names(text[end:]))
        return self.joined(_PHONE.sub(lambda match: self._phone(match[0]), "".join(parts)))

    def joined(self, text: str) -> str:
        """Return *text*, in which roles stand, with their articles joined to the words before them."""
        for pattern, one in self.joins:
            text = pattern.sub(one, text)
        return text

    def _address(self, found: str) -> str:
        plain = folded(found.removeprefix("https://matrix.to/#/").replace("%40", "@").replace("%3A", ":"))
        if (role := self.accounts.get(plain)) is not None:
            return role
        if "@" in found[1:] or ":" in plain or "%" in found:
            return self.spoken.account
        # A bare `@name`: whose it is if it is known by that name, else nobody knows whether it is one.
        return self._exactly(plain) or self._names(found)

    def _exactly(self, plain: str) -> str | None:
        """Return the role of the only account that *plain*, `@name`, begins: also where its name is a common word."""
        roles = {role for account, role in self.accounts.items() if account.startswith(f"{plain}:")}
        return next(iter(roles)) if len(roles) == 1 else self.spoken.nobody if roles else None

    def _phone(self, found: str) -> str:
        return self.accounts.get(_digits(found), self.spoken.phone)

    def _names(self, text: str) -> str:
        if not self.keys:
            return text
        plain, places = _folded_with_places(text)
        words = list(_WORD.finditer(plain))
        said, end, index = "", 0, 0
        while index < len(words):
            length, role = self._name_at(words, index)
            if role is None:
                index += 1
                continue
            start, stop = places[words[index].start()], places[words[index + length - 1].end()]
            said += self._before(text[end:start], role) + role
            end, index = stop, index + length
        return said + text[end:]

    def _name_at(self, words: list[re.Match[str]], index: int) -> tuple[int, str | None]:
        """Return how many words from *index* on make the longest name, and its role; None when none begins there."""
        key: list[str] = []
        best: tuple[int, str | None] = (0, None)
        for place in range(index, min(index + max(self.longest, _MOST_TOGETHER), len(words))):
            if place > index and words[place].start() - words[place - 1].end() > _GAP:
                break
            key.append(words[place][0])
            if (role := self.keys.get(tuple(key)) or self._together(key)) is not None:
                best = (len(key), role)
        return best

    def _together(self, words: list[str]) -> str | None:
        """Return whose name *words* are in one: `j dupont`, `o connor`."""
        one = "".join(words)
        return self.keys.get((one,)) if len(one) >= _LEAST_GUESS else None

    def _before(self, text: str, role: str) -> str:
        """Return what stands before a name without its title, an elision undone where the role begins with no vowel."""
        titled = _TITLE.search(text[-_LONGEST_TITLE:])
        if titled is not None and folded(titled["word"]) in self.spoken.titles:
            return text[: len(text) - len(titled[0])]
        found = _ELIDED.search(text[-9:])
        whole = self.spoken.elisions.get(found["word"].casefold()) if found else None
        if found is None or whole is None or role[:1] in _VOWELS:
            return text
        written = whole.capitalize() if found["word"][:1].isupper() else whole
        return f"{text[: len(text) - len(found[0])]}{written}{' ' if written else ''}"


def _by_key(people: Iterable[Called], spoken: Spoken, spared: Collection[str]) -> Mapping[Key, str]:
    """Return the roles by the names: whole ones go first; a name of several is nobody's."""
    keys: dict[Key, str] = {}
    for whole in (True, False):
        found: dict[Key, set[str]] = {}
        for one in people:
            for key in _keys(one, spared, whole=whole):
                found.setdefault(key, set()).add(one.role)
        for key, roles in found.items():
            keys.setdefault(key, next(iter(roles)) if len(roles) == 1 else spoken.nobody)
    return keys


def _joins(spoken: Spoken, roles: Collection[str]) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield what becomes one before one of *roles*, with and without a capital."""
    for (word, article), one in spoken.joins.items():
        behind = sorted(re.escape(role.removeprefix(f"{article} ")) for role in roles if role.startswith(f"{article} "))
        for before, joined in ((word, one), (word.capitalize(), one.capitalize())):
            if behind:
                yield re.compile(rf"\b{before} {article} (?={'|'.join(behind)})"), f"{joined} "


def parts_of(name: str) -> tuple[str, ...]:
    """Return the words of *name* that a person may be called by alone: those that begin with a capital."""
    return tuple(word for word in re.findall(r"[^\W\d_]+", name) if word[:1].isupper())


def folded(text: str) -> str:
    """Return *text* without case, accents, widths of letters and signs that nobody sees."""
    return "".join(map(_fold, text))


def _fold(character: str) -> str:
    apart = unicodedata.normalize("NFKD", character.casefold().translate(_LETTERS)).translate(_LETTERS)
    return "".join(part for part in apart if not unicodedata.combining(part) and unicodedata.category(part) != "Cf")


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """Return *text* folded, and for each of its characters where it stood; the end has a place, too."""
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    parts, places = [], []
    for place, character in enumerate(text):
        found = _fold(character)
        parts.append(found)
        places += [place] * len(found)
    return "".join(parts), [*places, len(text)]


def _digits(phone: str) -> str:
    """Return the last nine digits of a telephone number: with or without its country they are the same."""
    return "".join(re.findall(r"\d", phone))[-9:]


def _keys(one: Called, spared: Collection[str], *, whole: bool) -> Iterator[Key]:
    """Yield the names of somebody, or else the words of these that name them alone."""
    for name in (*one.names, *(one.exact if whole else ())):
        words = tuple(_WORD.findall(folded(name)))
        if not words or set(words) <= set(spared):
            continue
        if whole:
            yield from ((words, ("".join(words),)) if _is_long(words) else ())
            continue
        parts = [word for word in words if word not in spared and word.isalpha()]
        yield from ((word,) for word in parts if len(word) >= _LEAST_PART)
        yield from ((guess,) for guess in _guesses(parts, words) if guess not in spared and len(guess) >= _LEAST_GUESS)


def _guesses(parts: list[str], words: Key) -> Iterator[str]:
    """Yield what *parts* may be in another spelling: `muller` for `mueller`, `dupont` for `jdupont` alone."""
    yield from (_UMLAUT.sub(r"\1", part) for part in parts)
    yield from (part[1:] for part in parts if len(words) == 1 and len(part) > _LEAST_GUESS + 1)


def _is_long(words: Key) -> bool:
    together = "".join(words)
    return len(together) >= (_LEAST_FIGURES if together.isdigit() else _LEAST_LETTERS)
