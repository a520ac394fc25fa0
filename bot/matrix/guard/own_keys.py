"""What the device uploads about itself: its keys, signed, and enough one-time keys for others to reach it."""

from __future__ import annotations

from typing import Any

from nio.crypto import Olm

from bot.matrix.http.errors import JsonObject

SIGNED_KEY = "signed_curve25519"
ALGORITHMS = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]


def keys_to_upload(olm: Olm, *, on_server: int, with_fallback: bool) -> JsonObject:
    """Return the body of a key upload, saved first: a key the server has and we lost could never be used."""
    content: JsonObject = {}
    if not olm.account.shared:
        content["device_keys"] = _signed(olm, device_keys(olm))
    # Keys of an upload that was not answered are offered again rather than replaced.
    waiting = len(olm.account.one_time_keys["curve25519"])
    # A homeserver that counts less than zero could make us generate any number.
    missing = olm.account.max_one_time_keys - max(0, on_server) - waiting
    if missing > 0:
        olm.account.generate_one_time_keys(missing)
    fresh = olm.account.one_time_keys["curve25519"]
    if fresh:
        content["one_time_keys"] = {f"{SIGNED_KEY}:{id_}": _signed(olm, {"key": key}) for id_, key in fresh.items()}
    if with_fallback:
        content["fallback_keys"] = _fallback_keys(olm)
    olm.save_account()
    return content


def device_keys(olm: Olm) -> JsonObject:
    """Return what our device is published as, without signatures."""
    identity = olm.account.identity_keys
    return {
        "algorithms": ALGORITHMS,
        "device_id": olm.device_id,
        "user_id": olm.user_id,
        "keys": {
            f"curve25519:{olm.device_id}": identity["curve25519"],
            f"ed25519:{olm.device_id}": identity["ed25519"],
        },
    }


def _fallback_keys(olm: Olm) -> JsonObject:
    # Not in vodozemac's type stubs, but in the library.
    account: Any = olm.account._account  # noqa: SLF001
    if not account.fallback_key:
        account.generate_fallback_key()
    return {
        f"{SIGNED_KEY}:{id_}": _signed(olm, {"key": key.to_base64(), "fallback": True})
        for id_, key in account.fallback_key.items()
    }


def _signed(olm: Olm, content: JsonObject) -> JsonObject:
    return {**content, "signatures": {olm.user_id: {f"ed25519:{olm.device_id}": olm.sign_json(content)}}}
