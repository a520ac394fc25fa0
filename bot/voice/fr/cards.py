"""The card, the brief, lists, the welcome and what is said at the desk."""

SENTENCES = {
    "card.title": "**{title}**",
    "card.state": "{codename} · gravité {severity} · {status}",
    "card.leaders": "Pilotage : {people}",
    "card.drill": "**Ceci est un exercice.** Rien ici n'est réel.",
    "card.drill.fast": "**Ceci est un exercice.** Rien ici n'est réel ; ses délais courent {pace} fois plus vite.",
    "card.closed": "**Clos.** Plus aucun rappel ne sonne.",
    "card.closed.summary": "**Clos.** Plus aucun rappel ne sonne.\n{summary}",
    "card.clocks": "**Délais légaux**",
    "card.progress": "**Avancement** {settled} sur {needed}\n{phases}",
    "card.mandatory": "**À faire, obligatoire**",
    "card.next": "**À faire**",
    "opened.title": "**{title}** : ouverture en cours.",
    "opened.room": "Rejoignez la salle chiffrée **{codename}** : l'invitation arrive.",
    "opened.people": "Invités : {people}",
    "brief.title": "**Point pour celles et ceux qui arrivent.** Vous ne pouvez pas lire ce qui s'est dit avant ; "
    "voici où nous en sommes.",
    "brief.opened": "Ouvert par {by}, {at}.\nScénario : {playbook}",
    "brief.steps": "**Étapes ouvertes**",
    "brief.answers": "**Questions du scénario**",
    "brief.answer": "**{question}** : {value}\n{text}",
    "brief.people": "**Personnes**",
    "brief.person": "{name} : {roles}",
    "brief.end": "`!suite` vos étapes · `!delais` les délais légaux · `!aide` toutes les commandes",
    "list.none": "Aucun incident que vous puissiez voir. `!ouvrir TITRE` en ouvre un.",
    "list.title": "**Incidents**, le plus récent d'abord",
    "list.line": "**{codename}** {title} · {severity} · {status}",
    "list.more": "Et {count} plus anciens.",
    "choice.title": "**Quel scénario ?** Répondez par son numéro.",
    "choice.line": "**{number}** {title}\n{summary}",
    "choice.end": "Dans le doute, prenez le plus proche : une étape peut être passée, avec sa raison.",
    "welcome": "**Cellule est prête.** Ceci est la salle de contrôle.\n`!ouvrir TITRE` ouvre une salle d'incident "
    "chiffrée avec les bonnes personnes.\n`!ouvrir TITRE --exercice` le fait pour un exercice.\n`!aide` montre "
    "toutes les commandes.",
    "about": "**Cellule** {version}\nEmpreinte de mon appareil :\n`{fingerprint}`\nClé maîtresse (signature croisée) "
    ":\n`{master_key}`\nMes messages vont à : {policy}\nComparez les deux lignes avec celles de l'exploitant, par "
    "un autre canal, avant de vous fier à ce compte. Ou vérifiez-moi par émojis : dans Element, sur mon profil, "
    "**Vérifier** ; une autre personne compare pour moi.",
    "help.title": "**Commandes ici**",
    "help.line": "`{usage}` : {summary}",
    "help.end": "`!aide MOT` en dit plus sur une commande. Les mots anglais marchent aussi.",
    "help.unknown": "Il n'y a pas de commande `{word}` ici pour vous.",
    "help.words": "Mots : {words}",
    "fault": "Une panne de notre côté ; elle n'a rien changé. Réessayez. Si elle revient, donnez cette référence à "
    "l'exploitant : **{reference}**",
    "unreadable": "Un de vos messages n'a pas pu être déchiffré : il n'a pas été exécuté. Renvoyez-le ; si cela ne "
    "suffit pas, vérifiez que votre appareil est bien vérifié.",
    "unheard.misnamed": "Un de vos messages m'est parvenu sous le nom d'un autre : il n'a pas été exécuté. Retapez-le. "
    "Si cela continue, prévenez l'exploitant : le serveur Matrix est peut-être en cause.",
    "card.to_confirm": "Dès que c'est établi : `!connaissance ID QUAND SOURCE`",
    "brief.person.left": "{name} : {roles} (a quitté la salle)",
}
