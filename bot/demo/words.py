"""What the demo itself says, in both languages. What the bot says is in `bot.voice`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from bot.core.language import Language, Words
from bot.sentences.typography import typeset


def tell(said: Words, language: Language, **values: object) -> str:
    """Return *said* in *language*, typeset, with their holes filled."""
    return typeset(said.to(language), language).format(**values)


class Stage(Enum):
    """What is started, one after the other."""

    HOMESERVER = auto()
    PEOPLE = auto()
    BOT = auto()
    LOBBY = auto()


STAGES: Mapping[Stage, Words] = MappingProxyType(
    {
        Stage.HOMESERVER: Words(
            en="a real homeserver (Synapse) on loopback", fr="un vrai serveur Matrix (Synapse) en local"
        ),
        Stage.PEOPLE: Words(
            en="@alice and @bob, each on an encrypted client", fr="@alice et @bob, chacun sur un client chiffré"
        ),
        Stage.BOT: Words(en="the bot, with its own signed identity", fr="le bot, avec son identité signée"),
        Stage.LOBBY: Words(en="@alice in the control room", fr="@alice dans la salle de contrôle"),
    }
)

INTRO = Words(
    en="Cellule demo: everything runs on this machine and is thrown away at the end.",
    fr="Démo de Cellule : tout tourne sur cette machine et disparaît à la fin.",
)
STARTING = Words(en="Starting", fr="Démarrage")
PLAYING = Words(en="The tour, checked at every step", fr="La visite, vérifiée à chaque pas")

# --- the terminal -------------------------------------------------------------------------------------------

WELCOME = Words(
    en=(
        "You are **@alice**, coordinator; @bob is the data-protection officer. Only the two of you can read this.\n"
        "1. Type `!open Host down --drill`, then `1` to choose the first playbook. You are taken into its room.\n"
        "2. There: `!next`, `!done D1 RESULT`, `!help`. The tab key completes words and ids, in French too.\n"
        "3. Make a legal clock ring, an hour a second: `!aware GDPR-33-1 -65h call from the host`\n"
        "4. Then `/bob !ack` speaks as bob, `/server` shows what the homeserver saw, `/quit` ends it all."
    ),
    fr=(
        "Vous êtes **@alice**, à la coordination ; @bob est le DPO. Vous seuls pouvez lire ce qui suit.\n"
        "1. Tapez `!ouvrir Hébergeur en panne --exercice`, puis `1` : le premier guide. Vous passez dans sa salle.\n"
        "2. Là : `!suite`, `!fait D1 RÉSULTAT`, `!aide`. La touche de tabulation complète mots et identifiants.\n"
        "3. Faites sonner un délai, une heure par seconde : `!connaissance GDPR-33-1 -65h appel de l’hébergeur`\n"
        "4. Puis `/bob !vu` parle pour bob, `/server` montre ce qu’a vu le serveur, `/quit` arrête tout."
    ),
)
UNKNOWN_SLASH = Words(
    en=(
        "The demo knows `/rooms`, `/room N`, `/save`, `/server`, `/bob TEXT`, `/help` and `/quit`. "
        "Commands of the bot begin with `!`."
    ),
    fr=(
        "La démo connaît `/rooms`, `/room N`, `/save`, `/server`, `/bob TEXTE`, `/help` et `/quit`. "
        "Les commandes du bot commencent par `!`."
    ),
)
NO_SUCH_ROOM = Words(
    en="There is no room {number}. Type `/rooms`.", fr="Il n’y a pas de salle {number}. Tapez `/rooms`."
)
BOB_SAYS_NOTHING = Words(en="Say what bob says: `/bob !ack`", fr="Dites ce que dit bob : `/bob !vu`")
BOB_IS_OUT = Words(
    en="bob is not in this room: only admins are in the control room.",
    fr="bob n’est pas dans cette salle : seuls les admins sont dans la salle de contrôle.",
)
NOW_IN = Words(
    en="→ You now talk in **{room}**. `/rooms` lists the others.",
    fr="→ Vous parlez maintenant dans **{room}**. `/rooms` liste les autres.",
)
NO_FILE = Words(en="There is no file in this room yet.", fr="Il n’y a pas encore de fichier dans cette salle.")
SAVED = Words(en="Saved as {path}", fr="Enregistré : {path}")
NOT_SAVED = Words(en="{path} was not saved: {why}", fr="{path} n’a pas été enregistré : {why}")
HERE = Words(en="you are here", fr="vous êtes ici")
NOT_SENT = Words(
    en="Your message could not be sent ({code}). Try again; the log is {log}.",
    fr="Votre message n’est pas parti ({code}). Réessayez ; le journal est {log}.",
)
STOPPING = Words(en="Stopping.", fr="Arrêt.")
KEPT = Words(en="Kept in {folder}", fr="Gardé dans {folder}")
CARD_UPDATED = Words(en="card updated", fr="fiche mise à jour")
NOTHING_SEEN = Words(
    en="The homeserver has no message of this room yet.", fr="Le serveur n’a encore aucun message de cette salle."
)
TOOLBAR = Words(
    en=" /help /quit   @alice in {room}   tab completes   /rooms /server /save /bob TEXT ",
    fr=" /help /quit   @alice dans {room}   tab complète   /rooms /server /save /bob TEXTE ",
)
EDITED = Words(en="edited", fr="modifié")

# --- the transcript -----------------------------------------------------------------------------------------

READ = Words(en="What @alice and @bob read", fr="Ce que lisent @alice et @bob")
READ_HERE = Words(en="What you read", fr="Ce que vous lisez")
SEEN = Words(en="What the server saw", fr="Ce qu’a vu le serveur")
SERVER_SAW = Words(en="server: ", fr="serveur : ")
MORE_LINES = Words(en="… {count} more lines", fr="… encore {count} lignes")
RINGS = Words(en="rings {who}", fr="sonne pour {who}")
ROOM_OF = Words(
    en="Room {room}: the server knows this name, who is in it, and when each message was sent.",
    fr="Salle {room} : le serveur connaît ce nom, qui y est, et l’heure de chaque message.",
)

# --- the end ------------------------------------------------------------------------------------------------

WENT_WELL = Words(
    en="{count} expectations held. {messages} encrypted messages, all read by everyone meant to; {seconds} s in all.",
    fr="{count} attentes tenues. {messages} messages chiffrés, tous lus par leurs destinataires ; {seconds} s en tout.",
)
TRY_IT = Words(
    en="On a terminal, `cellule demo` lets you be @alice.",
    fr="Dans un terminal, `cellule demo` vous met à la place d’@alice.",
)
FAILED = Words(en="The demo failed: {what}", fr="La démo a échoué : {what}")
EXPECTED = Words(en="expected: {expected}", fr="attendu : {expected}")
INSTEAD = Words(en="seen:     {seen}", fr="vu :      {seen}")
LOG_AT = Words(en="The log is {log}", fr="Le journal est {log}")
NOTHING = Words(en="nothing", fr="rien")
