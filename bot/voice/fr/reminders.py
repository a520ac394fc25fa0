"""Reminders."""

SENTENCES = {
    "remind.drill": "**[EXERCICE]**",
    "remind.due": "**{rule} : {left}**\n{title}\nÉchéance {due}",
    "remind.soft": "**{rule} : {left}**\n{title}\nObjectif {due} (pas une limite légale)",
    "remind.business": "**{rule} : {left}**\n{title}\nÉchéance {due}, fixée par vous et non par la loi",
    "remind.open": "**{rule} : dans les meilleurs délais, et pas encore déclaré**\n{title}\nConnu depuis {since} ; "
    "notre objectif était {aim}, pas une limite légale",
    "remind.aim": "Notre propre objectif est passé ; il reste du temps.",
    "remind.aim.short": "notre objectif est passé",
    "remind.to": "À qui : {to}",
    "remind.to.channel": "À qui : {to}\nOù : {channel}",
    "remind.do": "Déclaré : `!declare {rule} REFERENCE` · vu : `!vu`",
    "remind.do.overdue": "Déclaré : `!declare {rule} REFERENCE` · vu, un jour de répit : `!vu`",
    "remind.overdue": "**Échéance passée.** {words}",
    "remind.late": "Envoyé avec {late} de retard : Cellule était arrêtée, ne joignait pas le serveur, ou ne pouvait "
    "rien dire dans cette salle.",
    "remind.wider.1": "Personne n'a répondu au dernier rappel : les suppléants sont prévenus aussi.",
    "remind.wider.2": "Personne n'a répondu au dernier rappel : la coordination est prévenue aussi.",
    "remind.wider.3": "Personne n'a répondu au dernier rappel : tout le monde est prévenu.",
    "remind.digest": "**Rappel : {what}**",
    "remind.digest.do": "Déclaré : `!declare REGLE REFERENCE` · vu : `!vu` · tout sur l'un : `!delais REGLE`",
    "remind.steps": "**Objectif de temps dépassé : {what}**",
    "remind.steps.short": "Objectif de temps dépassé :",
    "remind.steps.do": "Fait : `!fait ID RESULTAT` · laissé de côté : `!passer ID RAISON`",
    "remind.update": "**Point promis pour {at}, {left}**\nL'écrire : `!brouillon client-bulletin` · le suivant : "
    "`!constat prochain-point QUAND`",
    "remind.repeat": "**Il est temps de refaire cette liste**\nClose {closed}. Recommencer : "
    "`!ouvrir TITRE --playbook {playbook}`",
    "rung.aim": "notre objectif",
    "count.clocks.one": "# délai",
    "count.clocks.many": "# délais",
}
