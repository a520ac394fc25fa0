"""What would fall together, a line each: who is compared, what is known of them, and what they have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from bot.cli.checks.findings import Finding, error, ok, warning
from bot.cli.checks.independence.comparing import Aspect, Compared, Place, Shared, compare, settled
from bot.cli.checks.independence.known import UnreadError, read_known
from bot.cli.checks.independence.looking import (
    HTTPS,
    Looked,
    NotAnsweredError,
    Ways,
    look_up,
    ways_of_this_machine,
)
from bot.cli.checks.independence.names import domain, literal
from bot.cli.tongue import say
from bot.config import Config, ConfigError, Matrix, load
from bot.config.reading import Wrong
from bot.config.values import is_loopback

_SUBJECT = "independence"
_SHARED = {
    Aspect.NAME: "check.independence.name",
    Aspect.ADDRESS: "check.independence.address",
    Aspect.NETWORK: "check.independence.network",
    Aspect.OWNER: "check.independence.owner",
    Aspect.NAME_SERVERS: "check.independence.name_servers",
    Aspect.MAIL: "check.independence.mail",
    Aspect.REGISTRAR: "check.independence.registrar",
    Aspect.SIGN_IN: "check.independence.sign_in",
    Aspect.AUTHORITY: "check.independence.authority",
}
_WORDS = {
    Aspect.NAME: "check.independence.word.name",
    Aspect.ADDRESS: "check.independence.word.address",
    Aspect.NETWORK: "check.independence.word.network",
    Aspect.OWNER: "check.independence.word.owner",
    Aspect.NAME_SERVERS: "check.independence.word.name_servers",
    Aspect.MAIL: "check.independence.word.mail",
    Aspect.REGISTRAR: "check.independence.word.registrar",
    Aspect.SIGN_IN: "check.independence.word.sign_in",
    Aspect.AUTHORITY: "check.independence.word.authority",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    domains: tuple[str, ...]
    known: Path | None = None
    looks_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Whom it is about: the names of the homeserver, each with the port of its certificate, and the firm's.

    None is no certificate; HTTPS is wherever the others show theirs.
    """

    ours: Mapping[str, int | None]
    theirs: tuple[str, ...]
    known: Mapping[str, Place] = field(default_factory=dict)

    def places(self) -> dict[str, Place]:
        return {name: _place(name, self.known.get(name)) for name in (*self.ours, *self.theirs)}

    def asked(self) -> list[str]:
        """Return the names that others may be asked for."""
        return [name for name in self.places() if not _is_hidden(name)]


async def independence(
    path: Path, wanted: Wanted, ways: Callable[[], Ways] = ways_of_this_machine
) -> AsyncIterator[Finding]:
    """Yield what the homeserver shares with the firm's domains. Nothing is looked up that *wanted* does not allow."""
    try:
        config, known = await asyncio.to_thread(_read, path, wanted.known)
    except _UnfitError as unfit:
        for finding in unfit.findings:
            yield finding
        return
    theirs, found = _domains(wanted.domains)
    places = dict[str, Place]()
    names = _Names(ours=_of_the_homeserver(config.matrix), theirs=theirs, known=known)
    if theirs:
        found += _before(names, wanted.known)
        places = await _gather(names, wanted, ways, found, is_proxied=config.matrix.proxy is not None)
    for finding in found:
        yield finding
    ours, firm = settled([places[name] for name in names.ours if theirs], [places[name] for name in theirs])
    for each in firm:
        for finding in _told(compare(ours, each)):
            yield finding


