"""The French sentences, by theme. The keys are those of the other languages, and so are the holes."""

from bot.voice.fr import (
    calendars,
    cards,
    clocks,
    confirmations,
    contradictions,
    details,
    drafts,
    facts,
    known,
    refusals,
    register,
    reminders,
    risk,
    rows,
    steps,
    words,
)

SENTENCES = {
    **words.SENTENCES,
    **cards.SENTENCES,
    **steps.SENTENCES,
    **clocks.SENTENCES,
    **calendars.SENTENCES,
    **confirmations.SENTENCES,
    **facts.SENTENCES,
    **contradictions.SENTENCES,
    **details.SENTENCES,
    **drafts.SENTENCES,
    **known.SENTENCES,
    **risk.SENTENCES,
    **register.SENTENCES,
    **refusals.SENTENCES,
    **reminders.SENTENCES,
    **rows.SENTENCES,
}
