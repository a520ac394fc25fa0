"""Typed identities. Raw strings become these once, at the edge that receives them."""

from typing import NewType

UserId = NewType("UserId", str)
"""A full Matrix user id: `@alice:example.org`."""
RoomId = NewType("RoomId", str)
EventId = NewType("EventId", str)
DeviceId = NewType("DeviceId", str)

IncidentId = NewType("IncidentId", str)
"""Opaque and stable; derived from the input that opened the incident, so a replay names the same one."""
StepId = NewType("StepId", str)
"""Letters of the phase and a number, as people type it: `D1`, `NOT12`."""
RuleId = NewType("RuleId", str)
"""Id of a legal clock's rule: `GDPR-33-1`."""
Question = NewType("Question", str)
"""Name of a playbook question, as typed after `!fact`."""
DraftId = NewType("DraftId", str)
"""Name of a draft, as typed after `!draft`: `cnil-initial`."""
InputId = NewType("InputId", str)
"""Names one thing that came in, for ever: an event, `alarm:...` or `result:...`. Applied once.

An event id begins with `$`, and no id that we make up does: a homeserver, which names events, can name nothing of ours.
"""


def input_of(event: EventId) -> InputId:
    """Name the input that *event* is."""
    return InputId(event)
