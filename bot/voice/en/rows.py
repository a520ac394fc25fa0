"""Help: one line a command, and what `!help WORD` adds."""

SENTENCES = {
    "help.open": "opens an encrypted incident room",
    "help.open.more": "Without `--playbook` I list them and you answer with a number. Severity: low, medium, high, "
    "crisis. `--drill` marks all of it as a drill and lets the clocks run fast.",
    "help.cascade": "opens a room for each organisation of a list",
    "help.cascade.more": "First send the list here: a CSV or XLSX file with the columns `organisation` and `people`. "
    "Everything in it is checked before a room is opened. OPTIONS are those of `!open`; the playbook "
    "is that of the rooms to open. The same title again adds who is new. In the room of that "
    "incident: `pause`, `resume`, `cancel`; nothing or `status` shows how far it is.",
    "help.list": "lists the incidents you may see",
    "help.list.more": "Each with the clock that ends first.",
    "help.help": "shows the commands of this room and your roles",
    "help.help.more": "With a word: all about one command.",
    "help.about": "shows version, fingerprint and identity",
    "help.about.more": "Compare them by another channel before you trust this account.",
    "help.status": "shows the card",
    "help.status.more": "The card is pinned too, and always up to date.",
    "help.next": "shows what is open for you",
    "help.next.more": "First what is assigned to you, then what belongs to your roles.",
    "help.timeline": "shows the last facts",
    "help.timeline.more": "Up to 50; 10 without a number.",
    "help.step": "shows a step in full",
    "help.step.more": "What to do, who, by when, what proof to keep.",
    "help.done": "marks a step done",
    "help.done.more": "The result is kept exactly as you type it, over several lines too.",
    "help.skip": "leaves a step out",
    "help.skip.more": "The reason is kept in the timeline.",
    "help.reopen": "opens a step again",
    "help.reopen.more": "Its history stays.",
    "help.assign": "gives a step to a person or a role",
    "help.assign.more": "WHO is `me`, a name, a full id or a role: `!assign D1 bob`, `!assign D1 dpo`",
    "help.fact": "answers a question of the playbook",
    "help.fact.more": "Steps and clocks that depend on it appear or leave. yes, no and unknown are answers; a later "
    "one replaces it.",
    "help.clocks": "shows the legal clocks",
    "help.clocks.more": "Each with its due time, owner, channel and source of law; with a RULE, that one. `ics`: a "
    "calendar file with neutral titles; `ics full` names the duties.",
    "help.aware": "starts a clock from the time it became known",
    "help.aware.more": "WHEN: nothing for now, `14:30`, `yesterday 18:00`, `2026-11-24 14:30`, `-2h`. SOURCE: who "
    "said it, how. The same command with a reason corrects it.",
    "help.filed": "stops a clock with its proof",
    "help.filed.more": "REFERENCE: the number of the receipt. WHEN at the end, if it was not just now: `14:30`, "
    "`yesterday 18:00`.",
    "help.waive": "sets a clock aside, by your decision",
    "help.waive.more": "The decision is recorded under your name with its reason.",
    "help.ack": "says that reminders and bulletins were seen",
    "help.ack.more": "What nobody acknowledges reaches more people each time: deputies, coordinators, everybody. Only "
    "its owner, their deputy or a coordinator answers it; `!ack RULE` answers one. A clock that is past due then rests "
    "for a day at most; nothing stops before it is filed or set aside.",
    "help.snooze": "lets a clock's reminders rest",
    "help.snooze.more": "`2h`, `30min`, `1h30`, `1d`; never past the due time.",
    "help.bulletin": "tells all organisations, or some of them, the same",
    "help.bulletin.more": "FILTER: all, silent (have not acknowledged the last one), overdue, unfiled, or COLUMN=VALUE "
    "of your file: `--to sector=health`. `--next 18:00` promises the next one; I ring before. The text may have "
    "several lines, and blanks: `{ organisation }`, `{ codename }`, or a column of your file.",
    "help.rollup": "shows where all organisations stand",
    "help.rollup.more": "Who was told, who is silent, who is late, in words and as a picture. `csv`: one line for each "
    "organisation.",
    "help.note": "writes a line in the timeline",
    "help.note.more": "Kept exactly as you type it.",
    "help.role": "gives a person one more role",
    "help.role.more": "Roles: admin, coordinator, dpo, legal, it, comms, hr, insurance, observer.",
    "help.invite": "puts a person on the roster and invites them",
    "help.invite.more": "WHO is a name or a full id like `@bob:example.org`. Without a role: the one configured, "
    "else observer.",
    "help.remove": "takes a person out of the room",
    "help.remove.more": "They get no more keys; what they have read stays with them. For somebody who can lead, a "
    "second person confirms: `!confirm`.",
    "help.severity": "changes the severity",
    "help.severity.more": "low, medium, high or crisis.",
    "help.brief": "posts a situation brief",
    "help.brief.more": "Who comes late gets one without asking.",
    "help.close": "ends the incident",
    "help.close.more": "Better not while a legal clock runs: file it or set it aside first. If it must be, a second "
    "person confirms: `!confirm`.",
    "help.resume": "opens a closed incident again",
    "help.resume.more": "Its clocks ring again.",
    "help.facts": "shows what is known, and what is still asked",
    "help.facts.more": "Answers, and the details that drafts and the register need.",
    "help.clock": "adds a due time of your own",
    "help.clock.more": "VAT, payroll, a court date: `!clock add VAT tomorrow 12:00 bob`. It rings like the others; "
    "OWNER is a person or a role. It keeps quiet hours and does not hold up closing; for another date, `!waive` it and "
    "add it again.",
    "help.classified": "says when an incident was classified",
    "help.classified.more": "For clocks that also run from a classification, such as DORA's first notification.",
    "help.risk": "weighs the risk to people",
    "help.risk.more": "Eight questions with a level (none, risk, high, unknown) and a reason each: `!risk data high "
    "payslips with bank details`. `!risk decision high REASON` records who decides. Cellule never decides.",
    "help.draft": "writes a draft from the facts",
    "help.draft.more": "Without a name: the list. `reviewed`: the dpo or legal found it right. `frozen`: it stands, "
    "ready for a person to send. `new`: another version.",
    "help.register": "shows the register of breaches",
    "help.register.more": "GDPR art. 33(5): every incident but drills, and what each entry lacks. `csv` or `md` "
    "hands it out as an encrypted file. In a direct message to me only.",
}
