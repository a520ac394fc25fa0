"""What is said when the bot comes back."""

SENTENCES = {
    "absence.away": "**I was away from {since} to {until} ({length}).** I did not run, or could not reach the "
    "homeserver.",
    "absence.nothing.missed": "No reminder and no due time fell into that time.",
    "absence.ended": "**Due times that passed meanwhile.** Look at `!clocks` there:",
    "absence.ended.line": "**{codename}**: {at}",
    "absence.late": "**Reminders of that time come only now:** {where}",
    "absence.late.room": "{codename}",
    "absence.more": "{count} more",
    "absence.typed": "{messages} came meanwhile, and I act on commands only now: where one said `now`, check the hour "
    "in `!clocks`.",
    "absence.nothing.typed": "No message came meanwhile.",
    "absence.messages.one": "# message",
    "absence.messages.many": "# messages",
}
