"""One provider, very many organisations."""

SENTENCES = {
    "organisations.one": "# organisation",
    "organisations.many": "# organisations",
    "bulletin.title": "**Bulletin {number}**",
    "bulletin.text": "{text}",
    "bulletin.next": "Prochain bulletin : {at}",
    "bulletin.ack": "Lu ? `!vu`",
    "fact.FileOffered": "{who} a envoyé une liste d'organisations",
    "fact.CascadeExtended": "{who} a ajouté {count}",
    "fact.CascadePaused": "{who} a suspendu l'ouverture des salles",
    "fact.CascadeResumed": "{who} a fait reprendre l'ouverture des salles",
    "fact.CascadeCancelled": "{who} a arrêté l'ouverture des salles ; celles qui existent restent",
    "fact.ProgressPosted": "l'avancement est affiché",
    "fact.RoomRefused": "le serveur a refusé la salle ({code})",
    "fact.RoomRetried": "la salle est demandée de nouveau",
    "fact.BulletinSent": "{who} a envoyé le bulletin {number} à {audience} : {text}",
    "fact.BulletinReceived": "bulletin {number} reçu : {text}",
    "fact.BulletinRead": "{who} a accusé réception : bulletin {numbers}",
}
