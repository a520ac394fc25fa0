"""Letters to very many clients: which were made, who was told of them and how, what each of them says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.documents.paper import Paragraph, Run
from bot.core.facts.judgement import ClientHole
from bot.core.facts.letters import Channel, Letter, LettersFact, LettersMade, LettersSent
from bot.core.names import DraftId, RuleId

CLIENT, EMAIL, ADDRESS = "client", "client-email", "client-address"
"""Holes that every list of clients fills, the last two one of them at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One entry of the log: a letter as it was then, and how it went."""

    letter: Letter
    sent: LettersSent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """The letters of one version of a draft."""

    draft: DraftId
    name: str
    version: int
    text: str
    clock: RuleId | None
    made_at: datetime
    letters: Mapping[int, Letter] = field(default_factory=dict)
    log: Mapping[int, tuple[Dispatch, ...]] = field(default_factory=dict)
    """By number: what became of the letters of one client, the oldest first."""

    def last(self, number: int) -> LettersSent | None:
        """Return what became of a client's letter last."""
        entries = self.log.get(number, ())
        return entries[-1].sent if entries else None

    def is_told(self, number: int) -> bool:
        """Say whether the client of that number was told, and nothing came back since."""
        last = self.last(number)
        return last is not None and last.channel is not Channel.RETURNED

    @property
    def left(self) -> tuple[Letter, ...]:
        """The letters of those who are still to be told."""
        return tuple(letter for number, letter in self.letters.items() if not self.is_told(number))


Mailings = Mapping[tuple[DraftId, int], Mailing]
"""By draft and version, the oldest first."""


def mailings_after(mailings: Mailings, fact: LettersFact) -> Mailings:
    """Return the mailings after *fact*."""
    key = (fact.draft, fact.version)
    if isinstance(fact, LettersMade):
        before = mailings.get(key) or Mailing(
            draft=fact.draft,
            name=fact.name,
            version=fact.version,
            text=fact.text,
            clock=fact.clock,
            made_at=fact.at,
        )
        letters = {**before.letters, **{letter.number: letter for letter in fact.letters}}
        return {**mailings, key: replace(before, letters=letters)}
    before = mailings[key]
    new = {
        number: (*before.log.get(number, ()), Dispatch(letter=before.letters[number], sent=fact))
        for number in fact.clients
    }
    return {**mailings, key: replace(before, log={**before.log, **new})}


def newest(mailings: Mailings) -> tuple[Mailing, ...]:
    """Return the mailing of the last version of each draft: the others are history."""
    return tuple({mailing.draft: mailing for _, mailing in sorted(mailings.items())}.values())


def is_of_clients(hole: str) -> bool:
    """Say whether a list of clients fills *hole*."""
    return hole == CLIENT or hole.startswith(f"{CLIENT}-")


def empty_holes(holes: Iterable[ClientHole], values: Mapping[str, str]) -> tuple[str, ...]:
    """Return which places of a letter would stay empty, and must not."""
    return tuple(hole.name for hole in holes if not hole.optional and not values.get(hole.name))


def letter(text: Sequence[Paragraph], holes: Iterable[ClientHole], values: Mapping[str, str]) -> Iterator[Paragraph]:
    """Yield *text* as one client gets it."""
    names = {f"[{hole.label}]": hole.name for hole in holes}
    for paragraph in text:
        wanted = [names[run.text] for run in paragraph.runs if run.is_gap and run.text in names]
        if all(values.get(name) for name in wanted):
            yield replace(paragraph, runs=tuple(_filled(run, names, values) for run in paragraph.runs))


def _filled(run: Run, names: Mapping[str, str], values: Mapping[str, str]) -> Run:
    if not run.is_gap or run.text not in names:
        return run
    return replace(run, text=values[names[run.text]], is_gap=False)


def spans(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return *numbers* as runs, each with its first and its last: 1 to 5, 7 to 7."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
