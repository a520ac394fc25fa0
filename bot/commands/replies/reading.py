"""What a reply to a message of ours means: the command that its sender would have typed in full. Pure, and total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands.names import Names
from bot.commands.parse import Called, NotACommand, UnknownWord, find_row, recognise, seen
from bot.commands.readers import bare
from bot.commands.replies.verbs import LONGEST_ID, Ids, Verb, verb_of
from bot.commands.table import ACK_ROW, OPEN_ROW, TEXT
from bot.commands.words import RISK_FACTORS, RISK_LEVELS, VALUES, canonical_answer, find_detail, words
from bot.core.conditions import UNKNOWN
from bot.core.language import ENGLISH, Language, fold
from bot.core.names import Question
from bot.core.people.roster import Right
from bot.core.replies.subjects import (
    About,
    Choice,
    Coordination,
    Guided,
    Handed,
    OwnContact,
    Playbooks,
    PointAsked,
    Questions,
    Relay,
    Reminders,
    RestOf,
    Risks,
    Subject,
    Waiting,
    YesTo,
    what_is_asked,
)

_NUMBER = re.compile(r"(?:n°|le |la |the )?\s*(?P<number>[0-9]{1,3})\s*[.)°]?", re.IGNORECASE)
_LONGEST_NAME = 3
"""More words after "to" are talk."""
_LONGEST_ANSWER = 200
_THANKS = words("thanks")
_EVIDENCE, _RECEIVED = "evidence", "received"
_BRIEF, _HANDOVER = "brief", "handover"
_FACT, _RISK, _ME, _QUESTION, _CONTACT = "fact", "risk", "me", "question", "contact"
_PLAIN = frozenset({"yes", "no", UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """It may be for several things: its sender is asked which."""

    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnAnswer:
    """Talk: nothing of it answers the message."""


Reply = Called | UnknownWord | Which | NotAnAnswer


def read_reply(about: About, body: str, *, language: Language, names: Names) -> Reply:
    """Say what *body* means as a reply to a message *about* something. What is typed in full stays what it is."""
    reading = _Reading(about=what_is_asked(about), body=body, text=seen(body), language=language, names=names)
    read = reading.read()
    if isinstance(read, NotAnAnswer) and not any(isinstance(subject, Guided) for subject in about):
        return reading.shown() or reading.asked() or read
    return read


def means_seen(body: str) -> bool:
    """Say whether *body* would say of reminders that they were seen, if it replied to some."""
    found = verb_of(seen(body))
    return found is not None and found[0].row is ACK_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    about: About
    body: str
    text: str
    language: Language
    names: Names

    def read(self) -> Reply:
        is_command = self.text.startswith("!")
        if self.text.endswith("?") and not is_command:
            return NotAnAnswer()
        if not is_command and (asked := self._asked_for()) is not None:
            return asked
        if (relay := self._taken_over()) is not None:
            return self._received(relay)
        found = verb_of(self.text)
        if found is not None:
            return self._done(*found) or self._as_typed()
        if is_command:
            return self._as_typed()
        return next((reply for subject in self.about if (reply := self._answer(subject)) is not None), NotAnAnswer())

    def _asked_for(self) -> Reply | None:
        """Return the text that was asked for, whatever it begins with; None where none was."""
        begun = next((subject for subject in self.about if isinstance(subject, RestOf | PointAsked)), None)
        match begun:
            case RestOf():
                return self._written(begun.word, begun.begun, self.text)
            case PointAsked() if not self._is_seen():
                return self._written(_BRIEF, self.text)
            case _:
                return None

    def _taken_over(self) -> Relay | None:
        """Return the handover that the whole text acknowledges; None when it says something else, or none waits."""
        relay = next((subject for subject in self.about if isinstance(subject, Relay)), None)
        if relay is None or len(self.text) > LONGEST_ID:
            return None
        said, found = canonical_answer(self.text.rstrip(" .!")), verb_of(self.text)
        is_taking = found is not None and found[0].takes and not found[1]
        return relay if is_taking or said == "yes" or fold(said) in words("handover.received") else None

    def _is_seen(self) -> bool:
        """Say whether it says that the message was seen, and nothing of where things stand."""
        found = verb_of(self.text)
        return found is not None and found[0].row is ACK_ROW and not found[1]

    def shown(self) -> Reply | None:
        """Return the command that the whole text is the word of, typed without its mark, if it only shows something."""
        row = find_row(self.text.rstrip(" .!")) if len(self.text) <= LONGEST_ID else None
        return self._written(row.words[ENGLISH][0]) if row is not None and row.right is Right.READ else None

    def asked(self) -> Reply | None:
        """Return the question that the whole text is, under what whoever coordinates told: anything in words is one."""
        told = next((subject for subject in self.about if isinstance(subject, Coordination)), None)
        begin = self.text[:_LONGEST_ANSWER]
        is_thanks = fold(begin).rstrip(" .!") in _THANKS or (means_seen(begin) and not self.text.endswith("?"))
        if told is None or is_thanks or self.text.startswith("!") or not any(map(str.isalpha, begin)):
            return None
        to = () if told.bulletin is None else (f"--bulletin {told.bulletin}",)
        return self._written(_QUESTION, *to, self.text)

    def _as_typed(self) -> Reply:
        typed = recognise(self.body, language=self.language)
        if isinstance(typed, NotACommand) or (isinstance(typed, Called) and typed.number is not None):
            return NotAnAnswer()
        return typed

    # --- with a verb ----------------------------------------------------------------------------------------------

    def _done(self, verb: Verb, rest: str) -> Reply | None:
        """Return what a verb means here; None when it means nothing."""
        ids = tuple(dict.fromkeys(id for subject in self.about for id in verb.ids(subject)))
        match verb.row.name:
            case "ack":
                return self._seen(verb, ids, rest)
            case "confirm":
                numbers = [str(subject.number) for subject in self.about if isinstance(subject, Waiting)]
                return self._written(verb.word, *numbers) if len(numbers) == 1 and not rest else None
            case "assign" if verb.takes:
                first, _ = _cut(rest)
                return self._for_one(verb, ids, f"{first} {_ME}" if verb.is_id(first, self.names) else _ME)
            case "assign" if not self._names_somebody(rest):
                return None
            case _:
                return self._for_one(verb, ids, rest)

    def _seen(self, verb: Verb, ids: Ids, rest: str) -> Reply | None:
        """Say that all that is shown was seen, or the clocks that are named; what else is said to it is talk."""
        handed = next((one for one in self.about if isinstance(one, Handed | Relay)), None)
        if not rest and handed is not None:
            return self._received(handed)
        named = [word for word in rest.split()[: len(ids) + 1] if verb.is_id(word, self.names)]
        if not (named or ids or Reminders() in self.about):
            return None
        return self._written(verb.word, *(named or ids))

    def _received(self, handed: Handed | Relay) -> Reply:
        word = _EVIDENCE if isinstance(handed, Handed) else _HANDOVER
        return self._written(word, str(handed.number), _RECEIVED)

    def _names_somebody(self, rest: str) -> bool:
        return self.text.startswith("!") or 1 <= len(rest[:_LONGEST_ANSWER].split()) <= _LONGEST_NAME

    def _for_one(self, verb: Verb, ids: Ids, rest: str) -> Reply | None:
        first, after = _cut(rest)
        if first and verb.is_id(first, self.names):
            return self._written(verb.word, rest)
        if len(ids) > 1 and (chosen := _numbered(first, ids)) is not None:
            return self._written(verb.word, chosen, after)
        if len(ids) == 1:
            return self._written(verb.word, ids[0], rest)
        return self._which(verb.word, ids, rest) if ids else None

    # --- without one ----------------------------------------------------------------------------------------------

    def _answer(self, subject: Subject) -> Reply | None:  # noqa: PLR0911 - a table
        match subject:
            case Questions(questions=questions):
                return self._of_questions(questions)
            case Risks(factors=factors):
                return self._of_risks(factors)
            case Choice(word=word, ids=ids, rest=rest):
                chosen = _numbered(self.text, ids) or self._named(ids)
                return self._written(word, chosen, rest) if chosen else None
            case Playbooks(playbooks=ids):
                return self._of_playbooks(ids)
            case Handed() as handed:
                said = canonical_answer(self.text.rstrip(" .!"))
                is_received = said == "yes" or (len(said) <= LONGEST_ID and fold(said) in words("evidence.received"))
                return self._received(handed) if is_received else None
            case OwnContact():
                first, after = _cut(self.text)
                answer = canonical_answer(first.rstrip(".,;:!"))
                return self._written(_CONTACT, answer, after) if answer in ("yes", "no") else None
            case YesTo(word=word, rest=rest):
                return self._written(word, rest) if canonical_answer(self.text.rstrip(" .!")) == "yes" else None
            case _:
                return None

    def _of_questions(self, questions: Sequence[Question]) -> Reply | None:
        first, after = _cut(self.text)
        chosen = self._question(first, questions)
        if chosen is not None and self._fits(chosen, after := after.lstrip(":=-–— ")):
            return self._written(_FACT, chosen, after)
        swapped = self._question(after, questions)
        if swapped is not None and self._fits(swapped, first):
            return self._written(_FACT, swapped, first)
        fitting = tuple(question for question in questions if self._fits(question, self.text))
        if not fitting:
            return None
        only = len(questions) == 1
        return self._written(_FACT, fitting[0], self.text) if only else self._which(_FACT, fitting, self.text)

    def _question(self, word: str, questions: Sequence[Question]) -> Question | None:
        number = _numbered(word, questions) if len(questions) > 1 else None
        if number is not None:
            return Question(number)
        return self.names.question(bare(word)) if 0 < len(word) <= LONGEST_ID else None

    def _fits(self, question: Question, answer: str) -> bool:
        """Say whether *answer* is one for *question*, or begins like one: then its command says what is wrong."""
        asked = next((known for known in self.names.questions if known.name == question), None)
        detail = find_detail(question) if asked is None else None
        values = asked.values if asked is not None else detail.values if detail is not None else ()
        begin = canonical_answer(_cut(answer)[0].rstrip(",.;:!"))
        whole = canonical_answer(answer.rstrip(" .!")) if len(answer) <= _LONGEST_ANSWER else ""
        return (
            (asked is not None and begin in _PLAIN & set(values))
            or whole == UNKNOWN
            or fold(whole) in map(fold, values)
            or VALUES.get(fold(whole), "") in values
        )

    def _of_risks(self, factors: Ids) -> Reply | None:
        first, after = _cut(self.text)
        if len(first) > LONGEST_ID:
            return None
        second, _ = _cut(after[:LONGEST_ID])
        if fold(bare(first)) in RISK_FACTORS and fold(bare(second)) in RISK_LEVELS:
            return self._written(_RISK, self.text)
        if fold(bare(first)) not in RISK_LEVELS:
            return None
        only = len(factors) == 1
        return self._written(_RISK, factors[0], self.text) if only else self._which(_RISK, factors, self.text)

    def _of_playbooks(self, ids: Ids) -> Reply | None:
        number = _NUMBER.fullmatch(self.text)
        named = self.names.playbook(self.text) if len(self.text) <= LONGEST_ID else None
        if number is None and named not in ids:
            return None
        place = int(number["number"]) if number else ids.index(str(named)) + 1
        return Called(row=OPEN_ROW, body=self.body, rest="", number=place)

    def _named(self, ids: Ids) -> str | None:
        """Return that of *ids* that the whole text is, or is a name of."""
        plain = fold(bare(self.text)) if len(self.text) <= LONGEST_ID else ""
        known = (plain, fold(self.names.rule(plain) or ""), fold(self.names.question(plain) or ""))
        return next((id for id in ids if plain and fold(id) in known), None)

    # --- what is written ------------------------------------------------------------------------------------------

    def _written(self, word: str, *arguments: str) -> Reply:
        """Return the command as if it had been typed in full; the text it is held against is what was typed."""
        typed = recognise(" ".join((f"!{word}", *arguments)), language=self.language)
        return replace(typed, body=self.body) if isinstance(typed, Called) else NotAnAnswer()

    def _which(self, word: str, ids: Ids, rest: str) -> Reply:
        if len(rest) > TEXT:
            return self._written(word, ids[0], rest)  # too long for any of them: its command says so
        return Which(choice=Choice(word=word, ids=ids, rest=rest))


def _cut(text: str) -> tuple[str, str]:
    """Return the first word of *text* and what stands after it; both empty when there is none."""
    found = re.match(r"\S+", text)
    return (found.group(), text[found.end() :].strip()) if found else ("", "")


def _numbered(text: str, ids: Ids | Sequence[str]) -> str | None:
    """Return that of *ids* whose number *text* is, counted from 1."""
    found = _NUMBER.fullmatch(text)
    place = int(found["number"]) if found else 0
    return ids[place - 1] if 1 <= place <= len(ids) else None
