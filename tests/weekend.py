"""The weekend of December 2023, as it could have gone: what people type, and when.

First information on Friday at 18:00, the provider silent, advice on Monday at 16:00 (the reports of that case). What is
typed is ours. The same script is played on the fakes of all ports at its real dates (and printed in the documents), and
in a drill on a real homeserver, an hour of it in a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.language import Language
from bot.core.names import Question, UserId
from bot.core.people.profile import Profile
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role

PARIS = ZoneInfo("Europe/Paris")
FIRST_INFORMATION = datetime(2023, 12, 8, 18, 0, tzinfo=PARIS).astimezone(UTC)
"""The hour is assumed: the sources say Friday evening."""
ADVICE = datetime(2023, 12, 11, 16, 0, tzinfo=PARIS).astimezone(UTC)

ALICE, BOB, CAROL, DAVE = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol", "dave"))
PEOPLE: Mapping[UserId, frozenset[Role]] = {
    ALICE: frozenset({Role.ADMIN, Role.COORDINATOR}),
    BOB: frozenset({Role.DPO}),
    CAROL: frozenset({Role.IT}),
    DAVE: frozenset({Role.HR, Role.COMMS, Role.INSURANCE}),
}
PROFILE = Profile(
    answers={
        Question(name): value
        for name, value in {
            "processor": "yes",
            "insured": "yes",
            "organisation": "Cabinet Exemple",
            "siren": "000 000 000",
            "siret": "000 000 000 00000",
            "sector": "expertise comptable",
            "headcount": "34",
            "address": "1 rue de l'Exemple, 75000 Paris",
            "place": "Paris",
            "representative": "le gérant du cabinet",
            "dpo-contact": "dpo@example.org",
            "contact": "crise@example.org",
            "insurer": "assureur du cabinet",
            "policy": "contrat n° 0000",
            "provider": "hébergeur du cabinet",
            "provider-contact": "incidents@example.org",
        }.items()
    }
)
QUIET = QuietHours.between("21:00", "07:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one person types at one moment."""

    at: datetime
    who: UserId
    fr: str
    en: str
    when: str = ""
    """What `{when}` in the text stands for on the real dates."""
    is_control: bool = False
    """Typed in the control room, not in the incident's."""

    def text(self, language: Language, when: str | None = None) -> str:
        """Return what is typed, with *when* in the place of the real date where one is typed."""
        typed = self.fr if language == Language("fr") else self.en
        return typed.replace("{when}", self.when if when is None else when)


def _at(moment: str) -> datetime:
    day, hour = moment.split()
    days = ("Fri", "Sat", "Sun", "Mon").index(day)
    hours, minutes = map(int, hour.split(":"))
    local = datetime(2023, 12, 8, hours, minutes, tzinfo=PARIS) + timedelta(days=days)
    return local.astimezone(UTC)


def _line(moment: str, who: UserId, fr: str, en: str, *, when: str = "", is_control: bool = False) -> Line:
    return Line(at=_at(moment), who=who, fr=fr, en=en, when=when, is_control=is_control)


