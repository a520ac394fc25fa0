"""What every fuzzer shares: how many cases it tries, the count of what became of them, and things that are malformed.

In an ordinary run each fuzzer tries a few hundred cases, the same every time. `make hostile` starts the long run:
HOSTILE_CASES is the number of all together, and every run tries others.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ALL_CASES = int(os.environ.get("HOSTILE_CASES", "0"))
_SLOW, _QUICK = (150, 0.10), (600, 0.10)
"""Cases in an ordinary run, and the part of a long one: where databases are written a case takes ten times as long."""
FUZZERS = {
    "to-device messages": _SLOW,
    "inside Olm": _SLOW,
    "inside Megolm": _SLOW,
    "sync answers": _SLOW,
    "other answers": (300, 0.15),
    "typed text": (600, 0.15),
    "lists of organisations": (300, 0.10),
    "content files": _QUICK,
    "configuration": _QUICK,
    "messages of mixed shapes": (3, 0.001),
}
_MOST_S = 0.5
"""For so long one case may keep its thread; a hundred times what most take."""
MOST_S = {"lists of organisations": 4.5}
"""Where it may be longer: lists are read in a thread, spreadsheets in a process."""


@dataclass(slots=True)
class Count:
    """What became of the cases of one fuzzer."""

    tried: int = 0
    accepted: int = 0
    crashed: int = 0
    longest_s: float = 0.0
    """For how long one case held its thread, or one message the event loop, at the most."""

    def told(self) -> dict[str, object]:
        """Return it as the figures have it."""
        return asdict(self) | {"longest_s": round(self.longest_s, 3)}


counts: dict[str, Count] = {}


def fuzz(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of many cases out of one of a single case, which takes all its chance from *chance*."""
    few, part = FUZZERS[name]
    each = settings(
        max_examples=round(ALL_CASES * part) or few,
        derandomize=not ALL_CASES,
        database=None,
        deadline=None,
        # The rooms and keys of a fuzzer serve all its cases, as those of a bot do.
        suppress_health_check=list(HealthCheck),
    )
    # Drawing every part of a case from hypothesis takes ten times as long as trying it.
    given_chance = given(chance=st.integers(0, 2**64 - 1).map(Random))
    return lambda test: each(given_chance(test))


@contextmanager
def case(name: str) -> Iterator[Count]:
    """Count one case, and whether it came to an end."""
    count = counts.setdefault(name, Count())
    count.tried += 1
    # A collection looks through what all other tests left behind.
    gc.disable()
    before = time.thread_time()
    try:
        yield count
    except BaseException:
        count.crashed += 1
        raise
    finally:
        lasted = time.thread_time() - before
        gc.enable()
    count.longest_s = max(count.longest_s, lasted)
    assert lasted < MOST_S.get(name, _MOST_S), f"{name}: one case held its thread for {lasted:.2f} s"


# --- what is malformed --------------------------------------------------------------------------------------

_STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 2**31, 2**63, -(2**63), 10**30, -(10**30), 10**400),
    *(float("inf"), float("-inf"), float("nan")),
    *(
        "",
        "\x00",
        "half \ud800 of a pair",
        "A" * 43,
        "\u00e9" * 99,
        "!note x",
        "@alice:example.org",
        "!incident:example.org",
    ),
    *(
        "m.room.message",
        "m.room.encrypted",
        "m.replace",
        "join",
        [],
        {},
        [[]],
        {"": None},
        ["a", 1],
        {"body": "!close"},
    ),
)
_DEPTHS = (50, 250, 400, 800, 900, 950)
"""Python's own bounds for nesting lie between some of these."""
_Place = tuple[Any, Any]


def deep(levels: int) -> Any:
    """Return a value nested so many levels."""
    value: Any = 1
    for level in range(levels):
        value = {"a": value} if level % 2 else [value]
    return value


def junk(chance: Random) -> Any:
    """Return a value that is probably not what is expected."""
    match chance.randrange(10):
        case 0:
            return deep(chance.choice(_DEPTHS))
        case 1 | 2:
            return any_text(chance)
        case _:
            return deepcopy(chance.choice(_STRANGE))


def any_text(chance: Random, most: int = 20) -> str:
    """Return characters of all kinds, halves of pairs among them."""
    tops = (0x7F, 0x7F, 0x7F, 0x2FF, 0x206F, 0xFFFF, 0x10FFFF)
    return "".join(chr(chance.randint(0, chance.choice(tops))) for _ in range(chance.randint(0, most)))


def mutated(chance: Random, *templates: Any) -> Any:
    """Return one of *templates* with one to three of its parts taken away, doubled or replaced."""
    whole = {"": deepcopy(chance.choice(templates))}
    for _ in range(chance.randint(1, 3)):
        whole.setdefault("")
        _mutate(chance, *chance.choice([*_places(whole)]))
    return whole.get("")


def _mutate(chance: Random, holder: Any, key: Any) -> None:
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        case 2 if isinstance(holder, dict) and key:
            holder[any_text(chance)] = holder.pop(key)
        case _:
            holder[key] = junk(chance)


def _places(value: Any, levels: int = 12) -> Iterator[_Place]:
    pairs = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, part in pairs if levels else ():
        yield value, key
        yield from _places(part, levels - 1)
