"""One provider, very many organisations."""

SENTENCES = {
    "organisations.one": "# organisation",
    "organisations.many": "# organisations",
    "bulletin.title": "**Bulletin {number}**",
    "bulletin.text": "{text}",
    "bulletin.next": "Next bulletin: {at}",
    "bulletin.ack": "Read it? `!ack`",
    "fact.FileOffered": "{who} sent a list of organisations",
    "fact.CascadeExtended": "{who} added {count}",
    "fact.CascadePaused": "{who} paused the opening of rooms",
    "fact.CascadeResumed": "{who} let the opening of rooms go on",
    "fact.CascadeCancelled": "{who} stopped the opening of rooms; those that exist stay",
    "fact.ProgressPosted": "the progress is shown",
    "fact.RoomRefused": "the server refused the room ({code})",
    "fact.RoomRetried": "the room is asked for again",
    "fact.BulletinSent": "{who} sent bulletin {number} to {audience}: {text}",
    "fact.BulletinReceived": "bulletin {number} received: {text}",
    "fact.BulletinRead": "{who} acknowledged bulletin {numbers}",
}
