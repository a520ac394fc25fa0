"""Whose devices are trusted."""

SENTENCES = {
    "first.readers": "_Mes messages vont à : {policy}_",
    "fact.IdentityChangeSeen": "L'identité de {user} a changé",
    "fact.IdentityShown": "{who} a regardé la nouvelle identité de {user}",
    "fact.IdentityConfirmed": "{who} a confirmé l'identité de {user}",
    "fact.IdentityConfirmed.operator": "L'exploitant a confirmé l'identité de {user}",
    "fact.StrangerCame": "{who} est là sans être membre de la cellule, d'après le serveur",
    "distrusted.no-identity": "{who}, j'ai lu ce message sans l'exécuter : votre compte n'a encore aucun appareil "
    "vérifié. Je ne sais donc pas à qui est cet appareil, et je ne lui donne pas de clés.\nDans Element : "
    "Paramètres, Chiffrement, configurez la récupération et vérifiez cet appareil. Puis tapez-le de nouveau.",
    "distrusted.unsigned-device": "{who}, j'ai lu ce message sans l'exécuter : vous n'avez pas vérifié cet appareil, "
    "et je ne lui donne pas de clés.\nDans Element sur cet appareil : Paramètres, Chiffrement, Vérifier cet appareil "
    "(avec un autre de vos appareils ou votre clé de récupération). Puis tapez-le de nouveau.",
    "distrusted.identity-changed": "{who}, j'ai lu ce message sans l'exécuter : votre identité n'est plus la même. "
    "Un autre admin la compare avec vous par téléphone, puis la confirme dans la salle de contrôle.",
    "distrusted.elsewhere": "**{who} m'a écrit depuis un appareil que je ne reconnais pas.** Je n'ai rien exécuté, et "
    "ma réponse lui est peut-être illisible : demandez-lui par téléphone de vérifier cet appareil (Element : "
    "Paramètres, Chiffrement).",
    "unreached.no-identity": "**{who} est là et ne peut rien lire de moi :** son compte n'a aucun appareil vérifié, je "
    "ne lui donne donc pas de clés. Appelez. Dans Element : Paramètres, Chiffrement, configurer la récupération et "
    "vérifier cet appareil.",
    "unreached.unsigned-device": "**{who} est là et ne peut rien lire de moi :** aucun de ses appareils n'est vérifié, "
    "je ne leur donne donc pas de clés. Appelez. Dans Element : Paramètres, Chiffrement, Vérifier cet appareil.",
    "identity.changed": "**L'identité de {who} a changé.** Cette personne ne reçoit plus de clés et ne commande rien "
    "tant qu'un admin n'a pas confirmé.\nNouvelle clé maîtresse : `{master}`\nC'est peut-être un nouveau départ de "
    "sa part, ou quelqu'un d'autre. Comparez-la avec elle par téléphone, jamais ici ; puis `!confiance {name} "
    "confirmer` dans la salle de contrôle. S'il ne reste aucun autre admin, l'exploitant le peut : `cellule trust`.",
    "identity.gone": "**L'identité de {who} a disparu.** Cette personne ne reçoit plus de clés et ne commande rien. "
    "Demandez-lui par téléphone si elle a réinitialisé son compte.",
    "identity.none": "{who} n'a jamais publié d'identité (signature croisée).",
    "identity.known": "{who} est reconnu par la clé maîtresse\n`{master}`",
    "identity.seen": "C'est la première que j'ai vue ; personne ne l'a encore comparée.",
    "identity.compared": "Comparée par {by}, {when}.",
    "identity.compared.operator": "Comparée par l'exploitant, {when}.",
    "identity.now": "**Une autre est publiée maintenant :**\n`{master}`\nComparez-la par téléphone ; puis "
    "`!confiance {name} confirmer`.",
    "identity.now.none": "**Plus aucune n'est publiée.** Demandez par téléphone.",
    "device.came": "**{who} a un nouvel appareil :** {device}\nEmpreinte : `{fingerprint}`\nSeul le serveur dit "
    "qu'il est à cette personne, et il est reconnu dès maintenant (first-use). Appelez : est-ce le sien ? "
    "Sinon, `!retirer` cette personne des incidents ouverts et faites-lui vérifier ses propres appareils.",
    "device.back": "**Un appareil de {who} est revenu :** {device}\nEmpreinte : `{fingerprint}`\nLe serveur l'avait "
    "donné pour parti et le montre de nouveau. Il reçoit de nouveau les clés. Demandez à {who} par une autre voie "
    "s'il l'a toujours. Sinon, retirez cette personne (`!retirer`) jusqu'à ce qu'elle ait réinitialisé son "
    "identité dans son application, puis `!confiance {who}`.",
    "stranger.here": "**{who} est dans cette salle, ou y est invité, sans être membre de la cellule.** Cette personne "
    "ne reçoit aucune clé de ma part et ne commande rien. Je la retire ; regardez si elle est partie.\nSa place est "
    "ici ? `!inviter {who}`",
    "stranger.elsewhere": "**{who} est dans la salle {codename}, ou y est invité, sans être membre de sa cellule.** "
    "Cette personne ne reçoit aucune clé de ma part et ne commande rien. Je la retire.",
    "stranger.control": "**{who} est dans cette salle, ou y est invité, sans être dans la configuration.** Cette "
    "personne ne reçoit aucune clé de ma part et ne commande rien. Je la retire ; regardez si elle est partie.",
    "stays.here": "**{who} est toujours dans cette salle :** le serveur ne me laisse pas retirer cette personne. Elle "
    "ne reçoit aucune clé de ma part et ne commande rien, mais vos applications lui donnent peut-être les vôtres : "
    "n'écrivez rien ici qui ne soit pas pour elle. Retirez-la dans votre application, ou demandez-le à "
    "l'administrateur du serveur.",
    "stays.elsewhere": "**{who} est toujours dans la salle {codename} :** le serveur ne me laisse pas retirer cette "
    "personne. Elle ne reçoit aucune clé de ma part et ne commande rien, mais lit peut-être ce que d'autres y "
    "écrivent. Les responsables y sont prévenus.",
    "comings.elsewhere": "**Dans la salle {codename}, il entre et sort plus de monde que possible.** Le serveur "
    "l'invente, ou quelqu'un le fait faire. Pendant le reste de cette heure je n'en tiens plus compte ; les clés "
    "ne vont qu'à la cellule, comme toujours.",
    "comings.control": "**Dans cette salle, il entre et sort plus de monde que possible.** Le serveur l'invente, ou "
    "quelqu'un le fait faire. Pendant le reste de cette heure je n'en tiens plus compte ; les clés ne vont qu'à "
    "ceux de la configuration, comme toujours.",
    "identity.confirmed": "{who} est reconnu par sa nouvelle identité. Les appareils qu'elle garantit reçoivent les "
    "clés dès le prochain message.",
    "refusal.IdentityNotChanged": "L'identité de {user} n'a pas changé ; il n'y a rien à confirmer.",
    "refusal.NotCompared": "Regardez d'abord : `!confiance {user}` montre la clé publiée maintenant. Comparez-la par "
    "téléphone, puis confirmez.",
    "refusal.NotOneself": "Personne ne confirme sa propre identité. Demandez à un autre admin.",
    "who.title": "**Dans l'équipe et dans cette salle**",
    "who.person": "{name} : {roles}, depuis {since} ; {devices}",
    "who.away": "Dans l'équipe, mais pas dans cette salle : {people}",
    "who.verified": "personne que j'ai vérifiée",
    "who.seen": "personne que je n'ai pas vérifiée",
    "who.changed": "identité changée, aucun appareil qui puisse me lire",
    "who.none": "aucun appareil qui puisse me lire",
    "help.who": "montre qui est là, avec rôles et appareils",
    "help.who.more": "Depuis quand chacun est dans l'équipe, et si je l'ai vérifié ou si aucun de ses appareils ne "
    "peut me lire.",
    "help.trust": "montre par quelle identité une personne est reconnue",
    "help.trust.more": "`confirmer` accepte une identité qui a changé. Comparez d'abord la clé par téléphone. Pour les "
    "admins.",
}
