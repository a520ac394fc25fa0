"""Files that people send, encrypted as their clients do it."""

from __future__ import annotations

import io

from nio import AsyncClient, LoginResponse, UploadResponse

from bot.demo.homeserver import Homeserver
from tests.peers.views import Json
from tests.servers import Account


async def upload(homeserver: Homeserver, account: Account, data: bytes, *, name: str, body: str = "") -> Json:
    """Upload *data* and return the content of its message; *account* brings the bytes there, whoever sends it."""
    client = AsyncClient(homeserver.url, account.user)
    try:
        assert isinstance(await client.login(account.password), LoginResponse)
        uploaded, opener = await client.upload(
            io.BytesIO(data), content_type="application/octet-stream", filename=name, encrypt=True, filesize=len(data)
        )
    finally:
        await client.close()  # type: ignore[no-untyped-call]
    assert isinstance(uploaded, UploadResponse)
    assert opener is not None
    file = {**opener, "url": uploaded.content_uri}
    return {"msgtype": "m.file", "body": body or name, "filename": name, "file": file, "info": {"size": len(data)}}
