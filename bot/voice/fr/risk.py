"""The risk to people: levels, questions, decision."""

SENTENCES = {
    "risk.title": "**Risque pour les personnes**, huit questions",
    "risk.question": "**{factor}** · {ask}",
    "risk.answer": "→ {level}, {by} : {reason}",
    "risk.answer.none": "→ sans réponse",
    "risk.how": "Sans réponse : {open}. `!risque NUMERO NIVEAU RAISON` ; niveaux : aucun, risque, eleve, inconnu.",
    "risk.how.all": "Les huit ont une réponse. Une nouvelle remplace l'ancienne.",
    "risk.decided": "**Décision sur le risque : {level}**, enregistrée par {by}, {at}, car : {reason}",
    "risk.undecided": "Pas encore de décision sur le risque. Qui tient les délais l'enregistre : `!risque decision "
    "NIVEAU RAISON`",
    "risk.end": "Cellule ne calcule aucun niveau : une personne décide.\n*CEPD, lignes directrices 9/2022, section "
    "IV. Lu dans une source secondaire le {read}.*",
    "risk.ask.breach": "Des données ont-elles été lues, modifiées, perdues, inaccessibles ? Combien de temps, et y "
    "a-t-il une sauvegarde saine ?",
    "risk.ask.data": "Quelles données, et combien ? Paie, RIB, numéros de sécurité sociale et santé pèsent plus.",
    "risk.ask.identity": "Permettent-elles de savoir qui est qui, seules ou avec d'autres ? Si elles sont chiffrées : "
    "la clé est-elle à l'abri ?",
    "risk.ask.consequences": "Le pire pour ces personnes : fraude, usurpation d'identité, salaire perdu, honte ?",
    "risk.ask.people": "Y a-t-il parmi elles des enfants, des patients, des personnes en difficulté ?",
    "risk.ask.organisation": "Qu'est-ce qui aggrave dans votre métier : paie, santé, finance, secret professionnel ?",
    "risk.ask.number": "Combien de personnes, à peu près ?",
    "risk.ask.general": "Tout ensemble : quelle gravité, quelle probabilité ? Qui peut avoir les données maintenant ?",
    "risk.weighed.open": "Encore sans réponse : {open}. `!risque` les montre.",
    "risk.weighed.all": "Les huit ont une réponse. La décision revient à une personne : `!risque decision NIVEAU "
    "RAISON`",
    "risk.concerns": "Réponses « élevé » ou « inconnu » : {factors}",
    "risk.unanswered": "Sans réponse : {factors}",
    "risk.no_clock": "Cellule n'en juge pas. Aucun délai ne s'arrête pour autant.",
    "risk.then.none": "Pour enregistrer que l'autorité n'est pas notifiée, avec vos raisons : `!ecarter GDPR-33-1 "
    "RAISON`. Cela entre au registre sous votre nom. Un texte à signer : `!brouillon register-decision`",
    "risk.then.notify": "**GDPR-33-1**, notifier la CNIL : ce qu'on sait maintenant, le reste ensuite. `!brouillon "
    "cnil-initial`, puis `!declare GDPR-33-1 REFERENCE`\n*{source}, lu le {read}*",
    "risk.then.doubt": "Dans le doute, la CNIL dit de notifier ; elle dira s'il faut informer les personnes (cnil.fr, "
    "lu le {read}).",
    "risk.then.people": "**GDPR-34**, informer les personnes elles-mêmes, dans les meilleurs délais, en termes clairs, "
    "par un message qui ne parle que de cela : `!brouillon persons`, puis `!declare GDPR-34 REFERENCE`\n*{source}, lu "
    "le {read}*",
    "risk.then.again": "Si cette décision y change quelque chose : `!connaissance {rule} QUAND SOURCE`",
    "confirm.ClockSetAside.notification": "**{rule}**, décision enregistrée par {by} : non notifié, car {reason}\n"
    "Elle est au registre sous ce nom. Cellule n'en juge pas. Si la situation change : `!connaissance {rule} QUAND "
    "SOURCE`",
    "fact.ClockSetAside.notification": "**{rule}**, décision enregistrée par {who} : non notifié, car {text}",
    "clock.line.aside.notification": "**{rule}** décision enregistrée par {by} : non notifié, car {reason}",
    "clock.aside.notification": "Décision enregistrée par {by}, {at} : non notifié, car {reason}",
    "risk.level.none": "risque improbable",
    "risk.level.risk": "risque",
    "risk.level.high": "risque élevé",
    "risk.level.unknown": "inconnu",
    "risk.factor.breach": "type de violation",
    "risk.factor.data": "données",
    "risk.factor.identity": "identification",
    "risk.factor.consequences": "conséquences",
    "risk.factor.people": "personnes",
    "risk.factor.organisation": "organisme",
    "risk.factor.number": "nombre",
    "risk.factor.general": "ensemble",
}
