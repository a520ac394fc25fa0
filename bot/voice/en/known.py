"""What is known: answers and details."""

SENTENCES = {
    "known.title": "**What is known**",
    "known.none": "Nothing was answered yet.",
    "known.answer": "**{name}** = {value}",
    "known.answer.profile": "**{name}** = {value} · *profile*",
    "known.group": "**{group}**",
    "known.detail": "{label}: {value}",
    "known.detail.profile": "{label}: {value} · *profile*",
    "known.asked": "**Still asked**",
    "known.question": "**{name}**: {text}",
    "known.question.values": "**{name}** ({values}): {text}",
    "known.how": "`!fact NAME VALUE` answers, or changes an answer; `unknown` is one too.",
    "known.missing": "Not given yet: {count}. `!draft` says what each text needs.",
    "details.one": "# detail",
    "details.many": "# details",
    "profile.used": "From your organisation's profile: {answers}. `!fact NAME VALUE` changes one, `!facts` shows all.",
    "confirm.questions.came": "With that answer it is asked:",
    "confirm.Answered.detail": "Kept: **{label}** = {value}",
    "confirm.Answered.was": "Before: {value}",
    "confirm.Answered.was.profile": "Before, from the profile: {value}",
}
