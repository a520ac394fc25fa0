"""Typed identities, and the names of content. Raw strings become identities once, at the edge that receives them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NewType, TypeVar

from bot.core.language import Language, fold

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


Called = Mapping[Language, str]
"""What people call one id of content in each language; a language in which it has no other name is not there."""
K = TypeVar("K", bound=str)


def meant(typed: str, known: Iterable[tuple[K, Called]]) -> K | None:
    """Return the id that *typed* is, or else whose name it is in any language, whatever its case and accents."""
    plain, named = fold(typed), None
    for id, called in known:
        if id.casefold() == plain:
            return id
        if named is None and any(_folded(name) == plain for name in called.values()):
            named = id
    return named


def name_of(id: str, called: Called, language: Language) -> str:
    """Return what people call *id* in *language*: the id itself where it has no other name."""
    return called.get(language, id)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return fold(name)
