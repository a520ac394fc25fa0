"""The answer to a command that changed something: what it changed, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import facts
from bot.core.clocks.rules import Clock, Running
from bot.core.incident import Incident
from bot.core.names import Question, StepId, UserId
from bot.core.playbook import Asked, Step
from bot.core.replies.about import MOST_CHANGED, about_answers, about_fact
from bot.core.replies.turn import following
from bot.core.ringing.rungs import is_repeated, unanswered
from bot.core.ringing.supposed import ringing_clocks
from bot.voice.catalogue import knows, say, say_counted
from bot.voice.custody import things as evidence
from bot.voice.details import certainty_word, detail_label, question_name, value_words
from bot.voice.incident import letters
from bot.voice.incident.clocks import dates_added
from bot.voice.incident.confirm_clocks import filed, followed, more_clocks, set_aside, started
from bot.voice.incident.contradictions import new_contradictions
from bot.voice.incident.happened import happened, tell
from bot.voice.incident.known import asked
from bot.voice.incident.risk import decided, weighed
from bot.voice.incident.score import scored
from bot.voice.incident.two_persons import asked as asked_second
from bot.voice.judging.decisions import decided as decided_on
from bot.voice.lessons.findings import found
from bot.voice.losses import ledger as costs
from bot.voice.losses import outages
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.organisations.differences import amended, corrected
from bot.voice.organisations.repair import rooms_joined
from bot.voice.rhythm import handovers, points
from bot.voice.wording import (
    alert_details,
    and_more,
    answer_word,
    clock_title,
    cut,
    people,
    person,
    short,
    step_line,
    title_of,
)

_LONGEST_VALUE = 60


def confirm(fact: facts.Fact, before: Incident | None, after: Incident) -> Text:
    """Return the answer to the command that caused *fact*, with what it contradicts.

    *before* is None for the opening alone.
    """
    known = before or after
    words = paragraphs(_confirm(fact, known, after), _why(fact, after), new_contradictions(fact, known, after))
    return render(words, *about_fact(fact, known, after))


def done_above(fact: facts.Fact, before: Incident | None, after: Incident) -> Text:
    """Return the same for an organisation in whose room nobody typed it: who coordinates did it, from the parent's."""
    # A clock comes along with another room, and its words say who confirmed its hour.
    is_theirs = isinstance(fact, facts.ClockStarted)
    above = Piece("") if is_theirs else say(after.language, "above.did", what=happened(fact, after))
    return render(paragraphs(above, _confirm(fact, before or after, after)))


def _confirm(  # noqa: C901, PLR0911, PLR0912 - a table
    fact: facts.Fact, before: Incident, after: Incident
) -> Piece:
    match fact:
        case facts.Opened():
            return _opened(fact, after)
        case facts.StepDone() | facts.StepSkipped():
            return _settled(fact, after)
        case facts.Answered():
            return _answered(fact, before, after)
        case facts.ClockStarted():
            return started(fact, before, after)
        case facts.ClockFiled():
            return filed(fact, after)
        case facts.ClockSetAside():
            return set_aside(fact, after)
        case facts.Acknowledged():
            return _acknowledged(fact, after)
        case facts.ClockClassified() | facts.ClockAdded():
            return more_clocks(fact, after)
        case facts.DatesAdded():
            return dates_added(fact, after)
        case facts.RuleFollowed():
            return followed(fact, after)
        case facts.Closed():
            return _closed(fact, after)
        case facts.ConfirmationAsked():
            return asked_second(fact, after)
        case facts.RiskWeighed():
            return weighed(fact, after)
        case facts.RiskDecided():
            return decided(fact, after)
        case facts.DecisionTaken() | facts.DecisionAmended() | facts.DecisionReviewed():
            return decided_on(fact, after)
        case facts.FindingNoted() | facts.FindingGiven() | facts.FindingDone() | facts.FindingDropped():
            return found(fact, after)
        case facts.CostNoted() | facts.CostCorrected() | facts.CostCancelled():
            return costs.noted(fact, after)
        case facts.OutageNoted() | facts.OutageTimed() | facts.OutageCancelled():
            return outages.noted(fact, after)
        case facts.SeverityScored():
            return scored(fact, after)
        case facts.LettersSent():
            return letters.sent(fact, after)
        case facts.EvidenceTaken():
            return evidence.taken(fact, after)
        case facts.EvidenceHanded():
            return evidence.handed(fact, after)
        case facts.HandoverGiven():
            return handovers.given(fact, after)
        case facts.HandoverTaken():
            return handovers.taken(fact, after)
        case facts.PointWritten():
            return points.noted(fact, after)
        case facts.CadenceSet():
            return points.cadence_set(fact, after)
        case facts.AlertTaken(alert=alert):
            return join((happened(fact, after), alert_details(alert, after.language)))
        case facts.CascadeAmended():
            return amended(fact, before, after)
        case facts.LineAmended():
            return corrected(fact, after)
        case facts.FirmTookIn() | facts.FirmMoved():
            return rooms_joined(fact, after)
        case _:
            key = f"confirm.{type(fact).__name__}"
            return tell(key, fact, after) if knows(key) else happened(fact, after)


