"""The steps of the tour and what is expected at each, in both languages."""

from __future__ import annotations

from bot.core.language import Words

OPEN = Words(en="alice opens an incident in the control room", fr="alice ouvre un incident dans la salle de contrôle")
JOIN = Words(
    en="both join its encrypted room and read card and first steps",
    fr="tous deux entrent dans sa salle chiffrée et lisent la fiche et les étapes",
)
NEXT = Words(en="alice asks what comes next", fr="alice demande la suite")
DONE = Words(
    en="alice finishes D1 with its result; the card is edited in place",
    fr="alice termine D1 avec son résultat ; la fiche change sur place",
)
FACT = Words(en="alice answers: personal data, yes", fr="alice répond : données personnelles, oui")
AWARE = Words(en="alice starts the 72 h clock, known for 65 h 30", fr="alice lance le délai de 72 h, su depuis 65 h 30")
RING = Words(
    en="a reminder rings for bob, the data-protection officer; unanswered, the next one rings for alice too",
    fr="un rappel sonne pour bob, le DPO ; sans réponse, le suivant sonne aussi pour alice",
)
ACK = Words(en="bob has seen them", fr="bob les a vus")
FILED = Words(
    en="bob files, with the reference; the follow-up clock starts",
    fr="bob déclare, avec la référence ; le délai du complément part",
)
TIMELINE = Words(
    en="the timeline tells it all, each reminder once and in order",
    fr="la chronologie dit tout, chaque rappel une fois et dans l’ordre",
)
CLOSE = Words(
    en="alice starts another clock, then closes the drill", fr="alice lance un autre délai, puis clôt l’exercice"
)
SILENCE = Words(
    en="its reminder would ring now: the closed room stays silent",
    fr="son rappel sonnerait maintenant : la salle close se tait",
)
SERVER = Words(
    en="the homeserver holds ciphertext and a codename, nothing else",
    fr="le serveur ne tient que des messages chiffrés et un nom de code",
)

ANSWER = Words(en="an answer to `{line}` with: {words}", fr="une réponse à « {line} » avec : {words}")
IN_ROOM = Words(en="an invitation to the incident's room", fr="une invitation dans la salle de l’incident")
CODENAME = Words(
    en="one room for both, named by a neutral codename of two words",
    fr="une même salle pour les deux, sous un nom de code neutre de deux mots",
)
CARD = Words(en="the card, with the title", fr="la fiche, avec le titre")
FIRST_STEPS = Words(en="the first step, D1", fr="la première étape, D1")
CARD_EDITED = Words(en="an edit of the card", fr="une modification de la fiche")
TWO_BELLS = Words(en="two reminders that ring", fr="deux rappels qui sonnent")
MENTIONS_BOB = Words(
    en="a reminder of GDPR-33-1 that mentions bob and nobody else",
    fr="un rappel de GDPR-33-1 qui mentionne bob et personne d’autre",
)
MENTIONS_BOTH = Words(
    en="the next reminder of GDPR-33-1, which mentions alice too, since nobody acknowledged the first",
    fr="le rappel suivant de GDPR-33-1, qui mentionne aussi alice, car personne n’a répondu au premier",
)
NO_BELL_AFTER_FILING = Words(en="no reminder after the filing", fr="aucun rappel après la déclaration")
FOLLOW_UP = Words(en="GDPR-33-4 running, with a due time", fr="GDPR-33-4 en cours, avec une échéance")
ONCE_EACH = Words(
    en="these reminders in the timeline, once each, in this order: {rungs}",
    fr="ces rappels dans la chronologie, une fois chacun, dans cet ordre : {rungs}",
)
AS_MANY_BELLS = Words(
    en="as many reminders in the room as in the timeline", fr="autant de rappels dans la salle que dans la chronologie"
)
SEALED = Words(
    en="the record is sealed at the closing: a checkpoint", fr="le dossier scellé à la clôture : un point de contrôle"
)
CARD_CLOSED = Words(en="the card saying that the incident is closed", fr="la fiche disant que l’incident est clos")
SILENT = Words(en="not a word from the bot after the closing", fr="plus un mot du bot après la clôture")
BOTH_READ = Words(en="the other person reading the answer too", fr="la réponse lue aussi par l’autre personne")

ALL_ENCRYPTED = Words(en="no message in clear on the server", fr="aucun message en clair sur le serveur")
ALL_READ = Words(en="every encrypted message read by {who}", fr="chaque message chiffré lu par {who}")
NAMES = Words(en="room names {names} on the server", fr="les noms de salle {names} sur le serveur")
CODENAME_FOUND = Words(
    en="the codename in the server's files (the search works)",
    fr="le nom de code dans les fichiers du serveur (la recherche marche)",
)
SECRET_ABSENT = Words(
    en="“{secret}” nowhere in the server's files", fr="« {secret} » nulle part dans les fichiers du serveur"
)
FOUND_IN = Words(en="found in {file}", fr="trouvé dans {file}")
