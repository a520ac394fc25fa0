"""Reminders."""

SENTENCES = {
    "remind.drill": "**[DRILL]**",
    "remind.due": "**{rule}: {left}**\n{title}\nDue {due}",
    "remind.soft": "**{rule}: {left}**\n{title}\nTarget {due} (not a legal limit)",
    "remind.business": "**{rule}: {left}**\n{title}\nDue {due}, a date of your own and not of the law",
    "remind.open": "**{rule}: without undue delay, and not filed yet**\n{title}\nKnown for {since}; our aim was {aim}, "
    "not a legal limit",
    "remind.aim": "Our own aim is past; there is still time.",
    "remind.aim.short": "past our aim",
    "remind.to": "To: {to}",
    "remind.to.channel": "To: {to}\nWhere: {channel}",
    "remind.do": "Filed: `!filed {rule} REFERENCE` · seen: `!ack`",
    "remind.do.overdue": "Filed: `!filed {rule} REFERENCE` · seen, rest for a day: `!ack`",
    "remind.overdue": "**Past due.** {words}",
    "remind.late": "Sent {late} late: Cellule was down, did not reach the server, or could say nothing in this room.",
    "remind.wider.1": "Nobody acknowledged the last reminder: now for the deputies too.",
    "remind.wider.2": "Nobody acknowledged the last reminder: now for the coordinators too.",
    "remind.wider.3": "Nobody acknowledged the last reminder: now for everybody.",
    "remind.digest": "**Reminder: {what}**",
    "remind.digest.do": "Filed: `!filed RULE REFERENCE` · seen: `!ack` · all about one: `!clocks RULE`",
    "remind.steps": "**Past the time aimed at: {what}**",
    "remind.steps.short": "Past the time aimed at:",
    "remind.steps.do": "Done: `!done ID RESULT` · left out: `!skip ID REASON`",
    "remind.update": "**Bulletin promised for {at}, {left}**\nWrite it: `!draft client-bulletin` · next one: "
    "`!fact next-update TIME`",
    "remind.repeat": "**Time to run this checklist again**\nIt was closed {closed}. Start anew: "
    "`!open TITLE --playbook {playbook}`",
    "rung.aim": "our aim",
    "count.clocks.one": "# clock",
    "count.clocks.many": "# clocks",
}
