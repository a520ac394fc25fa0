"""Questions of organisations: numbered, answered, kept for all, and no one's words in another's room."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import facts
from bot.core.commands import AnswerQuestions, PutQuestion
from bot.core.decide import happen
from bot.core.errors import IncidentClosed, RuleError
from bot.core.facts import AnswerReceived, Closed, Fact, Left, QuestionAsked, QuestionsAnswered, Resumed
from bot.core.facts.questions import FaqNews, QuestionsGathered, QuestionsPosted
from bot.core.happenings import AnswerCame, BulletinCame
from bot.core.incident import Incident
from bot.core.names import EventId
from bot.core.organisations import bulletins
from bot.core.organisations import questions as core
from bot.core.organisations.bulletins import FEW
from bot.core.organisations.errors import NoCascade
from tests.core.build import ALICE, DAVE, HOUR, MINUTE, NOW, grow, incident, met
from tests.core.cascades import NAMES, child, children, parent, person_of, row, sent

ALPHA, BETA = row("Alpha"), row("Beta")
CLOSED = Closed(at=NOW + HOUR, by=ALICE, summary="")


def asked(number: int, text: str = "May we?", by: str = "Alpha") -> QuestionAsked:
    return QuestionAsked(at=NOW, by=person_of(by), number=number, text=text)


def given_to(*numbers: int, kept: str | None = None, text: str = "Yes.") -> QuestionsAnswered:
    return QuestionsAnswered(at=NOW, by=ALICE, numbers=numbers, text=text, kept=kept)


def put(whose: Incident, above: Incident | None, *among: Incident, bulletin: int | None = None) -> QuestionAsked:
    return core.ask(whose, (above, among), PutQuestion(text="May we?", bulletin=bulletin), ALICE, NOW)


def answer(above: Incident, *among: Incident, numbers: tuple[int, ...] = (1,), **more: object) -> core.Answering:
    command = AnswerQuestions(numbers=numbers, text="Yes.", **more)  # type: ignore[arg-type]  # a test's shorthand
    return core.answer(above, among, command, ALICE, NOW)


# --- asking -------------------------------------------------------------------------------------------------


def test_questions_are_numbered_over_all_organisations_and_no_number_is_given_twice() -> None:
    alpha, beta = child(ALPHA, asked(1), asked(3)), child(BETA, asked(2))
    assert put(child(row("Gamma")), parent()).number == 1
    assert put(beta, parent(), alpha, beta).number == 4
    gathered = parent(QuestionsGathered(at=NOW, numbers=(7,)))
    assert put(beta, gathered, beta).number == 8, "whoever asked the others was purged"


def test_a_question_names_the_bulletin_it_replies_to_if_there_is_one() -> None:
    alpha = met(child(ALPHA), BulletinCame(bulletin=sent(3)))
    assert put(alpha, parent(), bulletin=3).bulletin == 3
    assert put(alpha, parent(), bulletin=4).bulletin is None


def test_where_nobody_reads_it_a_question_is_refused() -> None:
    for above in (None, incident(), parent(CLOSED)):
        with pytest.raises(core.NobodyCoordinates) as refused:
            put(child(ALPHA), above)
        assert set(refused.value.others) == {person_of("Alpha"), DAVE}
    with pytest.raises(IncidentClosed):
        put(child(ALPHA, CLOSED), parent())


def test_what_was_gathered_is_not_new_and_what_was_answered_is_not_open() -> None:
    among = (child(ALPHA, asked(1), asked(3)), child(BETA, asked(2, by="Beta")))
    above = parent(QuestionsGathered(at=NOW, numbers=(1,)), given_to(2))
    assert [one.question.number for one in core.new(above, among)] == [2, 3]
    assert [one.question.number for one in core.open_ones(above, among)] == [1, 3]


def test_they_are_gathered_after_a_moment_and_then_minutes_apart() -> None:
    assert core.gathered_at(parent(), NOW) == NOW + core.GATHERING
    again = parent(QuestionsGathered(at=NOW, numbers=(1,)))
    assert core.gathered_at(again, NOW + MINUTE) == NOW + core.REST
    assert core.gathered_at(again, NOW + HOUR) == NOW + HOUR + core.GATHERING


# --- answering ----------------------------------------------------------------------------------------------


def test_an_answer_is_for_questions_that_there_are_in_an_open_parent() -> None:
    alpha = child(ALPHA, asked(1))
    assert answer(parent(), alpha).fact == given_to(1)
    with pytest.raises(core.UnknownQuestions) as refused:
        answer(parent(), alpha, numbers=(1, 2, 3))
    assert refused.value.numbers == (2, 3)
    with pytest.raises(NoCascade):
        answer(incident(), alpha)
    with pytest.raises(IncidentClosed):
        answer(parent(CLOSED), alpha)


def test_what_several_read_names_none_that_asked() -> None:
    alpha, beta = child(ALPHA, asked(1, "Alpha's link?")), child(BETA, asked(2, by="Beta"))
    assert answer(parent(), alpha).fact.kept is None
    for numbers, more in (((1,), {"is_kept": True}), ((2, 1), {"is_kept": True, "kept_as": "calm BETA?"})):
        with pytest.raises(core.NamesAnOrganisation):
            answer(parent(), alpha, beta, numbers=numbers, **more)
    assert answer(parent(), alpha, is_kept=True, kept_as="A link?").fact.kept == "A link?"
    assert answer(parent(), alpha, beta, numbers=(2, 1), is_kept=True).fact.kept == "May we?"


@pytest.mark.parametrize(
    ("kept", "is_refused"),
    [
        ("May DURAND wait?", True),
        ("Maître Durand, may we wait?", True),
        ("May an étude wait? And a pharmacie?", False),
        ("Étude de marché: may we?", False),
        ("May a durand wait?", False),
    ],
)
def test_one_word_of_a_name_says_who_asked_where_no_other_has_it(kept: str, *, is_refused: bool) -> None:
    names = ("Étude Durand", "Étude Martin", "Pharmacie Petit")
    durand, *others = (child(row(name), *(() if number else (asked(1),))) for number, name in enumerate(names))
    with pytest.raises(core.NamesAnOrganisation) if is_refused else nullcontext():
        answer(parent(), durand, *others, is_kept=True, kept_as=kept)


def test_what_more_than_a_few_read_is_a_bulletin() -> None:
    among = tuple(child(row(f"Firm{number}"), asked(number)) for number in range(1, FEW + 2))
    numbers = tuple(range(1, FEW + 2))
    with pytest.raises(core.AnswersTooMany):
        answer(parent(), *among, numbers=numbers)
    assert len(answer(parent(), *among, numbers=numbers[:FEW]).put) == FEW


def test_each_open_room_waits_for_the_answers_to_its_own_questions() -> None:
    above = parent(given_to(1, 2), given_to(3), given_to(2))
    alpha, beta = child(ALPHA, asked(1), asked(3)), child(BETA, asked(2, by="Beta"))
    assert [(one.answer, one.numbers) for one in core.answers_for(above, alpha)] == [(1, (1,)), (2, (3,))]
    assert [(one.answer, one.numbers) for one in core.answers_for(above, beta)] == [(1, (2,)), (3, (2,))]
    told = met(alpha, AnswerCame(answer=1, numbers=(1,), text="Yes."))
    assert [one.answer for one in core.answers_for(above, told)] == [2]
    assert met(told, AnswerCame(answer=1, numbers=(1,), text="Yes.")).answered == told.answered
    assert core.answers_for(above, child(row("Gamma"))) == core.answers_for(incident(), alpha) == ()
    assert core.answers_for(above, grow(alpha, CLOSED)) == ()
    again = grow(alpha, CLOSED, Resumed(at=NOW + HOUR, by=ALICE))
    assert len(core.answers_for(above, again)) == 2


def test_an_answer_calls_those_who_asked_and_are_there() -> None:
    got = AnswerReceived(at=NOW, answer=1, numbers=(1,), text="Yes.")
    alpha = child(ALPHA, asked(1), asked(2))
    assert core.askers(got, alpha) == (person_of("Alpha"),)
    assert not core.is_empty(parent(), alpha)
    joined = facts.Joined(at=NOW, user=person_of("Alpha"))
    left = grow(alpha, joined, Left(at=NOW, user=person_of("Alpha")))
    assert core.askers(got, left) == ()
    assert core.is_empty(parent(), left)
    assert not core.is_empty(parent(), grow(left, CLOSED))


# --- what is kept for all -----------------------------------------------------------------------------------


def test_the_faq_has_the_last_answer_to_each_question() -> None:
    above = parent(given_to(1, kept="One?"), given_to(2), given_to(3, kept="Three?"), given_to(1, kept="Again?"))
    assert [(one.answer, one.question) for one in core.faq(above)] == [(4, "Again?"), (3, "Three?")]
    with pytest.raises(NoCascade):
        core.faq(incident())


def test_news_are_what_was_kept_since_the_last_that_were_told() -> None:
    kept = [given_to(number, kept=f"{number}?") for number in range(1, 6)]
    assert core.news_for(parent(), child(ALPHA)) is None
    news = core.news_for(parent(*kept), child(ALPHA))
    assert news == FaqNews(questions=("1?", "2?", "3?"), more=2, answers=5)
    told = met(child(ALPHA), BulletinCame(bulletin=sent(1), news=news))
    assert core.news_for(parent(*kept), told) is None
    assert core.news_for(parent(*kept, given_to(9), given_to(6, kept="6?")), told) == FaqNews(
        questions=("6?",), more=0, answers=7
    )


def test_where_questions_stand_is_known() -> None:
    posted = QuestionsPosted(at=NOW, event=EventId("$q"), numbers=(1,))
    above = parent(posted)
    assert above.cascade is not None
    assert above.cascade.posted == (posted,)


# --- any acts -----------------------------------------------------------------------------------------------


MARKS = {name: f"{name}{place}" for place, name in enumerate(NAMES)}
ASKING = st.tuples(st.just("ask"), st.sampled_from(NAMES), st.integers(1, 3))
ANSWERING = st.tuples(
    st.just("answer"), st.lists(st.integers(1, 12), min_size=1, max_size=4), st.sampled_from(["", "faq", "faq="])
)
OTHER = st.tuples(st.sampled_from(["bulletin", "close", "resume"]), st.sampled_from(NAMES), st.just(""))


class World:
    """A parent and its organisations, each told what it has to be told after every act."""

    def __init__(self) -> None:
        self.parent = parent()
        self.children = dict(zip(NAMES, children(), strict=True))
        self.heard: dict[str, list[Fact]] = {name: [] for name in NAMES}
        self.now = NOW

    def do(self, act: tuple[str, object, object]) -> None:
        self.now += MINUTE
        match act:
            case ("ask", str(name), count):
                self.ask(name, f"{name} asks {MARKS[name]} {count}")
            case ("answer", list(numbers), str(how)):
                self.answer(tuple(dict.fromkeys(numbers)), how)
            case ("bulletin", *_):
                number = len(self.parent.cascade.bulletins) + 1 if self.parent.cascade else 1
                self.parent = grow(self.parent, sent(number, at=self.now))
            case ("close", str(name), _):
                self.change(name, Closed(at=self.now, by=ALICE, summary=""))
            case (_, name, _):
                self.change(str(name), Resumed(at=self.now, by=ALICE))
        self.tell()

    def change(self, name: str, fact: Fact) -> None:
        is_closed = self.children[name].closed_at is not None
        if is_closed == isinstance(fact, Resumed):
            self.children[name] = grow(self.children[name], fact)

    def ask(self, name: str, text: str) -> None:
        above = (self.parent, tuple(self.children.values()))
        try:
            fact = core.ask(self.children[name], above, PutQuestion(text=text), person_of(name), self.now)
        except RuleError:
            return
        self.children[name] = grow(self.children[name], fact)

    def answer(self, numbers: tuple[int, ...], how: str) -> None:
        command = AnswerQuestions(
            numbers=numbers, text="So it is.", is_kept=bool(how), kept_as="One question" if how == "faq=" else ""
        )
        try:
            given = core.answer(self.parent, tuple(self.children.values()), command, ALICE, self.now)
        except RuleError:
            return
        self.parent = grow(self.parent, given.fact)

    def tell(self) -> None:
        for name, whose in self.children.items():
            current = whose
            news = core.news_for(self.parent, current)
            waits: tuple[BulletinCame | AnswerCame, ...] = (
                *(BulletinCame(bulletin=one, news=news) for one in bulletins.waits_for(self.parent, current)),
                *core.answers_for(self.parent, current),
            )
            for happening in waits:
                found = happen(current, happening, self.now)
                current = grow(current, *found)
                self.heard[name] += found
            self.children[name] = current


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ASKING, ASKING, ANSWERING, OTHER), max_size=25))
def test_whatever_is_done_no_word_of_one_organisation_is_told_to_another(
    acts: list[tuple[str, object, object]],
) -> None:
    world = World()
    for act in acts:
        world.do(act)
    numbers = [one.question.number for one in core.all_put(world.children.values())]
    assert numbers == list(range(1, len(numbers) + 1)), "each has a number of its own"
    for name, whose in world.children.items():
        own = {question.number for question in whose.questions}
        told = [fact for fact in world.heard[name] if isinstance(fact, AnswerReceived)]
        assert all(own.issuperset(fact.numbers) for fact in told), "answered what it did not ask"
        assert len({fact.answer for fact in told}) == len(told), "told twice"
        words = repr(world.heard[name]) + repr(core.faq(world.parent))
        assert not [mark for mark in MARKS.values() if mark in words]
        if whose.closed_at is None:
            due = {place for place, one in enumerate(_answers(world), 1) if own.intersection(one.numbers)}
            assert {fact.answer for fact in told} == due, "an answer was lost"


def _answers(world: World) -> tuple[QuestionsAnswered, ...]:
    return world.parent.cascade.answers if world.parent.cascade else ()


def test_the_words_of_the_organisations_are_ones_that_are_looked_for() -> None:
    """A question in words that are not kept for all names whoever asked it, so none of its words is let through."""
    with pytest.raises(core.NamesAnOrganisation):
        answer(parent(), child(ALPHA, asked(1, f"Alpha asks {MARKS['Alpha']}")), is_kept=True)