def _opened(fact: facts.Opened, after: Incident) -> Piece:
    """Return what the room reads where the opening was asked for: the incident's own room does not exist yet."""
    return join(
        (
            say(after.language, "opened.title", title=title_of(after)),
            say(after.language, "opened.room", codename=fact.codename),
            say(after.language, "opened.people", people=short(people(after, after.roster), 400)),
        )
    )


def _settled(fact: facts.StepDone | facts.StepSkipped, after: Incident) -> Piece:
    language, step = after.language, after.playbook.step(fact.step)
    then = _next(after, fact.by, fact.step)
    if isinstance(fact, facts.StepDone):
        asked_for = Piece("") if fact.result else _evidence(after, fact.step)
        proofs = evidence.proofs_named(fact.result, after)
        return join((say(language, "confirm.StepDone", step=fact.step), asked_for, *proofs, then))
    key = "confirm.StepSkipped.mandatory" if step and step.mandatory else "confirm.StepSkipped"
    return join((say(language, key, step=fact.step), then))


def _evidence(after: Incident, id: StepId) -> Piece:
    step = after.playbook.step(id)
    if step is None or not step.evidence:
        return Piece("")
    return say(after.language, "step.evidence", evidence=step.evidence)


def _next(after: Incident, user: UserId, done: StepId) -> Piece:
    step = following(after, user, done)
    if step is None:
        return say(after.language, "steps.none")
    return say(after.language, "confirm.next", step=step_line(after, step))


def _answered(fact: facts.Answered, before: Incident, after: Incident) -> Piece:
    changed = _changes(before, after)
    if not changed and after.playbook.question(fact.question) is not None:
        changed = [say(after.language, "confirm.Answered.same")]
    return paragraphs(_answer_head(fact, before, after), *changed)


def answered_several(
    facts_: Sequence[facts.Answered], wrong: Sequence[tuple[str, str]], before: Incident, after: Incident
) -> Text:
    """Return the one answer to many answers: what was kept, what changed, and what is *wrong* with each other line."""
    language = after.language
    kept = [
        say(
            language,
            "known.answer",
            name=_name(fact.question, after),
            value=short(_value(after, fact.value, fact.question), _LONGEST_VALUE),
        )
        for fact in facts_
    ]
    lines = [say(language, "facts.wrong.line", line=short(line, _LONGEST_VALUE), why=why) for line, why in wrong]
    against = [new_contradictions(fact, before, after) for fact in facts_]
    words = paragraphs(
        say_counted(language, "facts.kept", len(kept)) if kept else Piece(""),
        bullets(kept),
        *_changes(before, after),
        *dict.fromkeys(against),
        say_counted(language, "facts.wrong", len(lines)) if lines else Piece(""),
        bullets(lines),
    )
    return render(words, *about_answers(tuple(fact.question for fact in facts_), before, after))


def _name(name: Question, after: Incident) -> str:
    is_asked = after.playbook.question(name) is not None
    return question_name(name, after) if is_asked else detail_label(name, after.language)


def _changes(before: Incident, after: Incident) -> list[Piece]:
    """Return which questions, steps and clocks came and left."""
    changes = [
        asked(after, "confirm.questions.came", _new_questions(before, after)),
        _steps_changed("confirm.steps.came", after, _new(after.needed_steps(), before.needed_steps())),
        _steps_changed("confirm.steps.left", after, _new(before.needed_steps(), after.needed_steps())),
        _clocks_changed("confirm.clocks.came", after, _new_clocks(after, before)),
        _clocks_changed("confirm.clocks.left", after, _new_clocks(before, after)),
    ]
    return [change for change in changes if change.source]


