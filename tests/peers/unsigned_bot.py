"""The bot with its cross-signing switched off, as if there were no `account/cross_signing.py`. Run by a test."""

from __future__ import annotations

import sys

from bot.cli import main
from bot.host.secret import Secret
from bot.matrix import gateway
from bot.matrix.account.cross_signing import Identity
from bot.matrix.guard.client import GuardedClient
from bot.ports import Vault


async def no_identity(
    client: GuardedClient,
    vault: Vault,
    *,
    password: str | None = None,
    recovery_key: Secret[bytes] | None = None,
    is_recoverable: bool,
) -> Identity:
    """Publish the keys of the device, as every client does, and sign nothing."""
    await client.keys_upload()
    return Identity(device=str(client.device_id), fingerprint="none", master_key="none")


if __name__ == "__main__":
    gateway.ensure_identity = no_identity  # type: ignore[attr-defined]
    sys.exit(main())
