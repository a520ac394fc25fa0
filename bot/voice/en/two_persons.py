"""What needs a second person."""

SENTENCES = {
    "asked.closing": "**This needs a second person.** {who} asks to close the incident though these legal clocks run. "
    "Once closed, none of them rings; what the law asks stays due:",
    "asked.closing.text": "**This needs a second person.** {who} asks to close the incident ({text}) though these "
    "legal clocks run. Once closed, none of them rings; what the law asks stays due:",
    "asked.closing.better": "Better first: `!filed {rule} REFERENCE` or `!waive {rule} REASON`.",
    "asked.removal": "**This needs a second person.** {who} asks to remove {user} ({roles}): no more keys, no more "
    "rights. What they have read stays with them.",
    "asked.waiving": "**This needs a second person.** {who} asks to set this legal clock aside, because: {text}. Once "
    "set aside it does not ring; if the law asks for it, it stays due:",
    "asked.announcing": "**This needs a second person.** {who} asks to send this bulletin to {count} organisations:",
    "asked.announcing.text": "{text}",
    "asked.cascade": "**This needs a second person.** {who} asks to open {organisations} with {people} people by the "
    "list {name}: {title}. Each gets a room, and everybody in the list is invited.",
    "asked.trusting": "**This needs a second person.** {who} has compared the new identity of {user} with them and "
    "asks to know them by it from now on:\n`{master}`\nCompare it yourself before you confirm, by phone or face to "
    "face.",
    "asked.how": "To carry it out, a second person ({people}) types `!confirm {number}` by {until}. Otherwise nothing "
    "happens.",
    "act.closing": "close the incident while legal clocks run ({rules})",
    "act.removal": "remove {user}",
    "act.waiving": "set aside {rule}, which runs",
    "act.announcing": "send a bulletin to {count} organisations",
    "act.cascade": "open {organisations} by the list {name}",
    "act.trusting": "know {user} by a new identity",
    "fact.ConfirmationAsked": "{who} asked for a second person (no. {number}): {act}",
    "fact.ConfirmationGiven": "{who} confirmed what {first} asked for (no. {number}): {act}",
    "fact.HouseConfirmationAsked": "{who} asked for a second person of the house (no. {number}): {act}",
    "fact.HouseConfirmationGiven": "{who} confirmed for the house what {first} asked for (no. {number}): {act}",
    "refusal.NoSecondPerson": "{user} can lead: removing them needs a second person, and nobody else here could "
    "confirm it. First give somebody the role: `!role coordinator WHO`. Nothing has changed.",
    "refusal.NobodyToConfirm": "This needs a second person: somebody else with the role {roles} who had it before you "
    "asked, and whom you did not bring in within a day. Nobody here is. Nothing has changed. Invite somebody: "
    "`!invite WHO ROLE`; from tomorrow on they can confirm.",
    "refusal.NobodyInTheHouse": "This needs a second person of the house with the role {roles}, and the configuration "
    "names nobody else. Nothing has changed. The operator can do it at the machine.",
    "refusal.AlreadyAsked": "{by} asked for that already. It waits for a second person until {until}: "
    "`!confirm {number}`",
    "refusal.NothingToConfirm": "Nothing waits for a second person. What needs one says so, with its number.",
    "refusal.ConfirmationLapsed": "No. {number} has lapsed: nobody confirmed it within ten minutes. Nothing was "
    "done. Whoever still wants it asks again.",
    "refusal.Overtaken": "Since no. {number} was asked for, what it is about has changed. Nothing was done. Whoever "
    "still wants it asks again.",
    "refusal.NotTheSecondPerson": "It takes a second person: not the one who asked, nor the one to go, nor anybody "
    "whom one of them brought in within a day. {others} can.",
    "refusal.NotTheSecondPerson.nobody": "It takes a second person: not the one who asked, nor the one to go, nor "
    "anybody whom one of them brought in within a day. Nobody here can confirm it now.",
    "refusal.WhichToConfirm": "Say what you confirm, by its number: `!confirm {number}`. Waiting: {numbers}.",
    "refusal.MoreClocksRunning": "Since it was asked for, more legal clocks run: {rules}. Nothing was done. Whoever "
    "still wants it asks again.",
    "help.confirm": "confirms, as the second person, what another asked for",
    "help.confirm.more": "What cannot be undone needs two: closing while legal clocks run, setting one of them aside, "
    "removing somebody who can lead, a bulletin to many, a cascade. It lapses after ten minutes; then nothing "
    "happens.",
    "asked.risk": "**This needs a second person.** {who} asks to decide that a risk to people is unlikely, because: "
    "{text}",
    "asked.answer": "**This needs a second person.** {who} answers **{question}** = {value}, because: {text}\nWith "
    "that answer these duties leave:",
    "asked.controller": "One of the two decides for the organisation: {people}.",
    "asked.controller.nobody": "One of the two decides for the organisation. Nobody here has the role management, so "
    "{people} does. `!role management WHO` names somebody.",
    "act.waiving.suspected": "set aside {rule}",
    "act.risk": "decide on the risk: {level}",
    "act.answer": "answer {question} = {value}",
}
