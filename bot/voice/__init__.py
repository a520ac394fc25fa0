"""Everything that is said, in French and English. Pure: from what happened to a plain body and safe HTML."""

from bot.voice.calendars import calendar, calendar_note, calendar_title
from bot.voice.cards import brief, card, incident_list
from bot.voice.clocks import clocks, remind
from bot.voice.confirm import confirm
from bot.voice.desk import HelpEntry, about, choice, command_table, help, welcome  # noqa: A004 - named for its command
from bot.voice.known import known
from bot.voice.markup import Text
from bot.voice.refusals import fault, refusal, unknown_word, unreadable, usage
from bot.voice.risk import risk
from bot.voice.steps import first_steps, next_for, step
from bot.voice.timeline import announce, timeline
from bot.voice.trust import distrusted, identity, identity_changed, identity_confirmed

__all__ = [
    "HelpEntry",
    "Text",
    "about",
    "announce",
    "brief",
    "calendar",
    "calendar_note",
    "calendar_title",
    "card",
    "choice",
    "clocks",
    "command_table",
    "confirm",
    "distrusted",
    "fault",
    "first_steps",
    "help",
    "identity",
    "identity_changed",
    "identity_confirmed",
    "incident_list",
    "known",
    "next_for",
    "refusal",
    "remind",
    "risk",
    "step",
    "timeline",
    "unknown_word",
    "unreadable",
    "usage",
    "welcome",
]
