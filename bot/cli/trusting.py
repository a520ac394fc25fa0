"""`cellule trust`: whose identity somebody's is, for an operator whose only admin is the one that changed."""

from __future__ import annotations

from pathlib import Path

from bot.cli.tongue import say
from bot.config import Config, load
from bot.console import trusting
from bot.console.socket import NotRunningError
from bot.core.errors import AmbiguousPerson, UnknownPerson
from bot.core.facts import IdentityConfirmed
from bot.core.names import InputId, UserId
from bot.core.people.naming import find_person
from bot.core.people.trust import TheirIdentity
from bot.host.clock import WallClock
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.crypto_store import holds, open_crypto
from bot.matrix.guard.identities import Identities
from bot.ports import DESK
from bot.sentences.told import ToldError
from bot.store.opening import open_alone
from bot.store.sqlite import SqliteStore
from bot.voice.trust.identities import grouped


class TrustError(ToldError):
    """What was asked cannot be done; the text says why."""


async def trust(path: Path, who: str, confirm: str | None) -> list[str]:
    """Show by which identity *who* is known, or know them by the master key *confirm*; return lines to print.

    A bot that runs is asked: it alone uses its state.

    Raises:
        TrustError: there is no such person, or the key is not the one they publish.
        bot.config.ConfigError: the configuration is wrong.
        bot.store.errors.StateInUseError: the bot is running, and could not be asked.
    """
    config = load(path)
    master = None if confirm is None else "".join(confirm.split())
    try:
        return await _at_the_bot(config.state.folder, who, master)
    except NotRunningError:
        return await _in_the_state(config, who, master)


async def _at_the_bot(folder: Path, who: str, master: str | None) -> list[str]:
    found = await trusting.identity_of(folder, who)
    if found is None:
        raise TrustError("trusting.nobody", who=who)
    user, identity = found
    if master is None:
        return _told(user, identity)
    if not await trusting.confirm(folder, user, master):
        raise TrustError("trusting.another_key")
    return _told(user, TheirIdentity(known=master, published=master))


async def _in_the_state(config: Config, who: str, master: str | None) -> list[str]:
    async with open_alone(config.state) as store:
        kept = await store.get(LOGIN)
        if kept is None:
            raise TrustError("trusting.never")
        identities = await _identities(store, Login.load(kept))
        user = _found(identities, who)
        if master is not None:
            await _confirm(store, identities, user, master)
        person = identities.person(user)
        return _told(user, TheirIdentity(known=person.pinned, published=person.published))


async def never_seen(config: Config) -> tuple[UserId, ...]:
    """Return the people of the configuration of whom the state knows no identity: the first one shown is taken.

    Raises what `trust` does.
    """
    async with open_alone(config.state) as store:
        kept = await store.get(LOGIN)
        if kept is None:
            return tuple(sorted(config.people))
        identities = await _identities(store, Login.load(kept))
        return tuple(user for user in sorted(config.people) if identities.person(user).pinned is None)


def _found(identities: Identities, who: str) -> UserId:
    try:
        return find_person(who, identities.known())
    except (UnknownPerson, AmbiguousPerson):
        raise TrustError("trusting.nobody", who=who) from None


async def _confirm(store: SqliteStore, identities: Identities, user: UserId, master: str) -> None:
    """Know *user* by *master*, and leave the fact of it at the desk, both or neither."""
    if identities.person(user).published != master:
        raise TrustError("trusting.another_key")
    identities.confirm(user, master)
    fact = IdentityConfirmed(at=WallClock().now(), by=None, user=user, master=master)
    async with store.transaction() as tx:
        await tx.append(DESK, (fact,), input=InputId(f"trust:{user}:{fact.at.isoformat()}"), device=None)


async def _identities(store: SqliteStore, login: Login) -> Identities:
    if not await holds(store.crypto, login.device):
        raise TrustError("trusting.no_keys")
    return Identities(await open_crypto(store.crypto, login.device), login.user)


def _told(user: UserId, identity: TheirIdentity) -> list[str]:
    if identity.known is None:
        return [say("trusting.none", user=user)]
    known = [say("trusting.known", user=user), f"  {grouped(identity.known)}"]
    if not identity.is_changed:
        return [*known, say("trusting.published")]
    return [
        *known,
        say("trusting.changed"),
        f"  {grouped(identity.published) if identity.published else say('trusting.gone')}",
        say("trusting.compare"),
    ]
