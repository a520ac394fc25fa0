import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, name_of

LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        led = (page.parent / file).resolve() if file else page
        if not led.exists() or (anchor and anchor not in _anchors(led)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_address_elsewhere_is_protected_or_an_example(page: Path) -> None:
    plain = re.findall(r"http://[^\s)`>]+", page.read_text("utf-8"))
    assert not [address for address in plain if not address.startswith(("http://127.0.0.1", "http://localhost"))]
