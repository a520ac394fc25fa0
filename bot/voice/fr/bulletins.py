"""Bulletins to very many organisations."""

SENTENCES = {
    "bulletin.title": "**Bulletin {number}**",
    "bulletin.text": "{text}",
    "bulletin.next": "Prochain bulletin : {at}",
    "bulletin.ack": "Lu ? `!vu`",
    "fact.BulletinSent": "{who} a envoyé le bulletin {number} à {audience} : {text}",
    "fact.BulletinReceived": "bulletin {number} reçu : {text}",
    "fact.BulletinRead": "{who} a accusé réception : bulletin {numbers}",
    "bulletin.sent": "**Bulletin {number}** à {audience}\nMaintenant : {count}",
    "bulletin.later": "Dès que leur salle existe : {count}",
    "bulletin.closed": "Incident clos, rien ne leur est dit : {count}",
    "bulletin.promised": "Le prochain est promis pour {at} ; je sonne ici avant",
    "bulletin.preview": "Ce que lit {organisation} :",
    "audience.all": "toutes",
    "audience.silent": "celles qui n'ont pas accusé réception du dernier",
    "audience.overdue": "celles qui ont un délai légal dépassé",
    "audience.unfiled": "celles qui ont un délai légal en cours",
    "remind.update.cascade": "**Bulletin promis pour {at}, {left}**\nL'envoyer : `!bulletin --prochain QUAND TEXTE`",
    "refusal.UnknownBlank": "Il n'y a pas de blanc {blank} : rien n'a été envoyé. Il y a : {known}",
    "refusal.UnknownAudience": "Je ne connais pas {audience} : rien n'a été envoyé. `--pour` accepte toutes, "
    "silencieuses, retard, non-declarees, ou COLONNE=VALEUR avec une de ces colonnes : {columns}",
    "refusal.NobodyToTell": "Personne n'est visé ainsi ({audience}) : rien n'a été envoyé.",
    "refusal.BulletinTooLong": "Trop long : rien n'a été envoyé. {limit} caractères au plus, chaque blanc comptant "
    "pour {cell}.",
}
