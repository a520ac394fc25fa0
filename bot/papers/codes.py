"""Codes for cameras."""

from __future__ import annotations

from io import BytesIO

import segno

MIME = "image/png"


def code_picture(text: str) -> bytes:
    """Return *text* as a picture that a phone's camera reads from a screen. Takes some milliseconds."""
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
