"""Bulletins: what an organisation reads, what the parent's room reads when it sent one, and why it could not."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.facts import BulletinReceived, BulletinSent
from bot.core.facts.questions import FaqNews
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.organisations import bulletins as core
from bot.core.organisations.bulletins import Sending
from bot.core.organisations.corrections import replaced, versions
from bot.core.organisations.questions import news_for
from bot.core.replies.subjects import Coordination, Reminders
from bot.voice.catalogue import counted, knows, say, word
from bot.voice.markup import Piece, Text, below, bullets, join, paragraphs, render
from bot.voice.organisations.caller import how_to_answer, signature
from bot.voice.times import moment, span
from bot.voice.wording import and_more, short

Refused = core.AllStillRun | core.UnknownBlank | core.UnknownAudience | core.NobodyToTell | core.BulletinTooLong


def bulletin(fact: BulletinReceived, incident: Incident) -> Text:
    """Return a bulletin as the organisation reads it."""
    language = incident.language
    mark = say(language, "remind.drill") if incident.drill else Piece("")
    title = join((mark, say(language, "bulletin.title", number=str(fact.number))), " ")
    following = Piece("")
    if fact.next_update is not None:
        following = say(language, "bulletin.next", at=moment(fact.next_update, incident.zone, language))
    return render(
        paragraphs(
            join((title, signature(fact, incident), _numbering(fact, incident))),
            _replacing(fact, language),
            _text(fact, language),
            say(language, "bulletin.with", name=short(fact.enclosed.name)) if fact.enclosed else Piece(""),
            following,
            _news(fact.news, language),
            Piece("") if fact.closes else join((say(language, "bulletin.ack"), how_to_answer(incident))),
        ),
        Reminders(),
        Coordination(bulletin=fact.number),
    )


def _text(fact: BulletinReceived, language: Language) -> Piece:
    if fact.text:
        return say(language, "bulletin.text", text=fact.text)
    return Piece("") if fact.withdraws else say(language, "bulletin.farewell")


def _replacing(fact: BulletinReceived, language: Language) -> Piece:
    """Return which bulletin counts no more; empty where each stands by itself."""
    if fact.replaces is None:
        return Piece("")
    key = "bulletin.withdraws" if fact.withdraws else "bulletin.corrects"
    return say(language, key, number=str(fact.number), old=str(fact.replaces))


def _numbering(fact: BulletinReceived, incident: Incident) -> Piece:
    """Say why the number is not the one after that of the last bulletin they got; empty where it is."""
    last = max((got.number for got in incident.bulletins if got.number < fact.number), default=0)
    if last + 1 == fact.number:
        return Piece("")
    return say(incident.language, "bulletin.gap" if last else "bulletin.first", number=str(last))


def _news(news: FaqNews | None, language: Language) -> Piece:
    """Return what is new in what is kept for all, in a few lines."""
    if news is None:
        return Piece("")
    lines = bullets(say(language, "bulletin.news.line", question=short(asked, 120)) for asked in news.questions)
    more = and_more("count.questions", news.more, language)
    return paragraphs(say(language, "bulletin.news"), lines, more)


def bulletin_sent(sending: Sending, parent: Incident) -> Text:
    """Return to how many a bulletin goes that was confirmed."""
    language, sent = parent.language, sending.bulletin
    head = say(language, "bulletin.sent", number=str(sent.number), audience=audience_words(sent.audience, language))
    return render(join((head, *counts(sending, parent))))


def example(sending: Sending, parent: Incident) -> Text:
    """Return what the first who is told reads; what was typed, where nobody can be told yet."""
    sent = sending.bulletin
    if not sending.told:
        text = sent.text or word(parent.language, "bulletin.farewell")
        return render(say(parent.language, "bulletin.text", text=text))
    child = sending.told[0]
    got = core.received(
        sent, child, sent.at, news_for(parent, child), ends=sent.closes, replaces=_replaced(sent, parent, child)
    )
    above = render(say(parent.language, "bulletin.preview", organisation=short(child.organisation)))
    inside = bulletin(got, child)
    return below(above, Text(body=inside.body, html=f"<blockquote>{inside.html}</blockquote>"))


def _replaced(sent: BulletinSent, parent: Incident, child: Incident) -> int | None:
    bulletins = parent.cascade.bulletins if parent.cascade else ()
    return replaced(versions((*bulletins, sent)), sent, child)


def counts(sending: Sending, parent: Incident) -> Iterable[Piece]:
    """Yield who reads it, now and later, and who does not."""
    language, sent = parent.language, sending.bulletin

    def of(key: str, count: int) -> Piece:
        return say(language, key, count=counted(language, "count.organisations", count))

    if sent.replaces is not None:
        key = "bulletin.withdraws" if sent.withdraws else "bulletin.corrects"
        yield say(language, key, number=str(sent.number), old=str(sent.replaces))
    yield of("bulletin.now", len(sending.told))
    if sent.closes:
        yield say(language, "bulletin.closing")
    if sending.later:
        yield of("bulletin.later", sending.later)
    if sending.closed:
        yield of("bulletin.closed", sending.closed)
    yield from _besides(sent, parent)


def _besides(sent: BulletinSent, parent: Incident) -> Iterable[Piece]:
    """Yield what goes along with it, and when the next one comes."""
    language = parent.language
    if sent.enclosed is not None:
        yield say(language, "bulletin.with", name=short(sent.enclosed.name))
    if sent.next_update is not None:
        yield say(language, "bulletin.promised", at=moment(sent.next_update, parent.zone, language))
    if sent.every is not None:
        key = "bulletin.every" if sent.every else "bulletin.every.never"
        yield say(language, key, span=span(sent.every, language))


def audience_words(audience: str, language: Language) -> str:
    """Return whom a bulletin is for; a column and its value as they were typed."""
    return word(language, f"audience.{audience}") if knows(f"audience.{audience}") else short(audience, 60)


def name_list(names: Iterable[str]) -> str:
    """Return names with commas, cut when they are too many."""
    return short(", ".join(short(name, 60) for name in names), 600)
