"""`cellule check --independence`: what falls together is said, what is not known is not called apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from bot.cli.checks.findings import Finding, Level
from bot.cli.checks.independence.looking import Ways
from bot.cli.checks.independence.telling import Wanted, independence
from tests.config.files import changed, fill, write
from tests.console import cellule
from tests.docs.pages import passage, read

APART: dict[str, Any] = {
    "example.org": {"addresses": "2001:db8:3::1", "authority": "Example CA", "registrar": "One Registrar"},
    "matrix.example.org": {"addresses": ["192.0.2.7", "2001:db8:1::7"], "sign_in": "none", "authority": "Example CA"},
    "example.com": {
        "addresses": ["198.51.100.7", "2001:db8:2::7"],
        "networks": ["198.51.100.0/24", "Other Hosting"],
        "name_servers": ["ns1.dns.example.net"],
        "mail": "mx.example.com",
        "authority": "Other CA",
        "registrar": "Other Registrar",
        "sign_in": "Other Cloud",
    },
}
for _name in ("example.org", "matrix.example.org"):
    APART[_name] |= {"networks": "Example Hosting", "name_servers": "ns1.example.org", "mail": "none"}
WORDS = (
    "domain, addresses, networks, whose network it is, name servers, mail, registrar, sign-in, certificate authority"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def nobody_is_asked() -> NoReturn:
    raise AssertionError


async def findings_of(
    folder: Path,
    *domains: str,
    known: dict[str, Any] | str | None = None,
    ways: Callable[[], Ways] = nobody_is_asked,
    looks_up: bool = False,
    **groups: Any,
) -> list[Finding]:
    path = write(folder, changed(**groups))
    file = folder / "known.yaml"
    if known is not None:
        file.write_text(known if isinstance(known, str) else yaml.safe_dump(known), encoding="utf-8")
    wanted = Wanted(domains=domains, known=None if known is None else file, looks_up=looks_up)
    found = [finding async for finding in independence(path, wanted, ways)]
    assert all(finding.subject in {"independence", "configuration"} for finding in found)
    assert all(len(str(finding).splitlines()) == 1 for finding in found)
    return found


def but(name: str, **changes: object) -> dict[str, Any]:
    """APART with something changed of *name*; `...` takes it away."""
    keys = {**APART[name], **changes}
    return {**APART, name: {key: value for key, value in keys.items() if value is not ...}}


def lines(found: Sequence[Finding], level: Level) -> list[str]:
    return [finding.text for finding in found if finding.level is level]


# --- what is known ------------------------------------------------------------------------------------------


async def test_what_is_apart_in_everything_is_one_line_that_names_it(folder: Path) -> None:
    assert [*map(str, await findings_of(folder, "example.com", known=APART))] == [
        f"ok  independence: example.com: nothing in common: {WORDS}"
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"addresses": "192.0.2.7"}, "example.com or its mail stands at an address of matrix.example.org, 192.0.2.7: "),
        ({"addresses": "2001:db8:1::7"}, "example.com or its mail stands at an address of matrix.example.org, 2001:db"),
        (
            {"addresses": "192.0.2.99"},
            "or its mail stands in a network of matrix.example.org, 192.0.2.0/24: ",
        ),
        ({"addresses": "2001:db8:1:ff::1"}, "in a network of matrix.example.org, 2001:db8:1::/48: if it is flooded"),
        ({"networks": ["192.0.0.0/16", "X"]}, "in a network of matrix.example.org, 192.0.2.0/24: "),
        (
            {"networks": "EXAMPLE hosting"},
            "and example.org, matrix.example.org stand with one provider, Example Hosting: if",
        ),
        ({"name_servers": "ns1.example.org"}, "are found through the same name servers, ns1.example.org: "),
        (
            {"name_servers": "ns7.other.example.org"},
            "are found through the same name servers, example.org: if",
        ),
        ({"registrar": "one registrar"}, "are registered with One Registrar: whoever gets into it can take both"),
    ],
)
async def test_what_falls_together_is_a_warning_that_says_what_is_lost(
    folder: Path, changes: dict[str, object], told: str
) -> None:
    found = await findings_of(folder, "example.com", known=but("example.com", **changes))
    (warned,) = lines(found, Level.WARNING)
    assert told in warned
    assert not lines(found, Level.ERROR)


async def test_one_way_to_sign_in_is_enough_to_be_locked_out_of_both(folder: Path) -> None:
    known = but("matrix.example.org", sign_in="Other Cloud")
    (warned,) = lines(await findings_of(folder, "example.com", known=known), Level.WARNING)
    assert warned.startswith(
        "people of example.com and of example.org, matrix.example.org sign in through Other Cloud: "
    )


async def test_mail_through_one_house_is_shared_whatever_its_hosts_are_called(folder: Path) -> None:
    known = but("example.org", mail="org.mx.example.net")
    known["example.com"] = {**APART["example.com"], "mail": ["com.mx.example.net"]}
    (warned,) = lines(await findings_of(folder, "example.com", known=known), Level.WARNING)
    assert warned.startswith("the mail of example.com and of example.org goes through example.net: ")


async def test_one_authority_of_certificates_is_only_a_note(folder: Path) -> None:
    found = await findings_of(folder, "example.com", known=but("example.com", authority="Example CA"))
    assert {finding.level for finding in found} == {Level.OK}
    assert "show certificates of Example CA: only a note" in found[0].text


async def test_a_domain_of_the_firm_above_the_homeserver_takes_it_down(folder: Path) -> None:
    found = lines(await findings_of(folder, "www.example.org", "example.org"), Level.WARNING)
    assert found[0].startswith(
        "www.example.org and example.org, matrix.example.org stand under one domain, example.org: "
    )
    assert found[2].startswith("example.org is a name of the homeserver itself: ")


async def test_what_is_not_known_is_never_counted_as_apart(folder: Path) -> None:
    known = but("example.com", addresses=..., networks=..., registrar=...)
    found = await findings_of(folder, "example.com", known=known)
    (warned,) = lines(found, Level.WARNING)
    assert warned == (
        "example.com: not known, and so not counted as apart: addresses, networks, whose network it is, registrar "
        "(example.com); write it into a file for --known"
    )
    assert lines(found, Level.OK) == [
        "example.com: nothing in common: domain, name servers, mail, sign-in, certificate authority"
    ]


async def test_what_is_shared_is_said_though_more_of_it_is_not_known(folder: Path) -> None:
    known = but("example.com", addresses="192.0.2.7") | {"example.org": {**APART["example.org"], "addresses": None}}
    found = lines(await findings_of(folder, "example.com", known=known), Level.WARNING)
    assert [text.partition(":")[0] for text in found] == [
        "example.com or its mail stands at an address of matrix.example.org, 192.0.2.7",
        "example.com",
    ]
    assert "addresses, networks (example.org)" in found[1]


async def test_a_name_in_the_file_that_nobody_asked_for_is_told(folder: Path) -> None:
    known = {**APART, "exomple.com": {}}
    (warned,) = lines(await findings_of(folder, "example.com", known=known), Level.WARNING)
    assert "known.yaml tells of exomple.com, neither the homeserver's nor a domain that was named" in warned


async def test_who_has_the_address_has_the_network_and_is_not_called_apart_in_it(folder: Path) -> None:
    found = await findings_of(folder, "example.com", known=but("example.com", addresses="192.0.2.7"))
    (apart,) = lines(found, Level.OK)
    assert apart.startswith("example.com: nothing in common: domain, whose network it is, ")


# --- nothing is looked up unasked ---------------------------------------------------------------------------


async def test_without_a_further_flag_nobody_is_asked_and_what_would_be_is_said(folder: Path) -> None:
    told, unknown, apart = await findings_of(folder, "Example.COM.", "example.com")
    assert told.level is Level.OK
    assert "nothing was looked up; with --look-up" in told.text
    assert "mail of example.org, matrix.example.org, example.com, and each" in told.text
    assert "sign-in, certificate authority (example.com, example.org, matrix.example.org)" in unknown.text
    assert apart.text == "example.com: nothing in common: domain"


@pytest.mark.parametrize("looks_up", [True, False])
async def test_behind_a_proxy_nothing_is_looked_up_for_it_would_leak(folder: Path, looks_up: bool) -> None:
    found = await findings_of(
        folder, "example.com", looks_up=looks_up, network={"proxy": "socks5://127.0.0.1:9050"}, trust=...
    )
    assert str(found[0]).startswith("warning  independence: the homeserver is reached through a proxy, so nothing is ")
    assert "not counted as apart: addresses" in found[1].text


async def test_a_homeserver_on_this_machine_says_nothing_until_somebody_writes_it_down(folder: Path) -> None:
    here = {"homeserver": "http://localhost:8008"}
    wrong, *_ = await findings_of(folder, "example.com", matrix=here, known=APART)
    assert str(wrong).startswith(
        "error  independence: matrix.homeserver is localhost, this machine, which says nothing"
    )
    known = {**APART, "localhost": APART["matrix.example.org"]}
    known.pop("matrix.example.org")
    assert not lines(await findings_of(folder, "example.com", matrix=here, known=known), Level.ERROR)


async def test_an_address_has_no_name_that_could_be_lost(folder: Path) -> None:
    literal = {"homeserver": "https://192.0.2.7", "user_id": "@cellule:192.0.2.7"}
    known = {"example.com": {"addresses": "192.0.2.7"}, "192.0.2.7": {"sign_in": "none"}}
    found = await findings_of(folder, "example.com", matrix=literal, known=known)
    assert found[0].text.startswith("example.com or its mail stands at an address of 192.0.2.7, 192.0.2.7: ")
    assert "name servers, mail, registrar, sign-in (example.com); " in found[1].text


async def test_what_is_written_of_a_homeserver_that_has_no_domain_is_taken(folder: Path) -> None:
    inside = {"homeserver": "https://synapse:8448"}
    known = {**APART, "synapse": APART["matrix.example.org"]}
    known.pop("matrix.example.org")
    assert not lines(await findings_of(folder, "example.com", matrix=inside, known=known), Level.ERROR)


async def test_nobody_knows_the_registrar_of_this_machine_by_that_of_an_address(folder: Path) -> None:
    apart = {"homeserver": "http://localhost:8008", "user_id": "@cellule:192.0.2.7"}
    found = await findings_of(folder, "example.com", matrix=apart, known={"localhost": {}, **but("example.com")})
    assert any("registrar" in text and "localhost" in text for text in lines(found, Level.WARNING))


# --- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "example",
        "https://example.com/",
        "alice@example.com",
        "192.0.2.7",
        "a..example",
        "-",
        "",
        "x" * 64 + ".example.com",
    ],
)
async def test_a_word_that_is_no_domain_is_an_error_and_the_others_are_compared(folder: Path, word: str) -> None:
    found = await findings_of(folder, word, "example.com", known=APART)
    assert [finding.level for finding in found] == [Level.ERROR, Level.OK]
    assert found[0].text.endswith(" is no domain; write the name alone, like example.com")
    assert [finding.level for finding in await findings_of(folder, word, known=APART)] == [Level.ERROR]


async def test_a_name_with_accents_is_the_one_that_is_asked_for(folder: Path) -> None:
    found = await findings_of(folder, "café.example")
    assert "xn--caf-dma.example" in found[0].text


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("example.com: [", "known.yaml line 1: is not YAML: "),
        ("- example.com", "known.yaml: holds a list, not names with what is known below each; write one such as docs/"),
        ("", "known.yaml: holds nothing, not names with what is known below each"),
        (
            "example.com: {address: 192.0.2.7}",
            "known.yaml: example.com.address: is not a key of Cellule; did you",
        ),
        (
            "example.com: {addresses: [host]}",
            'example.com.addresses: "host" is no address; write one like 192.0.2.7',
        ),
        ("example.com: {networks: 192.0.2.0/99}", 'example.com.networks: "192.0.2.0/99" is no network; write one like'),
        ("example.com: {mail: [1]}", "example.com.mail: 1 is no domain; write the name alone"),
        ("example.com: {registrar: 7}", "example.com.registrar: must be text, not a number; put it in quotes"),
        ("example: {}", 'known.yaml: "example" is no domain; '),
        ("example.com: 192.0.2.7", "known.yaml: example.com: must be a group of keys (addresses, networks, "),
    ],
)
async def test_a_file_that_cannot_be_used_is_one_sentence_that_says_what_to_do(
    folder: Path, written: str, told: str
) -> None:
    (wrong,) = await findings_of(folder, "example.com", known=written)
    assert wrong.level is Level.ERROR
    assert told in wrong.text


async def test_a_file_that_is_not_there_is_an_error(folder: Path) -> None:
    wanted = Wanted(domains=("example.com",), known=folder / "gone.yaml")
    (wrong,) = [one async for one in independence(write(folder, changed()), wanted)]
    assert str(wrong).endswith(
        "gone.yaml cannot be read (No such file or directory); --known takes a file such as docs/operations.md shows"
    )


async def test_a_configuration_that_cannot_be_used_is_told_as_check_tells_it(folder: Path) -> None:
    found = await findings_of(folder, "example.com", locale={"language": "de", "timezone": "Mars"})
    assert [(finding.level, finding.subject) for finding in found] == [(Level.ERROR, "configuration")] * 2


@pytest.mark.parametrize(
    ("page", "heading", "locale"),
    [
        ("docs/operations.md", "What would fall together", "en_GB.UTF-8"),
        ("docs/fr/exploitation.md", "Ce qui tomberait ensemble", "fr_FR.UTF-8"),
    ],
)
async def test_the_documented_file_is_taken_and_finds_what_is_shown(
    folder: Path, page: str, heading: str, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    shown = passage(read(page), heading)
    written = shown.partition("```yaml\n")[2].partition("```")[0]
    (line,) = re.findall(r"^warning  .+$", shown, re.MULTILINE)
    assert line in map(str, await findings_of(folder, "example.com", "example.net", known=written))


# --- the console --------------------------------------------------------------------------------------------


async def test_the_console_ends_as_check_does_in_either_language(folder: Path) -> None:
    path, known = write(folder, changed()), folder / "known.yaml"
    known.write_text(yaml.safe_dump(APART), encoding="utf-8")
    words = ("check", "--config", path, "--known", known, "--independence")
    ended = await cellule(*words, "example.com")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "0 errors, 0 warnings")
    ended = await cellule(*words, "example", env={"LC_ALL": "fr_FR.UTF-8"})
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "1 erreur, 0 avertissement")
    assert "n’est pas un domaine" in ended.out


async def test_what_is_found_is_json_for_machines(folder: Path) -> None:
    path = write(folder, changed())
    ended = await cellule("check", "--config", path, "--json", "--independence", "example.com", "example.net")
    assert ended.code == 0
    assert {row["subject"] for row in json.loads(ended.out)} == {"independence"}


@pytest.mark.parametrize("words", [("--look-up",), ("--known", "x"), ("--login", "--independence", "example.com")])
async def test_flags_that_do_not_go_together_are_refused(folder: Path, words: tuple[str, ...]) -> None:
    ended = await cellule("check", "--config", write(folder, changed()), *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("--look-up and --known go with --independence DOMAIN")
