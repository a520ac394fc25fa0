"""What is said of an incident that was kept long enough."""

SENTENCES = {
    "purge.done": "**{codename}** a été purgé, {days} jours après sa clôture. Son salon est vide. Restent : sa "
    "fiche au `!registre`, si elle existe ; et mes fichiers sur le serveur, chiffrés : leurs clés sont parties avec "
    "les messages.",
}