def _answer_head(fact: facts.Answered, before: Incident, after: Incident) -> Piece:
    """Return what was answered, and the answer it takes the place of."""
    language, name = after.language, fact.question
    if fact.certainty is facts.Certainty.RULED_OUT:
        return happened(fact, after)
    value = short(_value(after, fact.value, name))
    if after.playbook.question(name) is None:
        head = say(language, "confirm.Answered.detail", label=detail_label(name, language), value=value)
    else:
        question, by = question_name(name, after), person(after, fact.by)
        head = say(language, "confirm.Answered", question=question, value=value, by=by)
    if fact.confirmed_by is not None:
        second = person(after, fact.confirmed_by)
        by, reason = person(after, fact.by), cut(fact.reason, 500)
        head = join((head, say(language, "confirm.Answered.decided", by=by, second=second, reason=reason)))
    if fact.certainty is not None:
        said = certainty_word(fact.certainty, language)
        head = say(language, "known.sure", line=head, certainty=said)
    old = before.answers.get(name)
    if old is None or old == fact.value:
        return head
    beforehand = "confirm.Answered.was.profile" if before.parent is None else "confirm.Answered.was.list"
    key = beforehand if name in before.prefilled else "confirm.Answered.was"
    return join((head, say(language, key, value=short(_value(before, old, name)))))


def _value(incident: Incident, value: str, name: Question) -> str:
    is_asked = incident.playbook.question(name) is not None
    return answer_word(value, incident.language) if is_asked else value_words(name, value, incident)


def _new_questions(before: Incident, after: Incident) -> list[Asked]:
    known = {question.name for question in before.open_questions()}
    return [question for question in after.open_questions() if question.name not in known]


def _new(steps: Sequence[Step], old: Sequence[Step]) -> list[Step]:
    known = {step.id for step in old}
    return [step for step in steps if step.id not in known]


def _new_clocks(one: Incident, other: Incident) -> list[Clock]:
    known = {clock.rule.id for clock in other.clocks()}
    return [clock for clock in one.clocks() if clock.rule.id not in known]


def _steps_changed(key: str, after: Incident, steps: Sequence[Step], *, among_mandatory: bool = False) -> Piece:
    lines = [step_line(after, step, among_mandatory=among_mandatory) for step in steps]
    return _changed(key, after, lines, "count.steps")


def _clocks_changed(key: str, after: Incident, clocks: Sequence[Clock]) -> Piece:
    lines = [
        say(after.language, "clock.title", rule=clock.rule.id, title=clock_title(after, clock)) for clock in clocks
    ]
    return _changed(key, after, lines, "count.clocks")


def _changed(key: str, after: Incident, lines: Sequence[Piece], noun: str) -> Piece:
    """Return the first of *lines* under their title, and how many more there are; *noun* counts them."""
    if not lines:
        return Piece("")
    more = and_more(noun, len(lines) - MOST_CHANGED, after.language)
    return paragraphs(say(after.language, key), bullets(lines[:MOST_CHANGED]), more)


def _acknowledged(fact: facts.Acknowledged, after: Incident) -> Piece:
    """Return what was seen, by what rings next of it, and what is for others to see."""
    language, seen = after.language, [clock for clock in ringing_clocks(after) if clock.rule.id in fact.rules]
    again = [clock.rule.id for clock in seen if isinstance(clock.state, Running) and is_repeated(clock.state)]
    to_come = [clock.rule.id for clock in seen if clock.rule.id not in again]
    kinds = {"confirm.Acknowledged.to_come": to_come, "confirm.Acknowledged.again": again}
    others = [
        say(
            language,
            "confirm.Acknowledged.others",
            rule=clock.rule.id,
            people=people(after, after.answerers(clock.rule)),
        )
        for clock in unanswered(after)
    ]
    return join((*(say(language, key, rules=", ".join(rules)) for key, rules in kinds.items() if rules), *others))


def _why(fact: facts.Fact, after: Incident) -> Piece:
    """Return that whoever coordinates is not told why an organisation closes, where it says nothing."""
    is_mute = isinstance(fact, facts.Closed) and not fact.summary and after.parent is not None and not after.drill
    return say(after.language, "confirm.closed.why") if is_mute else Piece("")


def _closed(fact: facts.Closed, after: Incident) -> Piece:
    language = after.language
    head = say(language, "card.closed.summary" if fact.summary else "card.closed", summary=cut(fact.summary, 1_000))
    steps = [step for step in after.open_steps() if step.mandatory]
    running = [clock for clock in after.clocks() if isinstance(clock.state, Running)]
    return paragraphs(
        head,
        _steps_changed("confirm.closed.steps", after, steps, among_mandatory=True),
        _clocks_changed("confirm.closed.clocks", after, running),
        say(language, "confirm.closed.end"),
    )