OPENING = _line(
    "Fri 18:04",
    ALICE,
    "!ouvrir Hébergeur injoignable --playbook prestataire --langue fr",
    "!open Host unreachable --playbook provider-hit --lang en",
    is_control=True,
)
LINES = (
    OPENING,
    _line(
        "Fri 18:06",
        ALICE,
        "!note LinkedIn, 18h00 : rançongiciel chez l'hébergeur cette nuit à 2h00, il coupe tout. Capture gardée.",
        "!note LinkedIn, 18:00: ransomware at the host at 02:00 last night, it cuts everything. Screenshot kept.",
    ),
    _line("Fri 18:07", ALICE, "!fait D1 capture de 18h00", "!done D1 screenshot of 18:00"),
    _line(
        "Fri 18:08",
        ALICE,
        "!connaissance FR-LOPMI {when} bulletin de l'hébergeur sur LinkedIn",
        "!aware FR-LOPMI {when} the host's bulletin on LinkedIn",
        when="18:00",
    ),
    _line(
        "Fri 18:09",
        ALICE,
        "!connaissance FR-INS-5 {when} même bulletin",
        "!aware FR-INS-5 {when} the same bulletin",
        when="18:00",
    ),
    _line(
        "Fri 18:40",
        CAROL,
        "!fait D2 2 : l'hébergeur seul pour l'instant. Messagerie et paie sont chez lui.",
        "!done D2 2: only the host so far. Our mail and our payroll are there.",
    ),
    _line(
        "Fri 18:42",
        BOB,
        "!connaissance GDPR-33-1 {when} dossiers de paie inaccessibles : bulletin de l'hébergeur et D2",
        "!aware GDPR-33-1 {when} payroll files out of reach: the host's bulletin and D2",
        when="18:40",
    ),
    _line(
        "Fri 18:43",
        BOB,
        "!connaissance GDPR-33-2 {when} mêmes données, traitées pour nos clients",
        "!aware GDPR-33-2 {when} the same data, handled for our clients",
        when="18:40",
    ),
    _line("Fri 18:44", BOB, "!constat donnees-personnelles oui", "!fact personal-data yes"),
    _line(
        "Fri 18:45",
        BOB,
        "!fait N1 attaque connue à 18h00, paie inaccessible à 18h40 ; risque pour les personnes : paie en retard",
        "!done N1 attack known 18:00, payroll out of reach 18:40; risk for people: late pay",
    ),
    _line("Fri 18:48", CAROL, "!fait C2 VPN et connecteurs coupés à 18h46", "!done C2 VPN and connectors cut at 18:46"),
    _line(
        "Fri 18:50",
        DAVE,
        "!constat connu L'hébergeur est attaqué. Nos dossiers sont inaccessibles.",
        "!fact known The host is under attack. Our files are cut off.",
    ),
    _line(
        "Fri 18:51",
        DAVE,
        "!constat pas-connu Si des données ont été copiées, et quand le service reviendra.",
        "!fact not-known Whether data were copied, and when the service returns.",
    ),
    _line("Fri 18:52", DAVE, "!constat prochain-point {when}", "!fact next-update {when}", when="2023-12-09 17:00"),
    _line(
        "Fri 18:53",
        DAVE,
        "!constat en-cours Liens coupés ; la paie se refait sur nos exports.",
        "!fact doing Links are cut; payroll is being redone from our exports.",
    ),
    _line("Fri 18:55", DAVE, "!brouillon note-interne", "!draft internal-note"),
    _line("Fri 19:20", BOB, "!brouillon demande-hebergeur", "!draft host-request"),
    _line(
        "Fri 19:45", BOB, "!fait N4 demande envoyée à 19h40, sans réponse", "!done N4 request sent at 19:40, no answer"
    ),
    _line(
        "Fri 20:15",
        DAVE,
        "!note Assistance de l'assureur : répondeur. Déclaration écrite lundi matin.",
        "!note The insurer's hotline: an answering machine. Written declaration on Monday morning.",
    ),
    _line(
        "Sat 08:50",
        CAROL,
        "!fait C3 mots de passe et clés partagés changés, journaux du pare-feu exportés",
        "!done C3 shared passwords and keys changed, firewall logs exported",
    ),
    _line(
        "Sat 09:05",
        CAROL,
        "!constat services-coupes messagerie, paie, comptabilité",
        "!fact services-down mail, payroll, accounts",
    ),
    _line("Sat 09:06", CAROL, "!constat debut-panne {when}", "!fact outage-start {when}", when="2023-12-08 18:00"),
    _line("Sat 09:11", BOB, "!constat nature disponibilité", "!fact nature availability"),
    _line("Sat 09:12", BOB, "!constat debut-attaque {when}", "!fact attack-start {when}", when="2023-12-08 02:00"),
    _line("Sat 09:12", BOB, "!constat fin-attaque toujours en cours", "!fact attack-end still going on"),
    _line(
        "Sat 09:13",
        BOB,
        "!constat decouverte bulletin de l'hébergeur, vendredi 18h00",
        "!fact discovered-how the host's bulletin, Friday 18:00",
    ),
    _line(
        "Sat 09:14",
        BOB,
        "!constat origine rançongiciel chez l'hébergeur, entrée inconnue",
        "!fact origin ransomware at the host, way in unknown",
    ),
    _line("Sat 09:15", BOB, "!constat cause externe, malveillante", "!fact cause external, malicious"),
    _line("Sat 09:15", BOB, "!constat malveillant oui", "!fact malicious yes"),
    _line(
        "Sat 09:16",
        BOB,
        "!constat types-donnees état civil, coordonnées, RIB, paie, saisies sur salaire, numéros de sécurité sociale",
        "!fact data-kinds civil status, contact, bank details, pay, court deductions, social security numbers",
    ),
    _line(
        "Sat 09:17",
        BOB,
        "!constat donnees-sensibles santé : arrêts de travail",
        "!fact sensitive-data health: sick leave",
    ),
    _line(
        "Sat 09:17",
        BOB,
        "!constat nir-banque-infractions NIR et RIB ; aucune infraction",
        "!fact other-sensitive social security numbers and bank details; no offences",
    ),
    _line(
        "Sat 09:18",
        BOB,
        "!constat types-personnes nos salariés et contacts ; salariés de nos clients, que chaque client notifie",
        "!fact people-kinds our own staff and contacts; employees of our clients, notified by each client",
    ),
    _line(
        "Sat 09:19",
        BOB,
        "!constat nombre-personnes environ 400 (nos salariés et contacts)",
        "!fact people-count about 400 (our own staff and contacts)",
    ),
    _line("Sat 09:20", BOB, "!constat enregistrements environ 5 000", "!fact records about 5,000"),
    _line(
        "Sat 09:21",
        BOB,
        "!constat mesures-avant copies quotidiennes chez l'hébergeur ; chez nous, exports mensuels de la paie",
        "!fact measures-before daily copies at the host; with us, monthly exports of payroll",
    ),
    _line(
        "Sat 09:22",
        BOB,
        "!constat consequences paie en retard pour les salariés ; fraude et usurpation si les données ont été copiées",
        "!fact consequences employees paid late; fraud and identity theft if the data were copied",
    ),
    _line("Sat 09:23", BOB, "!constat gravite-personnes importante", "!fact gravity important"),
    _line(
        "Sat 09:24",
        BOB,
        "!constat mesures-apres liens coupés, mots de passe changés, paie reprise sur nos exports",
        "!fact measures-after links cut, passwords changed, payroll redone from our exports",
    ),
    _line("Sat 09:25", BOB, "!constat transfrontalier non", "!fact cross-border no"),
    _line(
        "Sat 09:26",
        BOB,
        "!constat personnes-informees pas encore informées, à décider dès que la copie est établie ou écartée",
        "!fact people-informed not yet told, to be decided once copying is established or ruled out",
    ),
    _line("Sat 09:27", BOB, "!constat donnees-volees inconnu", "!fact stolen-data unknown"),
    _line(
        "Sat 11:00",
        BOB,
        "!risque donnees eleve bulletins de paie avec RIB et numéro de sécurité sociale",
        "!risk data high pay slips with bank details and social security numbers",
    ),
    _line(
        "Sat 11:02",
        BOB,
        "!risque nombre risque environ 400 chez nous, 2 000 salariés de clients",
        "!risk number risk about 400 of ours, 2,000 employees of clients",
    ),
    _line(
        "Sat 11:05",
        BOB,
        "!note Avis du DPO : risque ; copie non prouvée, indisponibilité qui dure. La direction décide.",
        "!note Opinion of the DPO: a risk; no proof of a copy, and the outage lasts. Management decides.",
    ),
    _line(
        "Sat 11:10",
        ALICE,
        "!risque decision risque avis du DPO suivi : copie non prouvée, indisponibilité qui dure",
        "!risk decision risk as the DPO advises: no proof of a copy, and the outage lasts",
    ),
    _line(
        "Sat 11:20",
        ALICE,
        "!fait N16 textes de secteur relus avec notre avocat : avis joint au dossier",
        "!done N16 the laws of our sector read with our lawyer: opinion in the file",
    ),
    _line(
        "Sat 11:30",
        BOB,
        "!fait N4 relance à 11h30, sans réponse",
        "!done N4 asked again at 11:30, no answer",
    ),
    _line(
        "Sat 11:40",
        DAVE,
        "!connaissance FR-INS-2 {when} dans le doute sur le mot « vol », deux jours ouvrés",
        "!aware FR-INS-2 {when} in doubt about the word theft, two working days",
        when="2023-12-08 18:00",
    ),
    _line("Sat 14:00", BOB, "!brouillon avis-clients", "!draft processor-notice"),
    _line("Sat 14:20", BOB, "!brouillon avis-clients relu", "!draft processor-notice reviewed"),
    _line("Sat 14:25", BOB, "!brouillon avis-clients verrouille", "!draft processor-notice frozen"),
    _line(
        "Sat 16:30", BOB, "!declare GDPR-33-2 liste d'envoi, 212 clients", "!filed GDPR-33-2 dispatch list, 212 clients"
    ),
    _line("Sat 16:32", BOB, "!fait N6 212 clients, liste d'envoi", "!done N6 212 clients, dispatch list"),
    _line("Sat 16:48", DAVE, "!constat prochain-point {when}", "!fact next-update {when}", when="2023-12-10 17:00"),
    _line("Sat 16:50", DAVE, "!brouillon bulletin", "!draft client-bulletin"),
    _line(
        "Sat 17:02",
        DAVE,
        "!fait I1 note à l'équipe vendredi, bulletin 1 envoyé aux clients et à l'équipe",
        "!done I1 note to staff on Friday, bulletin 1 sent to clients and staff",
    ),
    _line("Sat 18:20", ALICE, "!vu", "!ack"),
    _line(
        "Sun 09:50",
        ALICE,
        "!constat prejudice messagerie, paie et comptabilité arrêtées depuis vendredi 18h00",
        "!fact damage mail, payroll and accounts down since Friday 18:00",
    ),
    _line(
        "Sun 09:52",
        ALICE,
        "!constat preuves capture du bulletin, journaux du pare-feu exportés par carol",
        "!fact evidence screenshot of the bulletin, firewall logs exported by carol",
    ),
    _line("Sun 09:54", ALICE, "!constat rancon aucune reçue par nous", "!fact ransom none received by us"),
    _line(
        "Sun 09:55",
        ALICE,
        "!constat deposant alice, coordinatrice de crise, pouvoir signé du gérant",
        "!fact complainant alice, who coordinates, with a power signed by the manager",
    ),
    _line("Sun 10:00", ALICE, "!brouillon plainte", "!draft complaint"),
    _line(
        "Sun 11:30",
        ALICE,
        "!declare FR-LOPMI PV 2023/00000, gendarmerie",
        "!filed FR-LOPMI record 2023/00000, gendarmerie",
    ),
    _line("Sun 11:32", ALICE, "!fait N2 PV 2023/00000", "!done N2 record 2023/00000"),
    _line("Sun 11:40", BOB, "!fait N4 relance, sans réponse", "!done N4 asked again, no answer"),
    _line("Sun 15:10", BOB, "!vu", "!ack"),
    _line("Sun 16:00", BOB, "!brouillon notification-cnil", "!draft cnil-initial"),
    _line("Sun 16:20", BOB, "!brouillon notification-cnil relu", "!draft cnil-initial reviewed"),
    _line("Sun 16:25", BOB, "!brouillon notification-cnil verrouille", "!draft cnil-initial frozen"),
    _line("Sun 16:40", BOB, "!declare GDPR-33-1 CNIL 0000-1, initiale", "!filed GDPR-33-1 CNIL 0000-1, initial"),
    _line("Sun 16:42", BOB, "!fait N5 CNIL 0000-1", "!done N5 CNIL 0000-1"),
    _line("Sun 16:50", BOB, "!brouillon registre", "!draft register-decision"),
    _line(
        "Sun 16:55",
        BOB,
        "!declare GDPR-33-5 fiche 2023-07, signée du gérant",
        "!filed GDPR-33-5 entry 2023-07, signed by the manager",
    ),
    _line("Sun 16:56", BOB, "!fait N12 fiche 2023-07", "!done N12 entry 2023-07"),
    _line("Sun 16:56", DAVE, "!constat prochain-point {when}", "!fact next-update {when}", when="2023-12-11 17:00"),
    _line("Sun 16:58", DAVE, "!brouillon bulletin", "!draft client-bulletin"),
    _line("Mon 09:05", DAVE, "!brouillon assureur", "!draft insurer"),
    _line("Mon 09:30", DAVE, "!declare FR-INS-5 sinistre 00-000", "!filed FR-INS-5 claim 00-000"),
    _line(
        "Mon 09:31", DAVE, "!declare FR-INS-2 sinistre 00-000, même lettre", "!filed FR-INS-2 claim 00-000, same letter"
    ),
    _line("Mon 09:32", DAVE, "!fait N3 sinistre 00-000", "!done N3 claim 00-000"),
    _line("Mon 09:33", DAVE, "!fait N13 même lettre", "!done N13 same letter"),
    _line("Mon 11:40", BOB, "!fait N4 relance, sans réponse", "!done N4 asked again, no answer"),
    _line(
        "Mon 16:00",
        ALICE,
        "!note Conseil de l'Ordre : parler aux clients, prévenir les impôts et l'URSSAF.",
        "!note Advice of the Ordre: talk to clients, warn the tax office and URSSAF.",
    ),
    _line("Mon 16:05", DAVE, "!brouillon lettre-urssaf", "!draft urssaf-letter"),
    _line(
        "Mon 16:10",
        DAVE,
        "!delai ajouter DSN de novembre {when} dave",
        "!clock add DSN of November {when} dave",
        when="2023-12-15 12:00",
    ),
    _line("Mon 16:53", DAVE, "!constat prochain-point {when}", "!fact next-update {when}", when="2023-12-12 17:00"),
    _line("Mon 16:55", DAVE, "!brouillon bulletin", "!draft client-bulletin"),
    _line("Mon 18:05", ALICE, "!delais", "!clocks"),
)
