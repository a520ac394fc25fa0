"""Answers to commands that changed something."""

SENTENCES = {
    "confirm.StepAssigned": "{step} : confié à {to}.",
    "confirm.StepDone": "**{step}** terminée.",
    "confirm.StepSkipped": "**{step}** passée ; la raison est gardée.",
    "confirm.StepSkipped.mandatory": "**{step}** passée, bien qu'obligatoire ; la raison est gardée dans la "
    "chronologie.",
    "confirm.StepReopened": "{step} : de nouveau ouverte.",
    "confirm.next": "Suite : {step}",
    "confirm.Answered": "**{question}** = {value}, réponse de {by}",
    "confirm.Answered.same": "Aucune étape et aucun délai ne changent.",
    "confirm.steps.came": "Avec cette réponse s'ajoutent ces étapes :",
    "confirm.steps.left": "Avec cette réponse, ces étapes s'en vont ; une autre réponse les ramène :",
    "confirm.clocks.came": "Avec cette réponse s'ajoutent ces délais, pas encore lancés :",
    "confirm.clocks.left": "Avec cette réponse, ces délais, pas lancés, s'en vont ; une autre réponse les ramène :",
    "confirm.ClockStarted": "**{rule}** court : {title}",
    "confirm.ClockStarted.corrected": "**{rule}** corrigé : {title}\nAuparavant, connu depuis {known}",
    "confirm.clock.open": "**Dans les meilleurs délais.** La loi, {source}, ne donne pas de chiffre, donc pas de "
    "compte à rebours : agissez maintenant.",
    "confirm.reminders": "Rappels à {owners} : {hours} h avant, à l'échéance, puis chaque heure jusqu'à la "
    "déclaration ; `!vu` donne un jour de répit au plus.",
    "confirm.reminders.hourly": "Rappels à {owners} : à l'échéance, puis chaque heure jusqu'à la déclaration ; "
    "`!vu` donne un jour de répit au plus.",
    "confirm.reminders.daily": "Rappels à {owners} : à notre objectif, puis une fois par jour jusqu'à la déclaration.",
    "confirm.ClockFiled": "**{rule}** arrêté : déclaré {at}, référence {reference}",
    "confirm.filed.step": "Il n'en reste rien à faire ? `!fait {id}` : {step}",
    "confirm.filed.in_time": "À temps ; l'échéance était {due}.",
    "confirm.filed.in_reading": "Après l'échéance stricte ({due}), dans la lecture plus tardive du règlement 1182/71 "
    "({limit}).",
    "confirm.filed.in_reading.month": "Après l'échéance stricte ({due}), avant la fin du dernier jour ({limit}).",
    "confirm.filed.in_reading.rest": "Après l'échéance stricte ({due}), dans le report que {source} donne à certains "
    "({limit}).",
    "confirm.filed.late": "En retard ; l'échéance était {due}. Gardez les motifs du retard avec la preuve.",
    "confirm.chained": "Cela lance **{rule}** : {title}\nÉchéance **{due}**\n*Droit : {source}*",
    "confirm.ClockSetAside": "**{rule}** écarté. Décision enregistrée par {by}, raison : {reason}\nCellule n'en juge "
    "pas. Si la situation change : `!connaissance {rule} QUAND SOURCE`",
    "confirm.Acknowledged.to_come": "Vu : {rules}. Les rappels à venir sonneront quand même.",
    "confirm.Acknowledged.again": "Vu : {rules}. Nouveau rappel d'ici un jour, jusqu'à la déclaration ou la mise à "
    "l'écart : `!vu` n'arrête aucun délai.",
    "confirm.Acknowledged.others": "Encore à voir : {rule}, par {people}.",
    "confirm.Snoozed": "**{rule}** se tait jusqu'au {until}.",
    "confirm.Noted": "Noté dans la chronologie.",
    "confirm.SeveritySet": "Gravité : **{severity}**",
    "confirm.Resumed": "De nouveau ouvert. Les délais qui courent encore sonnent à nouveau.",
    "confirm.PersonInvited": "{user} : invitation envoyée ({roles}). Ce qui s'est dit jusqu'ici reste fermé à cette "
    "personne ; un point suivra à son arrivée.",
    "confirm.RoleGiven": "{user} : un rôle de plus, {role}",
    "confirm.PersonRemoved": "{user} ne fait plus partie de la salle : plus de clés, plus de droits. Ce qui a été lu "
    "reste lu.",
    "confirm.closed.steps": "Étapes obligatoires restées ouvertes :",
    "confirm.closed.clocks": "Délais encore en cours, muets désormais :",
    "confirm.closed.end": "`!reprendre` rouvre l'incident.",
    "confirm.chained.soft": "Cela lance **{rule}** : {title}\nObjectif (pas une limite légale) **{due}**\n*Droit : "
    "{source}*",
    "confirm.ClockClassified": "**{rule}** classé {at}",
    "confirm.ClockAdded": "**{rule}** court : {title}\nÉchéance **{due}**, fixée par vous et non par la loi\n"
    "Rappels à {owners}. Pour l'arrêter : `!declare {rule} REFERENCE`",
    "confirm.filed.late.business": "En retard ; l'échéance était {due}.",
    "confirm.ClockSetAside.business": "**{rule}** écarté. Décision enregistrée par {by}, raison : {reason}\nSi la "
    "situation change : `!delai ajouter NOM QUAND`",
    "confirm.RiskWeighed": "Gardé : {factor} = {level}, par {by}",
    "confirm.RiskDecided": "**Décision sur le risque : {level}**, enregistrée par {by}, car : {reason}",
    "confirm.Answered.decided": "Décision de {by}, confirmée par {second}, raison : {reason}",
    "confirm.seconded": "Confirmé par {second}.",
    "confirm.clock.law": "*Droit : {source} · preuve : {proof}. Pas un avis juridique ; une personne décide.*",
}
