"""Answers to commands that changed something."""

SENTENCES = {
    "confirm.StepAssigned": "{step} is for {to}.",
    "confirm.StepDone": "**{step}** done.",
    "confirm.StepSkipped": "**{step}** skipped; the reason is kept.",
    "confirm.StepSkipped.mandatory": "**{step}** skipped, though mandatory; the reason is kept in the timeline.",
    "confirm.StepReopened": "{step} is open again.",
    "confirm.next": "Next: {step}",
    "confirm.Answered": "**{question}** = {value}, answered by {by}",
    "confirm.Answered.same": "No step and no clock changes.",
    "confirm.steps.came": "With that answer these steps are added:",
    "confirm.steps.left": "With that answer these steps leave; another answer brings them back:",
    "confirm.clocks.came": "With that answer these clocks are added, not started yet:",
    "confirm.clocks.left": "With that answer these clocks, not started, leave; another answer brings them back:",
    "confirm.ClockStarted": "**{rule}** runs: {title}",
    "confirm.ClockStarted.corrected": "**{rule}** corrected: {title}\nFormerly known since {known}",
    "confirm.clock.open": "**Without undue delay.** The law, {source}, gives no figure, so nothing counts down: act "
    "now.",
    "confirm.reminders": "Reminders for {owners}: {hours} h before, at the due time, then every hour until "
    "filed; `!ack` lets it rest for a day at most.",
    "confirm.reminders.hourly": "Reminders for {owners}: at the due time, then every hour until filed; `!ack` lets it "
    "rest for a day at most.",
    "confirm.reminders.daily": "Reminders for {owners}: at our aim, then once a day until filed.",
    "confirm.ClockFiled": "**{rule}** stopped: filed {at}, reference {reference}",
    "confirm.filed.step": "Nothing left of its step? `!done {id}`: {step}",
    "confirm.filed.in_time": "In time; it was due {due}.",
    "confirm.filed.in_reading": "After the strict time ({due}), within the later reading of Regulation 1182/71 "
    "({limit}).",
    "confirm.filed.in_reading.month": "After the strict time ({due}), before the end of the last day ({limit}).",
    "confirm.filed.in_reading.rest": "After the strict time ({due}), within the rest that {source} gives some "
    "({limit}).",
    "confirm.filed.late": "Late; it was due {due}. Keep the reasons for the delay with the proof.",
    "confirm.chained": "This starts **{rule}**: {title}\nDue **{due}**\n*Law: {source}*",
    "confirm.ClockSetAside": "**{rule}** set aside. Decision recorded by {by}, because: {reason}\nCellule does not "
    "judge it. If things change: `!aware {rule} WHEN SOURCE`",
    "confirm.Acknowledged.to_come": "Seen: {rules}. What is still to come rings all the same.",
    "confirm.Acknowledged.again": "Seen: {rules}. Rings again within a day, until filed or set aside: `!ack` "
    "stops no clock.",
    "confirm.Acknowledged.others": "Still to be seen: {rule}, by {people}.",
    "confirm.Snoozed": "**{rule}** rests until {until}.",
    "confirm.Noted": "Noted in the timeline.",
    "confirm.SeveritySet": "Severity: **{severity}**",
    "confirm.Resumed": "Open again. The clocks that still run ring again.",
    "confirm.PersonInvited": "{user} is invited ({roles}). What was said before stays closed to them; a brief "
    "follows when they join.",
    "confirm.RoleGiven": "{user} is now also: {role}",
    "confirm.PersonRemoved": "{user} is out: no more keys, no more rights. What they have read stays with them.",
    "confirm.closed.steps": "Mandatory steps left open:",
    "confirm.closed.clocks": "Clocks left running, silent from now on:",
    "confirm.closed.end": "`!resume` opens it again.",
    "confirm.chained.soft": "This starts **{rule}**: {title}\nTarget (not a legal limit) **{due}**\n*Law: {source}*",
    "confirm.ClockClassified": "**{rule}** classified {at}",
    "confirm.ClockAdded": "**{rule}** runs: {title}\nDue **{due}**, a date of your own and not of the law\n"
    "Reminders for {owners}. Stop it: `!filed {rule} REFERENCE`",
    "confirm.filed.late.business": "Late; it was due {due}.",
    "confirm.ClockSetAside.business": "**{rule}** set aside. Decision recorded by {by}, because: {reason}\nIf things "
    "change: `!clock add NAME WHEN`",
    "confirm.RiskWeighed": "Kept: {factor} = {level}, by {by}",
    "confirm.RiskDecided": "**Decision on the risk: {level}**, recorded by {by}, because: {reason}",
    "confirm.Answered.decided": "Decision of {by}, confirmed by {second}, because: {reason}",
    "confirm.seconded": "Confirmed by {second}.",
    "confirm.clock.law": "*Law: {source} · proof: {proof}. No legal advice; a person decides.*",
}
