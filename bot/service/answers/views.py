"""Answers to commands that only look. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot import __version__, voice
from bot.commands import ROWS, Place, Row
from bot.core.commands import (
    Asker,
    ListIncidents,
    ShowAbout,
    ShowBrief,
    ShowClocks,
    ShowFacts,
    ShowHelp,
    ShowNext,
    ShowRisk,
    ShowStatus,
    ShowStep,
    ShowTimeline,
)
from bot.core.decide.clocks import find_clock
from bot.core.decide.steps import find_step
from bot.core.facts import DeskFact, Fact, Recorded
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.playbook import Language
from bot.core.roster import Role, has_right, roles_for

IncidentView = ShowStatus | ShowNext | ShowTimeline | ShowStep | ShowClocks | ShowFacts | ShowRisk | ShowBrief
_OF_PARENTS = frozenset({"cascade", "bulletin", "rollup"})
"""Rows that say something only in the room of an incident of organisations, or where one is opened."""
_OF_THE_HOUSE = _OF_PARENTS | {"open"}
"""Rows that are nothing to the room of one organisation."""
AnywhereView = ListIncidents | ShowHelp | ShowAbout


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What people compare to know that it is us."""

    user: UserId
    """Our own Matrix id."""
    fingerprint: str
    """The Ed25519 key of our device, in groups of four."""
    master_key: str
    """Our cross-signing master key, in groups of four."""
    policy: str
    """The configured `trust.devices`."""


def show(  # noqa: C901, PLR0911 - a table
    view: IncidentView, incident: Incident, asker: Asker, history: tuple[Recorded[Fact | DeskFact], ...], now: datetime
) -> voice.Text:
    """Answer a question about *incident*; *history* are its last facts when the timeline was asked for."""
    match view:
        case ShowStatus():
            return voice.card(incident, now)
        case ShowNext():
            return voice.next_for(incident, asker.user, now)
        case ShowTimeline():
            return voice.timeline(history, incident)
        case ShowStep(step=step):
            return voice.step(incident, find_step(incident, step).id, now)
        case ShowClocks(rule=rule):
            return voice.clock(incident, find_clock(incident, rule), now) if rule else voice.clocks(incident, now)
        case ShowFacts():
            return voice.known(incident)
        case ShowRisk():
            return voice.risk(incident)
        case ShowBrief():
            return voice.brief(incident, now)
        case _:
            assert_never(view)


def show_anywhere(  # noqa: PLR0913 - each is one fact of the asker's surroundings
    view: AnywhereView,
    *,
    incidents: tuple[Incident, ...],
    place: Place,
    incident: Incident | None,
    roles: frozenset[Role],
    house_roles: frozenset[Role],
    language: Language,
    identity: Identity,
    now: datetime,
) -> voice.Text:
    """Answer a question that can be asked in any room."""
    match view:
        case ListIncidents():
            return voice.incident_list(incidents, language, now)
        case ShowHelp(word=word):
            return voice.help(_entries(place, incident, roles, house_roles), word, language)
        case ShowAbout():
            return voice.about(
                version=__version__,
                fingerprint=identity.fingerprint,
                master_key=identity.master_key,
                policy=identity.policy,
                language=language,
            )
        case _:
            assert_never(view)


def _entries(
    place: Place, incident: Incident | None, roles: frozenset[Role], house_roles: frozenset[Role]
) -> tuple[voice.HelpEntry, ...]:
    """Return what the asker can use here; what is for the room of very many organisations is nothing to other rooms."""
    hidden = frozenset[str]()
    if incident is not None and incident.cascade is None:
        hidden = _OF_PARENTS if incident.parent is None else _OF_THE_HOUSE
    usable = (row for row in ROWS if place in row.rooms and row.name not in hidden)
    return tuple(help_entry(row) for row in usable if has_right(roles_for(row.right, roles, house_roles), row.right))


def help_entry(row: Row) -> voice.HelpEntry:
    """Return what help says of *row*."""
    return voice.HelpEntry(name=row.name, words=row.words, usage=row.usage)
