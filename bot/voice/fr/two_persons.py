"""What needs a second person."""

SENTENCES = {
    "asked.closing": "**Il faut une seconde personne.** {who} demande de clore l'incident alors que ces délais légaux "
    "courent. Après la clôture, aucun ne sonne plus ; ce que la loi demande reste dû :",
    "asked.closing.text": "**Il faut une seconde personne.** {who} demande de clore l'incident ({text}) alors que ces "
    "délais légaux courent. Après la clôture, aucun ne sonne plus ; ce que la loi demande reste dû :",
    "asked.closing.better": "Mieux, d'abord : `!declare {rule} REFERENCE` ou `!ecarter {rule} RAISON`.",
    "asked.removal": "**Il faut une seconde personne.** {who} demande de retirer {user} ({roles}) : plus de clés, plus "
    "de droits. Ce qui a été lu reste lu.",
    "asked.waiving": "**Il faut une seconde personne.** {who} demande d'écarter ce délai légal, parce que : {text}. "
    "Écarté, il ne sonne plus ; si la loi le demande, il reste dû :",
    "asked.announcing": "**Il faut une seconde personne.** {who} demande d'envoyer ce bulletin à {count} organisations "
    ":",
    "asked.announcing.text": "{text}",
    "asked.cascade": "**Il faut une seconde personne.** {who} demande d'ouvrir {organisations} avec {people} personnes "
    "selon la liste {name} : {title}. Chacune reçoit une salle, et toutes les personnes de la liste sont invitées.",
    "asked.trusting": "**Il faut une seconde personne.** {who} a comparé la nouvelle identité de {user} avec cette "
    "personne et demande de la reconnaître désormais :\n`{master}`\nComparez vous-même avant de confirmer, par "
    "téléphone ou de vive voix.",
    "asked.how": "Pour l'exécuter, une seconde personne ({people}) tape `!confirmer {number}` avant {until}. Sinon, "
    "rien ne se passe.",
    "act.closing": "clore l'incident alors que des délais légaux courent ({rules})",
    "act.removal": "retirer {user}",
    "act.waiving": "écarter {rule}, qui court",
    "act.announcing": "envoyer un bulletin à {count} organisations",
    "act.cascade": "ouvrir {organisations} selon la liste {name}",
    "act.trusting": "reconnaître {user} à une nouvelle identité",
    "fact.ConfirmationAsked": "{who} a demandé une seconde personne (n° {number}) : {act}",
    "fact.ConfirmationGiven": "{who} a confirmé ce que {first} demandait (n° {number}) : {act}",
    "fact.HouseConfirmationAsked": "{who} a demandé une seconde personne de la maison (n° {number}) : {act}",
    "fact.HouseConfirmationGiven": "{who} a confirmé pour la maison ce que {first} demandait (n° {number}) : {act}",
    "refusal.NoSecondPerson": "{user} peut piloter : le retrait demande une seconde personne, et personne d'autre ici "
    "ne pourrait le confirmer. Donnez d'abord le rôle à quelqu'un : `!role coordinateur QUI`. Rien n'a changé.",
    "refusal.NobodyToConfirm": "Il faut une seconde personne : quelqu'un d'autre avec le rôle {roles}, qui l'avait "
    "avant votre demande et que vous n'avez pas fait venir depuis moins d'un jour. Ici, il n'y a personne. Rien "
    "n'a changé. Invitez quelqu'un : `!inviter QUI ROLE` ; dès demain, cette personne pourra confirmer.",
    "refusal.NobodyInTheHouse": "Il faut une seconde personne de la maison avec le rôle {roles}, et la configuration "
    "ne nomme personne d'autre. Rien n'a changé. L'exploitant peut le faire sur la machine.",
    "refusal.AlreadyAsked": "{by} l'a déjà demandé. Cela attend une seconde personne jusqu'à {until} : "
    "`!confirmer {number}`",
    "refusal.NothingToConfirm": "Rien n'attend une seconde personne. Ce qui en demande une le dit, avec son numéro.",
    "refusal.ConfirmationLapsed": "Le n° {number} est caduc : personne ne l'a confirmé dans les dix minutes. Rien n'a "
    "été fait. Qui le veut encore le redemande.",
    "refusal.Overtaken": "Depuis la demande n° {number}, ce dont il s'agit a changé. Rien n'a été fait. Qui le veut "
    "encore le redemande.",
    "refusal.NotTheSecondPerson": "Il faut une seconde personne : ni celle qui demande, ni celle qui doit partir, ni "
    "quelqu'un que l'une d'elles a fait venir depuis moins d'un jour. Peuvent confirmer : {others}.",
    "refusal.NotTheSecondPerson.nobody": "Il faut une seconde personne : ni celle qui demande, ni celle qui doit "
    "partir, ni quelqu'un que l'une d'elles a fait venir depuis moins d'un jour. Personne ici ne peut confirmer "
    "pour l'instant.",
    "refusal.WhichToConfirm": "Dites ce que vous confirmez, par son numéro : `!confirmer {number}`. En attente : "
    "{numbers}.",
    "refusal.MoreClocksRunning": "Depuis la demande, d'autres délais légaux courent : {rules}. Rien n'a été fait. Qui "
    "le veut encore le redemande.",
    "help.confirm": "confirme, en seconde personne, ce qu'une autre a demandé",
    "help.confirm.more": "Ce qui ne se défait pas demande deux personnes : clore alors que des délais légaux courent, "
    "en écarter un, retirer quelqu'un qui peut piloter, un bulletin à beaucoup d'organisations, une cascade. La "
    "demande est caduque après dix minutes ; alors rien ne se passe.",
    "asked.risk": "**Il faut une seconde personne.** {who} demande de décider qu'un risque pour les personnes est peu "
    "probable, parce que : {text}",
    "asked.answer": "**Il faut une seconde personne.** {who} répond **{question}** = {value}, parce que : "
    "{text}\nAvec cette réponse, ces obligations disparaissent :",
    "asked.controller": "L'une des deux décide pour l'organisation : {people}.",
    "asked.controller.nobody": "L'une des deux décide pour l'organisation. Personne ici n'a le rôle direction ; c'est "
    "donc : {people}. `!role direction QUI` désigne quelqu'un.",
    "act.waiving.suspected": "écarter {rule}",
    "act.risk": "décider du risque : {level}",
    "act.answer": "répondre {question} = {value}",
}
