"""What is said when the bot comes back."""

SENTENCES = {
    "absence.away": "**Je n'étais pas là du {since} au {until} ({length}).** Je ne tournais pas, ou je n'atteignais "
    "pas le serveur.",
    "absence.nothing.missed": "Aucun rappel et aucune échéance ne tombait dans ce temps.",
    "absence.ended": "**Échéances passées entre-temps.** Regardez `!delais` dans ces salles :",
    "absence.ended.line": "**{codename}** : {at}",
    "absence.late": "**Les rappels de ce temps n'arrivent que maintenant :** {where}",
    "absence.late.room": "{codename}",
    "absence.more": "{count} de plus",
    "absence.typed": "Reçu entre-temps : {messages}. Je n'exécute les commandes que maintenant : là où l'une disait "
    "`maintenant`, vérifiez l'heure dans `!delais`.",
    "absence.nothing.typed": "Aucun message n'est arrivé entre-temps.",
    "absence.messages.one": "# message",
    "absence.messages.many": "# messages",
}
