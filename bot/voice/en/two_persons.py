"""What needs a second person."""

SENTENCES = {
    "asked.closing": "**This needs a second person.** {who} asks to close the incident though these legal clocks run. "
    "Once closed, none of them rings; what the law asks stays due:",
    "asked.closing.text": "**This needs a second person.** {who} asks to close the incident ({text}) though these "
    "legal clocks run. Once closed, none of them rings; what the law asks stays due:",
    "asked.closing.better": "Better first: `!filed {rule} REFERENCE` or `!waive {rule} REASON`.",
    "asked.removal": "**This needs a second person.** {who} asks to remove {user} ({roles}): no more keys, no more "
    "rights. What they have read stays with them.",
    "asked.how": "To carry it out, somebody else who can lead ({people}) types `!confirm {number}` by {until}. "
    "Otherwise nothing happens.",
    "act.closing": "close the incident while legal clocks run ({rules})",
    "act.removal": "remove {user}",
    "fact.ConfirmationAsked": "{who} asked for a second person (no. {number}): {act}",
    "fact.ConfirmationGiven": "{who} confirmed what {first} asked for (no. {number}): {act}",
    "refusal.NoSecondPerson": "{user} can lead: removing them needs a second person, and nobody else here could "
    "confirm it. First give somebody the role: `!role coordinator WHO`. Nothing has changed.",
    "refusal.AlreadyAsked": "{by} asked for that already. It waits for a second person until {until}: "
    "`!confirm {number}`",
    "refusal.NothingToConfirm": "Nothing waits for a second person. What needs one says so, with its number.",
    "refusal.ConfirmationLapsed": "No. {number} has lapsed: nobody confirmed it within ten minutes. Nothing was "
    "done. Whoever still wants it asks again.",
    "refusal.NotTheSecondPerson": "It takes a second person: not the one who asked, nor the one to go. {others} can.",
    "refusal.SeveralToConfirm": "Several things wait: {numbers}. Say which one: `!confirm {number}`",
    "refusal.MoreClocksRunning": "Since it was asked for, more legal clocks run: {rules}. Nothing was done. Whoever "
    "still wants it asks again.",
    "help.confirm": "confirms, as the second person, what another asked for",
    "help.confirm.more": "What cannot be undone needs two: closing while legal clocks run, removing somebody who can "
    "lead. It lapses after ten minutes; then nothing happens.",
}
