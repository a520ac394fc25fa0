"""What needs a second person."""

SENTENCES = {
    "asked.closing": "**Il faut une seconde personne.** {who} demande de clore l'incident alors que ces délais légaux "
    "courent. Après la clôture, aucun ne sonne plus ; ce que la loi demande reste dû :",
    "asked.closing.text": "**Il faut une seconde personne.** {who} demande de clore l'incident ({text}) alors que ces "
    "délais légaux courent. Après la clôture, aucun ne sonne plus ; ce que la loi demande reste dû :",
    "asked.closing.better": "Mieux, d'abord : `!declare {rule} REFERENCE` ou `!ecarter {rule} RAISON`.",
    "asked.removal": "**Il faut une seconde personne.** {who} demande de retirer {user} ({roles}) : plus de clés, plus "
    "de droits. Ce qui a été lu reste lu.",
    "asked.how": "Pour l'exécuter, une autre personne qui peut piloter ({people}) tape `!confirmer {number}` avant "
    "{until}. Sinon, rien ne se passe.",
    "act.closing": "clore l'incident alors que des délais légaux courent ({rules})",
    "act.removal": "retirer {user}",
    "fact.ConfirmationAsked": "{who} a demandé une seconde personne (n° {number}) : {act}",
    "fact.ConfirmationGiven": "{who} a confirmé ce que {first} demandait (n° {number}) : {act}",
    "refusal.NoSecondPerson": "{user} peut piloter : le retrait demande une seconde personne, et personne d'autre ici "
    "ne pourrait le confirmer. Donnez d'abord le rôle à quelqu'un : `!role coordinateur QUI`. Rien n'a changé.",
    "refusal.AlreadyAsked": "{by} l'a déjà demandé. Cela attend une seconde personne jusqu'à {until} : "
    "`!confirmer {number}`",
    "refusal.NothingToConfirm": "Rien n'attend une seconde personne. Ce qui en demande une le dit, avec son numéro.",
    "refusal.ConfirmationLapsed": "Le n° {number} est caduc : personne ne l'a confirmé dans les dix minutes. Rien n'a "
    "été fait. Qui le veut encore le redemande.",
    "refusal.NotTheSecondPerson": "Il faut une seconde personne : ni celle qui demande, ni celle qui doit partir. "
    "Peuvent confirmer : {others}.",
    "refusal.SeveralToConfirm": "Plusieurs choses attendent : {numbers}. Dites laquelle : `!confirmer {number}`",
    "refusal.MoreClocksRunning": "Depuis la demande, d'autres délais légaux courent : {rules}. Rien n'a été fait. Qui "
    "le veut encore le redemande.",
    "help.confirm": "confirme, en seconde personne, ce qu'une autre a demandé",
    "help.confirm.more": "Ce qui ne se défait pas demande deux personnes : clore alors que des délais légaux courent, "
    "retirer quelqu'un qui peut piloter. La demande est caduque après dix minutes ; alors rien ne se passe.",
}
