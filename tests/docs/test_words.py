import re
from pathlib import Path

import pytest

from bot.bridges.api.document import openapi
from tests.docs.pages import PAGES, name_of, read

PATH = re.compile(r"(?:^|(?<=[\s`(\"'=]))/[A-Za-z_][\w./-]*", re.MULTILINE)
PLACES = (
    *(
        "/dev/null",
        "/dev/urandom",
        "/etc/systemd/system",
        "/etc/sysusers.d",
        "/etc/tmpfiles.d",
        "/etc/cellule",
        "/etc/ssl",
        "/etc/postfix",
        "/etc/ntfy",
        "/var/lib/ntfy",
        "/usr/local",
        "/usr/sbin/nologin",
    ),
    *("/opt/cellule", "/var/lib/cellule", "/srv/cellule"),
)
OURS = {"/alerts/", "/healthz", "/metrics", "/server", "/save", "/quit", "/hooks/cellule"} | openapi()["paths"].keys()
"""Pages we serve, and words of the demo."""
HOMESERVERS = "/_synapse/admin/"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    named = {path.rstrip(".") for path in PATH.findall(page.read_text("utf-8"))}
    assert not [path for path in named if path not in OURS and not path.startswith((*PLACES, HOMESERVERS))]


def test_people_in_examples_are_nobody() -> None:
    for page in PAGES:
        people = re.findall(r"@[\w.-]+:([\w.-]+)", page.read_text("utf-8"))
        assert set(people) <= {"example.org"}, name_of(page)


def test_no_page_says_of_a_setting_that_it_is_not_enforced() -> None:
    for page in PAGES:
        assert not re.search(r"not\s+enforced|neither is enforced", page.read_text("utf-8")), name_of(page)


def test_the_readme_says_once_that_it_is_not_legal_advice() -> None:
    assert len(re.findall(r"not\s+legal\s+advice", read("README.md"))) == 1
