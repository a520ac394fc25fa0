"""Questions that are answered by tapping, what is said of a vote, and what a reaction is answered with."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.errors import UnknownQuestion
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question, StepId
from bot.core.playbook import Asked, Playbook
from bot.core.replies.ballots import Ballot, Offered
from bot.core.replies.subjects import About, Questions, Reminders, RestOf, Risks, Steps, YesTo
from bot.core.risk import RiskFactor, RiskLevel
from bot.sentences.typography import typeset
from bot.voice.catalogue import say, word
from bot.voice.details import choice_words, question_name
from bot.voice.incident.risk import factor_word, level_word
from bot.voice.markup import Piece, Text, paragraphs, render
from bot.voice.wording import answer_word, short, step_line

_LONGEST_QUESTION = 300


# --- what is asked ------------------------------------------------------------------------------------------------


def choice_ballot(playbooks: Sequence[Playbook], language: Language) -> Ballot:
    """Return the list of playbooks as what can be tapped."""
    offered = (
        Offered(text=f"{number}. {typeset(playbook.title, playbook.language)}", word=str(number))
        for number, playbook in enumerate(playbooks, start=1)
    )
    return Ballot(question=word(language, "poll.playbook"), offered=tuple(offered))


def question(incident: Incident, name: Question) -> Text:
    """Return one question of the playbook, with its answers to tap. Raises UnknownQuestion."""
    asked, language = incident.playbook.question(name), incident.language
    if asked is None:
        raise UnknownQuestion(name, tuple(question_name(one.name, incident) for one in incident.playbook.questions))
    text, called = short(typeset(asked.text, language), _LONGEST_QUESTION), question_name(name, incident)
    values = choice_words(asked.values, language)
    words = paragraphs(
        say(language, "known.question", name=called, text=text),
        _standing(incident, asked),
        say(language, "poll.question.how", values=values),
    )
    return render(words, Questions(questions=(name,)), ballot=question_ballot(incident, asked))


def question_ballot(incident: Incident, asked: Asked) -> Ballot:
    """Return a question as what can be tapped."""
    language = incident.language
    text = short(typeset(asked.text, language), _LONGEST_QUESTION)
    offered = tuple(Offered(text=choice_words((value,), language), word=value) for value in asked.values)
    name = question_name(asked.name, incident)
    return Ballot(question=word(language, "poll.question", name=name, text=text), offered=offered)


def _standing(incident: Incident, asked: Asked) -> Piece:
    value = incident.answers.get(asked.name)
    if value is None:
        return Piece("")
    return say(incident.language, "poll.standing", value=answer_word(value, incident.language))


def factor(incident: Incident, asked: RiskFactor) -> Text:
    """Return one question on the risk, with its levels to tap."""
    language, weighed = incident.language, incident.weighed.get(asked)
    called, ask = factor_word(asked, language), word(language, f"risk.ask.{asked.value}")
    standing = say(language, "poll.standing", value=level_word(weighed.level, language)) if weighed else Piece("")
    words = paragraphs(say(language, "risk.question", factor=called, ask=ask), standing, say(language, "poll.risk.how"))
    offered = tuple(Offered(text=level_word(level, language), word=level.value) for level in RiskLevel)
    ballot = Ballot(question=word(language, "poll.question", name=called, text=ask), offered=offered)
    return render(words, Risks(factors=(asked,)), ballot=ballot)


# --- what is said of a vote ---------------------------------------------------------------------------------------


def risk_reason(asked: RiskFactor, level: RiskLevel, language: Language) -> Text:
    """Ask for the reason of a level that was tapped: none counts without one."""
    words = say(language, "poll.risk.reason", factor=factor_word(asked, language), level=level_word(level, language))
    return render(words, RestOf(word="risk", begun=f"{asked.value} {level.value}"))


def vote_unclear(language: Language) -> Text:
    """Say that a vote for none of the answers, or for several, changes nothing."""
    return render(say(language, "vote.unclear"))


def vote_over(about: About, language: Language) -> Text:
    """Say that a vote came after the end of its poll. An answer in words still counts."""
    return render(say(language, "vote.over"), *about)


def vote_stands(answer: str, language: Language) -> Text:
    """Say that what was tapped is what stands already."""
    return render(say(language, "vote.stands", answer=answer))


def poll_end(about: About, incident: Incident | None, language: Language) -> Text:
    """Return the words with which a poll ends: the answer as it stands."""
    answer = standing_answer(about, incident)
    if answer is None:
        return render(say(language, "poll.end"))
    return render(say(language, "poll.end.answer", answer=answer))


def standing_answer(about: About, incident: Incident | None) -> str | None:
    """Return what a poll asked and the answer that stands; None when there is none, or it is no incident's."""
    if incident is None:
        return None
    for subject in about:
        match subject:
            case Questions(questions=(name,)) if name in incident.answers:
                value = answer_word(incident.answers[name], incident.language)
                return word(incident.language, "poll.question", name=question_name(name, incident), text=value)
            case Risks(factors=(asked,)) if asked in incident.weighed:
                level, called = level_word(incident.weighed[asked].level, incident.language), asked
                name_of_it = factor_word(called, incident.language)
                return word(incident.language, "poll.question", name=name_of_it, text=level)
            case _:
                continue
    return None


# --- what a reaction is answered with -----------------------------------------------------------------------------


def ticked(about: About, incident: Incident) -> Text | None:
    """Return what a tick at a message *about* something leads to: a question, never an act; None for nothing."""
    for subject in about:
        match subject:
            case Reminders():
                return render(say(incident.language, "tick.reminder"), subject)
            case Steps(steps=steps):
                return _of_steps([step for step in steps if _is_open(step, incident)], incident)
            case _:
                continue
    return None


def _of_steps(steps: Sequence[StepId], incident: Incident) -> Text | None:
    language = incident.language
    match steps:
        case []:
            return None
        case [id] if (step := incident.playbook.step(id)) is not None:
            done = YesTo(word="done", rest=id)
            return render(say(language, "tick.step", step=step_line(incident, step)), done, Steps(steps=(id,)))
        case _:
            return render(say(language, "tick.steps"), Steps(steps=tuple(steps)))


def _is_open(id: StepId, incident: Incident) -> bool:
    return any(step.id == id for step in incident.open_steps())
