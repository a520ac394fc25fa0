"""Refusals, mistakes in what was typed, unknown words."""

SENTENCES = {
    "refusal.NotAllowed": "Il faut pour cela le rôle {roles}. Demandez à quelqu'un qui l'a.",
    "refusal.GuestOfTheHouse": "C'est réservé aux personnes de la maison, que la configuration nomme ; dans cet "
    "incident, vous êtes un invité. Demandez à l'une d'elles.",
    "refusal.CameLate": "Ce message est arrivé après d'autres que vous avez tapés plus tard : il n'a pas été exécuté, "
    "car il a pu être retenu en route. Retapez-le si vous le voulez encore.",
    "refusal.IncidentClosed": "Cet incident est clos. `!reprendre` le rouvre.",
    "refusal.NotClosed": "Cet incident est en cours ; il n'y a rien à reprendre.",
    "refusal.UnknownStep": "Il n'y a pas d'étape **{step}**. `!suite` montre celles qui sont ouvertes.",
    "refusal.UnknownStep.near": "Il n'y a pas d'étape **{step}**. Vouliez-vous dire **{nearest}** ?",
    "refusal.StepNotNeeded": "**{step}** ne fait pas partie de cet incident, selon les réponses données jusqu'ici. "
    "`!etape {step}` la montre.",
    "refusal.StepAlreadySettled": "**{step}** est déjà faite ou passée. `!rouvrir {step}` la rouvre.",
    "refusal.StepNotSettled": "**{step}** est ouverte ; il n'y a rien à rouvrir.",
    "refusal.UnknownQuestion": "Il n'y a pas de question **{question}**. Questions : {known}",
    "refusal.WrongAnswer": "**{question}** n'accepte pas {value}. Répondez {accepted}.",
    "refusal.UnknownClock": "Il n'y a pas de délai **{rule}** ici. Délais : {known}",
    "refusal.ClockNotWatched.in_force": "Le scénario de cet incident ne suit pas **{rule}**. Ce que vous en faites : "
    "`!note TEXTE`",
    "refusal.ClockNotWatched.off": "**{rule}** n'est pas activé ici : {why} La configuration l'active, pour les "
    "incidents ouverts ensuite.",
    "refusal.ClockNotWatched.pending": "**{rule}** n'est qu'une proposition : on ne sait pas à partir de quel jour il "
    "compterait.",
    "refusal.ClockNotWatched.future": "**{rule}** n'était pas encore valable le jour où cet incident a été ouvert.",
    "refusal.ClockNotWatched.ended": "**{rule}** n'était plus valable le jour où cet incident a été ouvert.",
    "refusal.ClockWaits": "**{rule}** part tout seul quand **{after}** est déclaré : `!declare {after} REFERENCE`",
    "refusal.TimeInFuture": "{given} est dans le futur ; il est {now}. Rien n'a changé.",
    "refusal.TimeInFuture.yesterday": "{given} est dans le futur ; il est {now}. Si c'était hier, écrivez `hier "
    "{hour}`.",
    "refusal.CorrectionNeedsReason": "**{rule}** court déjà, connu depuis {aware}. Pour corriger, dites pourquoi : "
    "`!connaissance {rule} {example} RAISON`",
    "refusal.ClockAlreadyFiled": "**{rule}** est déjà déclaré, référence {reference}. Pour compléter le dossier : "
    "`!note`",
    "refusal.ClockNotRunning": "**{rule}** n'a pas de compte à rebours, donc pas de rappel à reporter. `!delais` "
    "montre où il en est.",
    "refusal.FiledBeforeAware": "**{rule}** ne peut pas être déclaré avant d'être connu ({aware}). Donnez l'heure de "
    "la déclaration, ou corrigez l'autre par `!connaissance`.",
    "refusal.SnoozePastDue": "**{rule}** : l'échéance est {due} ; une pause ne peut pas l'atteindre. Prenez-la plus "
    "courte, ou `!vu` une fois l'échéance passée.",
    "refusal.NotTheirsToAcknowledge": "Non enregistré : la réponse revient à son responsable, à son suppléant ou à la "
    "coordination. En attente : {waiting}.",
    "refusal.NothingToAcknowledge": "Rien n'attend d'être vu.",
    "refusal.ClocksStillRunning": "Ces délais légaux courent encore : {rules}. Clore les ferait taire. D'abord "
    "`!declare {rule} REFERENCE` ou `!ecarter {rule} RAISON`. Sinon il faut une seconde personne pour confirmer, et "
    "personne d'autre ici ne le peut : `!role coordinateur QUI`, puis ceci de nouveau.",
    "refusal.UnknownPerson": "Je ne connais pas {who}. Prenez un nom d'ici ({known}) ou l'identifiant complet : "
    "`@bob:example.org`",
    "refusal.AmbiguousPerson": "Plusieurs personnes s'appellent {who} : {candidates}. Écrivez l'identifiant complet.",
    "refusal.AlreadyOnRoster": "{user} fait déjà partie de l'équipe. `!role ROLE QUI` donne un rôle de plus.",
    "refusal.LastLeader": "Sans {user}, personne ne pourrait piloter cet incident. Donnez d'abord le rôle "
    "coordinateur à quelqu'un d'autre.",
    "refusal.UnknownPlaybook": "Il n'y a pas de scénario {playbook} dans cette langue. Il y a : {known}",
    "refusal.NoChoiceOffered": "Aucune liste n'attend de numéro de votre part. `!ouvrir TITRE` commence.",
    "refusal.NoChoiceOffered.range": "Répondez par un numéro de 1 à {offered}.",
    "refusal.JustOpened": "Un incident de ce titre a été ouvert il y a moins d'une minute : **{codename}**. Rien de "
    "nouveau n'a été ouvert.",
    "refusal.WrongRoom.incident": "Cela se fait dans la salle d'un incident. `!liste` montre les vôtres, `!ouvrir "
    "TITRE` en ouvre un.",
    "refusal.WrongRoom.direct": "Cela ne se dit qu'en message direct avec moi : ici, d'autres peuvent lire.",
    "usage.line": "Écrivez : `{usage}`",
    "usage.too-long": "Ce message est trop long : {limit} octets au plus. Rien n'a changé. Coupez-le en plusieurs.",
    "usage.arguments-too-long": "C'est trop long pour cette commande : {limit} caractères au plus. Rien n'a changé. "
    "Raccourcissez, ou coupez en plusieurs.",
    "usage.control-character": "Ce message contient un caractère de contrôle ({code}) : il n'a pas été exécuté. "
    "Retapez-le sans lui.",
    "usage.direction-mark": "Ce message contient une marque invisible qui change l'ordre du texte ({code}) : il n'a "
    "pas été exécuté. Retapez-le à la main.",
    "usage.missing": "Il manque {argument}.",
    "usage.too-much": "Cette commande ne prend rien après elle ; il y avait : {given}",
    "usage.not-direct": "Cela ne se dit qu'en message direct avec moi : ici, d'autres peuvent lire.",
    "usage.wrong-room": "Cela se fait dans la salle d'un incident. `!liste` montre les vôtres, `!ouvrir TITRE` en "
    "ouvre un.",
    "usage.unknown-option": "Il n'y a pas d'option {given}.",
    "usage.unknown-severity": "{given} n'est pas une gravité. Il y a : faible, moyenne, élevée, crise.",
    "usage.unknown-language": "{given} n'est pas une langue d'ici. Il y a : fr, en.",
    "usage.unknown-role": "{given} n'est pas un rôle. Il y a : admin, coordinateur, dpo, juridique, informatique, "
    "communication, rh, assurance, observateur.",
    "usage.not-a-count": "{given} n'est pas un nombre de 1 à {limit}.",
    "usage.not-a-span": "{given} n'est pas une durée. Écrivez `2h`, `30min`, `1h30` ou `1j`.",
    "usage.not-a-time": "Je ne sais pas lire l'heure {given}. Écrivez-la comme `{example}`, `14h30`, `hier 18:00` ou "
    "`-2h`.",
    "usage.time-without-hour": "{given} n'a pas d'heure. Écrivez-la comme `{example}` ; si cela fait partie du "
    "texte, mettez `maintenant` à la place de l'heure.",
    "usage.ambiguous-hour": "{given} se lit de deux façons. Écrivez `{clock}` pour l'heure, `{ago}` pour il y a tant "
    "de temps.",
    "usage.ambiguous-date": "{given} se lit de deux façons. Écrivez `{first}` ou `{second}`, avec la bonne heure.",
    "usage.time-skipped": "{given} n'a pas existé : passage à l'heure d'été. Écrivez `{first}` ou `{second}`.",
    "usage.time-twice": "{given} est venue deux fois : passage à l'heure d'hiver. Écrivez `{first}` ou `{second}`.",
    "too.fast": "Un instant : cela fait beaucoup de commandes d'un coup, et j'en laisse tomber à partir d'ici. Une "
    "toutes les trois secondes passe. Renvoyez ce qui est resté sans réponse. `!vu` marche toujours.",
    "unknown.word": "Je ne connais pas `!{word}`. `!aide` montre les commandes. Rien n'a changé.",
    "unknown.word.near": "Je ne connais pas `!{word}`. Vouliez-vous dire `!{nearest}` ? Rien n'a changé.",
    "refusal.WrongDetail.text": "**{detail}** n'accepte pas {value}.",
    "refusal.WrongDetail.moment": "**{detail}** demande une date et une heure.",
    "refusal.WrongDetail.count": "**{detail}** demande un nombre, même approché : `environ 350`. `inconnu` est une "
    "réponse.",
    "refusal.WrongDetail.linked": "**{detail}** ne garde que ce que dit un avis officiel : ajoutez son adresse https "
    "et sa date.",
    "refusal.WrongDetail.choice": "**{detail}** n'accepte pas {value}. Répondez par l'un de : {accepted}.",
    "refusal.WrongDetail.choices": "**{detail}** n'accepte pas {value}. Répondez par un ou plusieurs de : {accepted}.",
    "refusal.TimeInPast": "{given} est passé ; il est {now}. Rien n'a changé. Pour demain, écrivez `demain {hour}`.",
    "refusal.ClockNameTaken": "Il y a déjà un délai **{rule}**. Prenez un autre nom.",
    "refusal.NotClassifiable": "**{rule}** n'a pas de classement qui changerait son échéance.",
    "refusal.ClockHasNoAwareness": "**{rule}** est une échéance fixée par vous : elle ne part d'aucune connaissance. "
    "Pour une autre date : `!ecarter {rule} RAISON`, puis `!delai ajouter NOM QUAND`.",
    "refusal.ClockWithoutName": "{name} n'a ni lettre de A à Z ni chiffre : personne ne pourrait le taper. Prenez un "
    "autre nom.",
    "refusal.AwareAfterClassified": "**{rule}** a été classé {classified} ; il ne peut pas être connu après. Si le "
    "classement est faux : `!classement {rule} QUAND`, puis ceci de nouveau.",
    "refusal.ClassifiedBeforeAware": "**{rule}** ne peut pas être classé avant d'avoir été connu ({aware}).",
    "refusal.UnknownDraft": "Il n'y a pas de brouillon {draft}. Il y a : {known}",
    "refusal.DraftNotMade": "Personne n'a encore fait rédiger {draft}. D'abord `!brouillon {draft}`, puis lisez-le.",
    "refusal.DraftOutdated": "Des faits ont changé depuis que {draft} a été montré. `!brouillon {draft}` montre la "
    "nouvelle version ; lisez-la.",
    "refusal.DraftNotReviewed": "{draft} ne se fige qu'après relecture par le dpo ou le juridique : `!brouillon "
    "{draft} relu`",
    "refusal.DraftIsFrozen": "{draft} version {version} est figé. `!brouillon {draft} nouveau` en commence un autre.",
    "usage.unknown-factor": "{given} n'est pas une question sur le risque. Il y a : violation, donnees, "
    "identification, consequences, personnes, organisme, nombre, ensemble ; et decision.",
    "usage.unknown-level": "{given} n'est pas un niveau. Il y a : aucun, risque, eleve, inconnu.",
    "usage.not-one-of": "{given} n'a pas sa place là. Il peut y avoir : {accepted}",
    "refusal.AnswerNeedsReason": "Avec **{question}** = {value}, des obligations légales disparaissent : {rules}. "
    "Dites pourquoi, en quelques mots : `!constat {question} {value} RAISON`. Une seconde personne confirme ensuite. "
    "Rien n'a changé.",
}
