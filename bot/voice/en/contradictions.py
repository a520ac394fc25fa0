"""What contradicts what. Cellule keeps both and judges neither."""

SENTENCES = {
    "contradictions.title": "**These contradict each other; all is kept.** Check, and correct what is wrong:",
    "contradictions.came": "**That contradicts something else; all is kept.** Check, and correct what is wrong:",
    "contradiction.no-personal-data": "**personal-data** = no, and yet there is: {against}",
    "contradiction.no-theft": "**stolen-data** = no, and yet confidentiality was lost: were data seen and not copied?",
    "contradiction.not-insured": "**insured** = no, and yet there is: {against}",
    "contradiction.no-processor": "**processor** = no, and yet it follows from the profile, or from what was filed: "
    "{against}",
    "contradiction.risk-aside": "The risk was decided on as: {level}. And yet **{against}** is set aside",
    "contradiction.high-risk": "The risk was decided on as: {level}. And yet **high-risk** = {answer}",
    "contradiction.attack-order": "The attack ends ({end}) before it starts ({start})",
    "contradiction.aware-before-attack": "Known before the attack started ({start}): {against}",
    "contradiction.breach-before-attack": "The breach (**GDPR-33-1**) was known before the attack (**FR-LOPMI**): does "
    "the complaint have the right hour?",
    "contradiction.aware-after-discovery": "Counted from later than the discovery, or than the attack though access "
    "was lost: {against}. Out of reach is a breach too; the earlier hour is the safe one",
    "contradiction.not-malicious": "**malicious** = no, and yet a complaint was filed: {against}",
    "contradiction.staff-works": "**staff-stopped** = no, and yet there is: {against}",
    "contradiction.stopped-order": "Work stops until {end}, before it stops ({start})",
    "contradiction.headcount": "**fifty-staff** = {answer}, and yet the headcount is {headcount}",
}
