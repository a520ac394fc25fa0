"""The card, the brief, lists, the welcome and what is said at the desk."""

SENTENCES = {
    "card.title": "**{title}**",
    "card.state": "{codename} · severity {severity} · {status}",
    "card.leaders": "Led by {people}",
    "card.drill": "**This is a drill.** Nothing here is real.",
    "card.drill.fast": "**This is a drill.** Nothing here is real; its clocks run {pace} times faster.",
    "card.closed": "**Closed.** No reminder rings any more.",
    "card.closed.summary": "**Closed.** No reminder rings any more.\n{summary}",
    "card.clocks": "**Legal clocks**",
    "card.progress": "**Progress** {settled} of {needed}\n{phases}",
    "card.mandatory": "**Next, mandatory**",
    "card.next": "**Next**",
    "opened.title": "**{title}** is being opened.",
    "opened.room": "Join the encrypted room **{codename}**: the invitation is on its way.",
    "opened.people": "Invited: {people}",
    "brief.title": "**Brief for those who have just joined.** You cannot read what was said here before; this is "
    "where we stand.",
    "brief.opened": "Opened by {by} on {at}.\nPlaybook: {playbook}",
    "brief.steps": "**Open steps**",
    "brief.answers": "**Questions of the playbook**",
    "brief.answer": "**{question}**: {value}\n{text}",
    "brief.people": "**People**",
    "brief.person": "{name}: {roles}",
    "brief.end": "`!next` your open steps · `!clocks` the legal clocks · `!help` all commands",
    "list.none": "No incident that you may see. `!open TITLE` opens one.",
    "list.title": "**Incidents**, the newest first",
    "list.line": "**{codename}** {title} · {severity} · {status}",
    "list.more": "And {count} older ones.",
    "choice.title": "**Which playbook?** Answer with its number.",
    "choice.line": "**{number}** {title}\n{summary}",
    "choice.end": "In doubt, take the one that fits most: steps can be skipped with a reason.",
    "welcome": "**Cellule is ready.** This is the control room.\n`!open TITLE` opens an encrypted incident room with "
    "the right people.\n`!open TITLE --drill` does it as a drill.\n`!help` shows all commands.",
    "about": "**Cellule** {version}\nFingerprint of my device:\n`{fingerprint}`\nMaster key "
    "(cross-signing):\n`{master_key}`\nMy messages go to: {policy}\nCompare both lines with what the operator has, "
    "by another channel, before you trust this account. Or verify me by emoji: in Element, on my profile, **Verify**; "
    "somebody else compares for me.",
    "help.title": "**Commands here**",
    "help.line": "`{usage}`: {summary}",
    "help.end": "`!help WORD` says more about one. French words work too.",
    "help.unknown": "There is no command `{word}` here for you.",
    "help.words": "Words: {words}",
    "fault": "Something failed on our side; nothing was changed by it. Try again. If it fails again, give the "
    "operator this reference: **{reference}**",
    "unreadable": "A message of yours could not be decrypted, so it was not carried out. Send it again; if that does "
    "not help, check that your device is verified.",
    "unheard.misnamed": "A message of yours reached me under the name of another one, so it was not carried out. Type "
    "it again. If this goes on, tell the operator: the homeserver may be at fault.",
    "card.to_confirm": "Once it is established: `!aware ID WHEN SOURCE`",
    "brief.person.left": "{name}: {roles} (has left the room)",
}
