"""Several files in one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

MIME = "application/zip"


def pack(files: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """Return *files*, each with its name, as one archive that is the same whenever it is made."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(ZipInfo(name, at.timetuple()[:6]), data)
    return packed.getvalue()
