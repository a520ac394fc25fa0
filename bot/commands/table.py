"""The commands: one row each. Dispatch, help, completion and the README's table all read these rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.commands import bulletins, letters, papers, readers
from bot.commands.cascades import read_cascade
from bot.commands.costs.costs import read_cost
from bot.commands.costs.outages import read_outage
from bot.commands.facts import read_fact
from bot.commands.judging.decisions import read_decide
from bot.commands.judging.hours import read_known
from bot.commands.lessons.findings import read_finding, read_lessons
from bot.commands.line import Line
from bot.commands.opening import read_alert, read_open
from bot.commands.rhythm.handovers import read_handover
from bot.commands.rhythm.points import read_brief
from bot.core.commands import Command
from bot.core.language import ENGLISH, Language, Words
from bot.core.organisations.questions import LONGEST
from bot.core.people.roster import Right
from bot.sentences import languages
from bot.sentences.po import said, sentences


class Place(Enum):
    """The kinds of room the bot listens in."""

    CONTROL = auto()
    DIRECT = auto()
    INCIDENT = auto()


EVERYWHERE = frozenset(Place)
DIRECT_ROOMS = frozenset({Place.DIRECT})
"""For what not everybody on the roster may read: in the control room whoever is invited there would."""
DESK_ROOMS = frozenset({Place.CONTROL, Place.DIRECT})
CONTROL_ROOM = frozenset({Place.CONTROL})
INCIDENT_ROOMS = frozenset({Place.INCIDENT})

WORDS, TEXT, WHOLE_MESSAGE = 500, 4_096, 48_000
"""How many characters may follow the word of a command: names and times; a text of a page; all that a message holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One command."""

    name: str
    """Stable; the voice has its help text under this name."""
    words: Mapping[Language, tuple[str, ...]]
    """Without `!`; the first of each language is the one shown."""
    usage: Words
    right: Right
    rooms: frozenset[Place]
    longest: int
    """How many characters may follow the word. What is longer is refused before anything of it is read."""
    only_in_order: bool
    """Not to be carried out when it comes late: by then it may mean something else than when it was typed."""
    parse: Callable[[Line], Command]
    """Raises BadArgumentError."""


def _row(
    name: str,
    right: Right,
    parse: Callable[[Line], Command],
    *,
    rooms: frozenset[Place] = INCIDENT_ROOMS,
    longest: int = WORDS,
    only_in_order: bool = False,
) -> Row:
    """Build a row; its words and its usage line stand in the sentences, as `command.NAME` and `command.NAME.usage`."""
    return Row(
        name=name,
        words={language: said(f"command.{name}", language) for language in languages()},
        usage=Words(**{language: _usage(name, language) for language in languages()}),
        right=right,
        rooms=rooms,
        longest=longest,
        only_in_order=only_in_order,
        parse=parse,
    )


def _usage(name: str, language: Language) -> str:
    arguments = f"command.{name}.usage"
    takes = sentences(language)[arguments] if arguments in sentences(ENGLISH) else ""
    return f"!{said(f'command.{name}', language)[0]} {takes}".strip()


ROWS = (
    _row("open", Right.OPEN, read_open, rooms=EVERYWHERE),
    _row("list", Right.READ, readers.read_list, rooms=EVERYWHERE),
    _row("help", Right.READ, readers.read_help, rooms=EVERYWHERE),
    _row("trust", Right.TRUST, readers.read_trust, rooms=DESK_ROOMS, only_in_order=True),
    _row("reached", Right.READ, readers.read_reached, rooms=DESK_ROOMS),
    _row("duty", Right.LEAD, readers.read_duty, rooms=DESK_ROOMS, only_in_order=True),
    _row("contact", Right.READ, readers.read_contact, rooms=DIRECT_ROOMS),
    _row("about", Right.READ, readers.read_about, rooms=EVERYWHERE),
    _row("alert", Right.OPEN, read_alert, rooms=CONTROL_ROOM, only_in_order=True),
    _row("status", Right.READ, readers.read_status),
    _row("next", Right.READ, readers.read_next),
    _row("guide", Right.READ, readers.read_guide, rooms=DIRECT_ROOMS | INCIDENT_ROOMS),
    _row("timeline", Right.READ, readers.read_timeline),
    _row("step", Right.READ, readers.read_step),
    _row("done", Right.ACT, readers.read_done, longest=TEXT),
    _row("skip", Right.ACT, readers.read_skip, longest=TEXT),
    _row("reopen", Right.ACT, readers.read_reopen),
    _row("assign", Right.ACT, readers.read_assign),
    _row("fact", Right.ACT, read_fact, longest=WHOLE_MESSAGE),
    _row("facts", Right.READ, readers.read_facts),
    _row("clocks", Right.READ, papers.read_clocks),
    _row("clock", Right.CLOCK, papers.read_clock),
    _row("aware", Right.CLOCK, readers.read_aware, longest=TEXT),
    _row("filed", Right.CLOCK, readers.read_filed, longest=TEXT),
    _row("classified", Right.CLOCK, readers.read_classified),
    _row("waive", Right.CLOCK, readers.read_waive, longest=TEXT, only_in_order=True),
    _row("ack", Right.ACT, readers.read_ack),
    _row("snooze", Right.CLOCK, readers.read_snooze),
    _row("risk", Right.ACT, papers.read_risk, longest=TEXT),
    _row("decide", Right.ACT, read_decide, longest=TEXT),
    _row("known", Right.READ, read_known),
    _row("finding", Right.READ, read_finding, longest=TEXT),
    _row("lessons", Right.READ, read_lessons),
    _row("cost", Right.READ, read_cost, longest=TEXT),
    _row("outage", Right.READ, read_outage),
    _row("draft", Right.ACT, papers.read_draft),
    _row("letters", Right.READ, letters.read_letters),
    _row("sent", Right.ACT, letters.read_sent, longest=TEXT),
    _row("register", Right.REGISTER, papers.read_register, rooms=DIRECT_ROOMS),
    _row("verify", Right.LEAD, readers.read_verify, rooms=CONTROL_ROOM | INCIDENT_ROOMS),
    _row("door", Right.LEAD, readers.read_door, rooms=CONTROL_ROOM | INCIDENT_ROOMS, only_in_order=True),
    _row("evidence", Right.READ, readers.read_evidence, longest=TEXT),
    _row("note", Right.ACT, readers.read_note, longest=WHOLE_MESSAGE),
    _row("role", Right.LEAD, readers.read_role),
    _row("invite", Right.LEAD, readers.read_invite),
    _row("remove", Right.LEAD, readers.read_remove, only_in_order=True),
    _row("who", Right.READ, readers.read_who),
    _row("severity", Right.LEAD, readers.read_severity),
    _row("brief", Right.READ, read_brief, longest=TEXT),
    _row("handover", Right.READ, read_handover, longest=TEXT),
    _row("close", Right.LEAD, readers.read_close, longest=TEXT, only_in_order=True),
    _row("confirm", Right.CLOCK, readers.read_confirm, rooms=EVERYWHERE, only_in_order=True),
    _row("resume", Right.LEAD, readers.read_resume),
    _row("cascade", Right.ACT, read_cascade, rooms=EVERYWHERE, only_in_order=True),
    _row("bulletin", Right.LEAD, bulletins.read_bulletin, longest=2 * TEXT, only_in_order=True),
    _row("rollup", Right.LEAD, bulletins.read_rollup),
    _row("called", Right.LEAD, bulletins.read_called, longest=TEXT),
    _row("question", Right.ACT, bulletins.read_question, longest=LONGEST),
    _row("questions", Right.READ, bulletins.read_questions),
    _row("answer", Right.LEAD, bulletins.read_answer, longest=TEXT),
    _row("faq", Right.READ, bulletins.read_faq),
    _row("seal", Right.READ, papers.read_seal),
    _row("report", Right.RECORD, papers.read_report),
    _row("hold", Right.LEAD, papers.read_hold, longest=TEXT),
    _row("unhold", Right.LEAD, papers.read_unhold, only_in_order=True),
)
OPEN_ROW = ROWS[0]
"""A bare number goes on with what it began."""
EVIDENCE_ROW = next(row for row in ROWS if row.name == "evidence")
"""The only row that the caption of a file is read for."""
ACK_ROW = next(row for row in ROWS if row.name == "ack")
OF_ANYBODY = frozenset({"ack", "note"})
"""Rows that somebody may use who came by a door and was not proved yet."""
GUIDE_ROW = next(row for row in ROWS if row.name == "guide")
