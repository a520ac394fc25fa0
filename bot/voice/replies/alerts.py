"""What other machines report, as the control room reads it: as data, which no app makes a link or a mention of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.alerts.waiting import Proposal
from bot.core.facts import Alert
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.playbook import Playbook
from bot.core.replies.ballots import Ballot, Offered
from bot.core.replies.subjects import Choice
from bot.sentences.typography import typeset
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.wording import alert_details, alert_words, severity_word, short

NO = "no"
"""The word by which alerts are no incident."""
_ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be done with alerts: open an incident with a playbook, add them to one that is open, or nothing."""

    playbooks: Sequence[Playbook]
    incidents: Sequence[Incident]

    @property
    def ids(self) -> tuple[str, ...]:
        """The words that stand for them, in the order shown."""
        return (*(one.id for one in self.playbooks), *(one.codename for one in self.incidents), NO)

    def lines(self, language: Language) -> tuple[Piece, ...]:
        """Return a line for each."""
        opening = (say(language, "proposed.open", title=typeset(one.title, one.language)) for one in self.playbooks)
        adding = (say(language, "proposed.add", codename=one.codename) for one in self.incidents)
        return (*opening, *adding, say(language, "proposed.no"))


def choice_of(proposal: Proposal, choices: Choices) -> Choice:
    """Return what a number means that answers *proposal*."""
    return Choice(word=_ALERT, ids=choices.ids, rest=str(proposal.number))


def proposal(proposal: Proposal, choices: Choices, language: Language) -> Text:
    """Return what was reported and what can be done: a person decides."""
    alone = len(proposal.alerts) == 1
    lines = [_line(alert, language, with_details=alone) for alert in proposal.alerts.values()]
    offered = choices.lines(language)
    numbered = join(
        say(language, "proposed.choice", number=str(number), text=line) for number, line in enumerate(offered, start=1)
    )
    words = paragraphs(
        say(language, "proposed.title", number=str(proposal.number)),
        bullets(lines),
        say(language, "proposed.how"),
        numbered,
    )
    ballot = Ballot(
        question=word(language, "poll.alert", number=str(proposal.number)),
        offered=tuple(
            Offered(text=f"{number}. {render(line).body}", word=str(number))
            for number, line in enumerate(offered, start=1)
        ),
    )
    return render(words, choice_of(proposal, choices), ballot=ballot)


def proposals(waiting: Sequence[Proposal], language: Language) -> Text:
    """Return what waits for a decision, a line for each number."""
    if not waiting:
        return render(say(language, "proposed.none"))
    lines = [_waits(one, language) for one in waiting]
    return render(paragraphs(say(language, "proposed.list"), bullets(lines), say(language, "proposed.list.end")))


def alerts_dropped(number: int, language: Language) -> Text:
    """Return that no incident was made of the alerts of that number."""
    return render(say(language, "proposed.dropped", number=str(number)))


def alerts_added(number: int, codename: str, language: Language) -> Text:
    """Return to which incident the alerts of that number were added."""
    return render(say(language, "proposed.added", number=str(number), codename=codename))


def alerts_more(count: int, language: Language) -> Text:
    """Return that so many more alerts of the incident changed than those that are told."""
    return render(say(language, "proposed.changed.more", count=str(count)))


def _line(alert: Alert, language: Language, *, with_details: bool) -> Piece:
    words = alert_words(alert, language)
    shown = say(language, "proposed.over", alert=words) if alert.is_resolved else words
    return join((shown, alert_details(alert, language))) if with_details else shown


def _waits(one: Proposal, language: Language) -> Piece:
    first = next(iter(one.alerts.values()))
    more = len(one.alerts) - 1
    key = "proposed.waits.more" if more else "proposed.waits"
    return say(
        language,
        key,
        number=str(one.number),
        severity=severity_word(first.severity, language),
        title=short(first.title),
        source=first.source,
        more=str(more),
    )
