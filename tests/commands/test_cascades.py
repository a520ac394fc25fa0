"""`!cascade`: what its first word says, in both languages."""

from __future__ import annotations

import pytest

from bot.commands.reasons import Why
from bot.core.commands import (
    CancelCascade,
    Command,
    GiveConfirmation,
    InviteBelow,
    MergeFirms,
    OpenCascade,
    PauseCascade,
    RemoveBelow,
    ReopenBelow,
    ResumeCascade,
    SendBulletin,
    ShowCascade,
)
from bot.core.facts import Severity
from bot.core.people.roster import Role
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
        ("ouvrir L'hébergeur --nouveau", OpenCascade(title="L'hébergeur", as_new=True)),
        ("open --new --drill The host", OpenCascade(title="The host", drill=True, as_new=True)),
        ("go 3", GiveConfirmation(number=3)),
        ("lancer", GiveConfirmation()),
        ("remove Étude Brésard @erin:example.org", RemoveBelow(organisation="Étude Brésard", who="@erin:example.org")),
        (
            'remplacer "Dupont & Cie" @erin:example.org https://matrix.to/#/@bob:example.org',
            RemoveBelow(
                organisation="Dupont & Cie", who="@erin:example.org", new="https://matrix.to/#/@bob:example.org"
            ),
        ),
        ("rouvrir « Dupont & Cie »", ReopenBelow(organisation="Dupont & Cie")),
        ("reopen Calm Heron", ReopenBelow(organisation="Calm Heron")),
        ("merge Dupont & Cie  Dupont", MergeFirms(firms="Dupont & Cie  Dupont")),
        ('fusionner "Dupont & Cie" "Dupont"', MergeFirms(firms='"Dupont & Cie" "Dupont"')),
        ("close", SendBulletin(text="", closes=True)),
        ("clore absentes Merci\nà tous", SendBulletin(text="Merci\nà tous", audience="absent", closes=True)),
        ("close city=Lyon Thank you", SendBulletin(text="Thank you", audience="city=Lyon", closes=True)),
        ("close Thank you all", SendBulletin(text="Thank you all", closes=True)),
        ("invite Étude Brésard @erin:example.org", InviteBelow(organisation="Étude Brésard", who="@erin:example.org")),
        (
            "inviter « Dupont & Cie » https://matrix.to/#/@erin:example.org DPO",
            InviteBelow(organisation="Dupont & Cie", who="https://matrix.to/#/@erin:example.org", role=Role.DPO),
        ),
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
        ("go now", Why.NOT_A_COUNT),
        ("pause now", Why.TOO_MUCH),
        ("begin", Why.NOT_ONE_OF),
        ("invite", Why.MISSING),
        ("invite Dupont", Why.MISSING),
        ("invite @erin:example.org", Why.MISSING),
        ("invite Dupont @erin:example.org boss", Why.UNKNOWN_ROLE),
        ("remove", Why.MISSING),
        ("remove Dupont", Why.MISSING),
        ("remove « » @erin:example.org", Why.MISSING),
        ("remove Dupont @erin:example.org dpo", Why.TOO_MUCH),
        ("replace Dupont @erin:example.org", Why.MISSING),
        ("replace Dupont @erin:example.org bob", Why.MISSING),
        ("replace Dupont @erin:example.org @bob:example.org dpo", Why.TOO_MUCH),
        ("reopen", Why.MISSING),
        ("merge", Why.MISSING),
        ("invite Dupont @erin:example.org admin", Why.UNKNOWN_ROLE),
    ],
)
def test_what_is_not_understood_is_refused(typed: str, why: Why) -> None:
    assert refused(f"!cascade {typed}").why is why


def test_the_parents_playbook_is_no_option_of_an_incident_alone() -> None:
    assert refused("!open The host --parent-playbook ransomware").why is Why.UNKNOWN_OPTION
