"""The line that opens an incident: a title with options anywhere in it."""

from __future__ import annotations

import pytest

from bot.commands import Place
from bot.commands.reasons import Argument, Why
from bot.core.commands import Open, SettleAlert, ShowAlerts
from bot.core.facts import Severity
from bot.core.language import Language
from tests.commands.lines import command, refused

TITLE = "Notre hébergeur est tombé"
FULL = Open(title=TITLE, playbook="provider-hit", severity=Severity.CRISIS, language=Language("en"), drill=True)


@pytest.mark.parametrize(
    "line",
    [
        f"!open {TITLE} --playbook provider-hit --severity crisis --lang en --drill",
        f"!ouvrir --playbook Provider-Hit --gravite crise --langue anglais --exercice {TITLE}",
        f"!ouvrir {TITLE} --scenario=provider-hit --gravité=Critique --lang=EN --exercice",
        f'!open --drill "{TITLE}" --severity crisis --playbook provider-hit --lang en',
        f"!ouvrir « {TITLE} » —playbook provider-hit –gravite crise —lang en —exercice",
        f"!ouvrir\n{TITLE}\n--playbook provider-hit\n--gravite crise\n--lang en\n--exercice",
        "!ouvrir Notre hébergeur --drill --lang en est --playbook provider-hit --severity crisis tombé",
    ],
)
def test_options_stand_anywhere_in_both_languages(line: str) -> None:
    got = command(line, place=Place.CONTROL)
    assert isinstance(got, Open)
    assert (
        Open(
            title=" ".join(got.title.split()),
            playbook=got.playbook,
            severity=got.severity,
            language=got.language,
            drill=got.drill,
        )
        == FULL
    )


@pytest.mark.parametrize("quoted", ['"--drill ou pas"', "« --drill ou pas »", "“--drill ou pas”"])
def test_quotes_protect_what_is_inside(quoted: str) -> None:
    assert command(f"!open {quoted} --lang fr") == Open(title="--drill ou pas", language=Language("fr"))


def test_quotes_are_not_needed_and_inner_spaces_stay() -> None:
    assert command("!open A  B — C") == Open(title="A  B — C")
    assert command('!open Le "cloud" est tombé') == Open(title='Le "cloud" est tombé')
    assert command('!open "Le cloud est tombé') == Open(title='"Le cloud est tombé')
    assert command('!open "A" puis "B"') == Open(title='A" puis "B')


def test_a_dash_before_an_unknown_name_is_part_of_the_title() -> None:
    assert command("!open Lundi —panne") == Open(title="Lundi —panne")


@pytest.mark.parametrize(
    ("line", "why", "details"),
    [
        ("", Why.MISSING, {"argument": Argument.TITLE}),
        ('""', Why.MISSING, {"argument": Argument.TITLE}),
        ("--drill", Why.MISSING, {"argument": Argument.TITLE}),
        ("Titre --playbook", Why.MISSING, {"argument": Argument.OPTION}),
        ("Titre --severity --drill", Why.MISSING, {"argument": Argument.OPTION}),
        ("Titre --urgent", Why.UNKNOWN_OPTION, {"given": "--urgent"}),
        ("Titre --nouveau", Why.UNKNOWN_OPTION, {"given": "--new"}),
        ("Titre --severity terrible", Why.UNKNOWN_SEVERITY, {"given": "terrible"}),
        ("Titre --lang de", Why.UNKNOWN_LANGUAGE, {"given": "de"}),
    ],
)
def test_a_line_that_cannot_open_says_why(line: str, why: Why, details: dict[str, str]) -> None:
    reason = refused(f"!open {line}")
    assert (reason.why, reason.details) == (why, details)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("!alert", ShowAlerts()),
        ("!alerte 3", ShowAlerts(number=3)),
        ("!alert 3 no", SettleAlert(number=3, choice="no")),
        ("!alert non 3", SettleAlert(number=3, choice="no")),
        ("!alert Saffron Otter 12", SettleAlert(number=12, choice="Saffron Otter")),
        ("!alert 12 provider-hit", SettleAlert(number=12, choice="provider-hit")),
    ],
)
def test_an_alert_is_named_by_its_number_first_or_last(line: str, wanted: ShowAlerts | SettleAlert) -> None:
    assert command(line, place=Place.CONTROL) == wanted
