"""What `cellule check` says of other machines: those that may ask, and those that are told."""

from __future__ import annotations

from collections.abc import Iterator

from bot.bridges.door import AskedDoor
from bot.cli.checks.findings import Finding, ok, warning
from bot.cli.tongue import say
from bot.config import Config, doors
from bot.config.api import Api
from bot.config.values import is_here
from bot.ports import DoorSilentError


def look_at_machines(config: Config) -> Iterator[Finding]:
    """Yield what there is to say; nothing of what is off."""
    if config.api is not None:
        yield _api(config.api)
    if config.hooks:
        names = (f"{name} ({', '.join(sorted(hook.events))})" for name, hook in config.hooks.items())
        yield ok("hooks", say("check.hooks.told", names=", ".join(names)))


async def look_at_door(asked: doors.AskedDoor) -> Finding:
    """Say whether the door answers, and to whom its links lead."""
    try:
        await AskedDoor(asked.socket, asked.page).look(("check",))
    except DoorSilentError:
        return warning("doors", say("check.doors.silent", socket=asked.socket))
    if is_here(asked.page):
        return warning("doors", say("check.doors.here", page=asked.page))
    return ok("doors", say("check.doors.answers", page=asked.page))


def _api(api: Api) -> Finding:
    """Say who may ask what; past this machine tokens would travel in clear."""
    host = f"[{api.listen.host}]" if ":" in api.listen.host else api.listen.host
    address = f"{host}:{api.listen.port}"
    names = ", ".join(f"{name} ({', '.join(sorted(one.scopes))})" for name, one in api.tokens.items())
    if is_here(f"http://{address}"):
        return ok("api", say("check.api.served", address=address, names=names))
    return warning("api", say("check.api.open", address=address, names=names))
