"""Answers to commands that only look. Nothing here changes anything."""

from __future__ import annotations

from bot import __version__, voice
from bot.commands import ROWS, Place, Row
from bot.core import commands
from bot.core.clocks.rules import proposed
from bot.core.costs.deciding import find_cost
from bot.core.decide.clocks import find_clock
from bot.core.decide.steps import find_step
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.organisations.errors import ForTheCoordinator, NotOfTheHouse
from bot.core.people.roster import Role, has_right, roles_for
from bot.service.answers.sources import Sources
from bot.service.outcome import Typed

_OF_PARENTS = frozenset({"cascade", "bulletin", "rollup", "called", "answer"})
"""Rows that say something only in the room of an incident of organisations, or where one is opened."""
_OF_THE_HOUSE = _OF_PARENTS | {"open"}
"""Rows that are nothing to the room of one organisation."""
_COORDINATED = frozenset({"question", "questions", "faq"})
"""Rows that say something only where there are organisations and somebody who coordinates them."""


def is_elsewhere(row: Row, incident: Incident | None) -> bool:
    """Say whether *row* is nothing to the room of *incident*, because that is the room of one organisation."""
    return incident is not None and incident.parent is not None and row.name in _OF_THE_HOUSE


def refuse_elsewhere(row: Row, incident: Incident | None) -> None:
    """Tell the people of one organisation where *row* belongs, whatever their role. Raises RuleError."""
    if is_elsewhere(row, incident):
        raise ForTheCoordinator if row.name in _OF_PARENTS else NotOfTheHouse


# --- in the room of an incident -----------------------------------------------------------------------------------


async def timeline(command: commands.ShowTimeline, asked: Typed, sources: Sources) -> voice.Text:
    """Show the last facts."""
    history = await sources.store.history(asked.here.id, last=command.count)
    return voice.timeline(history, asked.here)


def step(command: commands.ShowStep, asked: Typed) -> voice.Text:
    """Show a step in full. Raises RuleError."""
    return voice.step(asked.here, find_step(asked.here, command.step).id, asked.now)


def costs(command: commands.ShowCosts, asked: Typed) -> voice.Text:
    """Show the costs, or one of them. Raises UnknownCost."""
    if command.number is None:
        return voice.costs(asked.here)
    return voice.cost(asked.here, find_cost(asked.here, command.number))


def clocks(command: commands.ShowClocks, asked: Typed, sources: Sources) -> voice.Text:
    """Show the clocks, or all about one with what is proposed in its place. Raises RuleError."""
    if command.rule is None:
        return voice.clocks(asked.here, asked.now)
    found = find_clock(asked.here, command.rule)
    return voice.clock(asked.here, found, asked.now, proposed(sources.house.rules, found.rule.id))


def who(_: commands.ShowPeople, asked: Typed, sources: Sources) -> voice.Text:
    """Show who of the roster is here. Of what is known of a person it shows nothing about other incidents."""
    incident = asked.here
    present = [user for user in incident.roster if user in incident.joined]
    return voice.who(incident, {user: _devices(user, sources) for user in present})


def _devices(user: UserId, sources: Sources) -> voice.Devices:
    identity, compared = sources.chat.identity_of(user), sources.books.desk.confirmed.get(user)
    if identity.is_changed:
        return voice.Devices.CHANGED
    if not sources.chat.reads(user):
        return voice.Devices.NONE
    is_verified = compared is not None and compared.master == identity.known
    return voice.Devices.VERIFIED if is_verified else voice.Devices.SEEN


def cascade(_: commands.ShowCascade, asked: Typed, sources: Sources) -> voice.Text:
    """Show how far the opening of rooms is. Raises NoCascade."""
    return voice.progress(sources.cascades.feeder.progress(asked.here), asked.language)


# --- in any room --------------------------------------------------------------------------------------------------


def incidents(_: commands.ListIncidents, asked: Typed, sources: Sources) -> voice.Text:
    """List the asker's incidents; in the room of one incident nothing is said of the others."""
    here = asked.around.incident
    listed = sources.books.incidents_of(asked.by) if here is None else (here,)
    return voice.incident_list(listed, asked.language, asked.now)


def help_(command: commands.ShowHelp, asked: Typed, _: Sources) -> voice.Text:
    """Show what the asker can use here, or all about one command."""
    around = asked.around
    entries = _entries(around.room, around.incident, around.roles, around.house_roles)
    return voice.help(entries, command.word, asked.language)


def about(_: commands.ShowAbout, asked: Typed, sources: Sources) -> voice.Text:
    """Show version, fingerprint and identity."""
    identity = sources.identity
    return voice.about(
        version=__version__,
        fingerprint=identity.fingerprint,
        master_key=identity.master_key,
        record=identity.record_key.public,
        policy=identity.policy,
        language=asked.language,
    )


def _entries(
    place: Place, incident: Incident | None, roles: frozenset[Role], house_roles: frozenset[Role]
) -> tuple[voice.HelpEntry, ...]:
    """Return what the asker can use here; what is for the room of very many organisations is nothing to other rooms."""
    usable = (row for row in ROWS if place in row.rooms and not _is_hidden(row, incident))
    return tuple(help_entry(row) for row in usable if has_right(roles_for(row.right, roles, house_roles), row.right))


def _is_hidden(row: Row, incident: Incident | None) -> bool:
    """Say whether *row* is nothing to the room of *incident*, be it none."""
    if incident is None:
        return False
    if incident.cascade is not None:
        return row.name == "question"
    return row.name in (_OF_THE_HOUSE if incident.parent is not None else _OF_PARENTS | _COORDINATED)


def help_entry(row: Row) -> voice.HelpEntry:
    """Return what help says of *row*."""
    return voice.HelpEntry(name=row.name, words=row.words, usage=row.usage)
