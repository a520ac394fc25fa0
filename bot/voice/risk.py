"""The risk to people: its questions, what was answered, who decided."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.voice.catalogue import say
from bot.voice.markup import Text, render


def risk(incident: Incident) -> Text:
    """Return the questions on the risk, each with its level and reason, and the decision if there is one."""
    return render(say(incident.language, "risk.title"))
