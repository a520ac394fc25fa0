"""Verifications of the bot by people's apps."""

SENTENCES = {
    "verify.asked": "**{who} est en train de me vérifier**\nSon application doit montrer, dans cet ordre :\n{shown}\n"
    "Appelez {name} et faites-vous lire ce qui s'affiche.\nIdentique : `!verifier {name} oui {code}` · différent : "
    "`!verifier {name} non`",
    "verify.asked.alone": "**{who} est en train de me vérifier**\nPersonne d'autre ne pourrait comparer ici. Sur la "
    "console de l'exploitant : `cellule verify`",
    "verify.yes": "Noté : c'est identique. À {user} de confirmer dans son application.",
    "verify.no": "Noté : c'est différent. La vérification de {user} est annulée, et son application le dit. Quelqu'un "
    "s'interpose peut-être : prévenez l'exploitant.",
    "verify.ended.verified": "**{user}** m'a vérifié : son application le montre désormais.",
    "verify.ended.known": "**{user}** m'a vérifié : son application le montre désormais. Cette personne est "
    "vérifiée aussi : je la reconnais à l'identité qui a été comparée.",
    "verify.ended.cancelled": "{user} a annulé la vérification. Rien n'a été vérifié.",
    "verify.ended.mismatch": "**Les clés de {user} et les miennes ne correspondent pas.** Rien n'a été vérifié. "
    "Quelqu'un s'interpose peut-être : prévenez l'exploitant.",
    "verify.ended.timed-out": "La vérification de {user} a duré plus de dix minutes. Rien n'a été vérifié ; on peut "
    "recommencer.",
    "verify.ended.failed": "La vérification de {user} s'est interrompue. Rien n'a été vérifié ; on peut recommencer.",
    "refusal.NobodyVerifies": "{user} n'est pas en train de me vérifier, ou plus. On peut recommencer dans son "
    "application.",
    "refusal.OtherVerification": "Ce code n'est pas celui de la vérification en cours de {user}. Comparez de nouveau "
    "avec le dernier message à ce sujet ; si personne n'a recommencé, répondez `non`.",
    "refusal.OwnVerification": "C'est vous qui me vérifiez : une autre personne doit comparer, ici ou sur la console "
    "de l'exploitant (`cellule verify`).",
    "usage.not-control": "Cela se dit dans le salon de pilotage.",
    "help.verify": "compare les émojis de quelqu'un qui me vérifie",
    "help.verify.more": "Seulement quand une personne l'a demandé, avec les émojis qu'elle vous lit au téléphone. Qui "
    "me vérifie ne peut pas répondre pour soi.",
}
