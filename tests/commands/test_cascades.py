"""`!cascade`: what its first word says, in both languages."""

from __future__ import annotations

import pytest

from bot.commands.reasons import Why
from bot.core.commands import CancelCascade, Command, OpenCascade, PauseCascade, ResumeCascade, ShowCascade
from bot.core.facts import Severity
from tests.commands.lines import command, refused


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ShowCascade()),
        ("status", ShowCascade()),
        ("État", ShowCascade()),
        ("PAUSE", PauseCascade()),
        ("suspendre", PauseCascade()),
        ("resume", ResumeCascade()),
        ("Reprendre", ResumeCascade()),
        ("cancel", CancelCascade()),
        ("arrêter", CancelCascade()),
        ("annuler", CancelCascade()),
        (
            'open "The host -- down" --playbook Mailbox --severity crisis',
            OpenCascade(title="The host -- down", playbook="mailbox", severity=Severity.CRISIS),
        ),
        ("ouvrir L'hébergeur", OpenCascade(title="L'hébergeur")),
        (
            "open --parent-playbook Ransomware The host --playbook mailbox",
            OpenCascade(title="The host", playbook="mailbox", parent_playbook="ransomware"),
        ),
        ("ouvrir L'hébergeur —playbook-parent rançon", OpenCascade(title="L'hébergeur", parent_playbook="rançon")),
    ],
)
def test_the_first_word_says_what_to_do(typed: str, meant: Command) -> None:
    assert command(f"!cascade {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("open", Why.MISSING),
        ("open X --parent-playbook", Why.MISSING),
        ("pause now", Why.TOO_MUCH),
        ("begin", Why.NOT_ONE_OF),
    ],
)
def test_what_is_not_understood_is_refused(typed: str, why: Why) -> None:
    assert refused(f"!cascade {typed}").why is why


def test_the_parents_playbook_is_no_option_of_an_incident_alone() -> None:
    assert refused("!open The host --parent-playbook ransomware").why is Why.UNKNOWN_OPTION
