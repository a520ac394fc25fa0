"""Ce qui est dit d'un incident gardé assez longtemps."""

SENTENCES = {
    "purge.done": "**{codename}** a été purgé, {days} jours après sa clôture. Son salon est vide. Restent : sa "
    "fiche au `!registre`, si elle existe ; et mes fichiers sur le serveur, chiffrés : leurs clés sont parties avec "
    "les messages.",
}