class _UnfitError(Exception):
    """There is nothing to compare, and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


def _read(path: Path, known: Path | None) -> tuple[Config, dict[str, Place]]:
    try:
        config = load(path)
        return config, {} if known is None else read_known(known, _of_the_homeserver(config.matrix))
    except ConfigError as wrong:
        raise _UnfitError(error("configuration", problem) for problem in wrong.problems) from None
    except UnreadError as unread:
        raise _UnfitError(error(_SUBJECT, problem) for problem in unread.problems) from None


def _domains(words: Iterable[str]) -> tuple[tuple[str, ...], list[Finding]]:
    found, wrongs = list[str](), list[Finding]()
    for word in words:
        try:
            found.append(domain(word))
        except Wrong as wrong:
            wrongs.append(error(_SUBJECT, wrong))
    return tuple(dict.fromkeys(found)), wrongs


def _of_the_homeserver(account: Matrix) -> dict[str, int | None]:
    """Return where the homeserver is, and the name that its accounts have: apps ask there where it is."""
    url = urlsplit(account.homeserver)
    host = url.hostname or ""
    port = (url.port or HTTPS) if url.scheme == "https" else None
    server = urlsplit(f"//{account.user_id.partition(':')[2]}").hostname or ""
    return {server: HTTPS} | {host: port}


def _before(names: _Names, known: Path | None) -> Iterator[Finding]:
    """Yield what keeps the comparison from being whole."""
    for name in names.ours:
        if is_loopback(name) and name not in names.known:
            yield error(_SUBJECT, say("check.independence.here", name=name))
    if strange := names.known.keys() - names.places().keys():
        yield warning(_SUBJECT, say("check.independence.strange", path=known, names=", ".join(sorted(strange))))


def _place(name: str, known: Place | None) -> Place:
    """Add to what is *known* what a name tells by itself: an address has no name to lose, and nobody to serve it."""
    known, address = known or Place(name=name), literal(name)
    if address is None or address.is_loopback:
        return known
    none = frozenset[str]()
    bare = Place(name=name, addresses=frozenset({address}), name_servers=none, mail=none, registrars=none)
    said = {row.name: getattr(known, row.name) for row in fields(known)}
    return replace(bare, **{name: value for name, value in said.items() if value is not None})


def _is_hidden(name: str) -> bool:
    """Say whether nobody may be asked for it: this machine itself, and what only Tor finds."""
    return is_loopback(name) or name.endswith(".onion")


async def _gather(
    names: _Names, wanted: Wanted, ways: Callable[[], Ways], found: list[Finding], *, is_proxied: bool
) -> dict[str, Place]:
    """Return what is known of each name, and add to *found* why it is no more."""
    places = names.places()
    if is_proxied and (wanted.looks_up or wanted.known is None):
        found.append(warning(_SUBJECT, say("check.independence.proxied")))
    elif wanted.looks_up:
        try:
            looked = await _look_up(names, ways())
        except NotAnsweredError as failed:
            found.append(error(_SUBJECT, failed))
        else:
            places |= {name: one.place for name, one in looked.items()}
            found += [error(_SUBJECT, one.problem) for one in looked.values() if one.problem is not None]
    elif wanted.known is None:
        found.append(ok(_SUBJECT, say("check.independence.would", names=", ".join(names.asked()))))
    return places


async def _look_up(names: _Names, ways: Ways) -> dict[str, Looked]:
    """Ask for all names side by side: one that nobody answers for holds up no other."""
    given, ports = names.places(), {name: ways.https if port == HTTPS else port for name, port in names.ours.items()}
    async with asyncio.TaskGroup() as tasks:
        asked = {
            name: tasks.create_task(
                look_up(given[name], ways, ports.get(name, ways.https), is_mail_counted=name in names.theirs)
            )
            for name in names.asked()
        }
    return {name: task.result() for name, task in asked.items()}


# --- lines --------------------------------------------------------------------------------------------------


def _told(found: Compared) -> Iterator[Finding]:
    for one in found.shared:
        yield _shared(found.domain, one)
    if found.unknown:
        by_names = dict[tuple[str, ...], list[Aspect]]()
        for aspect, names in found.unknown.items():
            by_names.setdefault(names, []).append(aspect)
        lacking = ", ".join(f"{_listed(aspects)} ({', '.join(names)})" for names, aspects in by_names.items())
        yield warning(_SUBJECT, say("check.independence.unknown", domain=found.domain, what=lacking))
    if found.apart:
        yield ok(_SUBJECT, say("check.independence.apart", domain=found.domain, what=_listed(found.apart)))


def _listed(aspects: Iterable[Aspect]) -> str:
    return ", ".join(say(_WORDS[aspect]) for aspect in aspects)


def _shared(domain: str, one: Shared) -> Finding:
    if domain in one.ours:
        return warning(_SUBJECT, say("check.independence.same", domain=domain))
    text = say(_SHARED[one.aspect], domain=domain, ours=", ".join(one.ours), what=", ".join(one.what))
    return ok(_SUBJECT, text) if one.aspect is Aspect.AUTHORITY else warning(_SUBJECT, text)
