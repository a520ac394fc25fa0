"""Help: one line a command, and what `!help WORD` adds."""

SENTENCES = {
    "help.open": "ouvre une salle d'incident chiffrée",
    "help.open.more": "Sans `--playbook`, je donne la liste et vous répondez par un numéro. Gravité : faible, "
    "moyenne, élevée, crise. `--exercice` marque tout comme exercice et accélère les délais.",
    "help.cascade": "ouvre une salle pour chaque organisation d'une liste",
    "help.cascade.more": "Envoyez d'abord la liste ici : un fichier CSV ou XLSX avec les colonnes `organisation` et "
    "`personnes`. Tout y est vérifié avant d'ouvrir une salle. OPTIONS : celles de `!ouvrir` ; le playbook est "
    "celui des salles à ouvrir. Le même titre, plus tard, ajoute les nouvelles. Dans la "
    "salle de cet incident : `pause`, `reprendre`, `annuler` ; rien ou `etat` montre où l'on en est.",
    "help.list": "liste les incidents que vous pouvez voir",
    "help.list.more": "Chacun avec le délai qui finit en premier.",
    "help.help": "montre les commandes de cette salle et de vos rôles",
    "help.help.more": "Avec un mot : tout sur une commande.",
    "help.about": "montre version, empreinte et identité",
    "help.about.more": "Comparez-les par un autre canal avant de vous fier à ce compte.",
    "help.status": "montre la fiche",
    "help.status.more": "Elle est aussi épinglée, toujours à jour.",
    "help.next": "montre ce qui vous reste à faire",
    "help.next.more": "D'abord ce qui vous est confié, puis ce qui relève de vos rôles.",
    "help.timeline": "montre les derniers faits",
    "help.timeline.more": "Jusqu'à 50 ; 10 sans nombre.",
    "help.step": "montre une étape en entier",
    "help.step.more": "Quoi faire, qui, pour quand, quelle preuve garder.",
    "help.done": "termine une étape",
    "help.done.more": "Le résultat est gardé exactement comme vous le tapez, même sur plusieurs lignes.",
    "help.skip": "passe une étape",
    "help.skip.more": "La raison est gardée dans la chronologie.",
    "help.reopen": "rouvre une étape",
    "help.reopen.more": "Son histoire reste.",
    "help.assign": "confie une étape à une personne ou un rôle",
    "help.assign.more": "QUI est `moi`, un nom, un identifiant complet ou un rôle : `!confier D1 bob`, "
    "`!confier D1 dpo`",
    "help.fact": "répond à une question du scénario",
    "help.fact.more": "Les étapes et délais qui en dépendent apparaissent ou s'en vont. oui, non et inconnu sont des "
    "réponses ; une nouvelle remplace l'ancienne.",
    "help.clocks": "montre les délais légaux",
    "help.clocks.more": "Chacun avec son échéance, son responsable, sa voie et sa source de droit ; avec une REGLE, "
    "celui-là. `ics` : un fichier d'agenda aux titres neutres ; `ics complet` nomme les obligations.",
    "help.aware": "lance un délai, depuis l'heure où c'est connu",
    "help.aware.more": "QUAND : rien pour maintenant, `14h30`, `hier 18:00`, `2026-11-24 14:30`, `-2h`. SOURCE : qui "
    "l'a dit, comment. La même commande avec une raison corrige.",
    "help.filed": "arrête un délai, avec sa preuve",
    "help.filed.more": "REFERENCE : le numéro du récépissé. QUAND à la fin, si ce n'est pas à l'instant : `14h30`, "
    "`hier 18:00`.",
    "help.waive": "écarte un délai, par votre décision",
    "help.waive.more": "La décision est enregistrée à votre nom, avec sa raison.",
    "help.ack": "dit que rappels et bulletins ont été vus",
    "help.ack.more": "Un rappel resté sans `!vu` va la fois suivante à plus de monde : suppléants, coordination, tous. "
    "Seuls son responsable, son suppléant ou la coordination y répondent ; `!vu REGLE` répond à un seul. Un délai dont "
    "l'échéance est passée se tait alors un jour au plus ; rien ne s'arrête avant d'être déclaré ou écarté.",
    "help.snooze": "met en pause les rappels d'un délai",
    "help.snooze.more": "`2h`, `30min`, `1h30`, `1j` ; jamais au-delà de l'échéance.",
    "help.bulletin": "dit la même chose à toutes les organisations, ou à certaines",
    "help.bulletin.more": "FILTRE : toutes, silencieuses (n'ont pas accusé réception du dernier), retard, "
    "non-declarees, ou COLONNE=VALEUR de votre fichier : `--pour secteur=santé`. `--prochain 18:00` promet le "
    "suivant ; je sonne avant. Le texte peut avoir plusieurs lignes, et des blancs : `{ organisation }`, "
    "`{ codename }`, ou une colonne de votre fichier.",
    "help.rollup": "montre où en sont toutes les organisations",
    "help.rollup.more": "Qui est prévenu, qui se tait, qui est en retard, en mots et en image. `csv` : une ligne par "
    "organisation.",
    "help.note": "écrit une ligne dans la chronologie",
    "help.note.more": "Gardée exactement comme vous la tapez.",
    "help.role": "donne un rôle de plus à une personne",
    "help.role.more": "Rôles : admin, coordinateur, dpo, juridique, informatique, communication, rh, assurance, "
    "observateur.",
    "help.invite": "ajoute une personne et l'invite",
    "help.invite.more": "QUI est un nom ou un identifiant complet comme `@bob:example.org`. Sans rôle : celui de la "
    "configuration, sinon observateur.",
    "help.remove": "retire une personne de la salle",
    "help.remove.more": "Elle ne reçoit plus de clés ; ce qu'elle a lu reste lu. Si elle peut piloter, une seconde "
    "personne confirme : `!confirmer`.",
    "help.severity": "change la gravité",
    "help.severity.more": "faible, moyenne, élevée ou crise.",
    "help.brief": "publie un point de situation",
    "help.brief.more": "Qui arrive en cours de route en reçoit un sans le demander.",
    "help.close": "clôt l'incident",
    "help.close.more": "Plutôt pas tant qu'un délai légal court : déclarez-le ou écartez-le d'abord. S'il le faut, une "
    "seconde personne confirme : `!confirmer`.",
    "help.resume": "rouvre un incident clos",
    "help.resume.more": "Ses délais sonnent à nouveau.",
    "help.facts": "montre ce qu'on sait, et ce qui reste demandé",
    "help.facts.more": "Les réponses, et les détails dont les brouillons et le registre ont besoin.",
    "help.clock": "ajoute une échéance à vous",
    "help.clock.more": "TVA, paie, audience : `!delai ajouter TVA demain 12h00 bob`. Elle sonne comme les autres ; "
    "QUI est une personne ou un rôle. Elle respecte les heures calmes et n'empêche pas de clore ; pour une autre date, "
    "`!ecarter` puis ajouter de nouveau.",
    "help.classified": "dit quand un incident a été classé",
    "help.classified.more": "Pour les délais qui courent aussi depuis un classement, comme la première notification "
    "DORA.",
    "help.risk": "pèse le risque pour les personnes",
    "help.risk.more": "Huit questions, avec un niveau (aucun, risque, eleve, inconnu) et une raison : `!risque "
    "donnees eleve bulletins de paie avec RIB`. `!risque decision eleve RAISON` garde qui décide. Cellule ne décide "
    "jamais.",
    "help.draft": "rédige un brouillon à partir des faits",
    "help.draft.more": "Sans nom : la liste. `relu` : le dpo ou le juridique l'a jugé bon. `fige` : il ne bouge "
    "plus, prêt à être envoyé par une personne. `nouveau` : une autre version.",
    "help.register": "montre le registre des violations",
    "help.register.more": "RGPD art. 33(5) : chaque incident, sauf les exercices, et ce qui manque à chaque fiche. "
    "`csv` ou `md` le donne en fichier chiffré. En message direct avec moi seulement.",
}
