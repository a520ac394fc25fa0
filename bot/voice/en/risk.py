"""The risk to people: levels, questions, decision."""

SENTENCES = {
    "risk.title": "**Risk to people**, eight questions",
    "risk.question": "**{factor}** · {ask}",
    "risk.answer": "→ {level}, {by}: {reason}",
    "risk.answer.none": "→ open",
    "risk.how": "Open: {open}. `!risk NUMBER LEVEL REASON`; levels: none, risk, high, unknown.",
    "risk.how.all": "All eight are answered. A new answer replaces the old one.",
    "risk.decided": "**Decision on the risk: {level}**, recorded by {by}, {at}, because: {reason}",
    "risk.undecided": "No decision on the risk yet. Whoever keeps the clocks records it: `!risk decision LEVEL REASON`",
    "risk.end": "Cellule computes no level: a person decides.\n*EDPB Guidelines 9/2022, section IV. Read in a "
    "secondary source on {read}.*",
    "risk.ask.breach": "Were data read, changed, lost or out of reach? For how long, and is there a sound backup?",
    "risk.ask.data": "Which data, and how many? Payroll, bank details, social security numbers and health weigh more.",
    "risk.ask.identity": "Can people be told by them, alone or beside other data? If encrypted: is the key safe?",
    "risk.ask.consequences": "What is the worst for them: fraud, identity theft, lost pay, shame?",
    "risk.ask.people": "Are there children, patients or people in difficulty among them?",
    "risk.ask.organisation": "What makes it worse in your trade: payroll, health, finance, professional secrecy?",
    "risk.ask.number": "How many people, roughly?",
    "risk.ask.general": "All together: how severe, how likely? Who may hold the data now?",
    "risk.weighed.open": "Still open: {open}. `!risk` shows them.",
    "risk.weighed.all": "All eight are answered. The decision is a person's: `!risk decision LEVEL REASON`",
    "risk.concerns": "Answered high or unknown: {factors}",
    "risk.unanswered": "Not answered: {factors}",
    "risk.no_clock": "Cellule does not judge it. No clock stops by it.",
    "risk.then.none": "To record that the authority is not notified, with your reasons: `!waive GDPR-33-1 REASON`. It "
    "goes in the register under your name. A text to sign: `!draft register-decision`",
    "risk.then.notify": "**GDPR-33-1**, notify the CNIL: what is known now, the rest later. `!draft cnil-initial`, "
    "then `!filed GDPR-33-1 REFERENCE`\n*{source}, read on {read}*",
    "risk.then.doubt": "In doubt the CNIL says to notify; it will say whether the people must be told (cnil.fr, read "
    "on {read}).",
    "risk.then.people": "**GDPR-34**, tell the people themselves, without undue delay, in plain words, by a message "
    "of its own: `!draft persons`, then `!filed GDPR-34 REFERENCE`\n*{source}, read on {read}*",
    "risk.then.again": "If that changes with this decision: `!aware {rule} WHEN SOURCE`",
    "confirm.ClockSetAside.notification": "**{rule}**, decision recorded by {by}: not notified because {reason}\nIt is "
    "in the register under that name. Cellule does not judge it. If things change: `!aware {rule} WHEN SOURCE`",
    "fact.ClockSetAside.notification": "**{rule}**, decision recorded by {who}: not notified because {text}",
    "clock.line.aside.notification": "**{rule}** decision recorded by {by}: not notified because {reason}",
    "clock.aside.notification": "Decision recorded by {by}, {at}: not notified because {reason}",
    "risk.level.none": "risk unlikely",
    "risk.level.risk": "risk",
    "risk.level.high": "high risk",
    "risk.level.unknown": "unknown",
    "risk.factor.breach": "type of breach",
    "risk.factor.data": "data",
    "risk.factor.identity": "identification",
    "risk.factor.consequences": "consequences",
    "risk.factor.people": "people",
    "risk.factor.organisation": "organisation",
    "risk.factor.number": "number",
    "risk.factor.general": "as a whole",
}
