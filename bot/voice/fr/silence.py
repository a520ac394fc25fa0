"""What cannot be said where it belongs."""

SENTENCES = {
    "silence.head": "**Plus rien ne peut être dit dans {room} :** {why}.",
    "silence.control": "la salle de contrôle",
    "silence.why.not_encrypted": "le serveur la montre comme non chiffrée",
    "silence.why.world_readable": "le serveur montre son historique comme lisible par tous",
    "silence.why.shut": "le serveur ne me laisse pas y écrire",
    "silence.why.nobody": "personne n'y a d'appareil qui puisse me lire",
    "silence.why.no_room": "le serveur ne me laisse pas la créer",
    "silence.why.unreached": "le serveur ne le prend pas",
    "silence.why.refused": "le serveur le refuse",
    "silence.exposed": "N'y écrivez rien. Regardez qui a changé les réglages de la salle (chiffrement, qui peut lire "
    "l'historique) et rétablissez-les ; si personne ne l'a fait, le serveur ment.",
    "silence.shut": "Cellule est-elle toujours dans la salle, avec le droit d'y écrire ? Un responsable peut le voir.",
    "silence.due": ", échéance {due}",
    "silence.waits": "Ce qui est à y dire attend, et y sera dit dès que ce sera fini. Ceux que cela concerne sont "
    "prévenus directement.",
    "silence.alone": "Vous lisez ceci ici parce que cela ne peut pas être dit là-bas. Ce sera dit là-bas aussi dès que "
    "ce sera fini ; les commandes n'y comptent que dans sa propre salle.",
    "silence.more": "Et {count} autres salles.",
    "fact.NotDelivered": "non remis : {what} ({why})",
    "refused.invite": "**{who} n'est pas invité :** le serveur le refuse ({code}). L'identifiant est-il juste, et "
    "cette personne peut-elle être invitée d'ici ? Alors invitez-la dans votre application.",
    "stuck.invite": "**{who} n'est pas encore invité :** depuis plusieurs minutes le serveur ne répond pas comme il "
    "faut ; le sien est peut-être arrêté. Je continue d'essayer, vous n'avez rien à faire. Si c'est urgent, "
    "joignez cette personne autrement.",
    "refused.pin": "La carte n'a pas pu être épinglée : le serveur le refuse ({code}). Épinglez-la dans votre "
    "application, ou donnez-m'en le droit.",
    "refused.say": "Je n'ai pas pu envoyer ici ce que vous demandiez ({code}). Demandez de nouveau, ou moins à la fois "
    "; dans le journal c'est la ligne {reference}.",
    "refused.say.alone": "Je n'ai pas pu envoyer ma réponse à {who} ({code}), dans une salle à eux. Dans le journal "
    "c'est la ligne {reference}.",
}
