"""What is known: answers, details, what contradicts what, and what is still asked."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.details import DETAILS, Detail, Group
from bot.core.incident import Incident
from bot.core.names import Question
from bot.core.playbook import Asked
from bot.core.replies.subjects import Questions
from bot.sentences.typography import typeset
from bot.voice.catalogue import counted, say
from bot.voice.details import (
    certainty_word,
    choice_words,
    detail_label,
    group_label,
    label_of,
    question_name,
    value_words,
)
from bot.voice.incident.contradictions import all_contradictions
from bot.voice.markup import Piece, Text, bullets, paragraphs, render
from bot.voice.wording import answer_word, short

_LONGEST_VALUE = 120
_USUAL = ("yes", "no", "unknown")


def known(incident: Incident) -> Text:
    """Return what is known of the incident, what the profile gave of it, and what is still asked."""
    language = incident.language
    return render(
        paragraphs(
            say(language, "known.title"),
            answered(incident),
            all_contradictions(incident),
            asked(incident, "known.asked", incident.open_questions()),
            _end(incident),
        ),
        Questions(questions=tuple(question.name for question in incident.open_questions())),
    )


def answered(incident: Incident) -> Piece:
    """Return every answer and detail, how sure each is where that was said, and what is ruled out."""
    language = incident.language
    answers = [_answer(incident, asked) for asked in incident.playbook.questions if asked.name in incident.answers]
    nothing = Piece("") if incident.answers else say(language, "known.none")
    groups = (_group(incident, group) for group in Group)
    return paragraphs(bullets(answers), *groups, nothing, _ruled_out(incident))


def _ruled_out(incident: Incident) -> Piece:
    lines = [
        say(
            incident.language,
            "known.ruled_out.line",
            name=label_of(name, incident),
            values=short(", ".join(value_words(name, value, incident) for value in values), _LONGEST_VALUE),
        )
        for name, values in incident.ruled_out.items()
        if values
    ]
    return paragraphs(say(incident.language, "known.ruled_out"), bullets(lines)) if lines else Piece("")


def _sure(incident: Incident, name: Question, line: Piece) -> Piece:
    """Return *line*, which says an answer, with how sure that is; as it is where nobody said so."""
    given = incident.certain.get(name)
    if given is None or given.certainty is None:
        return line
    return say(incident.language, "known.sure", line=line, certainty=certainty_word(given.certainty, incident.language))


def from_profile(incident: Incident) -> Piece:
    """Return what the profile, or the list of who coordinates, answered, in a line; empty when it answered nothing."""
    language = incident.language
    questions = [asked.name for asked in incident.playbook.questions if asked.name in incident.prefilled]
    parts = [f"{question_name(name, incident)} = {answer_word(incident.answers[name], language)}" for name in questions]
    rest = len(incident.prefilled) - len(questions)
    if rest:
        parts.append(counted(language, "count.details", rest))
    key = "profile.used" if incident.parent is None else "list.used"
    return say(language, key, answers=", ".join(parts)) if parts else Piece("")


def asked(incident: Incident, title: str, questions: Iterable[Asked]) -> Piece:
    """Return questions under the sentence *title*; an empty piece when there is none."""
    lines = bullets(question_line(incident, question) for question in questions)
    return paragraphs(say(incident.language, title), lines) if lines.source else Piece("")


def question_line(incident: Incident, question: Asked) -> Piece:
    """Return a question with its name, and the values it takes where they are not the usual ones."""
    language = incident.language
    text = typeset(question.text, language)
    if question.values == _USUAL:
        return say(language, "known.question", name=question_name(question.name, incident), text=text)
    values = choice_words(question.values, language)
    return say(language, "known.question.values", name=question_name(question.name, incident), values=values, text=text)


def _answer(incident: Incident, question: Asked) -> Piece:
    value = answer_word(incident.answers[question.name], incident.language)
    name = question_name(question.name, incident)
    line = say(incident.language, _marked("known.answer", incident, question.name), name=name, value=value)
    return _sure(incident, question.name, line)


def _given(incident: Incident) -> list[Detail]:
    """Return the details that were given, in the order of the form."""
    return [
        detail
        for detail in DETAILS
        if detail.name in incident.answers and incident.playbook.question(detail.name) is None
    ]


def _group(incident: Incident, group: Group) -> Piece:
    language = incident.language
    lines = [
        _sure(
            incident,
            detail.name,
            say(
                language,
                _marked("known.detail", incident, detail.name),
                label=detail_label(detail.name, language),
                value=short(value_words(detail.name, incident.answers[detail.name], incident), _LONGEST_VALUE),
            ),
        )
        for detail in _given(incident)
        if detail.group is group
    ]
    if not lines:
        return Piece("")
    return paragraphs(say(language, "known.group", group=group_label(group, language)), bullets(lines))


def _marked(key: str, incident: Incident, name: Question) -> str:
    origin = "profile" if incident.parent is None else "list"
    return f"{key}.{origin}" if name in incident.prefilled else key


def _end(incident: Incident) -> Piece:
    language, missing = incident.language, len(DETAILS) - len(_given(incident))
    lines = [say(language, "known.how")]
    if missing:
        lines.append(say(language, "known.missing", count=counted(language, "count.details", missing)))
    return paragraphs(*lines)
