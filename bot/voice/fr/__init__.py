"""The French sentences, by theme. The keys are those of the other languages, and so are the holes."""

from bot.voice.fr import cards, clocks, confirmations, facts, refusals, rows, steps, words

SENTENCES = {
    **words.SENTENCES,
    **cards.SENTENCES,
    **steps.SENTENCES,
    **clocks.SENTENCES,
    **confirmations.SENTENCES,
    **facts.SENTENCES,
    **refusals.SENTENCES,
    **rows.SENTENCES,
}
