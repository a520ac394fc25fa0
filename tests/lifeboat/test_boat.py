"""What a lifeboat is called, who vouches for it, and at which ports it is found."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.config.reading import Wrong
from bot.core.language import Language
from bot.lifeboat.boat import Boat, Tls, planned, read_domain, read_port, tls_for
from bot.lifeboat.errors import LifeboatError

SPOKEN = (Language("fr"), ZoneInfo("Europe/Paris"))
FREE = (18_001, 18_002, 18_003)


def boat(name: str, tls: Tls, port: int | None = None) -> Boat:
    return planned(name, tls, port, FREE, SPOKEN)


@pytest.mark.parametrize("name", ["localhost", "rescue.example.org", "Rescue.Example.ORG", "192.0.2.7", "boat"])
def test_a_name_of_a_server_is_taken(name: str) -> None:
    assert read_domain(f" {name} ") == name.casefold()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "https://example.org",
        "example.org/",
        "a..b",
        "-a.org",
        "a_b.org",
        "192.0.2",
        "192.0.2.300",
        "::1",
        "é.org",
        "a:8448",
    ],
)
def test_what_is_none_is_refused(name: str) -> None:
    with pytest.raises(Wrong):
        read_domain(name)


@pytest.mark.parametrize("port", [0, 65536, -1, "443", True])
def test_a_port_is_a_number(port: object) -> None:
    with pytest.raises(Wrong, match="1 to 65535"):
        read_port(port)


@pytest.mark.parametrize(
    ("name", "is_given", "is_private", "tls"),
    [
        ("localhost", False, False, Tls.NONE),
        ("rescue.example.org", False, False, Tls.PUBLIC),
        ("rescue.example.org", True, False, Tls.GIVEN),
        ("rescue.example.org", False, True, Tls.PRIVATE),
        ("192.0.2.7", False, False, Tls.PRIVATE),
        ("boat", False, False, Tls.PRIVATE),
        ("boat.lan", False, False, Tls.PRIVATE),
        ("boat.home.arpa", False, False, Tls.PRIVATE),
    ],
)
def test_who_vouches_follows_from_the_name_and_what_is_given(
    name: str, is_given: bool, is_private: bool, tls: Tls
) -> None:
    assert tls_for(name, is_given=is_given, is_private=is_private) is tls


@pytest.mark.parametrize(("name", "is_given", "is_private"), [("localhost", True, False), ("example.org", True, True)])
def test_what_contradicts_itself_is_refused(name: str, is_given: bool, is_private: bool) -> None:
    with pytest.raises(LifeboatError):
        tls_for(name, is_given=is_given, is_private=is_private)


def test_for_trying_it_needs_no_right_no_name_and_no_certificate() -> None:
    here = boat("localhost", Tls.NONE)
    assert (here.address, here.page) == ("http://127.0.0.1:18001", "http://127.0.0.1:18001/join")
    assert here.listens == (("127.0.0.1", 18001), ("127.0.0.1", 18002), ("127.0.0.1", 18003))


def test_a_public_name_has_caddy_before_it() -> None:
    public = boat("rescue.example.org", Tls.PUBLIC)
    assert public.page == "https://rescue.example.org/join"
    assert public.listens == (("", 443), ("", 80), ("127.0.0.1", 8008), ("127.0.0.1", 9468), ("127.0.0.1", 9469))
    with pytest.raises(LifeboatError, match="leave --port out"):
        boat("rescue.example.org", Tls.PUBLIC, 8443)


@pytest.mark.parametrize(
    ("port", "page", "root"),
    [
        (None, "https://192.0.2.7/join", "http://192.0.2.7/root.crt"),
        (8443, "https://192.0.2.7:8443/join", "http://192.0.2.7:8444/root.crt"),
    ],
)
def test_a_private_authority_is_found_without_being_trusted(port: int | None, page: str, root: str) -> None:
    private = boat("192.0.2.7", Tls.PRIVATE, port)
    assert (private.page, private.root_address) == (page, root)
