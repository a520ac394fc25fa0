"""The example of a list of clients is one, for every shipped draft that goes to them."""

from __future__ import annotations

import pytest

from bot.commands.clients import read_clients
from bot.core.documents.compose import compose
from bot.core.language import Language
from bot.core.names import DraftId
from bot.host.shipped import playbooks_folder
from bot.library import drafts
from bot.papers.tables import read_table
from bot.sentences import languages
from bot.voice import client_holes
from tests.core.build import incident
from tests.docs.pages import ROOT

TEMPLATES = drafts.load(playbooks_folder())
FOR_CLIENTS = ("processor-notice", "client-kit", "client-cnil", "client-mandate")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("draft", FOR_CLIENTS)
def test_the_example_fills_every_draft_for_clients(draft: str, language: Language) -> None:
    holes = client_holes(compose(TEMPLATES[DraftId(draft), language], incident()), language)
    found = read_clients(read_table((ROOT / "docs/examples/clients.csv").read_bytes(), "clients.csv"), holes)
    assert found.wrong == ()
    assert [row.name for row in found.rows] == ["Boulangerie Martin", "Dupont & Cie", "Association Exemple"]
    assert "client" in {hole.name for hole in holes}
