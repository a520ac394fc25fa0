"""Deciding on drafts: made from the facts, found right by the DPO or a lawyer, frozen. Only a person sends."""

from __future__ import annotations

from datetime import datetime

from bot.core.documents.drafts import DraftTemplate
from bot.core.errors import DraftIsFrozen, DraftNotMade, DraftNotReviewed, DraftOutdated, NotAllowed
from bot.core.facts import DraftFrozen, DraftMade, DraftReviewed
from bot.core.incident import DraftState, Incident
from bot.core.names import DraftId, UserId, name_of
from bot.core.people.roster import Right, Role, has_right, roles_giving


def make(incident: Incident, template: DraftTemplate, digest: str, by: UserId, now: datetime) -> tuple[DraftMade, ...]:
    """Make a new version when it says something else than the last one; nothing otherwise."""
    draft, name = template.id, name_of(template.id, template.called, incident.language)
    state = incident.drafts.get(draft)
    if state is not None and state.digest == digest and state.frozen is None:
        return ()
    version = state.version + 1 if state else 1
    return (DraftMade(at=now, by=by, draft=draft, version=version, digest=digest, name=name),)


def review(incident: Incident, draft: DraftId, digest: str, by: UserId, now: datetime) -> DraftReviewed:
    """Record that the last version, which still says what the facts say, was found right."""
    state = _current(incident, draft, digest, by)
    held = incident.roster[by]
    role = Role.DPO if Role.DPO in held else Role.LEGAL
    return DraftReviewed(at=now, by=by, draft=draft, version=state.version, role=role)


def freeze(incident: Incident, draft: DraftId, digest: str, text: str, by: UserId, now: datetime) -> DraftFrozen:
    """Let the last version stand as it is, once it was found right; *text* is all of it."""
    state = _current(incident, draft, digest, by)
    if not state.reviewed_by:
        raise DraftNotReviewed(draft)
    return DraftFrozen(at=now, by=by, draft=draft, version=state.version, text=text)


def _current(incident: Incident, draft: DraftId, digest: str, by: UserId) -> DraftState:
    if not has_right(incident.roster.get(by, frozenset()), Right.REVIEW):
        raise NotAllowed(roles_giving(Right.REVIEW))
    state = incident.drafts.get(draft)
    if state is None:
        raise DraftNotMade(draft)
    if state.frozen is not None:
        raise DraftIsFrozen(draft, state.version)
    if state.digest != digest:
        raise DraftOutdated(draft)
    return state
