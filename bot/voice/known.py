"""What is known: answers and details."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.voice.catalogue import say
from bot.voice.markup import Text, render


def known(incident: Incident) -> Text:
    """Return what is known of the incident, and what is still asked."""
    return render(say(incident.language, "known.title"))
