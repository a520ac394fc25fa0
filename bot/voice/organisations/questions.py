"""Questions of organisations: what their coordinator reads of them, and what an organisation reads of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.facts import AnswerReceived, QuestionAsked
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.organisations.questions import Answering, Form, Kept, NoSuchQuestion, Put, is_empty
from bot.core.replies.subjects import Coordination
from bot.voice.catalogue import counted, say
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, cut, short

_OF_MANY, _QUOTED, _KEPT = 120, 300, 200
"""Characters of a question among others, of one that an answer repeats, and of an answer among others."""
_MOST_KEPT, _MOST_OWN, _MOST_ANSWERS = 20, 20, 2
"""So many questions of the FAQ, of one organisation, and answers to one question are shown: the newest of them."""


# --- in the coordinator's room ----------------------------------------------------------------------------------


def questions(put: Sequence[Put], form: Form, more: int, parent: Incident) -> Text:
    """Return questions with the names of their organisations; how many *more* there are is only said."""
    language, count = parent.language, len(put) + more
    if form is Form.ONE:
        return render(paragraphs(*(_whole(one, parent) for one in put)))
    key = "put.new" if form is Form.NEW else "put.open"
    head = _marked(say(language, key, count=counted(language, "count.questions", count)), parent)
    return render(
        paragraphs(
            head,
            bullets(_line(one, language) for one in put),
            and_more("count.questions", more, language),
            _how(put, language),
        )
    )


def _how(put: Sequence[Put], language: Language) -> Piece:
    first, *others = (str(one.question.number) for one in put[:2])
    if not others:
        return say(language, "put.how", number=first)
    return say(language, "put.how.several", number=first, numbers=",".join((first, *others)))


def _marked(head: Piece, incident: Incident) -> Piece:
    """Return *head* with the mark of a drill when the incident is one."""
    return join((say(incident.language, "remind.drill"), head), " ") if incident.drill else head


def _line(put: Put, language: Language) -> Piece:
    question = put.question
    key = "put.line" if question.bulletin is None else "put.line.bulletin"
    held = {} if question.bulletin is None else {"bulletin": str(question.bulletin)}
    organisation, text = short(put.child.organisation), short(question.text, _OF_MANY)
    return say(language, key, number=str(question.number), organisation=organisation, text=text, **held)


def _whole(put: Put, parent: Incident) -> Piece:
    language, question = parent.language, put.question
    answers = parent.cascade.answers if parent.cascade else ()
    given = [given for given in answers if question.number in given.numbers][-_MOST_ANSWERS:]
    return paragraphs(
        say(
            language,
            "put.one",
            number=str(question.number),
            organisation=short(put.child.organisation),
            at=moment(question.at, parent.zone, language),
        ),
        say(language, "put.text", text=question.text),
        *(say(language, "put.answer", text=cut(one.text)) for one in given),
    )


def no_questions(incident: Incident) -> Text:
    """Return that no question waits for an answer."""
    return render(say(incident.language, "put.none"))


def questions_answered(given: Answering, parent: Incident) -> Text:
    """Return whom an answer reaches, and whom it does not now."""
    language = parent.language
    numbers = ", ".join(map(str, given.fact.numbers))
    lines = [say(language, "given.sent", numbers=numbers, organisations=_names(one.child for one in given.put))]
    closed = [one.child for one in given.put if one.child.status is Status.CLOSED]
    empty = [one.child for one in given.put if is_empty(parent, one.child)]
    lines += [say(language, "given.closed", organisations=_names(closed))] if closed else []
    lines += [say(language, "given.empty", organisations=_names(empty))] if empty else []
    lines += [say(language, "given.kept")] if given.fact.kept is not None else []
    return render(join(lines))


def _names(children: Iterable[Incident]) -> str:
    return short(", ".join(dict.fromkeys(short(child.organisation, 60) for child in children)), 600)


# --- in an organisation's room ----------------------------------------------------------------------------------


def answer(got: AnswerReceived, child: Incident) -> Text:
    """Return an answer under the words of its questions."""
    language = child.language
    asked = [question for question in child.questions if question.number in got.numbers]
    head = _marked(say(language, "given.title", numbers=", ".join(map(str, got.numbers))), child)
    return render(
        paragraphs(
            head,
            join(_quoted(question, language) for question in asked),
            say(language, "given.text", text=got.text),
            say(language, "given.more"),
        ),
        Coordination(bulletin=None),
    )


def _quoted(question: QuestionAsked, language: Language) -> Piece:
    return say(language, "given.question", text=short(question.text, _QUOTED))


def own_questions(child: Incident, number: int | None) -> Text:
    """Return what an organisation asked, with the answers. Raises NoSuchQuestion."""
    asked = [one for one in child.questions if number in (None, one.number)]
    if number is not None and not asked:
        raise NoSuchQuestion(number)
    if not asked:
        return render(say(child.language, "put.own.none"))
    lines = (_own(question, child, is_whole=number is not None) for question in asked[-_MOST_OWN:])
    older = and_more("count.questions", len(asked[:-_MOST_OWN]), child.language)
    return render(paragraphs(say(child.language, "put.own"), bullets(lines), older))


def _own(question: QuestionAsked, child: Incident, *, is_whole: bool) -> Piece:
    language, form = child.language, cut if is_whole else short
    text = cut(question.text) if is_whole else short(question.text, _OF_MANY)
    given = [got for got in child.answered if question.number in got.numbers][-_MOST_ANSWERS:]
    answers = [say(language, "put.answer", text=form(got.text)) for got in given]
    line = say(language, "put.own.line", number=str(question.number), text=text)
    return join((line, *(answers or [say(language, "put.own.open")])))


def faq(kept: Sequence[Kept], number: int | None, language: Language) -> Text:
    """Return what was kept for all, or one of it whole."""
    if not kept:
        return render(say(language, "faq.none"))
    if number is not None:
        return render(_kept(number, kept[number - 1], language, is_whole=True))
    numbered = list(enumerate(kept, 1))[-_MOST_KEPT:]
    lines = (_kept(place, one, language, is_whole=False) for place, one in numbered)
    return render(paragraphs(say(language, "faq.title"), *lines, say(language, "faq.how")))


def _kept(number: int, kept: Kept, language: Language, *, is_whole: bool) -> Piece:
    question = cut(kept.question) if is_whole else short(kept.question, _OF_MANY)
    text = kept.text if is_whole else short(kept.text, _KEPT)
    return say(language, "faq.line", number=str(number), question=question, text=text)
