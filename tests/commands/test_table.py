"""Every row of the contract: its words, its rooms, a good line and a bad one in each language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import ROWS, Place
from bot.commands.parse import find_row
from bot.commands.reasons import Argument, Why
from bot.commands.table import Row
from bot.core import commands as core
from bot.core.costs.amounts import CostKind, Effort
from bot.core.facts import Channel, Severity
from bot.core.language import Language
from bot.core.names import DraftId, Question, RuleId, StepId
from bot.core.people.roster import Right, Role
from bot.core.people.trial import ConfirmReached
from bot.core.people.trust import ShowTrust
from bot.core.risk import RiskFactor, RiskLevel
from bot.sentences import languages
from tests.commands.lines import command, paris, refused

CONTRACT = {
    "open": "ouvrir",
    "list": "liste",
    "help": "aide",
    "trust": "confiance",
    "reached": "recu",
    "duty": "garde",
    "contact": "contact",
    "about": "apropos",
    "alert": "alerte",
    "status": "etat",
    "next": "suite",
    "guide": "guider",
    "timeline": "chronologie",
    "step": "etape",
    "done": "fait",
    "skip": "passer",
    "reopen": "rouvrir",
    "assign": "confier",
    "fact": "constat",
    "facts": "constats",
    "clocks": "delais",
    "clock": "delai",
    "aware": "connaissance",
    "filed": "declare",
    "classified": "classement",
    "waive": "ecarter",
    "ack": "vu",
    "snooze": "reporter",
    "risk": "risque",
    "decide": "decider",
    "known": "connu",
    "finding": "lecon",
    "lessons": "retex",
    "cost": "cout",
    "outage": "panne",
    "draft": "brouillon",
    "letters": "lettres",
    "sent": "envoye",
    "register": "registre",
    "verify": "verifier",
    "door": "porte",
    "evidence": "preuve",
    "note": "note",
    "role": "role",
    "invite": "inviter",
    "remove": "retirer",
    "who": "qui",
    "severity": "gravite",
    "brief": "point",
    "handover": "releve",
    "close": "clore",
    "confirm": "confirmer",
    "resume": "reprendre",
    "cascade": "cascade",
    "bulletin": "bulletin",
    "rollup": "synthese",
    "called": "appele",
    "question": "question",
    "questions": "questions",
    "answer": "repondre",
    "faq": "faq",
    "seal": "sceller",
    "report": "rapport",
    "hold": "conserver",
    "unhold": "liberer",
}
D1, RULE = StepId("D1"), RuleId("GDPR-33-1")
GOOD: dict[str, tuple[str, core.Command]] = {
    "open": ("Mon hébergeur est tombé", core.Open(title="Mon hébergeur est tombé")),
    "cascade": (
        "ouvrir Hébergeur tombé --langue en --exercice",
        core.OpenCascade(title="Hébergeur tombé", language=Language("en"), drill=True),
    ),
    "list": ("", core.ListIncidents()),
    "help": ("!done", core.ShowHelp(word="!done")),
    "trust": ("bob", ShowTrust(who="bob")),
    "reached": ("11111 22222", ConfirmReached(codes=("11111", "22222"))),
    "contact": ("non, le numéro", core.AnswerContact(holds=False, words="le numéro")),
    "duty": ("dpo bob", core.ChangeDuty(role=Role.DPO, who="bob")),
    "about": ("", core.ShowAbout()),
    "alert": ("3 no", core.SettleAlert(number=3, choice="no")),
    "status": ("", core.ShowStatus()),
    "next": ("", core.ShowNext()),
    "guide": ("Saffron Otter", core.Guide(incident="Saffron Otter")),
    "timeline": ("25", core.ShowTimeline(count=25)),
    "step": ("d1", core.ShowStep(step=D1)),
    "done": ("d1 sauvegardes coupées", core.FinishStep(step=D1, result="sauvegardes coupées")),
    "skip": ("**D1** sans objet", core.SkipStep(step=D1, reason="sans objet")),
    "reopen": ("D1", core.ReopenStep(step=D1)),
    "assign": ("D1 @bob:example.org", core.AssignStep(step=D1, to="@bob:example.org")),
    "fact": ("Personal-Data Oui", core.Answer(question=Question("personal-data"), value="yes")),
    "facts": ("", core.ShowFacts()),
    "clocks": ("", core.ShowClocks()),
    "clock": (
        "add TVA décembre demain 12h00 hr",
        core.AddClock(name="TVA décembre", due=paris("2026-11-25T12:00"), owner=Role.HR),
    ),
    "aware": (
        "gdpr-33-1 14:30 mail reçu",
        core.SetAware(rule=RULE, when=paris("2026-11-24T14:30"), source="mail reçu"),
    ),
    "filed": (
        "GDPR-33-1 CNIL 12 14:30",
        core.File(rule=RULE, reference="CNIL 12", when=paris("2026-11-24T14:30")),
    ),
    "classified": ("GDPR-33-1 14:30", core.Classify(rule=RULE, when=paris("2026-11-24T14:30"))),
    "waive": ("GDPR-33-1 aucune donnée", core.Waive(rule=RULE, reason="aucune donnée")),
    "ack": ("gdpr-33-1", core.Acknowledge(rules=(RULE,))),
    "snooze": ("GDPR-33-1 1h30", core.Snooze(rule=RULE, span=timedelta(hours=1, minutes=30))),
    "risk": (
        "données élevé bulletins de paie",
        core.WeighRisk(factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="bulletins de paie"),
    ),
    "decide": ("shut the VPN", core.TakeDecision(text="shut the VPN")),
    "known": ("2026-11-24 14:40", core.ShowKnown(at=paris("2026-11-24 14:40"))),
    "finding": ("test the backups", core.NoteFinding(text="test the backups")),
    "lessons": ("", core.MakeLessons()),
    "cost": (
        "12h it reconstruction",
        core.NoteCost(amount=Effort(minutes=720, role=Role.IT), kind=CostKind.RECONSTRUCTION),
    ),
    "outage": ("paie 14:00", core.NoteOutage(system="paie", begin=paris("2026-11-24T14:00"))),
    "draft": ("cnil-initial relu", core.ReviewDraft(draft=DraftId("cnil-initial"))),
    "letters": ("processor-notice", core.MergeLetters(draft=DraftId("processor-notice"))),
    "sent": (
        "1-3, 7 en recommandé RR 17",
        core.MarkSent(who=(1, 2, 3, 7), channel=Channel.REGISTERED, reference="RR 17"),
    ),
    "register": ("CSV", core.ShowRegister(form=core.RegisterForm.CSV)),
    "door": (
        "juridique Dupont 24h",
        core.OpenDoor(role=Role.LEGAL, name="Dupont", lasts=timedelta(days=1)),
    ),
    "verify": ("bob Oui 0471", core.SettleVerification(who="bob", same=True, code="0471")),
    "bulletin": ("--pour silencieuses Lisez", core.SendBulletin(text="Lisez", audience="silent")),
    "rollup": ("csv", core.ShowRollup(form=core.RollupForm.CSV)),
    "called": ("Okafor : absente", core.NoteCall(text="Okafor : absente")),
    "question": ("La paie peut-elle attendre ?", core.PutQuestion(text="La paie peut-elle attendre ?")),
    "questions": ("12", core.ShowQuestions(number=12)),
    "answer": ("3,5 --faq Oui", core.AnswerQuestions(numbers=(3, 5), text="Oui", is_kept=True)),
    "faq": ("2", core.ShowFaq(number=2)),
    "evidence": ("E7 remise à bob", core.HandEvidence(number=7, who="bob")),
    "seal": ("2", core.WitnessCheckpoint(number=2)),
    "report": ("", core.MakeReport()),
    "hold": ("plainte déposée", core.Hold(reason="plainte déposée")),
    "unhold": ("", core.LiftHold()),
    "note": ("appel du prestataire", core.Note(text="appel du prestataire")),
    "role": ("dpd @bob:example.org", core.GiveRole(role=Role.DPO, who="@bob:example.org")),
    "invite": ("@bob:example.org juridique", core.Invite(who="@bob:example.org", role=Role.LEGAL)),
    "remove": ("bob", core.Remove(who="bob")),
    "severity": ("Élevée", core.SetSeverity(severity=Severity.HIGH)),
    "who": ("", core.ShowPeople()),
    "brief": ("", core.ShowBrief()),
    "handover": ("bob", core.GiveHandover(who="bob")),
    "close": ("tout est rétabli", core.Close(summary="tout est rétabli")),
    "confirm": ("3", core.GiveConfirmation(number=3)),
    "resume": ("", core.Resume()),
}
BAD: dict[str, tuple[str, Why]] = {
    "open": ("--drill", Why.MISSING),
    "cascade": ("begin", Why.NOT_ONE_OF),
    "list": ("tout", Why.TOO_MUCH),
    "trust": ("", Why.MISSING),
    "reached": ("", Why.MISSING),
    "about": ("toi", Why.TOO_MUCH),
    "cost": ("quatre mille euros", Why.NOT_AN_AMOUNT),
    "outage": ("2 plus tard", Why.NOT_ONE_OF),
    "alert": ("three", Why.NOT_A_COUNT),
    "status": ("x", Why.NOT_ONE_OF),
    "next": ("x", Why.TOO_MUCH),
    "guide": ("\u202e", Why.DIRECTION_MARK),
    "timeline": ("51", Why.NOT_A_COUNT),
    "step": ("", Why.MISSING),
    "done": ("", Why.MISSING),
    "skip": ("D1", Why.MISSING),
    "reopen": ("D1 D2", Why.TOO_MUCH),
    "assign": ("D1", Why.MISSING),
    "fact": ("personal-data", Why.MISSING),
    "facts": ("x", Why.TOO_MUCH),
    "clocks": ("x y", Why.NOT_ONE_OF),
    "clock": ("drop TVA", Why.NOT_ONE_OF),
    "aware": ("GDPR-33-1 03/04 14:30", Why.AMBIGUOUS_DATE),
    "filed": ("GDPR-33-1", Why.MISSING),
    "classified": ("GDPR-33-1 bientôt", Why.NOT_A_TIME),
    "waive": ("GDPR-33-1", Why.MISSING),
    "ack": ("GDPR-33-1 now", Why.TOO_MUCH),
    "snooze": ("GDPR-33-1 demain", Why.NOT_A_SPAN),
    "risk": ("colour high x", Why.UNKNOWN_FACTOR),
    "decide": ("because they are in it", Why.MISSING),
    "known": ("when", Why.NOT_A_TIME),
    "finding": ("test the backups by 31 February", Why.NOT_A_DAY),
    "lessons": ("now", Why.TOO_MUCH),
    "draft": ("cnil-initial finished", Why.NOT_ONE_OF),
    "letters": ("notice now", Why.TOO_MUCH),
    "sent": ("1-3", Why.MISSING),
    "register": ("pdf", Why.NOT_ONE_OF),
    "verify": ("bob peut-être", Why.NOT_ONE_OF),
    "door": ("personne", Why.UNKNOWN_ROLE),
    "bulletin": ("--next 18:00", Why.MISSING),
    "rollup": ("pdf", Why.NOT_ONE_OF),
    "called": ("", Why.MISSING),
    "question": ("", Why.MISSING),
    "questions": ("toutes", Why.NOT_A_COUNT),
    "answer": ("oui", Why.NOT_A_COUNT),
    "faq": ("toute", Why.NOT_A_COUNT),
    "evidence": ("7 hier", Why.NOT_ONE_OF),
    "seal": ("tout", Why.NOT_A_COUNT),
    "report": ("x", Why.TOO_MUCH),
    "hold": ("", Why.MISSING),
    "unhold": ("x", Why.TOO_MUCH),
    "note": ("", Why.MISSING),
    "role": ("chef bob", Why.UNKNOWN_ROLE),
    "duty": ("chef bob", Why.UNKNOWN_ROLE),
    "contact": ("perhaps", Why.NOT_ONE_OF),
    "invite": ("", Why.MISSING),
    "remove": ("", Why.MISSING),
    "severity": ("terrible", Why.UNKNOWN_SEVERITY),
    "who": ("x", Why.TOO_MUCH),
    "brief": ("every 3 parsecs", Why.NOT_A_SPAN),
    "handover": ("to", Why.MISSING),
    "close": ("\u0007", Why.CONTROL_CHARACTER),
    "confirm": ("him", Why.NOT_A_COUNT),
    "resume": ("x", Why.TOO_MUCH),
    "help": ("\u202e", Why.DIRECTION_MARK),
}


def place_of(row: Row) -> Place:
    return next(place for place in (Place.INCIDENT, Place.DIRECT, Place.CONTROL) if place in row.rooms)


def test_the_rows_are_the_contract_in_its_order_and_its_words() -> None:
    shown = {row.words[Language("en")][0]: row.words[Language("fr")][0] for row in ROWS}
    assert list(shown.items()) == list(CONTRACT.items())
    assert [row.name for row in ROWS] == list(CONTRACT)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", CONTRACT)
def test_each_row_reads_a_good_line_in_both_languages(name: str, language: Language) -> None:
    row = find_row(name)
    assert row is not None
    arguments, expected = GOOD[name]
    assert command(f"!{row.words[language][0]} {arguments}", place=place_of(row)) == expected


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", CONTRACT)
def test_each_row_refuses_a_bad_line_in_both_languages(name: str, language: Language) -> None:
    row = find_row(name)
    assert row is not None
    arguments, why = BAD[name]
    assert refused(f"!{row.words[language][0]} {arguments}", place=place_of(row)).why is why


def test_usage_lines_begin_with_the_word_that_is_shown() -> None:
    for known in ROWS:
        for language in languages():
            assert known.usage.to(language).split()[0] == f"!{known.words[language][0]}"


def test_no_word_means_two_things_in_one_language() -> None:
    for language in languages():
        words = [word for row in ROWS for word in row.words[language]]
        assert len(words) == len(set(words))


def test_few_commands_work_outside_an_incident_and_the_others_say_so() -> None:
    outside = {row.name for row in ROWS if Place.CONTROL in row.rooms and Place.DIRECT in row.rooms}
    assert outside == {"open", "cascade", "list", "help", "trust", "duty", "reached", "about", "confirm"}
    assert {row.name for row in ROWS if Place.INCIDENT not in row.rooms} == {
        *("alert", "register", "trust", "reached", "duty", "contact")
    }
    for place in (Place.INCIDENT, Place.CONTROL):
        assert refused("!registre", place=place).why is Why.NOT_DIRECT
    for typed in ("!verify bob yes", "!door legal"):
        assert refused(typed, place=Place.DIRECT).why is Why.WRONG_ROOM
    assert refused("!fait D1", place=Place.CONTROL).why is Why.WRONG_ROOM
    assert refused("!fait", place=Place.DIRECT).why is Why.WRONG_ROOM


def test_leading_needs_a_leader_and_clocks_a_clock_keeper() -> None:
    rights = {row.name: row.right for row in ROWS}
    leading = {"verify", "door", "role", "invite", "remove", "severity", "close", "resume", "bulletin", "rollup"}
    leading |= {"called", "answer", "duty", "hold", "unhold"}
    clocks = {"clock", "aware", "filed", "classified", "waive", "snooze", "confirm"}
    assert {name for name, right in rights.items() if right is Right.LEAD} == leading
    assert {name for name, right in rights.items() if right is Right.CLOCK} == clocks
    assert rights["open"] is Right.OPEN
    assert rights["register"] is Right.REGISTER


@pytest.mark.parametrize("word", ["!état", "!ETAT", "!E\u0301tat", "!délais", "!Déclaré", "!écarter", "!gravité"])
def test_accents_and_case_do_not_count_in_french_words(word: str) -> None:
    assert find_row(word.removeprefix("!")) is not None


def test_a_summary_in_french_is_not_a_resumption() -> None:
    assert command("!résumé") == core.ShowBrief()
    assert command("!résume") == core.ShowBrief()


@pytest.mark.parametrize("typed", ["!status management", "!etat direction", "!état Direction"])
def test_the_management_has_a_page_of_its_own(typed: str) -> None:
    assert command(typed) == core.ShowOnePage()
    assert command("!resume") == core.Resume()


def test_a_role_can_be_given_a_step_and_a_name_can_have_several_words() -> None:
    assert command("!confier D1 dpo") == core.AssignStep(step=D1, to=Role.DPO)
    assert command("!confier D1 moi") == command("!assign D1 Me") == core.AssignStep(step=D1, to=None)
    assert command("!confier D1 Bob Martin") == core.AssignStep(step=D1, to="Bob Martin")
    assert command("!inviter Bob Martin") == core.Invite(who="Bob Martin")
    assert command("!inviter Bob Martin rh") == core.Invite(who="Bob Martin", role=Role.HR)


def test_an_invitation_of_a_role_alone_names_nobody() -> None:
    assert refused("!inviter dpo").details == {"argument": Argument.PERSON}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("oui", "yes"),
        ("NON", "no"),
        ("inconnue", "unknown"),
        ("ne sait  pas", "unknown"),
        ("don’t know", "unknown"),
        ("?", "unknown"),
        ("Les deux", "Les deux"),
    ],
)
def test_answers_have_one_spelling_and_others_are_kept(typed: str, value: str) -> None:
    assert command(f"!constat cas {typed}") == core.Answer(question=Question("cas"), value=value)


def test_what_follows_the_arguments_is_kept_exactly() -> None:
    text = "première  ligne\n\n\tدeuxième — \U0001f512 <b>&amp;\r\n**fin**"
    assert command(f"!fait D1  {text}\n ") == core.FinishStep(step=D1, result=text)
    assert command(f"!note\n{text}") == core.Note(text=text)


@pytest.mark.parametrize("typed", ["D1:", "d1,", "**d1**", "D1."])
def test_marks_copied_along_with_an_id_are_dropped(typed: str) -> None:
    assert command(f"!etape {typed}") == core.ShowStep(step=D1)


def test_an_id_of_marks_alone_stays_what_it_is() -> None:
    assert command("!etape ...") == core.ShowStep(step=StepId("..."))


@pytest.mark.parametrize("typed", ["0", "-1", "x", "1 2", "٣", "9999999999"])
def test_a_timeline_has_a_sensible_length(typed: str) -> None:
    assert refused(f"!chronologie {typed}").why is Why.NOT_A_COUNT


def test_a_timeline_without_a_number_has_ten_facts() -> None:
    assert command("!chronologie") == core.ShowTimeline(count=10)


def test_a_confirmation_needs_no_number() -> None:
    assert command("!confirmer") == core.GiveConfirmation()


def test_a_seal_without_a_number_asks_for_the_next_checkpoint() -> None:
    assert command("!sceller") == command("!seal") == core.SealRecord()


def test_a_step_can_be_done_without_a_result() -> None:
    assert command("!fait D1") == core.FinishStep(step=D1)
