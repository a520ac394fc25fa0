"""The calendar file, and the message beside it."""

SENTENCES = {
    "calendar.clock": "Cellule {codename} : échéance {number}",
    "calendar.clock.full": "{codename} · {rule} : {title}",
    "calendar.bulletin": "Cellule {codename} : prochain point",
    "calendar.note": "La salle {codename} dit de quoi il s'agit.",
    "calendar.note.full": "À : {to}\nSource : {source}",
    "calendar.none": "Aucun délai daté ne court et aucun bulletin n'est promis : rien encore à mettre dans un agenda.",
    "calendar.made": "{count} pour votre agenda, dans le fichier ci-dessous.",
    "calendar.count.one": "# échéance",
    "calendar.count.many": "# échéances",
    "calendar.gone": "Il retire aussi ce qui a été déclaré ou écarté : {count}.",
    "calendar.drill": "Un exercice : ses entrées sont marquées, à l'heure où elles sonnent.",
    "calendar.neutral": "Ses titres sont neutres, car d'autres lisent souvent un agenda. `!delais ics complet` nomme "
    "les obligations.",
    "calendar.full": "**Il nomme les obligations et les textes.** Ne le mettez que là où personne d'autre ne lit.",
    "calendar.again": "Le fichier ne suit pas tout seul : après un changement, redemandez-le et réimportez-le.",
}
