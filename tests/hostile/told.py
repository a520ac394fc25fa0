"""What the log, and the bot in a room, say of the attacks found at 2f531ef: one place for their words."""

from __future__ import annotations

import re


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# --- lines of the log ---------------------------------------------------------------------------------------

MALFORMED_ID = _words(r"dropped: .*malformed")
SAME_ID = _words(r"event id came (again|a second time)|under the id of another one")
ROOM_OF_ANOTHER = _words(r"gave a room that is|room that is not the one asked for")
"""The homeserver answered a request for a room with one that is not new, not ours, or not named as asked."""
REDIRECTED = _words(r"redirect")
LATE_COMMAND = _words(r"came after later ones of the same device")

# --- why a start ends with exit code 3 ----------------------------------------------------------------------

OTHER_THAN_OURS = _words(r"(publishes|shows).*(not|other|more|differ|added)")
"""What the homeserver publishes of our keys is not what we made."""
HIDDEN_IDENTITY = _words(
    r"shows no (cross-signing )?identity|identity.*(hidden|not shown|shows none|replaced|not in the)"
)
PASSWORD_WANTED = _words(r"wants (the|a) password|not accept the password|does not need")

# --- what people are told -----------------------------------------------------------------------------------

NOT_CARRIED_OUT = r"not carried out|was not done|type it again"
OF_THE_ROOM = r"[Nn]othing can be said in|(cannot|could not) be made|was not made|does not let me make"
"""In the control room, of a room that the homeserver gave and that was not taken."""
DEVICE_IS_BACK = r"\bdevice\b.*\b(back|again)\b"
