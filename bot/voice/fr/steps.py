"""Steps."""

SENTENCES = {
    "step.line": "**{step}** {title} · {who}",
    "step.line.mandatory": "**{step}** {title} · {who} · obligatoire",
    "step.named": "**{step}** {title}",
    "step.title": "**{step} {title}**",
    "step.who": "Qui : {who}",
    "step.target": "Pour : {at}",
    "step.target.words": "Pour : {words}",
    "step.target.both": "Pour : {at} · {words}",
    "step.evidence": "Preuve à garder : {evidence}",
    "step.mandatory": "Obligatoire",
    "step.source": "*Source : {source}*",
    "step.state.open": "Ouverte.",
    "step.state.doing": "En cours.",
    "step.state.done": "Faite par {by}, {at}.",
    "step.state.done.text": "Faite par {by}, {at} :\n{text}",
    "step.state.skipped": "Passée par {by}, {at} :\n{text}",
    "step.state.unneeded": "Ne fait pas partie de cet incident, selon les réponses données jusqu'ici.",
    "steps.none": "Plus aucune étape ouverte.",
    "steps.more": "Et encore {count}.",
    "steps.how": "`!etape ID` la montre, `!fait ID RESULTAT` la termine.",
    "first.title": "**Commencez ici**",
    "first.then": "**Ensuite**",
    "next.mine": "**À faire pour vous**",
    "next.all": "**À faire** ; rien n'est confié à vous ni à vos rôles",
    "next.by": "pour {at}",
    "next.late": "objectif dépassé : {at}",
    "questions.open": "Questions en attente : {names}\n`!constat NOM oui`, `non` ou `inconnu` ; `!point` les montre "
    "en entier.",
    "first.no_management": "Personne ici n'a le rôle direction (qui décide pour l'organisation) : la coordination "
    "décide donc. `!role direction QUI`",
}
