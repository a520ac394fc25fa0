"""Every sentence the judge expects, in English and in French, written down by hand: the bot's own are not looked at.

`{...}` are holes. What must not break is written with a plain space: the judge compares words, not typography.
"""

from __future__ import annotations

_WORDS = {
    "admin": ("admin", "admin"),
    "coordinator": ("coordinator", "coordination"),
    "dpo": ("DPO", "DPO"),
    "legal": ("legal", "juridique"),
    "it": ("IT", "informatique"),
    "comms": ("communication", "communication"),
    "hr": ("HR", "RH"),
    "insurance": ("insurance", "assurance"),
    "low": ("low", "faible"),
    "medium": ("medium", "moyenne"),
    "high": ("high", "élevée"),
    "crisis": ("crisis", "crise"),
    "open": ("open", "en cours"),
    "closed": ("closed", "clos"),
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "unknown": ("unknown", "inconnu"),
    "or": ("or", "ou"),
    "drill": ("DRILL", "EXERCICE"),
    "everybody": ("the whole room", "toute la salle"),
    "aim": ("our aim", "notre objectif"),
    "step": ("1 step", "1 étape"),
    "steps": ("{n} steps", "{n} étapes"),
    "clock": ("1 clock", "1 délai"),
    "clocks": ("{n} clocks", "{n} délais"),
}
_REMINDERS = {
    "due": ("{rule}: {left}\n{title}\nDue {due}", "{rule} : {left}\n{title}\nÉchéance {due}"),
    "due.soft": (
        "{rule}: {left}\n{title}\nTarget {due} (not a legal limit)",
        "{rule} : {left}\n{title}\nObjectif {due} (pas une limite légale)",
    ),
    "due.business": (
        "{rule}: {left}\n{title}\nDue {due}, a date of your own and not of the law",
        "{rule} : {left}\n{title}\nÉchéance {due}, fixée par vous et non par la loi",
    ),
    "due.open": (
        "{rule}: without undue delay, and not filed yet\n{title}\n"
        "Known for {since}; our aim was {aim}, not a legal limit",
        "{rule} : dans les meilleurs délais, et pas encore déclaré\n{title}\n"
        "Connu depuis {since} ; notre objectif était {aim}, pas une limite légale",
    ),
    "past.aim": (
        "Our own aim is past; there is still time.",
        "Notre propre objectif est passé ; il reste du temps.",
    ),
    "past.aim.short": ("{line} · past our aim", "{line} · notre objectif est passé"),
    "to": ("To: {to}", "À qui : {to}"),
    "where": ("Where: {channel}", "Où : {channel}"),
    "do": ("Filed: !filed {rule} REFERENCE · seen: !ack", "Déclaré : !declare {rule} REFERENCE · vu : !vu"),
    "do.overdue": (
        "Filed: !filed {rule} REFERENCE · seen, stop ringing: !ack",
        "Déclaré : !declare {rule} REFERENCE · vu, ne plus sonner : !vu",
    ),
    "past.due": ("Past due. {words}", "Échéance passée. {words}"),
    "late": (
        "Sent {late} late: Cellule was down or could not reach the server.",
        "Envoyé avec {late} de retard : Cellule était arrêtée ou ne joignait pas le serveur.",
    ),
    "wider.1": (
        "Nobody acknowledged the last reminder: now for the deputies too.",
        "Personne n’a répondu au dernier rappel : les suppléants sont prévenus aussi.",
    ),
    "wider.2": (
        "Nobody acknowledged the last reminder: now for the coordinators too.",
        "Personne n’a répondu au dernier rappel : la coordination est prévenue aussi.",
    ),
    "wider.3": (
        "Nobody acknowledged the last reminder: now for everybody.",
        "Personne n’a répondu au dernier rappel : tout le monde est prévenu.",
    ),
    "several": ("Reminder: {what}", "Rappel : {what}"),
    "several.do": (
        "Filed: !filed RULE REFERENCE · seen: !ack · all about one: !clocks RULE",
        "Déclaré : !declare REGLE REFERENCE · vu : !vu · tout sur l’un : !delais REGLE",
    ),
    "steps.past": ("Past the time aimed at: {what}", "Objectif de temps dépassé : {what}"),
    "steps.past.short": ("Past the time aimed at:", "Objectif de temps dépassé :"),
    "steps.do": (
        "Done: !done ID RESULT · left out: !skip ID REASON",
        "Fait : !fait ID RESULTAT · laissé de côté : !passer ID RAISON",
    ),
    "update": (
        "Bulletin promised for {at}, {left}\nWrite it: !draft client-bulletin · next one: !fact next-update TIME",
        "Point promis pour {at}, {left}\n"
        "L’écrire : !brouillon client-bulletin · le suivant : !constat prochain-point QUAND",
    ),
}
_CARD = {
    "drill.fast": (
        "This is a drill. Nothing here is real; its clocks run {pace} times faster.",
        "Ceci est un exercice. Rien ici n’est réel ; ses délais courent {pace} fois plus vite.",
    ),
    "state": ("{codename} · severity {severity} · {status}", "{codename} · gravité {severity} · {status}"),
    "leaders": ("Led by {people}", "Pilotage : {people}"),
    "is.closed": ("Closed. No reminder rings any more.", "Clos. Plus aucun rappel ne sonne."),
    "card.clocks": ("Legal clocks", "Délais légaux"),
    "no.clocks": ("No legal clock in this incident.", "Aucun délai légal dans cet incident."),
    "line.suspected": ("{rule} suspected, not started", "{rule} à confirmer, non lancé"),
    "line.running": ("{rule} due {due}, {left}", "{rule} échéance {due}, {left}"),
    "line.overdue": ("{rule} was due {due}, {left}", "{rule} échéance {due}, {left}"),
    "line.soft": (
        "{rule} target (not a legal limit) {due}, {left}",
        "{rule} objectif (pas une limite légale) {due}, {left}",
    ),
    "line.business": ("{rule} due {due}, {left} (your own)", "{rule} échéance {due}, {left} (la vôtre)"),
    "line.open": (
        "{rule} without undue delay; known for {since}",
        "{rule} dans les meilleurs délais ; connu depuis {since}",
    ),
    "line.filed": ("{rule} filed {at}, reference {words}", "{rule} déclaré {at}, référence {words}"),
    "line.aside": ("{rule} set aside by {by} because: {words}", "{rule} écarté par {by}, raison : {words}"),
    "line.aside.notification": (
        "{rule} decision recorded by {by}: not notified because {words}",
        "{rule} décision enregistrée par {by} : non notifié, car {words}",
    ),
    "reading": (
        "Regulation 1182/71 art. 3, later reading: {limit}",
        "Règlement 1182/71 art. 3, lecture plus tardive : {limit}",
    ),
    "to.confirm": (
        "Once it is established: !aware ID WHEN SOURCE",
        "Dès que c’est établi : !connaissance ID QUAND SOURCE",
    ),
    "progress": ("Progress {done} of {all}\n{phases}", "Avancement {done} sur {all}\n{phases}"),
    "next.mandatory": ("Next, mandatory", "À faire, obligatoire"),
    "next": ("Next", "À faire"),
    "no.steps": ("No step is open.", "Plus aucune étape ouverte."),
    "more": ("And {count} more.", "Et encore {count}."),
    "step.line": ("{step} {title} · {who}", "{step} {title} · {who}"),
    "step.line.mandatory": ("{step} {title} · {who} · mandatory", "{step} {title} · {who} · obligatoire"),
}
_ANSWERS = {
    "opened": (
        "{title} is being opened.\nJoin the encrypted room {codename}: the invitation is on its way.\n"
        "Invited: {people}",
        "{title} : ouverture en cours.\nRejoignez la salle chiffrée {codename} : l’invitation arrive.\n"
        "Invités : {people}",
    ),
    "noted": ("Noted in the timeline.", "Noté dans la chronologie."),
    "done": ("{step} done.", "{step} terminée."),
    "keep": ("Proof to keep: {keep}", "Preuve à garder : {keep}"),
    "skipped": ("{step} skipped; the reason is kept.", "{step} passée ; la raison est gardée."),
    "skipped.mandatory": (
        "{step} skipped, though mandatory; the reason is kept in the timeline.",
        "{step} passée, bien qu’obligatoire ; la raison est gardée dans la chronologie.",
    ),
    "then": ("Next: {step}", "Suite : {step}"),
    "reopened": ("{step} {title} is open again.", "{step} {title} : de nouveau ouverte."),
    "assigned": ("{step} {title} is for {to}.", "{step} {title} : confié à {to}."),
    "answered": ("{name} = {value}, answered by {by}", "{name} = {value}, réponse de {by}"),
    "answered.detail": ("Kept: {name} = {value}", "Gardé : {name} = {value}"),
    "before": ("Before: {value}", "Avant : {value}"),
    "nothing.changes": ("No step and no clock changes.", "Aucune étape et aucun délai ne changent."),
    "asked": ("With that answer it is asked:", "Avec cette réponse, on demande :"),
    "question": ("{name}: {text}", "{name} : {text}"),
    "steps.came": ("With that answer these steps are added:", "Avec cette réponse s’ajoutent ces étapes :"),
    "steps.left": (
        "With that answer these steps leave; another answer brings them back:",
        "Avec cette réponse, ces étapes s’en vont ; une autre réponse les ramène :",
    ),
    "clocks.came": (
        "With that answer these clocks are added, not started yet:",
        "Avec cette réponse s’ajoutent ces délais, pas encore lancés :",
    ),
    "clocks.left": (
        "With that answer these clocks, not started, leave; another answer brings them back:",
        "Avec cette réponse, ces délais, pas lancés, s’en vont ; une autre réponse les ramène :",
    ),
    "detail.known": ("What we know", "Ce que nous savons"),
    "detail.next-update": ("Next update", "Prochain point"),
    "starts": ("{rule} runs: {title}", "{rule} court : {title}"),
    "corrected": (
        "{rule} corrected: {title}\nFormerly known since {known}",
        "{rule} corrigé : {title}\nAuparavant, connu depuis {known}",
    ),
    "due.is": ("Due {due}, {left}", "Échéance {due}, {left}"),
    "target.is": (
        "Target (not a legal limit) {due}, {left}",
        "Objectif (pas une limite légale) {due}, {left}",
    ),
    "no.figure": (
        "Without undue delay. The law, {source}, gives no figure, so nothing counts down: act now.",
        "Dans les meilleurs délais. La loi, {source}, ne donne pas de chiffre, donc pas de compte à rebours : "
        "agissez maintenant.",
    ),
    "aim.is": ("Our aim {aim}, not a legal limit", "Notre objectif {aim}, pas une limite légale"),
    "known": (
        "Known since {at}, confirmed by {by} (source: {source})",
        "Connu depuis {at}, confirmé par {by} (source : {source})",
    ),
    "reminders": (
        "Reminders for {owners}: {hours} h before, at the due time, then every hour until !ack or filed.",
        "Rappels à {owners} : {hours} h avant, à l’échéance, puis chaque heure jusqu’à !vu ou la déclaration.",
    ),
    "reminders.hourly": (
        "Reminders for {owners}: at the due time, then every hour until !ack or filed.",
        "Rappels à {owners} : à l’échéance, puis chaque heure jusqu’à !vu ou la déclaration.",
    ),
    "reminders.daily": (
        "Reminders for {owners}: at our aim, then once a day until !ack or filed.",
        "Rappels à {owners} : à notre objectif, puis une fois par jour jusqu’à !vu ou la déclaration.",
    ),
    "stop": ("Filed it? !filed {rule} REFERENCE", "C’est déclaré ? !declare {rule} REFERENCE"),
    "clock.added": (
        "{rule} runs: {title}\nDue {due}, a date of your own and not of the law\n"
        "Reminders for {owners}. Stop it: !filed {rule} REFERENCE",
        "{rule} court : {title}\nÉchéance {due}, fixée par vous et non par la loi\n"
        "Rappels à {owners}. Pour l’arrêter : !declare {rule} REFERENCE",
    ),
    "filed": (
        "{rule} stopped: filed {at}, reference {words}",
        "{rule} arrêté : déclaré {at}, référence {words}",
    ),
    "in.time": ("In time; it was due {due}.", "À temps ; l’échéance était {due}."),
    "in.reading": (
        "After the strict time ({due}), within the later reading of Regulation 1182/71 ({limit}).",
        "Après l’échéance stricte ({due}), dans la lecture plus tardive du règlement 1182/71 ({limit}).",
    ),
    "too.late": (
        "Late; it was due {due}. Keep the reasons for the delay with the proof.",
        "En retard ; l’échéance était {due}. Gardez les motifs du retard avec la preuve.",
    ),
    "too.late.business": ("Late; it was due {due}.", "En retard ; l’échéance était {due}."),
    "this.starts": (
        "This starts {rule}: {title}\nTarget (not a legal limit) {due}\nLaw: {source}",
        "Cela lance {rule} : {title}\nObjectif (pas une limite légale) {due}\nDroit : {source}",
    ),
    "serves": (
        "Nothing left of its step? !done {id}: {step}",
        "Il n’en reste rien à faire ? !fait {id} : {step}",
    ),
    "aside": (
        "{rule} set aside. Decision recorded by {by}, because: {words}\n"
        "Cellule does not judge it. If things change: !aware {rule} WHEN SOURCE",
        "{rule} écarté. Décision enregistrée par {by}, raison : {words}\n"
        "Cellule n’en juge pas. Si la situation change : !connaissance {rule} QUAND SOURCE",
    ),
    "aside.notification": (
        "{rule}, decision recorded by {by}: not notified because {words}\n"
        "It is in the register under that name. Cellule does not judge it. "
        "If things change: !aware {rule} WHEN SOURCE\n\n"
        "No decision on the risk yet. Whoever keeps the clocks records it: !risk decision LEVEL REASON",
        "{rule}, décision enregistrée par {by} : non notifié, car {words}\n"
        "Elle est au registre sous ce nom. Cellule n’en juge pas. "
        "Si la situation change : !connaissance {rule} QUAND SOURCE\n\n"
        "Pas encore de décision sur le risque. Qui tient les délais l’enregistre : !risque decision NIVEAU RAISON",
    ),
    "seen": (
        "Seen: {rules}. What is still to come rings all the same; past the due time, !ack stops the hourly reminders.",
        "Vu : {rules}. Les rappels à venir sonneront quand même ; l’échéance passée, !vu arrête ceux de chaque heure.",
    ),
    "rests": ("{rule} rests until {until}.", "{rule} se tait jusqu’au {until}."),
    "severity": ("Severity: {severity}", "Gravité : {severity}"),
    "closed.steps": ("Mandatory steps left open:", "Étapes obligatoires restées ouvertes :"),
    "closed.clocks": (
        "Clocks left running, silent from now on:",
        "Délais encore en cours, muets désormais :",
    ),
    "closed.end": ("!resume opens it again.", "!reprendre rouvre l’incident."),
    "resumed": (
        "Open again. The clocks that still run ring again.",
        "De nouveau ouvert. Les délais qui courent encore sonnent à nouveau.",
    ),
    "contradicts": (
        "That contradicts something else; all is kept. Check, and correct what is wrong:\n\n"
        "- The breach (GDPR-33-1) was known before the attack (FR-LOPMI): does the complaint have the right hour?",
        "Cela contredit autre chose ; tout est conservé. Vérifiez, et corrigez ce qui est faux :\n\n"
        "- La violation (GDPR-33-1) était connue avant l’attaque (FR-LOPMI) : la plainte a-t-elle la bonne heure ?",
    ),
    "asks.to.close": (
        "This needs a second person. {who} asks to close the incident ({text}) though these legal clocks run. Once "
        "closed, none of them rings; what the law asks stays due:",
        "Il faut une seconde personne. {who} demande de clore l’incident ({text}) alors que ces délais légaux courent. "
        "Après la clôture, aucun ne sonne plus ; ce que la loi demande reste dû :",
    ),
    "better": (
        "Better first: !filed {rule} REFERENCE or !waive {rule} REASON.",
        "Mieux, d’abord : !declare {rule} REFERENCE ou !ecarter {rule} RAISON.",
    ),
    "asks.how": (
        "To carry it out, somebody else who can lead ({people}) types !confirm {number} by {until}. Otherwise nothing "
        "happens.",
        "Pour l’exécuter, une autre personne qui peut piloter ({people}) tape !confirmer {number} avant {until}. "
        "Sinon, rien ne se passe.",
    ),
}
_REFUSALS = {
    "is.not.allowed": (
        "That needs the role {roles}. Ask somebody who holds it.",
        "Il faut pour cela le rôle {roles}. Demandez à quelqu’un qui l’a.",
    ),
    "was.closed": (
        "This incident is closed. !resume opens it again.",
        "Cet incident est clos. !reprendre le rouvre.",
    ),
    "not.closed": (
        "This incident is open; there is nothing to resume.",
        "Cet incident est en cours ; il n’y a rien à reprendre.",
    ),
    "no.such.step": (
        "There is no step {step}. !next shows the open ones.",
        "Il n’y a pas d’étape {step}. !suite montre celles qui sont ouvertes.",
    ),
    "not.needed": (
        "{step} is not part of this incident, as the questions are answered now. !step {step} shows it.",
        "{step} ne fait pas partie de cet incident, selon les réponses données jusqu’ici. !etape {step} la montre.",
    ),
    "is.settled": (
        "{step} is done or skipped already. !reopen {step} opens it again.",
        "{step} est déjà faite ou passée. !rouvrir {step} la rouvre.",
    ),
    "is.open": (
        "{step} is open; there is nothing to reopen.",
        "{step} est ouverte ; il n’y a rien à rouvrir.",
    ),
    "who.is": (
        "I do not know {who}. Use a name from here ({known}) or the full id: @bob:example.org",
        "Je ne connais pas {who}. Prenez un nom d’ici ({known}) ou l’identifiant complet : @bob:example.org",
    ),
    "not.an.answer": (
        "{name} does not take {value}. Answer yes, no or unknown.",
        "{name} n’accepte pas {value}. Répondez oui, non ou inconnu.",
    ),
    "needs.reason": (
        "{rule} runs already, known since {aware}. To correct that, say why: !aware {rule} {example} REASON",
        "{rule} court déjà, connu depuis {aware}. Pour corriger, dites pourquoi : "
        "!connaissance {rule} {example} RAISON",
    ),
    "starts.later": (
        "{rule} starts by itself once {after} is filed: !filed {after} REFERENCE",
        "{rule} part tout seul quand {after} est déclaré : !declare {after} REFERENCE",
    ),
    "is.filed": (
        "{rule} was filed already, reference {words}. To complete the record: !note",
        "{rule} est déjà déclaré, référence {words}. Pour compléter le dossier : !note",
    ),
    "does.not.run": (
        "{rule} does not count down, so it has no reminders to delay. !clocks shows where it stands.",
        "{rule} n’a pas de compte à rebours, donc pas de rappel à reporter. !delais montre où il en est.",
    ),
    "past.its.end": (
        "{rule} is due {due}; a pause cannot reach that. Take a shorter one, or !ack once it is overdue.",
        "{rule} : l’échéance est {due} ; une pause ne peut pas l’atteindre. Prenez-la plus courte, ou !vu une fois "
        "l’échéance passée.",
    ),
    "nothing.to.see": ("Nothing is waiting to be seen.", "Rien n’attend d’être vu."),
    "nothing.asked": (
        "Nothing waits for a second person. What needs one says so, with its number.",
        "Rien n’attend une seconde personne. Ce qui en demande une le dit, avec son numéro.",
    ),
    "already.asked": (
        "{by} asked for that already. It waits for a second person until {until}: !confirm {number}",
        "{by} l’a déjà demandé. Cela attend une seconde personne jusqu’à {until} : !confirmer {number}",
    ),
    "has.lapsed": (
        "No. {number} has lapsed: nobody confirmed it within ten minutes. Nothing was done. Whoever still wants it "
        "asks again.",
        "Le n° {number} est caduc : personne ne l’a confirmé dans les dix minutes. Rien n’a été fait. Qui le veut "
        "encore le redemande.",
    ),
    "not.the.second": (
        "It takes a second person: not the one who asked, nor the one to go. {others} can.",
        "Il faut une seconde personne : ni celle qui demande, ni celle qui doit partir. Peuvent confirmer : {others}.",
    ),
    "no.second": (
        "{user} can lead: removing them needs a second person, and nobody else here could confirm it. First give "
        "somebody the role: !role coordinator WHO. Nothing has changed.",
        "{user} peut piloter : le retrait demande une seconde personne, et personne d’autre ici ne pourrait le "
        "confirmer. Donnez d’abord le rôle à quelqu’un : !role coordinateur QUI. Rien n’a changé.",
    ),
}
_ALWAYS = {
    "help.open": (
        "!open TITLE [--playbook ID] [--severity S] [--lang fr|en] [--drill]: opens an encrypted incident room\n"
        "Without --playbook I list them and you answer with a number. Severity: low, medium, high, crisis. --drill "
        "marks all of it as a drill and lets the clocks run fast.\nWords: !ouvrir, !open",
        "!ouvrir TITRE [--playbook ID] [--gravite G] [--langue fr|en] [--exercice] : ouvre une salle d’incident "
        "chiffrée\nSans --playbook, je donne la liste et vous répondez par un numéro. Gravité : faible, moyenne, "
        "élevée, crise. --exercice marque tout comme exercice et accélère les délais.\nMots : !ouvrir, !open",
    ),
    "help.note": (
        "!note TEXT: writes a line in the timeline\nKept exactly as you type it.\nWords: !note",
        "!note TEXTE : écrit une ligne dans la chronologie\nGardée exactement comme vous la tapez.\nMots : !note",
    ),
    "help.snooze": (
        "!snooze RULE 2h: lets a clock's reminders rest\n2h, 30min, 1h30, 1d; never past the due time.\n"
        "Words: !reporter, !snooze",
        "!reporter REGLE 2h : met en pause les rappels d’un délai\n"
        "2h, 30min, 1h30, 1j ; jamais au-delà de l’échéance.\nMots : !reporter, !snooze",
    ),
    "help.ack": (
        "!ack: says that reminders and bulletins were seen\nWhat nobody acknowledges reaches more people each time: "
        "deputies, coordinators, everybody. A clock that is past due then stops ringing every hour; the others go on.\n"
        "Words: !vu, !ack",
        "!vu : dit que rappels et bulletins ont été vus\n"
        "Un rappel resté sans !vu va la fois suivante à plus de monde : suppléants, coordination, tous. Un délai dont "
        "l’échéance est passée cesse alors de sonner chaque heure ; les autres continuent.\nMots : !vu, !ack",
    ),
    "word.doen": (
        "I do not know !doen. Did you mean !done? Nothing was changed.\nWrite: !done ID [RESULT]",
        "Je ne connais pas !doen. Vouliez-vous dire !fait ? Rien n’a changé.\nÉcrivez : !fait ID [RESULTAT]",
    ),
    "word.xyzzy": (
        "I do not know !xyzzy. !help shows the commands. Nothing was changed.",
        "Je ne connais pas !xyzzy. !aide montre les commandes. Rien n’a changé.",
    ),
    "done.what": (
        "Missing: the id of a step (like D1).\nWrite: !done ID [RESULT]",
        "Il manque l’identifiant d’une étape (comme D1).\nÉcrivez : !fait ID [RESULTAT]",
    ),
    "skip.why": (
        "Missing: the reason.\nWrite: !skip ID REASON",
        "Il manque la raison.\nÉcrivez : !passer ID RAISON",
    ),
    "timeline.99": (
        "99 is no number from 1 to 50.\nWrite: !timeline [N]",
        "99 n’est pas un nombre de 1 à 50.\nÉcrivez : !chronologie [N]",
    ),
    "snooze.soon": (
        "soon is no length of time. Write 2h, 30min, 1h30 or 1d.\nWrite: !snooze RULE 2h",
        "soon n’est pas une durée. Écrivez 2h, 30min, 1h30 ou 1j.\nÉcrivez : !reporter REGLE 2h",
    ),
    "status.now": (
        "This command takes nothing after it; there was: now\nWrite: !status",
        "Cette commande ne prend rien après elle ; il y avait : now\nÉcrivez : !etat",
    ),
    "severity.purple": (
        "purple is no severity. There are: low, medium, high, crisis.\nWrite: !severity S",
        "purple n’est pas une gravité. Il y a : faible, moyenne, élevée, crise.\nÉcrivez : !gravite G",
    ),
    "wrong.room": (
        "That belongs in the room of an incident. !list shows yours, !open TITLE opens one.",
        "Cela se fait dans la salle d’un incident. !liste montre les vôtres, !ouvrir TITRE en ouvre un.",
    ),
}
_TIMELINE = {
    "timeline": (
        "Timeline\n\n{day} ({offset})\n\n- {time} {what}\n\nEntry {number}, head of the chain {head}",
        "Chronologie\n\n{day} ({offset})\n\n- {time} {what}\n\nEntrée {number}, tête de chaîne {head}",
    ),
    "fact.open": ("{who} opened the incident: {text} ({codename})", "{who} a ouvert l’incident : {text} ({codename})"),
    "fact.open.drill": (
        "{who} opened the drill: {text} ({codename})",
        "{who} a ouvert l’exercice : {text} ({codename})",
    ),
    "fact.note": ("{who}: {text}", "{who} : {text}"),
    "fact.done": ("{who} finished {step} {title}", "{who} a terminé {step} {title}"),
    "fact.done.text": ("{who} finished {step} {title}: {text}", "{who} a terminé {step} {title} : {text}"),
    "fact.skip": (
        "{who} skipped {step} {title} because: {text}",
        "{who} a passé {step} {title}, raison : {text}",
    ),
    "fact.reopen": ("{who} reopened {step} {title}", "{who} a rouvert {step} {title}"),
    "fact.assign": ("{who} gave {step} {title} to {to}", "{who} a confié {step} {title} à {to}"),
    "fact.fact": ("{who} answered {name} = {value}", "{who} a répondu {name} = {value}"),
    "fact.aware": (
        "{who} started {rule}, known since {at}: {text}",
        "{who} a lancé {rule}, connu depuis {at} : {text}",
    ),
    "fact.aware.corrected": (
        "{who} corrected {rule} from {known} to {at}: {text}",
        "{who} a corrigé {rule}, de {known} à {at} : {text}",
    ),
    "fact.chained": (
        "{rule} started with the filing of {after}, {at}",
        "{rule} lancé par la déclaration de {after}, {at}",
    ),
    "fact.filed": (
        "{who} filed {rule}, {at}, reference {text}",
        "{who} a déclaré {rule}, {at}, référence {text}",
    ),
    "fact.waive": (
        "{who} decided to set {rule} aside because: {text}",
        "{who} a décidé d’écarter {rule}, raison : {text}",
    ),
    "fact.waive.notification": (
        "{rule}, decision recorded by {who}: not notified because {text}",
        "{rule}, décision enregistrée par {who} : non notifié, car {text}",
    ),
    "fact.ack": ("{who} saw the reminders of {rules}", "{who} a vu les rappels de {rules}"),
    "fact.snooze": ("{who} let {rule} rest until {at}", "{who} a mis {rule} en pause jusqu’au {at}"),
    "fact.severity": ("{who} set the severity to {severity}", "{who} a mis la gravité à {severity}"),
    "fact.close": ("{who} closed the incident: {text}", "{who} a clos l’incident : {text}"),
    "fact.resume": ("{who} resumed the incident", "{who} a rouvert l’incident"),
    "fact.ask": (
        "{who} asked for a second person (no. {number}): close the incident while legal clocks run ({rules})",
        "{who} a demandé une seconde personne (n° {number}) : clore l’incident alors que des délais légaux courent "
        "({rules})",
    ),
    "fact.confirm": (
        "{who} confirmed what {first} asked for (no. {number}): close the incident while legal clocks run ({rules})",
        "{who} a confirmé ce que {first} demandait (n° {number}) : clore l’incident alors que des délais légaux "
        "courent ({rules})",
    ),
    "fact.RoomReady": ("the encrypted room is ready", "la salle chiffrée est prête"),
    "fact.CardPosted": ("the card is posted", "la fiche est affichée"),
    "fact.Joined": ("{who} joined", "{who} a rejoint la salle"),
    "fact.Rang": ("reminder {rule} {rung}", "rappel {rule} {rung}"),
    "fact.Rang.late": ("reminder {rule} {rung}, late", "rappel {rule} {rung}, en retard"),
    "fact.Rang.again": ("reminder {rule} {rung}, to more people", "rappel {rule} {rung}, à plus de personnes"),
    "fact.StepsRang": ("time aimed at for {steps}", "heure visée pour {steps}"),
    "fact.UpdateRang": ("reminder of the update promised for {at}", "rappel du point promis pour le {at}"),
    "fact.clock": ("{who} added {rule}, due {due}", "{who} a ajouté {rule}, échéance {due}"),
}
_TOLD = {
    "unread": ("could not be decrypted", "n’a pas pu être déchiffré"),
    "start.here": ("Start here", "Commencez ici"),
    "brief": ("Brief for those", "Point pour celles et ceux"),
}
_ALL = _WORDS | _REMINDERS | _CARD | _ANSWERS | _REFUSALS | _ALWAYS | _TIMELINE | _TOLD


def sentence(language: str, key: str) -> str:
    """Return the sentence *key* with its holes."""
    english, french = _ALL[key]
    return french if language == "fr" else english
