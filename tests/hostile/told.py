"""What the log, and the bot in a room, say of the attacks found at 2f531ef: one place for their words."""

from __future__ import annotations

import re


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# --- lines of the log ---------------------------------------------------------------------------------------

MALFORMED_ID = _words(r"dropped: .*malformed")
SAME_ID = _words(r"event id came (again|a second time)|under the id of another one")
CUT_OFF = _words(r"from before we came passed over")
"""A command that stood before a forged coming of ours."""
ROOM_OF_ANOTHER = _words(r"room .*(is not|was not|is another|is used|not ours|other than)")
"""The homeserver answered a request for a room with one that is not new, not ours, or not named as asked."""
REDIRECTED = _words(r"redirect")
UNSAFE_ROOM = _words(r"(NOT_ENCRYPTED|WORLD_READABLE|NO_DEVICE).*|not delivered")
LATE_COMMAND = _words(r"came after later ones of the same device")
ANOTHERS_KEY = _words(r"room key .*(another|somebody else|not of its sender)")
DEVICE_BACK = _words(r"device .*(is back|came back|was gone)")
TOO_LONG = _words(r"too long|sync failed|sync refused")

# --- why a start ends with exit code 3 ----------------------------------------------------------------------

OTHER_THAN_OURS = _words(r"(publishes|shows).*(not|other|more|differ|added)")
"""What the homeserver publishes of our keys is not what we made."""
HIDDEN_IDENTITY = _words(
    r"shows no (cross-signing )?identity|identity.*(hidden|not shown|shows none|replaced|not in the)"
)
PASSWORD_WANTED = _words(r"wants (the|a) password|not accept the password|does not need")

# --- what people are told -----------------------------------------------------------------------------------

NOT_DELIVERED = r"not delivered|could not be (delivered|said|told)|cannot be (delivered|said|told)|nobody .*read"
NOT_CARRIED_OUT = r"not carried out|was not done|type it again"
OF_THE_ROOM = r"room"
"""In the control room, of a room that the homeserver gave and that was not taken."""
DEVICE_IS_BACK = r"\bdevice\b.*\b(back|again)\b"
NEEDS_A_NUMBER = r"!confirm NUMBER|which|number"
