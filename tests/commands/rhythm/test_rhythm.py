"""What is typed about points and handovers, and what is replied to what is said of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import Called
from bot.commands.names import NO_NAMES
from bot.commands.reasons import Why
from bot.commands.replies import NotAnAnswer, read_reply
from bot.core import commands as core
from bot.core.language import Language
from bot.core.replies.subjects import PointAsked, Relay
from tests.commands.lines import NOW, command, refused

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("!brief", core.ShowBrief()),
        ("!point", core.ShowBrief()),
        ("!brief nothing", core.WritePoint()),
        ("!brief Nothing new.", core.WritePoint()),
        ("!point rien", core.WritePoint()),
        ("!point Rien  de nouveau !", core.WritePoint()),
        ("!point RAS", core.WritePoint()),
        ("!point off", core.SetCadence(every=None)),
        ("!point stop", core.SetCadence(every=None)),
        ("!brief every 3h", core.SetCadence(every=3 * HOUR)),
        ("!brief Every 90 min", core.SetCadence(every=1.5 * HOUR)),
        ("!brief every 1h30", core.SetCadence(every=1.5 * HOUR)),
        ("!brief every hour", core.SetCadence(every=HOUR)),
        ("!brief every day", core.SetCadence(every=24 * HOUR)),
        ("!point toutes les 4 h", core.SetCadence(every=4 * HOUR)),
        ("!point toutes les heures", core.SetCadence(every=HOUR)),
        ("!point tous les jours", core.SetCadence(every=24 * HOUR)),
        ("!point nothing works", core.WritePoint(text="nothing works")),
        ("!point every server is shut", core.WritePoint(text="every server is shut")),
        ("!point every server", core.WritePoint(text="every server")),
        ("!point everything is back", core.WritePoint(text="everything is back")),
        ("!point la paie  part à 8 h", core.WritePoint(text="la paie  part à 8 h")),
        ("!point " + "x" * 500, core.WritePoint(text="x" * 500)),
        ("!handover", core.ShowHandovers()),
        ("!releve", core.ShowHandovers()),
        ("!relève", core.ShowHandovers()),
        ("!handover bob", core.GiveHandover(who="bob")),
        ("!handover to @bob:example.org", core.GiveHandover(who="@bob:example.org")),
        ("!releve à bob", core.GiveHandover(who="bob")),
        ("!handover bob: call the  host", core.GiveHandover(who="bob", text="call the  host")),
        ("!handover bob with roles", core.GiveHandover(who="bob", with_roles=True)),
        ("!handover bob with my roles, call", core.GiveHandover(who="bob", with_roles=True, text="call")),
        ("!releve bob avec mes rôles", core.GiveHandover(who="bob", with_roles=True)),
        ("!releve bob avec roles rappeler", core.GiveHandover(who="bob", with_roles=True, text="rappeler")),
        ("!releve bob avec rolesque", core.GiveHandover(who="bob", text="avec rolesque")),
        ("!handover received", core.TakeHandover()),
        ("!handover 2 received", core.TakeHandover(number=2)),
        ("!releve reçue 2", core.TakeHandover(number=2)),
        ("!releve prise.", core.TakeHandover()),
        ("!handover 2 received 3", core.GiveHandover(who="2", text="received 3")),
    ],
)
def test_points_and_handovers_as_they_are_typed(typed: str, meant: object) -> None:
    assert command(typed) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("!brief every 0h", Why.NOT_A_SPAN),
        ("!brief every 3 parsecs", Why.NOT_A_SPAN),
        ("!handover to", Why.MISSING),
        ("!brief " + "x" * 5_000, Why.ARGUMENTS_TOO_LONG),
    ],
)
def test_what_is_none_of_these_is_refused(typed: str, why: Why) -> None:
    assert refused(typed).why is why


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("nothing", "!brief nothing"),
        ("rien", "!brief rien"),
        ("fait D1", "!brief fait D1"),
        ("toutes les 4h", "!brief toutes les 4h"),
        ("the mail is back", "!brief the mail is back"),
        ("!brief off", "!brief off"),
        ("vu les journaux", "!brief vu les journaux"),
        ("vu", ""),
        ("seen", ""),
        ("what?", ""),
    ],
)
def test_whatever_is_replied_to_a_point_is_where_things_stand(said: str, written: str) -> None:
    assert _written(said, PointAsked(due=NOW)) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("received", "!handover 3 received"),
        ("Reçue.", "!handover 3 received"),
        ("oui", "!handover 3 received"),
        ("I take over", "!handover 3 received"),
        ("je prends la relève", "!handover 3 received"),
        ("je prends", "!handover 3 received"),
        ("I take D1", ""),
        ("vu", "!handover 3 received"),
        ("x" * 100, ""),
        ("not now", ""),
        ("received what?", ""),
        ("non", ""),
    ],
)
def test_a_word_acknowledges_a_handover(said: str, written: str) -> None:
    assert _written(said, Relay(number=3)) == written


def _written(said: str, about: PointAsked | Relay) -> str:
    read = read_reply((about,), said, language=Language("fr"), names=NO_NAMES)
    match read:
        case Called(row=row, rest=rest):
            return f"!{row.name} {rest}"
        case NotAnAnswer():
            return ""
        case _:
            raise AssertionError(read)
