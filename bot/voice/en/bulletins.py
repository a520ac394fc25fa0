"""Bulletins to very many organisations."""

SENTENCES = {
    "bulletin.title": "**Bulletin {number}**",
    "bulletin.text": "{text}",
    "bulletin.next": "Next bulletin: {at}",
    "bulletin.ack": "Read it? `!ack`",
    "fact.BulletinSent": "{who} sent bulletin {number} to {audience}: {text}",
    "fact.BulletinReceived": "bulletin {number} received: {text}",
    "fact.BulletinRead": "{who} acknowledged bulletin {numbers}",
    "bulletin.sent": "**Bulletin {number}** to {audience}\nNow: {count}",
    "bulletin.later": "As soon as their room is there: {count}",
    "bulletin.closed": "Closed, and told nothing: {count}",
    "bulletin.promised": "Next one promised for {at}; I ring here before",
    "bulletin.preview": "What {organisation} reads:",
    "audience.all": "all",
    "audience.silent": "those who have not acknowledged the last one",
    "audience.overdue": "those with a legal clock overdue",
    "audience.unfiled": "those with a legal clock running",
    "remind.update.cascade": "**Bulletin promised for {at}, {left}**\nSend it: `!bulletin --next WHEN TEXT`",
    "refusal.UnknownBlank": "There is no blank {blank}, so nothing was sent. There are: {known}",
    "refusal.UnknownAudience": "I do not know {audience}, so nothing was sent. `--to` takes all, silent, overdue, "
    "unfiled, or COLUMN=VALUE with one of these columns: {columns}",
    "refusal.NobodyToTell": "Nobody is meant by that ({audience}), so nothing was sent.",
    "refusal.BulletinTooLong": "Too long, so nothing was sent: {limit} characters at most, each blank counted as "
    "{cell}.",
}
