"""Reports alerts as fast as it is told to, from a process of its own. Prints what was answered, as JSON.

ADDRESS SECRET SECONDS A-SECOND KINDS
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter

import aiohttp

AT_ONCE = 50


async def flood(address: str, secret: str, seconds: float, a_second: float, kinds: int) -> dict[str, object]:
    """Return how often each status was answered, and which fingerprints were said to be kept."""
    statuses: Counter[str] = Counter()
    kept: set[str] = set()
    headers = {"Authorization": f"Bearer {secret}"}
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as session:

        async def report(number: int) -> None:
            fingerprint = f"flood{number % kinds}"
            labels = {"alertname": "Flood", "severity": "info", "number": str(number % kinds), "padding": "x" * 500}
            body = {"alerts": [{"status": "firing", "fingerprint": fingerprint, "labels": labels}]}
            try:
                async with session.post(address, json=body, headers=headers) as answer:
                    statuses[str(answer.status)] += 1
                    if answer.status == 200:
                        kept.add(fingerprint)
            except (aiohttp.ClientError, TimeoutError):
                statuses["failed"] += 1

        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as tasks:
            for number in range(int(seconds * a_second)):
                await asyncio.sleep(max(0.0, begun + number / a_second - loop.time()))
                tasks.create_task(report(number))
        lasted = loop.time() - begun
    return {"statuses": statuses, "kept": sorted(kept), "lasted": lasted}


if __name__ == "__main__":
    address, secret, *numbers = sys.argv[1:]
    json.dump(asyncio.run(flood(address, secret, float(numbers[0]), float(numbers[1]), int(numbers[2]))), sys.stdout)
