"""Everything that is said, in French and English. Pure: from what happened to a plain body and safe HTML."""

from bot.voice.catalogue import file_word, language_tag
from bot.voice.desk import (
    HelpEntry,
    about,
    begun,
    choice,
    command_table,
    help,  # noqa: A004 - named for its command
    purged,
    welcome,
)
from bot.voice.documents.calendars import calendar, calendar_note, calendar_title
from bot.voice.documents.draft_text import (
    clean_name,
    clean_paper,
    client_holes,
    draft_digest,
    draft_file,
    draft_paper,
    draft_text,
    frozen_text,
    missing_labels,
)
from bot.voice.documents.drafts import Listed, draft_list, draft_reviewed, draft_shown
from bot.voice.documents.register import register, register_note, register_pages, register_table
from bot.voice.incident.cards import arrival, brief, card, card_moved, incident_list
from bot.voice.incident.clock_chart import clocks_chart
from bot.voice.incident.clocks import clock, clocks, dates
from bot.voice.incident.confirm import answered_several, confirm
from bot.voice.incident.known import known
from bot.voice.incident.letters import (
    letter_name,
    letters,
    letters_made,
    letters_note,
    letters_table,
    letters_wrong,
)
from bot.voice.incident.risk import risk
from bot.voice.incident.score import score
from bot.voice.incident.steps import first_steps, next_for, step
from bot.voice.incident.timeline import announce, timeline
from bot.voice.incident.two_persons import house_asked
from bot.voice.markup import Text, below
from bot.voice.organisations.bulletins import bulletin, bulletin_sent
from bot.voice.organisations.cascade import (
    Understood,
    cascade_extended,
    invited_below,
    list_otherwise,
    list_wrong,
    progress,
)
from bot.voice.organisations.rollup import rollup, rollup_chart
from bot.voice.organisations.tables import rollup_table, unreached_table
from bot.voice.organisations.unreached import unreached_firms
from bot.voice.refusals import edited, fault, hint, misnamed, refusal, too_fast, unknown_word, unread, unreadable, usage
from bot.voice.replies.answers import answers_here, gone, which
from bot.voice.replies.guide import guide_done, guide_over, guide_question, guide_which
from bot.voice.replies.polls import (
    choice_ballot,
    factor,
    poll_end,
    question,
    risk_reason,
    standing_answer,
    ticked,
    vote_over,
    vote_stands,
    vote_unclear,
)
from bot.voice.ringing.absence import away
from bot.voice.ringing.reminders import remind
from bot.voice.ringing.silence import (
    not_invited,
    not_invited_yet,
    not_pinned,
    not_said,
    not_said_alone,
    silent_rooms,
    told_alone,
)
from bot.voice.trust.identities import (
    Devices,
    device_came,
    distrusted,
    identity,
    identity_changed,
    identity_confirmed,
    stays,
    stays_elsewhere,
    stranger,
    stranger_elsewhere,
    stranger_in_control,
    too_many_come,
    unheard,
    unreached,
    who,
)
from bot.voice.trust.verification import comparison, comparison_elsewhere, to_compare, verdict, verification_ended
from bot.voice.wording import file_mark

__all__ = [
    "Devices",
    "HelpEntry",
    "Listed",
    "Text",
    "Understood",
    "about",
    "announce",
    "answered_several",
    "answers_here",
    "arrival",
    "away",
    "begun",
    "below",
    "brief",
    "bulletin",
    "bulletin_sent",
    "calendar",
    "calendar_note",
    "calendar_title",
    "card",
    "card_moved",
    "cascade_extended",
    "choice",
    "choice_ballot",
    "clean_name",
    "clean_paper",
    "client_holes",
    "clock",
    "clocks",
    "clocks_chart",
    "command_table",
    "comparison",
    "comparison_elsewhere",
    "confirm",
    "dates",
    "device_came",
    "distrusted",
    "draft_digest",
    "draft_file",
    "draft_list",
    "draft_paper",
    "draft_reviewed",
    "draft_shown",
    "draft_text",
    "edited",
    "factor",
    "fault",
    "file_mark",
    "file_word",
    "first_steps",
    "frozen_text",
    "gone",
    "guide_done",
    "guide_over",
    "guide_question",
    "guide_which",
    "help",
    "hint",
    "house_asked",
    "identity",
    "identity_changed",
    "identity_confirmed",
    "incident_list",
    "invited_below",
    "known",
    "language_tag",
    "letter_name",
    "letters",
    "letters_made",
    "letters_note",
    "letters_table",
    "letters_wrong",
    "list_otherwise",
    "list_wrong",
    "misnamed",
    "missing_labels",
    "next_for",
    "not_invited",
    "not_invited_yet",
    "not_pinned",
    "not_said",
    "not_said_alone",
    "poll_end",
    "progress",
    "purged",
    "question",
    "refusal",
    "register",
    "register_note",
    "register_pages",
    "register_table",
    "remind",
    "risk",
    "risk_reason",
    "rollup",
    "rollup_chart",
    "rollup_table",
    "score",
    "silent_rooms",
    "standing_answer",
    "stays",
    "stays_elsewhere",
    "step",
    "stranger",
    "stranger_elsewhere",
    "stranger_in_control",
    "ticked",
    "timeline",
    "to_compare",
    "told_alone",
    "too_fast",
    "too_many_come",
    "unheard",
    "unknown_word",
    "unreached",
    "unreached_firms",
    "unreached_table",
    "unread",
    "unreadable",
    "usage",
    "verdict",
    "verification_ended",
    "vote_over",
    "vote_stands",
    "vote_unclear",
    "welcome",
    "which",
    "who",
]
