"""What is known: answers and details."""

SENTENCES = {
    "known.title": "**Ce qui est connu**",
    "known.none": "Rien n'a encore été répondu.",
    "known.answer": "**{name}** = {value}",
    "known.answer.profile": "**{name}** = {value} · *profil*",
    "known.group": "**{group}**",
    "known.detail": "{label} : {value}",
    "known.detail.profile": "{label} : {value} · *profil*",
    "known.asked": "**Encore à répondre**",
    "known.question": "**{name}** : {text}",
    "known.question.values": "**{name}** ({values}) : {text}",
    "known.how": "`!constat NOM VALEUR` répond, ou change une réponse ; `inconnu` en est une.",
    "known.missing": "Il manque {count} : `!brouillon` dit ce dont chaque texte a besoin.",
    "details.one": "# élément",
    "details.many": "# éléments",
    "profile.used": "D'après le profil de votre organisme : {answers}. `!constat NOM VALEUR` en change une, "
    "`!constats` montre tout.",
    "confirm.questions.came": "Avec cette réponse, on demande :",
    "confirm.Answered.detail": "Gardé : **{label}** = {value}",
    "confirm.Answered.was": "Avant : {value}",
    "confirm.Answered.was.profile": "Avant, d'après le profil : {value}",
}
