"""Refusals, mistakes in what was typed, unknown words."""

SENTENCES = {
    "refusal.NotAllowed": "That needs the role {roles}. Ask somebody who holds it.",
    "refusal.GuestOfTheHouse": "That is for the people of this house, whom the configuration names; in this incident "
    "you are a guest. Ask one of them.",
    "refusal.CameLate": "This came after later messages of yours, so it was not carried out: it may have been held "
    "back on the way. Type it again if you still want it.",
    "refusal.IncidentClosed": "This incident is closed. `!resume` opens it again.",
    "refusal.NotClosed": "This incident is open; there is nothing to resume.",
    "refusal.UnknownStep": "There is no step **{step}**. `!next` shows the open ones.",
    "refusal.UnknownStep.near": "There is no step **{step}**. Did you mean **{nearest}**?",
    "refusal.StepNotNeeded": "**{step}** is not part of this incident, as the questions are answered now. `!step "
    "{step}` shows it.",
    "refusal.StepAlreadySettled": "**{step}** is done or skipped already. `!reopen {step}` opens it again.",
    "refusal.StepNotSettled": "**{step}** is open; there is nothing to reopen.",
    "refusal.UnknownQuestion": "There is no question **{question}**. Questions: {known}",
    "refusal.WrongAnswer": "**{question}** does not take {value}. Answer {accepted}.",
    "refusal.UnknownClock": "There is no clock **{rule}** here. Clocks: {known}",
    "refusal.ClockNotWatched.in_force": "The playbook of this incident does not watch **{rule}**. What you do about "
    "it: `!note TEXT`",
    "refusal.ClockNotWatched.off": "**{rule}** is off here: {why} The configuration switches it on, for incidents that "
    "are opened after that.",
    "refusal.ClockNotWatched.pending": "**{rule}** is only proposed: no day is known from which it counts.",
    "refusal.ClockNotWatched.future": "**{rule}** was not valid yet on the day this incident was opened.",
    "refusal.ClockNotWatched.ended": "**{rule}** was no longer valid on the day this incident was opened.",
    "refusal.ClockWaits": "**{rule}** starts by itself once **{after}** is filed: `!filed {after} REFERENCE`",
    "refusal.TimeInFuture": "{given} lies in the future; it is {now}. Nothing was changed.",
    "refusal.TimeInFuture.yesterday": "{given} lies in the future; it is {now}. If it was yesterday, write "
    "`yesterday {hour}`.",
    "refusal.CorrectionNeedsReason": "**{rule}** runs already, known since {aware}. To correct that, say why: "
    "`!aware {rule} {example} REASON`",
    "refusal.ClockAlreadyFiled": "**{rule}** was filed already, reference {reference}. To complete the record: `!note`",
    "refusal.ClockNotRunning": "**{rule}** does not count down, so it has no reminders to delay. `!clocks` shows "
    "where it stands.",
    "refusal.FiledBeforeAware": "**{rule}** cannot be filed before it was known ({aware}). Give the time of the "
    "filing, or correct the other with `!aware`.",
    "refusal.SnoozePastDue": "**{rule}** is due {due}; a pause cannot reach that. Take a shorter one, or `!ack` once "
    "it is overdue.",
    "refusal.NotTheirsToAcknowledge": "Not acknowledged: that counts only from its owner, their "
    "deputy or a coordinator. Waiting: {waiting}.",
    "refusal.NothingToAcknowledge": "Nothing is waiting to be seen.",
    "refusal.ClocksStillRunning": "These legal clocks still run: {rules}. Closing would silence them. First `!filed "
    "{rule} REFERENCE` or `!waive {rule} REASON`. Otherwise a second person has to confirm, and nobody else here can: "
    "`!role coordinator WHO`, then this again.",
    "refusal.UnknownPerson": "I do not know {who}. Use a name from here ({known}) or the full id: `@bob:example.org`",
    "refusal.AmbiguousPerson": "Several people are called {who}: {candidates}. Write the full id.",
    "refusal.AlreadyOnRoster": "{user} is on the roster already. `!role ROLE WHO` gives another role.",
    "refusal.LastLeader": "Without {user} nobody could lead this incident. First give somebody else the role "
    "coordinator.",
    "refusal.UnknownPlaybook": "There is no playbook {playbook} in this language. There are: {known}",
    "refusal.NoChoiceOffered": "No list is waiting for a number from you. `!open TITLE` begins.",
    "refusal.NoChoiceOffered.range": "Answer with a number from 1 to {offered}.",
    "refusal.JustOpened": "An incident of that title was opened less than a minute ago: **{codename}**. Nothing new "
    "was opened.",
    "refusal.WrongRoom.incident": "That belongs in the room of an incident. `!list` shows yours, `!open TITLE` opens "
    "one.",
    "refusal.WrongRoom.direct": "That is told in a direct message to me only: others may read here.",
    "usage.line": "Write: `{usage}`",
    "usage.too-long": "That message is too long: at most {limit} bytes. Nothing was changed. Cut it in parts.",
    "usage.arguments-too-long": "That is too long for this command: at most {limit} characters. Nothing was changed. "
    "Shorten it, or cut it in parts.",
    "usage.control-character": "That message holds a control character ({code}), so it was not carried out. Type it "
    "again without it.",
    "usage.direction-mark": "That message holds an invisible mark that changes the order of text ({code}), so it was "
    "not carried out. Type it again by hand.",
    "usage.missing": "Missing: {argument}.",
    "usage.too-much": "This command takes nothing after it; there was: {given}",
    "usage.not-direct": "That is told in a direct message to me only: others may read here.",
    "usage.wrong-room": "That belongs in the room of an incident. `!list` shows yours, `!open TITLE` opens one.",
    "usage.unknown-option": "There is no option {given}.",
    "usage.unknown-severity": "{given} is no severity. There are: low, medium, high, crisis.",
    "usage.unknown-language": "{given} is no language here. There are: fr, en.",
    "usage.unknown-role": "{given} is no role. There are: admin, coordinator, dpo, legal, it, comms, hr, insurance, "
    "observer.",
    "usage.not-a-count": "{given} is no number from 1 to {limit}.",
    "usage.not-a-span": "{given} is no length of time. Write `2h`, `30min`, `1h30` or `1d`.",
    "usage.not-a-time": "I cannot read the time {given}. Write it like `{example}`, `14:30`, `yesterday 18:00` or "
    "`-2h`.",
    "usage.time-without-hour": "{given} has no hour. Write it like `{example}`; if it belongs to the text, put `now` "
    "where the time goes.",
    "usage.ambiguous-hour": "{given} reads two ways. Write `{clock}` for the hour, `{ago}` for that long ago.",
    "usage.ambiguous-date": "{given} reads two ways. Write `{first}` or `{second}`, with the right hour.",
    "usage.time-skipped": "{given} did not exist: clocks went forward. Write `{first}` or `{second}`.",
    "usage.time-twice": "{given} came twice: clocks went back. Write `{first}` or `{second}`.",
    "too.fast": "Wait a little: those were many commands at once, and I drop some of yours from here on. One every "
    "three seconds gets through. Send again what got no answer. `!ack` always works.",
    "unknown.word": "I do not know `!{word}`. `!help` shows the commands. Nothing was changed.",
    "unknown.word.near": "I do not know `!{word}`. Did you mean `!{nearest}`? Nothing was changed.",
    "refusal.WrongDetail.text": "**{detail}** does not take {value}.",
    "refusal.WrongDetail.moment": "**{detail}** takes a date and an hour.",
    "refusal.WrongDetail.count": "**{detail}** takes a number, roughly if need be: `about 350`. `unknown` is an "
    "answer.",
    "refusal.WrongDetail.linked": "**{detail}** takes only what an official notice says: add its https address and "
    "its date.",
    "refusal.WrongDetail.choice": "**{detail}** does not take {value}. Answer one of: {accepted}.",
    "refusal.WrongDetail.choices": "**{detail}** does not take {value}. Answer with some of: {accepted}.",
    "refusal.TimeInPast": "{given} is past; it is {now}. Nothing was changed. For tomorrow write `tomorrow {hour}`.",
    "refusal.ClockNameTaken": "There is a clock **{rule}** already. Take another name.",
    "refusal.NotClassifiable": "**{rule}** has no classification that would change its due time.",
    "refusal.ClockHasNoAwareness": "**{rule}** is a date of your own: nothing has to become known for it. Another "
    "date: `!waive {rule} REASON`, then `!clock add NAME WHEN`.",
    "refusal.ClockWithoutName": "{name} has no letter from A to Z and no digit, so nobody could type it. Take another "
    "name.",
    "refusal.AwareAfterClassified": "**{rule}** was classified {classified}; it cannot become known after that. If "
    "the classification is wrong: `!classified {rule} WHEN`, then this again.",
    "refusal.ClassifiedBeforeAware": "**{rule}** cannot be classified before it was known ({aware}).",
    "refusal.UnknownDraft": "There is no draft {draft}. There are: {known}",
    "refusal.DraftNotMade": "Nobody has had {draft} drafted yet. First `!draft {draft}`, then read it.",
    "refusal.DraftOutdated": "Facts have changed since {draft} was shown. `!draft {draft}` shows the new version; "
    "read that.",
    "refusal.DraftNotReviewed": "{draft} is frozen only after the dpo or legal has read it: `!draft {draft} reviewed`",
    "refusal.DraftIsFrozen": "{draft} version {version} is frozen. `!draft {draft} new` begins another.",
    "usage.unknown-factor": "{given} is no question on the risk. There are: breach, data, identity, consequences, "
    "people, organisation, number, general; and decision.",
    "usage.unknown-level": "{given} is no level. There are: none, risk, high, unknown.",
    "usage.not-one-of": "{given} does not belong there. There may be: {accepted}",
    "refusal.AnswerNeedsReason": "With **{question}** = {value} duties of the law leave: {rules}. Say why, in a few "
    "words: `!fact {question} {value} REASON`. A second person then confirms it. Nothing was changed.",
}
