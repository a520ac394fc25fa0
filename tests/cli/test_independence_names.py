"""Names of the Internet: where a domain ends, and who runs what is called so."""

from __future__ import annotations

import pytest

from bot.cli.checks.independence.names import above, domain, operator, parent


@pytest.mark.parametrize(
    ("name", "under"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("matrix.example.co.uk", "example.co.uk"),
        ("example.asso.fr", "example.asso.fr"),
        ("co.uk", "co.uk"),
        ("localhost", None),
        ("192.0.2.7", None),
        ("2001:db8::7", None),
    ],
)
def test_a_domain_is_what_somebody_pays_for(name: str, under: str | None) -> None:
    assert parent(name) == under


def test_names_are_asked_for_upwards_and_never_above_the_domain() -> None:
    assert above("a.b.example.co.uk") == ("a.b.example.co.uk", "b.example.co.uk", "example.co.uk")
    assert above("synapse") == ("synapse",)


@pytest.mark.parametrize(
    ("host", "run_by"),
    [
        ("ns1.dns.example.net", "example.net"),
        ("ns-12.hosted-34.co.uk", "hosted"),
        ("ns-56.hosted-78.org", "hosted"),
        ("synapse", "synapse"),
    ],
)
def test_who_numbers_domains_is_one(host: str, run_by: str) -> None:
    assert operator(host) == run_by


def test_a_name_is_asked_for_in_small_letters_of_ascii() -> None:
    assert domain("Münster.Example.") == "xn--mnster-3ya.example"
