"""The steps of a CACAO workflow in the order of a list, each with the branches that it stands under.

A workflow is a graph; a playbook of ours is a list of steps with conditions. So the graph is unrolled: branches first,
one after the other, then what comes after them. A step that several branches lead to stands once, under what they have
in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.exchange.untrusted import ExchangeError, JsonObject, line, mapping, short, texts


class Way(StrEnum):
    """How one step leads to another, where that is more than to come next."""

    IF = auto()
    ELSE = auto()
    WHILE = auto()
    PARALLEL = auto()
    CASE = auto()
    FAILURE = auto()
    EXCEPTION = auto()
    APART = auto()
    """No way leads there from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way out of a step."""

    way: Way
    step: str = ""
    """The id of the step that it leaves; empty for the exception, and for what stands apart."""
    case: str = ""


Under = tuple[Branch, ...]
_Edge = tuple[Branch | None, str]


def unroll(workflow: Mapping[str, JsonObject], start: str, exception: str) -> Iterator[tuple[str, Under]]:
    """Yield the id of each step and the branches it stands under, the outermost first.

    Raises:
        ExchangeError: a step leads back to one before it, or to none.
    """
    roots: list[tuple[str, Under]] = [(start, ())]
    if exception:
        roots.append((exception, (Branch(way=Way.EXCEPTION),)))
    led_to = {target for step in workflow.values() for _, target in _edges("", step)}
    firsts = [id for id in workflow if id not in led_to]
    roots += [(id, (Branch(way=Way.APART),)) for id in (*firsts, *workflow)]
    placed: dict[str, Under] = {}
    for root, under in roots:
        if root in placed:
            continue
        found: dict[str, Under] = {root: under}
        for id in _ordered(workflow, root, placed):
            for branch, target in _edges(id, workflow[id]):
                there = (*found[id], branch) if branch else found[id]
                found[target] = _common(found[target], there) if target in found else there
            placed[id] = found[id]
            yield id, found[id]


def _edges(id: str, step: JsonObject) -> list[_Edge]:
    """Return where *step* leads to, in the order in which people would go there."""
    edges: list[_Edge]
    match step.get("type"):
        case "if-condition":
            edges = [(Branch(way=Way.IF, step=id), line(step.get("on_true")))]
            edges.append((Branch(way=Way.ELSE, step=id), line(step.get("on_false"))))
        case "while-condition":
            edges = [(Branch(way=Way.WHILE, step=id), line(step.get("on_true")))]
        case "parallel":
            firsts = dict.fromkeys(texts(step.get("next_steps")))
            edges = [(Branch(way=Way.PARALLEL, step=id), line(first)) for first in firsts]
        case "switch-condition":
            cases = mapping(step.get("cases")).items()
            edges = [(Branch(way=Way.CASE, step=id, case=line(case)), line(first)) for case, first in cases]
        case _:
            edges = []
    edges.append((Branch(way=Way.FAILURE, step=id), line(step.get("on_failure"))))
    edges += [(None, line(step.get(name))) for name in ("on_success", "on_completion")]
    return [(branch, target) for branch, target in edges if target]


def _ordered(workflow: Mapping[str, JsonObject], root: str, placed: Mapping[str, Under]) -> list[str]:
    """Return the steps that *root* leads to, each after all that lead to it; those that are *placed* are left out."""
    done: list[str] = []
    known = set(placed)
    path: dict[str, Branch | None] = {}
    """The steps from the root to where we are, with the branch by which each is left just now."""
    stack: list[tuple[str, Iterator[_Edge]]] = [(root, _backwards(workflow, root, root))]
    while stack:
        id, edges = stack[-1]
        edge = next(edges, None)
        if edge is None:
            path.pop(id, None)
            known.add(id)
            done.append(stack.pop()[0])
            continue
        path[id], target = edge
        if target in path:
            _check_loop(workflow, id, target, path[target])
        elif target not in known:
            stack.append((target, _backwards(workflow, target, id)))
    return done[::-1]


def _backwards(workflow: Mapping[str, JsonObject], id: str, source: str) -> Iterator[_Edge]:
    if id not in workflow:
        raise ExchangeError("exchange.leads_nowhere", step=named(workflow.get(source, {}), source), to=id)
    return reversed(_edges(id, workflow[id]))


def _check_loop(workflow: Mapping[str, JsonObject], id: str, target: str, left_by: Branch | None) -> None:
    """Let the body of a while-condition lead back to it: that is what it says anyway."""
    if left_by is None or left_by.way is not Way.WHILE:
        names = {"step": named(workflow[id], id), "to": named(workflow[target], target)}
        raise ExchangeError("exchange.loop", **names)


def named(step: JsonObject, id: str) -> str:
    """Return what people call *step*: its name, else its id."""
    return short(step.get("name")) or short(id)


def _common(one: Under, other: Under) -> Under:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]
