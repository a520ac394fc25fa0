"""Bulletins: what an organisation reads, what the parent's room reads when it sent one, and why it could not."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.facts import BulletinReceived
from bot.core.facts.questions import FaqNews
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.organisations import bulletins as core
from bot.core.organisations.bulletins import Sending
from bot.core.organisations.questions import news_for
from bot.core.replies.subjects import Coordination, Reminders
from bot.voice.catalogue import counted, knows, say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.organisations.caller import how_to_answer, signature
from bot.voice.times import moment
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
            join((title, signature(fact, incident))),
            say(language, "bulletin.text", text=fact.text) if fact.text else say(language, "bulletin.farewell"),
            following,
            _news(fact.news, language),
            Piece("") if fact.closes else join((say(language, "bulletin.ack"), how_to_answer(incident))),
        ),
        Reminders(),
        Coordination(bulletin=fact.number),
    )


def _news(news: FaqNews | None, language: Language) -> Piece:
    """Return what is new in what is kept for all, in a few lines."""
    if news is None:
        return Piece("")
    lines = bullets(say(language, "bulletin.news.line", question=short(asked, 120)) for asked in news.questions)
    more = and_more("count.questions", news.more, language)
    return paragraphs(say(language, "bulletin.news"), lines, more)


def bulletin_sent(sending: Sending, parent: Incident) -> Text:
    """Return to how many a bulletin goes, and what it reads like for one of them."""
    head = render(_head(sending, parent))
    if not sending.told:
        return head
    child = sending.told[0]
    sent = sending.bulletin
    received = core.received(sent, child, sent.at, news_for(parent, child), ends=sent.closes)
    preview = bulletin(received, child)
    above = render(say(parent.language, "bulletin.preview", organisation=short(child.organisation)))
    return Text(
        body="\n\n".join((head.body, above.body, preview.body)),
        html=f"{head.html}\n{above.html}\n<blockquote>{preview.html}</blockquote>",
    )


def _head(sending: Sending, parent: Incident) -> Piece:
    language, sent = parent.language, sending.bulletin
    lines = [
        say(
            language,
            "bulletin.sent",
            number=str(sent.number),
            audience=audience_words(sent.audience, language),
            count=counted(language, "count.organisations", len(sending.told)),
        )
    ]
    if sent.closes:
        lines.append(say(language, "bulletin.closing"))
    if sending.later:
        lines.append(say(language, "bulletin.later", count=counted(language, "count.organisations", sending.later)))
    if sending.closed:
        lines.append(say(language, "bulletin.closed", count=counted(language, "count.organisations", sending.closed)))
    if sent.next_update is not None:
        lines.append(say(language, "bulletin.promised", at=moment(sent.next_update, parent.zone, language)))
    return join(lines)


def audience_words(audience: str, language: Language) -> str:
    """Return whom a bulletin is for; a column and its value as they were typed."""
    return word(language, f"audience.{audience}") if knows(f"audience.{audience}") else short(audience, 60)


def name_list(names: Iterable[str]) -> str:
    """Return names with commas, cut when they are too many."""
    return short(", ".join(short(name, 60) for name in names), 600)
