"""What goes first when the homeserver does not take everything at once, and on which of its limits a row draws."""

from __future__ import annotations

from enum import IntEnum
from typing import assert_never

from bot import ports
from bot.ports import Task


class Urgency(IntEnum):
    """How long something may wait; the lower goes first."""

    RING = 0
    """A reminder, an alarm."""
    ANSWER = 1
    """Somebody waits for it."""
    UPKEEP = 2
    """The card and the like."""
    BULK = 3
    """Part of something for very many rooms."""


ANSWERS: frozenset[type[ports.Action]] = frozenset(
    {ports.Say, ports.Fetch, ports.OpenDoor, ports.Greet, ports.ShowQuestions, ports.PostCheckpoint}
)
"""What somebody is told, or fetched for being told."""
FILES: frozenset[type[ports.Action]] = frozenset({ports.SendRollup, ports.SendLetters})
"""Files that are made when they are sent."""
RINGING: frozenset[type[ports.Action]] = frozenset({ports.Ring, ports.TellControlRoom, ports.TellPerson})
"""What is to make phones ring, and is worded when it is sent."""
_UPKEEP = ports.SHOWN_ONCE | {ports.PinCard, ports.EndPoll, ports.TakeBack, ports.Erase}

EVENTS, ROOMS, INVITES = "events", "rooms", "invites"
"""Limits of the homeserver: each event of ours in any room, each new room, each invitation."""
ERASING = "erasing"
"""A limit of ours: it may take hours, so one room is taken back after the other."""
ELSEWHERE = "elsewhere"
"""A limit of ours on what needs another server too: an invited person's, or the one that keeps files."""
SPARED = frozenset({EVENTS, ROOMS})
"""Limits of which what is for very many rooms leaves one to whoever comes next."""


def urgency_of(task: Task) -> Urgency:
    """Return the class of *task*."""
    if task.bulk:
        return Urgency.BULK
    if rings(task):
        return Urgency.RING
    return Urgency.UPKEEP if task.kind in _UPKEEP else Urgency.ANSWER


def rings(task: Task) -> bool:
    """Say whether *task* is to make phones ring now; what rings in very many rooms waits with its kind."""
    return task.kind in RINGING or (task.content is not None and task.content.rings and not task.bulk)


def goes_ahead(task: Task) -> bool:
    """Say whether *task* goes before the rest of what is for very many rooms: making them, and what rings in them.

    So all invitations go out first, which people take longest to see, and the last room has its words sooner.
    """
    return task.kind is ports.CreateRoom or (task.content is not None and task.content.rings)


def is_file(task: Task) -> bool:
    """Say whether *task* hands out a file."""
    return task.kind in FILES or (task.content is not None and task.content.file is not None)


def rests_alone(task: Task) -> bool:
    """Say whether the homeserver's word to wait is taken to be about *task* only, and not about others like it."""
    return is_file(task) or not set(limits_of(task)) - {ERASING, ELSEWHERE}


def is_message(task: Task) -> bool:
    """Say whether *task* tells people something in words."""
    return task.kind in ANSWERS | RINGING and not is_file(task)


def speaks(task: Task) -> bool:
    """Say whether *task* brings something into a room, in words or as a file."""
    return task.kind in ANSWERS | RINGING | ports.SHOWN_ONCE | FILES


def limits_of(task: Task) -> tuple[str, ...]:  # noqa: C901, PLR0911 - a table
    """Return the limits *task* draws on, the narrowest first: a refusal is first taken to be about that one."""
    match task.action:
        case (
            ports.Trust()
            | ports.Verify()
            | ports.GatherQuestions()
            | ports.SealRecord()
            | ports.Page()
            | ports.HookCall()
        ):
            return ()  # nothing of it is the homeserver's
        case ports.OpenDoor():
            return ()  # the door is asked, which asks it
        case ports.Erase():
            return (ERASING,)
        case ports.Fetch():
            return (ELSEWHERE,)
        case ports.CreateRoom():
            return (ROOMS, EVENTS)
        case ports.InvitePerson(user=user):
            return (invites_of(user), INVITES, ELSEWHERE, EVENTS)
        case ports.SendRollup() | ports.SendLetters():
            return (ELSEWHERE, EVENTS)
        case ports.Say(content=content):
            return (EVENTS,) if content.file is None else (ELSEWHERE, EVENTS)
        case ports.RemovePerson() | ports.PinCard() | ports.EndPoll() | ports.ShowQuestions() | ports.TakeBack():
            return (EVENTS,)
        case (
            ports.ShowCard() | ports.MoveCard() | ports.ShowProgress() | ports.ProposeAlerts() | ports.PostCheckpoint()
        ):
            return (EVENTS,)
        case ports.Ring() | ports.TellControlRoom() | ports.TellPerson() | ports.AskContact() | ports.Greet():
            return (EVENTS,)
        case _:
            assert_never(task.action)


def invites_of(user: str) -> str:
    """Name the limit on invitations of one person."""
    return f"{INVITES} {user}"
