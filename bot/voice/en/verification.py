"""Verifications of the bot by people's apps."""

SENTENCES = {
    "verify.asked": "**{who} is verifying me**\nTheir app must show, in this order:\n{shown}\nCall {name}, and let "
    "them read aloud what they see.\nThe same: `!verify {name} yes {code}` · not the same: `!verify {name} no`",
    "verify.asked.alone": "**{who} is verifying me**\nNobody else could compare here. On the operator's console: "
    "`cellule verify`",
    "verify.yes": "Noted: it is the same. Now {user} confirms in their app.",
    "verify.no": "Noted: it is not the same. The verification of {user} is off, and their app says so. Somebody may "
    "stand between them and me: tell the operator.",
    "verify.ended.verified": "**{user}** has verified me: their app shows it from now on.",
    "verify.ended.known": "**{user}** has verified me: their app shows it from now on. I have verified them as well: "
    "the identity that I know them by was compared.",
    "verify.ended.cancelled": "{user} has cancelled the verification. Nothing was verified.",
    "verify.ended.mismatch": "**The keys of {user} and mine do not match.** Nothing was verified. Somebody may stand "
    "between them and me: tell the operator.",
    "verify.ended.timed-out": "The verification of {user} took longer than ten minutes. Nothing was verified; they can "
    "begin again.",
    "verify.ended.failed": "The verification of {user} broke off. Nothing was verified; they can begin again.",
    "refusal.NobodyVerifies": "{user} is not verifying me now, or no longer. They can begin again in their app.",
    "refusal.OtherVerification": "That is not the code of the verification that {user} has going on. Compare anew with "
    "the last message about it; if they did not begin again, answer `no`.",
    "refusal.OwnVerification": "You are the one who verifies me: somebody else has to compare, here or on the "
    "operator's console (`cellule verify`).",
    "usage.not-control": "That belongs in the control room.",
    "help.verify": "compares the emoji of somebody who verifies me",
    "help.verify.more": "Only when a person asked for it, with the emoji they read to you by phone. Who verifies me "
    "cannot answer for themselves.",
}
