"""Drafts: listed, made from the facts, reviewed, frozen; as a message and as files."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.commands import FreezeDraft, MakeDraft, ReviewDraft, ShowDrafts
from bot.core.drafts import DraftTemplate
from bot.core.incident import Incident
from bot.core.names import DraftId
from bot.core.playbook import Language
from bot.service.outcome import NOTHING, Asked, Outcome

Templates = Mapping[tuple[DraftId, Language], DraftTemplate]


def draft(
    command: ShowDrafts | MakeDraft | ReviewDraft | FreezeDraft,  # noqa: ARG001
    incident: Incident,  # noqa: ARG001
    templates: Templates,  # noqa: ARG001
    asked: Asked,  # noqa: ARG001
) -> Outcome:
    return NOTHING
