"""What cannot be said where it belongs."""

SENTENCES = {
    "silence.head": "**Nothing can be said in {room}:** {why}.",
    "silence.control": "the control room",
    "silence.why.not_encrypted": "the server shows it as not encrypted",
    "silence.why.world_readable": "the server shows its history as readable by anybody",
    "silence.why.shut": "the server does not let me write there",
    "silence.why.nobody": "nobody there has a device that can read me",
    "silence.why.no_room": "the server does not let me make it",
    "silence.why.unreached": "the server does not take it",
    "silence.why.refused": "the server refuses it",
    "silence.exposed": "Write nothing there. Look who changed the settings of the room (encryption, who may read the "
    "history) and set them back; if nobody did, the server is lying.",
    "silence.shut": "Is Cellule still in the room, with the power to write? Somebody who leads there can see it.",
    "silence.due": ", due {due}",
    "silence.waits": "What is to be said there waits, and is said once that is over. Whom it calls is told directly.",
    "silence.alone": "You read it here since it cannot be said there. It is said there too once that is over; commands "
    "about it count in its own room only.",
    "silence.more": "And {count} more rooms.",
    "fact.NotDelivered": "not delivered: {what} ({why})",
    "refused.invite": "**{who} is not invited:** the server refuses it ({code}). Is the id right, and may they be "
    "invited from here? Then invite them in your app.",
    "stuck.invite": "**{who} is not invited yet:** the server has given no good answer for minutes; theirs may be "
    "away. I go on trying, and you need do nothing. If it is urgent, reach them in another way.",
    "refused.pin": "The card could not be pinned: the server refuses it ({code}). Pin it in your app, or give me the "
    "power to.",
    "refused.say": "I could not send what you asked for here ({code}). Ask again, or for less; in the log it is row "
    "{reference}.",
    "refused.say.alone": "I could not send my answer to {who} ({code}), in a room of theirs. In the log it is row "
    "{reference}.",
}
