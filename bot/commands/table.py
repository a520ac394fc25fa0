"""The commands: one row each. Dispatch, help, completion and the README's table all read these rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.commands import bulletins, papers, readers
from bot.commands.cascades import read_cascade
from bot.commands.line import Line
from bot.commands.opening import read_open
from bot.core.clocks.rules import Words
from bot.core.commands import Command
from bot.core.playbook import Language
from bot.core.roster import Right


class Place(Enum):
    """The kinds of room the bot listens in."""

    CONTROL = auto()
    DIRECT = auto()
    INCIDENT = auto()


EVERYWHERE = frozenset(Place)
DIRECT_ROOMS = frozenset({Place.DIRECT})
"""For what not everybody on the roster may read: in the control room whoever is invited there would."""
DESK_ROOMS = frozenset({Place.CONTROL, Place.DIRECT})
CONTROL_ROOM = frozenset({Place.CONTROL})
INCIDENT_ROOMS = frozenset({Place.INCIDENT})

WORDS, TEXT, WHOLE_MESSAGE = 500, 4_096, 48_000
"""How many characters may follow the word of a command: names and times; a text of a page; all that a message holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One command."""

    name: str
    """Stable; the voice has its help text under this name."""
    words: Mapping[Language, tuple[str, ...]]
    """Without `!`; the first of each language is the one shown."""
    usage: Words
    right: Right
    rooms: frozenset[Place]
    longest: int
    """How many characters may follow the word. What is longer is refused before anything of it is read."""
    only_in_order: bool
    """Not to be carried out when it comes late: by then it may mean something else than when it was typed."""
    parse: Callable[[Line], Command]
    """Raises BadArgumentError."""


def _row(  # noqa: PLR0913 - a row is one line of a table
    words: str,
    arguments: str,
    right: Right,
    parse: Callable[[Line], Command],
    *,
    rooms: frozenset[Place] = INCIDENT_ROOMS,
    longest: int = WORDS,
    only_in_order: bool = False,
) -> Row:
    """Build a row from words and arguments, each as `English / French`, the shown word first."""
    english, french = (tuple(side.split()) for side in words.split(" / "))
    arguments_en, arguments_fr = arguments.split(" / ") if arguments else ("", "")
    return Row(
        name=english[0],
        words={Language.FRENCH: french, Language.ENGLISH: english},
        usage=Words(fr=f"!{french[0]} {arguments_fr}".strip(), en=f"!{english[0]} {arguments_en}".strip()),
        right=right,
        rooms=rooms,
        longest=longest,
        only_in_order=only_in_order,
        parse=parse,
    )


ROWS = (
    _row(
        "open / ouvrir",
        "TITLE [--playbook ID] [--severity S] [--lang fr|en] [--drill]"
        " / TITRE [--playbook ID] [--gravite G] [--langue fr|en] [--exercice]",
        Right.OPEN,
        read_open,
        rooms=EVERYWHERE,
    ),
    _row("list / liste", "", Right.READ, readers.read_list, rooms=EVERYWHERE),
    _row("help / aide", "[WORD] / [MOT]", Right.READ, readers.read_help, rooms=EVERYWHERE),
    _row(
        "trust / confiance",
        "WHO [confirm] / QUI [confirmer]",
        Right.TRUST,
        readers.read_trust,
        rooms=DESK_ROOMS,
        only_in_order=True,
    ),
    _row("about / apropos a-propos", "", Right.READ, readers.read_about, rooms=EVERYWHERE),
    _row("status / etat statut", "", Right.READ, readers.read_status),
    _row("next / suite", "", Right.READ, readers.read_next),
    _row("timeline / chronologie", "[N] / [N]", Right.READ, readers.read_timeline),
    _row("step / etape", "ID / ID", Right.READ, readers.read_step),
    _row("done / fait", "ID [RESULT] / ID [RESULTAT]", Right.ACT, readers.read_done, longest=TEXT),
    _row("skip / passer", "ID REASON / ID RAISON", Right.ACT, readers.read_skip, longest=TEXT),
    _row("reopen / rouvrir", "ID / ID", Right.ACT, readers.read_reopen),
    _row("assign / confier", "ID WHO / ID QUI", Right.ACT, readers.read_assign),
    _row("fact / constat", "NAME VALUE / NOM VALEUR", Right.ACT, readers.read_fact, longest=TEXT),
    _row("facts / constats", "", Right.READ, readers.read_facts),
    _row("clocks / delais", "[RULE|ics [full]] / [REGLE|ics [complet]]", Right.READ, papers.read_clocks),
    _row("clock / delai", "add NAME WHEN [OWNER] / ajouter NOM QUAND [QUI]", Right.CLOCK, papers.read_clock),
    _row(
        "aware / connaissance",
        "RULE [WHEN] [SOURCE] / REGLE [QUAND] [SOURCE]",
        Right.CLOCK,
        readers.read_aware,
        longest=TEXT,
    ),
    _row(
        "filed / declare",
        "RULE REFERENCE [WHEN] / REGLE REFERENCE [QUAND]",
        Right.CLOCK,
        readers.read_filed,
        longest=TEXT,
    ),
    _row("classified / classement", "RULE [WHEN] / REGLE [QUAND]", Right.CLOCK, readers.read_classified),
    _row(
        "waive / ecarter",
        "RULE REASON / REGLE RAISON",
        Right.CLOCK,
        readers.read_waive,
        longest=TEXT,
        only_in_order=True,
    ),
    _row("ack / vu", "", Right.ACT, readers.read_ack),
    _row("snooze / reporter", "RULE 2h / REGLE 2h", Right.CLOCK, readers.read_snooze),
    _row(
        "risk / risque",
        "[QUESTION|decision LEVEL REASON] / [QUESTION|decision NIVEAU RAISON]",
        Right.ACT,
        papers.read_risk,
        longest=TEXT,
    ),
    _row("draft / brouillon", "[NAME [reviewed|frozen|new]] / [NOM [relu|fige|nouveau]]", Right.ACT, papers.read_draft),
    _row("register / registre", "[csv|md] / [csv|md]", Right.REGISTER, papers.read_register, rooms=DIRECT_ROOMS),
    _row(
        "verify / verifier",
        "WHO yes CODE|no / QUI oui CODE|non",
        Right.LEAD,
        readers.read_verify,
        rooms=CONTROL_ROOM,
    ),
    _row("note / note", "TEXT / TEXTE", Right.ACT, readers.read_note, longest=WHOLE_MESSAGE),
    _row("role / role", "ROLE WHO / ROLE QUI", Right.LEAD, readers.read_role),
    _row("invite / inviter", "WHO [ROLE] / QUI [ROLE]", Right.LEAD, readers.read_invite),
    _row("remove / retirer", "WHO / QUI", Right.LEAD, readers.read_remove, only_in_order=True),
    _row("who / qui", "", Right.READ, readers.read_who),
    _row("severity / gravite", "S / G", Right.LEAD, readers.read_severity),
    _row("brief / point résumé", "", Right.READ, readers.read_brief),
    _row(
        "close / clore fermer", "[SUMMARY] / [BILAN]", Right.LEAD, readers.read_close, longest=TEXT, only_in_order=True
    ),
    _row(
        "confirm / confirmer",
        "NUMBER / NUMERO",
        Right.CLOCK,
        readers.read_confirm,
        rooms=EVERYWHERE,
        only_in_order=True,
    ),
    _row("resume / reprendre", "", Right.LEAD, readers.read_resume),
    _row(
        "cascade / cascade",
        "[open TITLE [OPTIONS]|pause|resume|cancel|status] / [ouvrir TITRE [OPTIONS]|pause|reprendre|annuler|etat]",
        Right.ACT,
        read_cascade,
        rooms=EVERYWHERE,
        only_in_order=True,
    ),
    _row(
        "bulletin / bulletin",
        "[--to FILTER] [--next WHEN] TEXT / [--pour FILTRE] [--prochain QUAND] TEXTE",
        Right.LEAD,
        bulletins.read_bulletin,
        longest=2 * TEXT,
        only_in_order=True,
    ),
    _row("rollup / synthese bilan", "[csv] / [csv]", Right.LEAD, bulletins.read_rollup),
)
OPEN_ROW = ROWS[0]
"""A bare number goes on with what it began."""
ACK_ROW = next(row for row in ROWS if row.name == "ack")
