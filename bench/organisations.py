"""Very many organisations: a person of each with a device, made once and kept in build/, and the list of them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from nio import AsyncClient, AsyncClientConfig, LoginResponse

from bench.many import AT_ONCE, KEPT, Many, Tell, again, many
from bench.people import PASSWORD, Person, listening
from bot.demo.homeserver import Limits

LIST = "organisations.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """An organisation and the one person of it, who has a device and is not there."""

    name: str
    user: str
    device: str
    token: str


@asynccontextmanager
async def firms(
    folder: Path, count: int, reminders: int, tell: Tell, limits: Limits = Limits.LIFTED
) -> AsyncIterator[tuple[Many, tuple[Firm, ...]]]:
    """Run a homeserver on which *count* organisations have a person, and a bot that has *reminders* rooms already."""
    kept = KEPT / f"firms-{count}"
    if not await asyncio.to_thread((kept / "firms.json").exists):
        await asyncio.to_thread(shutil.rmtree, kept, ignore_errors=True)
        async with many(kept, reminders, tell) as made:
            tell(f"  registering {count} people, kept for the next run")
            people = await _registered(made, count)
        written = json.dumps([asdict(firm) for firm in people])
        await asyncio.to_thread((kept / "firms.json").write_text, written)
    await asyncio.to_thread(shutil.copytree, kept, folder)
    read = json.loads(await asyncio.to_thread((folder / "firms.json").read_text))
    async with again(folder, limits) as made:
        yield made, tuple(Firm(**one) for one in read)


def as_list(firms: Sequence[Firm], prefix: str) -> bytes:
    """Return the file of a cascade."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("organisation", "people"))
    rows.writerows((f"{prefix} {firm.name}", firm.user) for firm in firms)
    return text.getvalue().encode()


@asynccontextmanager
async def back(made: Many, firm: Firm) -> AsyncIterator[Person]:
    """Let the person of *firm* come back to their device, join where they are invited, and read."""
    client = _client(made, firm.user)
    client.restore_login(firm.user, firm.device, firm.token)
    async with listening(client) as person:
        yield person


async def _registered(made: Many, count: int) -> list[Firm]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def register(number: int) -> Firm:
        async with gate:
            user = await made.homeserver.register(f"firm-{number}", PASSWORD)
            client = _client(made, user)
            try:
                answer = await client.login(PASSWORD)
                if not isinstance(answer, LoginResponse):
                    raise RuntimeError("no login")  # noqa: TRY004 - the server's answer, not an argument
                await client.keys_upload()
                return Firm(name=f"Firm {number}", user=user, device=answer.device_id, token=answer.access_token)
            finally:
                await client.close()

    return list(await asyncio.gather(*map(register, range(count))))


def _client(made: Many, user: str) -> AsyncClient:
    store = made.folder / "firms" / user[1:].partition(":")[0]
    store.mkdir(parents=True, exist_ok=True)
    config = AsyncClientConfig(encryption_enabled=True)
    return AsyncClient(made.homeserver.url, user, store_path=str(store), config=config)
