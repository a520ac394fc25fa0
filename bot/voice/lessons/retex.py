"""The lessons of an incident in roles: eight sections, filled as far as the record goes; the rest is for people.

The sections follow what the guides ask after an incident: NIST SP 800-61 rev. 2, 3.4.1; ISO/IEC 27035-1, 5.6; and of
ANSSI with the CDSE, "Crise d'origine cyber" (2021), card 18: it is no audit, and names become roles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.clocks.rules import Filed, Running, SetAside, Suspected
from bot.core.desk import House
from bot.core.documents.drafts import Tlp
from bot.core.documents.paper import Paragraph
from bot.core.facts import Certainty
from bot.core.incident import Incident, Status
from bot.core.judging.decisions import Decision
from bot.core.lessons.findings import Finding
from bot.core.lessons.review import Kept, Record, Review, kept_clocks, review
from bot.core.names import Question, UserId, name_of
from bot.core.people.roster import Role
from bot.core.playbook import Step
from bot.voice.catalogue import counted, say, word
from bot.voice.details import certainty_word, question_name
from bot.voice.incident.happened import PEOPLE, Form, happened
from bot.voice.lessons.findings import day_words
from bot.voice.lessons.log import WHOLE, gap, headline, item, paragraph
from bot.voice.lessons.roles import InRoles, in_roles
from bot.voice.markup import Piece, Text, join, render
from bot.voice.times import moment, span
from bot.voice.wording import clock_title, role_word, severity_word, step_title

_HOW = Question("discovered-how")
_QUIET = (
    facts.CardPosted
    | facts.RoomReady
    | facts.Joined
    | facts.Left
    | facts.Briefed
    | facts.InvitationRefused
    | facts.Reminder
    | facts.NotDelivered
    | facts.Paged
    | facts.PageTried
    | facts.CheckpointPosted
    | facts.CheckpointWitnessed
    | facts.DraftMade
    | facts.DoorFact
    | facts.ProgressPosted
    | facts.FindingFact
)
"""What no lesson is learnt from entry by entry: it is in the named log."""


def lessons(incident: Incident, records: Sequence[Record], house: House) -> tuple[Paragraph, ...]:
    """Return the paper: no name that the incident or the house knows stands in it. *records* are all the facts."""
    told = _Retex(incident, records, in_roles(incident, records, house), review(incident, records))
    return tuple(told.finished(told.paragraphs()))


def lessons_made(incident: Incident, entries: int) -> Text:
    """Return the message that the papers stand below, made of so many entries."""
    count = counted(incident.language, "count.entries", entries)
    draft = say(incident.language, "lessons.made.draft") if incident.status is not Status.CLOSED else Piece("")
    return render(join((say(incident.language, "lessons.made", count=count), draft)))


def lessons_label(incident: Incident, tlp: Tlp) -> str:
    """Return what stands on every page of a paper: its label, and that it is a draft while the incident is open."""
    if incident.status is Status.CLOSED:
        return tlp.value
    return word(incident.language, "lessons.label.draft", label=tlp.value)


@dataclass(frozen=True, slots=True)
class _Retex:
    incident: Incident
    records: Sequence[Record]
    people: InRoles
    seen: Review

    def paragraphs(self) -> Iterator[Paragraph]:
        yield headline(word(self.incident.language, "lessons.title"), 1)
        yield from self._head()
        parts = (
            self._in_brief,
            self._chronology,
            self._detection,
            self._worked,
            self._failed,
            self._clocks,
            self._decisions,
            self._findings,
        )
        for number, part in enumerate(parts, start=1):
            yield headline(f"{number}. {word(self.incident.language, f'lessons.section.{number}')}", 2)
            yield from part()
            yield gap(word(self.incident.language, f"lessons.gap.{number}"))

    def finished(self, paragraphs: Iterator[Paragraph]) -> Iterator[Paragraph]:
        """Return *paragraphs* with the articles of roles joined to the words before, and a capital where one begins."""
        for one in paragraphs:
            first, *rest = (replace(run, text=self.people.roles.joined(run.text)) for run in one.runs)
            begins = any(first.text.startswith(role) for role in (*self.people.called.values(), self.people.outside))
            capital = replace(first, text=first.text[:1].upper() + first.text[1:]) if begins else first
            yield replace(one, runs=(capital, *rest))

    # --- words ----------------------------------------------------------------------------------------------------

    def _say(self, key: str, **holes: str | Piece) -> Piece:
        """Return the sentence *key*; names are taken out of all that fills its holes."""
        put = {name: self.people.put(value) for name, value in holes.items()}
        return say(self.incident.language, key, **put)

    def _text(self, key: str, **holes: str | Piece) -> tuple[Paragraph, ...]:
        return paragraph(self._say(key, **holes))

    def _item(self, key: str, **holes: str | Piece) -> tuple[Paragraph, ...]:
        return item(self._say(key, **holes))

    def _at(self, at: datetime | None) -> str:
        if at is None:
            return word(self.incident.language, "lessons.not_known")
        return moment(at, self.incident.zone, self.incident.language)

    def _after(self, at: datetime | None, start: datetime | None) -> str:
        if at is None or start is None:
            return word(self.incident.language, "lessons.not_known")
        return span(max(at - start, timedelta()), self.incident.language)

    def _step(self, step: Step) -> str:
        return f"{step.id} {step_title(self.incident, step)}"

    def _forms(self) -> Mapping[str, Form]:
        language = self.incident.language

        def named(user: UserId, _: Incident) -> str:
            return self.people.of(user)

        def nested(fact: facts.Fact, incident: Incident) -> Piece:
            return happened(fact, incident, self._forms(), self.people.put)

        return {
            **WHOLE,
            **dict.fromkeys(PEOPLE, named),
            **dict.fromkeys(("fact", "reminder"), nested),
            "users": lambda users, _: ", ".join(map(self.people.of, users)),
            "device": lambda *_: "–",
            "owner": lambda owner, _: "–" if owner is None else self.people.of(owner),
            "to": lambda to, _: role_word(to, language) if isinstance(to, Role) else self.people.of(to),
        }

    # --- the head -------------------------------------------------------------------------------------------------

    def _head(self) -> Iterator[Paragraph]:
        incident = self.incident
        if incident.status is not Status.CLOSED:
            yield from self._text("lessons.draft")
        if incident.drill:
            yield from self._text("lessons.drill")
        yield from self._text("lessons.names")
        yield from self._text("lessons.gaps")

    # --- the sections ---------------------------------------------------------------------------------------------

    def _in_brief(self) -> Iterator[Paragraph]:
        incident, language = self.incident, self.incident.language
        playbook = name_of(incident.playbook.id, incident.playbook.called, language)
        yield from self._item("lessons.what", title=incident.title)
        if self.people.put(incident.codename) == incident.codename:
            yield from self._item("lessons.codename", codename=incident.codename)
        yield from self._item("lessons.kind", playbook=playbook, severity=severity_word(incident.severity, language))
        yield from self._item("lessons.opened", at=self._at(incident.opened_at))
        if incident.closed_at is not None:
            after = self._after(incident.closed_at, incident.opened_at)
            yield from self._item("lessons.closed", at=self._at(incident.closed_at), after=after)
        yield from self._item("lessons.people", people=self._by_role())
        if incident.closed_summary:
            yield from self._item("lessons.summary", text=incident.closed_summary)

    def _by_role(self) -> str:
        """Return how many people of each role there were."""
        held = Counter(role for roles in self.incident.roster.values() for role in roles)
        return ", ".join(f"{role_word(role, self.incident.language)} {held[role]}" for role in Role if role in held)

    def _chronology(self) -> Iterator[Paragraph]:
        forms = self._forms()
        for record in self.records:
            if isinstance(record.fact, _QUIET):
                continue
            what = happened(record.fact, self.incident, forms, self.people.put)
            yield from self._item("lessons.entry", at=self._at(record.fact.at), what=what)

    def _detection(self) -> Iterator[Paragraph]:
        seen = self.seen
        yield from self._item("lessons.discovered", at=self._at(seen.discovered))
        how = self.incident.answers.get(_HOW)
        if how:
            yield from self._item("lessons.discovered.how", how=how)
        yield from self._item("lessons.to_opening", after=self._after(seen.opened, seen.discovered))
        yield from self._item("lessons.to_step", after=self._after(seen.first_step, seen.opened))
        yield from self._item("lessons.to_decision", after=self._after(seen.first_decision, seen.opened))

    def _worked(self) -> Iterator[Paragraph]:
        language, seen = self.incident.language, self.seen
        needed = len(self.incident.needed_steps())
        yield from self._item("lessons.steps.done", done=str(len(seen.done)), needed=str(needed))
        in_time = [kept for kept in kept_clocks(self.incident) if _is_in_time(kept)]
        if in_time:
            rules = ", ".join(kept.clock.rule.id for kept in in_time)
            clocks = counted(language, "count.clocks", len(in_time))
            yield from self._item("lessons.clocks.in_time", clocks=clocks, rules=rules)

    def _failed(self) -> Iterator[Paragraph]:
        yield from self._steps_failed()
        incident, seen = self.incident, self.seen
        for question in seen.corrected:
            yield from self._item("lessons.corrected", question=question_name(question, incident))
        for rule, count in seen.repeated.items():
            yield from self._item("lessons.repeated", rule=rule, count=str(count))
        if seen.undelivered:
            yield from self._item("lessons.undelivered", count=str(seen.undelivered))
        for kept in kept_clocks(incident):
            if kept.is_late:
                yield from self._item("lessons.late", rule=kept.clock.rule.id, after=self._after(kept.ended, kept.due))

    def _steps_failed(self) -> Iterator[Paragraph]:
        for step in self.seen.skipped:
            reason = self.incident.step_state(step.id).text
            yield from self._item("lessons.steps.skipped", step=self._step(step), reason=reason)
        for step in self.seen.left:
            yield from self._item("lessons.steps.left", step=self._step(step))
        if self.seen.reopened:
            yield from self._item("lessons.steps.reopened", count=str(self.seen.reopened))

    def _clocks(self) -> Iterator[Paragraph]:
        for kept in kept_clocks(self.incident):
            rule, title = kept.clock.rule.id, clock_title(self.incident, kept.clock)
            key, holes = self._ending(kept)
            yield from self._item(key, rule=rule, title=title, due=self._at(kept.due), at=self._at(kept.ended), **holes)

    def _ending(self, kept: Kept) -> tuple[str, Mapping[str, str]]:
        """Return which sentence says how a clock ended, and what else fills it."""
        is_open = kept.due is None
        match kept.clock.state:
            case Filed(reference=reference) if is_open:
                return "lessons.clock.filed.open", {"reference": reference}
            case Filed(reference=reference) if kept.is_after:
                key = "lessons.clock.late" if kept.is_late else "lessons.clock.target"
                return key, {"margin": self._after(kept.ended, kept.due), "reference": reference}
            case Filed(reference=reference):
                return "lessons.clock.filed", {"margin": self._after(kept.due, kept.ended), "reference": reference}
            case SetAside(reason=reason):
                return "lessons.clock.aside", {"reason": reason}
            case Running():
                return "lessons.clock.running.open" if is_open else "lessons.clock.running", {}
            case Suspected():
                return "lessons.clock.waiting", {}
            case _:
                assert_never(kept.clock.state)

    def _decisions(self) -> Iterator[Paragraph]:
        for decision in self.incident.decisions.values():
            taken = decision.taken
            by, at = self.people.of(taken.by), self._at(taken.at)
            yield from self._item("lessons.decision", number=str(taken.number), text=taken.text, by=by, at=at)
            if decision.reason:
                yield from self._text("lessons.decision.reason", text=decision.reason)
            if decision.options:
                yield from self._text("lessons.decision.options", text="; ".join(decision.options))
            yield from self._text("lessons.decision.known", answers=self._known(decision))
            for seen in decision.reviews:
                who, when = self.people.of(seen.by), self._at(seen.at)
                yield from self._text("lessons.decision.reviewed", by=who, at=when, text=seen.text)

    def _known(self, decision: Decision) -> str:
        """Return how many answers there were, and of how many somebody said how sure they were."""
        language = self.incident.language
        sure = [given.certainty for given in decision.certain.values()]
        counts = (f"{sure.count(each)} {certainty_word(each, language)}" for each in Certainty if each in sure)
        return ", ".join((counted(language, "count.answers", len(decision.answers)), *counts))

    def _findings(self) -> Iterator[Paragraph]:
        for finding in self.incident.findings.values():
            yield from self._item(
                "lessons.finding",
                number=str(finding.number),
                text=finding.noted.text,
                owner=self._owner(finding),
                day=day_words(finding.day, self.incident.language),
                state=self._state(finding),
            )

    def _owner(self, finding: Finding) -> str:
        return word(self.incident.language, "lesson.nobody") if finding.owner is None else self.people.of(finding.owner)

    def _state(self, finding: Finding) -> Piece:
        match finding.ended:
            case None:
                return self._say("lessons.finding.open")
            case facts.FindingDone(text=text, at=at):
                return self._say("lessons.finding.done", at=self._at(at), text=text or "–")
            case facts.FindingDropped(reason=reason, at=at):
                return self._say("lessons.finding.dropped", at=self._at(at), reason=reason)
            case _:
                assert_never(finding.ended)


def _is_in_time(kept: Kept) -> bool:
    return isinstance(kept.clock.state, Filed) and kept.due is not None and not kept.is_after
