"""Every command, and what answers it. Its row, the room and the right to it were checked before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_args

from bot import voice
from bot.core import commands
from bot.core.decide import Act
from bot.service.alerts import answering
from bot.service.answers import (
    acting,
    asking,
    drafting,
    duty,
    guiding,
    lettering,
    papers,
    repairing,
    rolling,
    sealing,
    trusting,
    verifying,
    views,
)
from bot.service.answers.sources import Sources
from bot.service.evidence import answering as evidence
from bot.service.judging import answering as judged
from bot.service.lessons import answering as lessons
from bot.service.outcome import Later, Outcome, Typed, answered
from bot.service.records import answering as reporting
from bot.service.rhythm import answering as rhythm

C = TypeVar("C", bound=commands.Command)
Answer = Callable[[C, Typed, Sources], Awaitable[Outcome | Later]]
Entry = tuple[type[Any], Answer[Any]]


def _entry(command: type[C], answer: Callable[[C, Typed, Sources], Outcome | Later]) -> Entry:
    async def answers(typed: C, asked: Typed, sources: Sources) -> Outcome | Later:
        return answer(typed, asked, sources)

    return command, answers


def _shows(command: type[C], word: Callable[[C, Typed], voice.Text]) -> Entry:
    """Let *command* be answered with what *word* says, and with nothing else."""
    return _looks(command, lambda typed, asked, _: word(typed, asked))


def _looks(command: type[C], word: Callable[[C, Typed, Sources], voice.Text]) -> Entry:
    """Let *command* be answered with what *word* says, for which it looks further."""
    return _entry(command, lambda typed, asked, sources: _said(asked, word(typed, asked, sources)))


def _said(asked: Typed, text: voice.Text) -> Outcome:
    return answered(asked.input, asked.address, text)


async def _timeline(command: commands.ShowTimeline, asked: Typed, sources: Sources) -> Outcome:
    return _said(asked, await views.timeline(command, asked, sources))


_APART = (commands.GiveConfirmation, commands.TakeDecision)
"""Acts that need more than the incident's own rules."""
ENTRIES: tuple[Entry, ...] = (
    _entry(commands.Open, acting.open_),
    _entry(commands.Choose, acting.open_),
    _entry(commands.ShowAlerts, answering.show),
    _entry(commands.SettleAlert, answering.settle),
    _looks(commands.ListIncidents, views.incidents),
    _looks(commands.ShowHelp, views.help_),
    _entry(commands.Guide, guiding.start),
    _looks(commands.ShowAbout, views.about),
    _entry(commands.ShowRegister, papers.register),
    _looks(commands.ShowDuty, duty.show),
    _entry(commands.ChangeDuty, duty.change),
    _looks(commands.ShowContact, duty.contact),
    _entry(commands.AnswerContact, duty.answer_contact),
    _entry(commands.ShowTrust, trusting.show),
    _entry(commands.ConfirmReached, trusting.reached),
    _entry(commands.ConfirmIdentity, trusting.confirm),
    _entry(commands.SettleVerification, verifying.settle),
    _entry(commands.AskToProve, verifying.ask_to_prove),
    _entry(commands.OpenDoor, verifying.open_door),
    _entry(commands.EndDoor, verifying.end_door),
    _looks(commands.ShowDoors, verifying.show_doors),
    # As the pinned one: whole, so that what is open stands on it.
    _shows(commands.ShowStatus, lambda _, asked: replace(voice.card(asked.here, asked.now), beginning=None)),
    _shows(commands.ShowOnePage, lambda _, asked: voice.one_page(asked.here, asked.now)),
    _shows(commands.ShowNext, lambda _, asked: voice.next_for(asked.here, asked.by, asked.now)),
    (commands.ShowTimeline, _timeline),
    _shows(commands.ShowStep, views.step),
    _looks(commands.ShowClocks, views.clocks),
    _shows(commands.AskQuestion, lambda typed, asked: voice.question(asked.here, typed.question)),
    _shows(commands.AskFactor, lambda typed, asked: voice.factor(asked.here, typed.factor)),
    _shows(commands.ShowFacts, lambda _, asked: voice.known(asked.here)),
    _shows(commands.ShowRisk, lambda _, asked: voice.risk(asked.here)),
    _shows(commands.ShowScore, lambda _, asked: voice.score(asked.here)),
    _looks(commands.ShowPeople, views.who),
    _shows(commands.ShowBrief, lambda _, asked: voice.brief(asked.here, asked.now)),
    _entry(commands.ExportCalendar, papers.calendar),
    _entry(commands.DrawClocks, papers.picture),
    _entry(commands.ShowDrafts, drafting.show_drafts),
    _entry(commands.MakeDraft, drafting.make_draft),
    _entry(commands.ReviewDraft, drafting.review_draft),
    _entry(commands.FreezeDraft, drafting.freeze_draft),
    _entry(commands.ShowLetters, lettering.show),
    _entry(commands.MergeLetters, lettering.merge),
    _entry(commands.ShowEvidence, evidence.show),
    _entry(commands.TakeEvidence, evidence.take),
    _entry(commands.NameEvidence, evidence.name),
    _entry(commands.SourceEvidence, evidence.source),
    _entry(commands.HandEvidence, evidence.hand),
    _entry(commands.AcknowledgeEvidence, evidence.acknowledge),
    _entry(commands.WritePoint, rhythm.write),
    _entry(commands.SetCadence, rhythm.set_cadence),
    _shows(commands.ShowHandovers, lambda _, asked: voice.handovers(asked.here, asked.now)),
    _entry(commands.GiveHandover, rhythm.give),
    _entry(commands.TakeHandover, rhythm.take),
    _entry(commands.GiveConfirmation, acting.confirm),
    (commands.TakeDecision, judged.take),
    _shows(commands.ShowDecisions, judged.show),
    (commands.ShowKnown, judged.known),
    _shows(commands.ShowFindings, lessons.show),
    (commands.MakeLessons, lessons.make),
    _shows(commands.ShowCosts, views.costs),
    _entry(commands.ExportCosts, papers.costs),
    _shows(commands.ShowOutages, lambda _, asked: voice.outages(asked.here, asked.now)),
    *(_entry(act, acting.act) for act in get_args(Act) if act not in _APART),
    _entry(commands.AnswerSeveral, acting.answer_several),
    _entry(commands.FollowRule, acting.follow),
    _looks(commands.ShowDates, acting.show_dates),
    _entry(commands.AddDates, acting.add_dates),
    _entry(commands.OpenCascade, acting.open_cascade),
    _entry(commands.PauseCascade, acting.steer),
    _entry(commands.InviteBelow, repairing.invite),
    _entry(commands.RemoveBelow, repairing.remove),
    _entry(commands.ReopenBelow, repairing.reopen),
    _entry(commands.MergeFirms, repairing.merge),
    _entry(commands.ResumeCascade, acting.steer),
    _entry(commands.CancelCascade, acting.steer),
    _looks(commands.ShowCascade, views.cascade),
    _entry(commands.SendBulletin, acting.send_bulletin),
    _entry(commands.ShowBulletins, rolling.bulletins),
    (commands.ShowRollup, rolling.rollup),
    _entry(commands.NoteCall, rolling.note),
    _entry(commands.PutQuestion, asking.put),
    _entry(commands.AnswerQuestions, asking.answer),
    _entry(commands.ShowQuestions, asking.show),
    _looks(commands.ShowFaq, asking.show_faq),
    _entry(commands.SealRecord, sealing.seal),
    (commands.MakeReport, reporting.report),
)
ANSWERS: Mapping[type[commands.Command], Answer[Any]] = dict(ENTRIES)
"""What answers each command. Raises RuleError, whose sentence is the answer then."""
