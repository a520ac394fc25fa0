"""`cellule backup`, `cellule restore` and `cellule recovery-key`: the identity and the state outlive the machine."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.backup.errors import RecoveryError, RecoveryFailedError
from bot.backup.making import make, note_made
from bot.backup.restoring import Restored, restore
from bot.cli.progress import working
from bot.cli.tongue import count, say
from bot.cli.trusting import never_seen
from bot.config import Config
from bot.config.values import recovery_key as read_key_file
from bot.console.saving import tell_saved
from bot.console.socket import NotRunningError
from bot.host import recovery_key
from bot.host.secret import new_file
from bot.matrix.account.cross_signing import ensure_identity
from bot.matrix.account.device_policy import policy_for
from bot.matrix.account.secret_storage import SecretStorage
from bot.matrix.account.seeds import kept_seeds, store_seeds
from bot.matrix.account.session import Session
from bot.matrix.http.wire import Wire
from bot.ports import ChatError
from bot.store.errors import StateInUseError
from bot.store.opening import is_begun, open_alone


async def back_up(config: Config, to: Path, key_file: Path | None, now: datetime) -> None:
    """Write a backup and say what is in it; a key that was made for it is shown last."""
    if key_file is None and not sys.stdout.isatty():
        raise RecoveryError("saving.no_terminal")
    key = recovery_key.new_key() if key_file is None else read_key_file(key_file).reveal()
    with working("saving.making"):
        made = await make(config.state, to, key, now)
    print(say("saving.made", path=to, content=_content(made)))
    if key_file is None:
        print(f"\n{say('saving.its_key', key=recovery_key.written(key))}\n{say('saving.keep_it')}")
    await _note_made(config, now)


async def _note_made(config: Config, at: datetime) -> None:
    """Have the time of a backup kept, by the bot if it runs: it alone writes into its state then.

    Where the one that speaks is on another machine, it cannot be told; the backup is as good.
    """
    try:
        await tell_saved(config.state.folder, at)
    except NotRunningError:
        try:
            async with open_alone(config.state) as store:
                await note_made(store, at)
        except StateInUseError:
            print(say("saving.not_noted"))


async def bring_back(config: Config, source: Path, key_file: Path) -> None:
    """Restore a backup and say what came out of it."""
    key = read_key_file(key_file).reveal()
    with working("saving.restoring"):
        restored = await restore(source, key, config.state.folder, config.state.key.reveal(), config.matrix.user_id)
    manifest = restored.manifest
    print(say("saving.filled", folder=config.state.folder, content=_content(restored)))
    print(say("saving.source", made=f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", version=manifest.version))
    if strangers := await never_seen(config):
        print(say("saving.strangers", people=", ".join(strangers)))
    print(say("saving.once"))


def _content(restored: Restored) -> str:
    return say("saving.content", chains=count("check.chains", restored.streams), device=restored.manifest.device)


# --- recovery key -------------------------------------------------------------------------------------------


async def make_recovery_key(config: Config, to: Path | None, *, replace: bool) -> None:
    """Put the identity into the account's secret storage under a new key, and show that or write it into a file."""
    key = recovery_key.new_key()
    if to is not None:
        with new_file(to) as opened:
            opened.write(f"{recovery_key.written(key)}\n".encode())
            opened.flush()
            await _store_identity(config, key, replace=replace)
        print(say("saving.key_written", path=to))
        return
    if not sys.stdout.isatty():
        raise RecoveryError("saving.no_terminal_for_key")
    await _store_identity(config, key, replace=replace)
    print(f"{say('saving.the_key', key=recovery_key.written(key))}\n{say('saving.keep_it')}")


async def _store_identity(config: Config, key: bytes, *, replace: bool) -> None:
    account = config.matrix
    none_yet = RecoveryError("saving.no_identity")
    if not await asyncio.to_thread(is_begun, config.state):
        raise none_yet
    async with open_alone(config.state) as store:
        seeds = await kept_seeds(store)
        if seeds is None:
            raise none_yet
        # Nobody is spoken to or heard.
        policy = policy_for(config.trust.devices.value)
        session = Session(account, store, store.crypto, knows=lambda _: False, policy=policy)
        try:
            client = await session.open()
            await ensure_identity(client, store, is_recoverable=account.recovery_key_file is not None)
            storage = SecretStorage(Wire(client), account.user_id)
            if not replace and await storage.default_key() is not None:
                raise RecoveryError("saving.key_there")
            await store_seeds(storage, key, seeds)
        except ChatError as error:
            raise RecoveryFailedError("saving.not_taken", why=error) from None
        finally:
            await session.client.close()
