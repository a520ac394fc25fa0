"""What is kept, in words: in the terminal, and in the generated passages of docs/performance.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench import kept
from bench.figures import percentile
from bench.kept import Kept
from bench.machine import ROOT
from bench.rivals import RIVALS

PAGE = ROOT / "docs" / "performance.md"
HOSTILE = ROOT / "tests" / "hostile" / "latest.json"
BUSY = 0.5
"""Load for each core, before a part, from which on the machine counts as busy with other work."""

Parts = Mapping[str, Kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A number to reach."""

    what: str
    against: str
    limit: float
    at_least: bool = False
    digits: int = 3
    unit: str = ""

    def is_met(self, value: float) -> bool:
        """Say whether *value* is as good as wanted."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        if not self.limit:
            return "none"
        return f"{'at least' if self.at_least else 'at most'} {self.limit:,g}{self.unit}"


GOALS: Mapping[str, Goal] = {
    "echo_ratio_p50": Goal(
        what="command to encrypted answer, p50", against="a bare nio echo that keeps nothing", limit=1
    ),
    "echo_ratio_p99": Goal(what="the same, p99", against="the same", limit=1.2),
    "engine_ratio_p50": Goal(
        what="the same in PostgreSQL, p50", against="Cellule that keeps all in a file", limit=1.25
    ),
    "engine_ratio_p99": Goal(what="the same, p99", against="the same", limit=1.5),
    "engine_open_ratio": Goal(what="`!open` to eight readers in PostgreSQL", against="the same", limit=1.25),
    "engine_cold_ratio": Goal(what="cold start, 1,200 rooms in PostgreSQL", against="the same", limit=1.25),
    "engine_alarm_late_p99_s": Goal(
        what="alarm lateness, 12,000 pending in PostgreSQL, p99",
        against="the wall clock",
        limit=1,
        digits=2,
        unit=" s",
    ),
    "engine_alarms_lost": Goal(what="alarms lost there over a restart", against="", limit=0, digits=0),
    "engine_alarms_doubled": Goal(what="alarms doubled there over a restart", against="", limit=0, digits=0),
    "peer_ratio_max": Goal(what="the same, p50", against="the fastest peer", limit=1),
    "open_ratio": Goal(what="`!open` to eight readers of the first step", against="the bare calls", limit=1.3),
    "cascade_rooms": Goal(
        what="rooms opened by one command", against="the file it was given", limit=1_200, at_least=True, digits=0
    ),
    "cascade_ratio": Goal(
        what="rooms made a second",
        against="the homeserver's own createRoom, as many in flight",
        limit=0.9,
        at_least=True,
    ),
    "cascade_words_ratio": Goal(
        what="rooms a second with the card and first steps in them",
        against="the bare calls without which nobody reads",
        limit=0.9,
        at_least=True,
    ),
    "cascade_rss_mb": Goal(what="memory of the bot meanwhile", against="", limit=300, digits=0, unit=" MB"),
    "cascade_late_p99_s": Goal(
        what="lateness of reminders meanwhile, p99", against="the wall clock", limit=1, digits=2, unit=" s"
    ),
    "limited_rooms": Goal(
        what="rooms opened by one command under a new homeserver's limits",
        against="the file it was given",
        limit=60,
        at_least=True,
        digits=0,
    ),
    "limited_lost": Goal(what="lost among them", against="", limit=0, digits=0),
    "limited_doubled": Goal(what="doubled among them", against="", limit=0, digits=0),
    "cold_start_ratio": Goal(
        what="cold start, 1,200 rooms and 12,000 alarms, to the first answer", against="its first sync", limit=1.5
    ),
    "growth_ratio": Goal(what="answer at 1,200 rooms, p50", against="answer at one room", limit=1.2),
    "alarm_late_p99_s": Goal(
        what="alarm lateness, 12,000 pending, p99", against="the wall clock", limit=1, digits=2, unit=" s"
    ),
    "alarms_lost": Goal(what="alarms lost over a restart", against="", limit=0, digits=0),
    "alarms_doubled": Goal(what="alarms doubled over a restart", against="", limit=0, digits=0),
    "doors_in": Goal(
        what="people who came by a link and read the first line", against="67", limit=67, at_least=True, digits=0
    ),
    "doors_p95_s": Goal(
        what="from the link to the first line in Element Web, p95",
        against="the wall clock",
        limit=180,
        digits=1,
        unit=" s",
    ),
    "doors_hands": Goal(what="taps and fields meanwhile, at most", against="", limit=9, digits=0),
    "chaos_kills": Goal(what="kill -9 at random moments under load", against="", limit=500, at_least=True, digits=0),
    "chaos_lost": Goal(what="lost by them", against="exactly once", limit=0, digits=0),
    "chaos_doubled": Goal(what="doubled by them", against="exactly once", limit=0, digits=0),
    "replica_kills": Goal(
        what="kill -9 of the machine that speaks, another beside it", against="", limit=100, at_least=True, digits=0
    ),
    "takeover_s_max": Goal(
        what="from a kill to what the other says, at most", against="", limit=15, digits=1, unit=" s"
    ),
    "replica_lost": Goal(what="lost by them", against="exactly once", limit=0, digits=0),
    "replica_doubled": Goal(what="doubled by them", against="exactly once", limit=0, digits=0),
}
"""In the order of the table, and what each figure is held to."""
TITLES = {
    "echo": "answer, against the floor",
    "engines": "answer, database against file",
    "peers": "answer, against peers",
    "opening": "opening",
    "cascade": "rooms by one command",
    "limits": "60 rooms under default limits",
    "cold": "cold start",
    "growth": "1,200 rooms against one",
    "alarms": "lateness of alarms",
    "scale": "very many organisations",
    "doors": "from a link into the room",
    "chaos": "kills at random",
    "replicas": "take-overs",
}
NAMES = {
    "cellule": "Cellule",
    "database": "Cellule in PostgreSQL",
    "bare": "bare nio",
    **{rival.name: f"{rival.name} {rival.version}" for rival in RIVALS},
}


def goals(parts: Parts) -> str:
    """Return the table of numbers to reach."""
    latest = kept.gathered(parts)
    rows: list[tuple[str, ...]] = []
    for part, names in kept.PARTS.items():
        one = parts.get(part, {})
        for name in names:
            goal, value = GOALS[name], latest[name]
            between = _between(one.get("intervals_95", {}).get(name))
            if value is None:
                rows.append(
                    (goal.what, goal.against, str(goal), f"not measured: {latest['not_measured'][name]}", "", "")
                )
            else:
                verdict = "yes" if goal.is_met(value) else "**no**"
                if one["small"]:
                    verdict = f"{verdict}, in a small run"
                rows.append((goal.what, goal.against, str(goal), _figure(value, goal), between, verdict))
    rows.append(_hostile())
    return _table(("what", "against", "goal", "measured", "19 times in 20 between", "met"), rows)


def latencies(parts: Parts) -> str:
    """Return the table of times, one row for each bot and measurement."""
    rows: list[tuple[str, ...]] = []
    for part in ("echo", "engines", "peers", "opening"):
        samples = parts.get(part, {}).get("samples", {})
        for kind, title in (("bots", TITLES[part]), ("openings", f"{TITLES['opening']}, database against file")):
            for name, one in sorted(samples.get(kind, {}).items(), key=lambda item: float(item[1]["p50_ms"])):
                turns = len(one["turns_ms"])
                p99 = f"{one['p99_ms']:.1f} ms" if turns >= 100 else "too few turns"
                rows.append((title, NAMES.get(name, name), str(turns), f"{one['p50_ms']:.1f} ms", p99))
        for name, reason in samples.get("left_out", {}).items():
            rows.append((TITLES[part], NAMES.get(name, name), f"none: {' '.join(reason.split())}", "", ""))
    return _table(("measurement", "bot", "turns", "p50", "p99"), rows)


def conditions(parts: Parts) -> str:
    """Return what each part was made on and with."""
    rows: list[tuple[str, ...]] = []
    for part, one in parts.items():
        form = f"{one['form']}, small" if one["small"] else one["form"]
        took = "" if one["seconds"] is None else f"{one['seconds']} s"
        busy = ", busy" if (one["load_before"] or 0) > BUSY * one["machine"]["cores"] else ""
        after = "" if one["load_after"] is None else f"{one['load_after']:.2f}"
        rows.append((TITLES[part], _begun(one), one["commit"], form, took, f"{_load(one)}{busy}", after))
    machines = dict.fromkeys(_machine(one) for one in parts.values())
    versions = dict.fromkeys(_versions(one) for one in parts.values())
    table = _table(("part", "begun (UTC)", "commit", "form", "took", "load before it", "after it"), rows)
    return "".join(f"- {line}\n" for line in (*machines, *versions)) + f"\n{table}"


def runs(parts: Parts) -> str:
    """Return the figures of the runs before, for those who want to know how much they vary."""
    rows: list[tuple[str, ...]] = []
    for part, one in parts.items():
        for run in (one, *one["earlier"]):
            shown = ", ".join(
                f"{name} {_figure(run['figures'][name], GOALS[name])}"
                for name in kept.PARTS[part]
                if run["figures"].get(name) is not None
            )
            rows.append((TITLES[part], _begun(run), run["commit"], _load(run), shown))
    return _table(("part", "begun (UTC)", "commit", "load before it", "figures"), rows)


def cascade(parts: Parts) -> str:
    """Return what else came of opening rooms by one command."""
    one = parts.get("cascade")
    if one is None or "rooms" not in one["samples"]:
        return f"Not measured: {kept.NEVER_RUN}.\n"
    rooms, killed, rang = one["samples"]["rooms"], one["samples"]["killed"], one["samples"]["reminders"]["late_s"]
    bare = f"{rooms['bare_before_per_s']:.2f} before, {rooms['bare_after_per_s']:.2f} after"
    late = f", {max(rang):.2f} s late at most" if rang else ""
    took = one["samples"].get("answers", {}).get("took_s", [])
    rows = [
        ("rooms asked for", f"{rooms['asked_for']:,}, {rooms['in_flight']} in flight"),
        ("bare createRoom, rooms a second", bare),
        ("Cellule, rooms made a second", f"{rooms['made_per_s']:.2f}"),
        ("bare calls, rooms a second with words in them", f"{rooms['bare_with_words_per_s']:.2f}"),
        ("Cellule, rooms a second with the card and first steps in them", f"{rooms['readable_per_s']:.2f}"),
        ("rooms without a room or words; twice made or told", f"{rooms['lost']}; {rooms['doubled']}"),
        ("people who came back and could read", f"{rooms['readers_who_can']} of {rooms['readers_asked']} asked"),
        ("reminders due meanwhile", f"{len(rang)}{late}"),
        *([("commands typed meanwhile", _answered(took))] if took else ()),
        (
            f"killed at room {killed['killed_at']} of {killed['asked_for']}, then started again",
            f"{killed['rooms']} rooms, {killed['lost']} lost, {killed['doubled']} doubled",
        ),
    ]
    return _table(("what", "found"), rows)


def scale(parts: Parts) -> str:
    """Return what very many organisations cost, by engine."""
    one = parts.get("scale")
    if one is None:
        return f"Not measured: {kept.NEVER_RUN}.\n"
    rows = [
        (
            {"file": "a file", "database": "PostgreSQL"}[engine],
            f"{one['samples']['organisations']:,}",
            f"{found['alarms']:,}",
            f"{found['start_s']:.0f} s",
            f"{found['rss_mb']:,} MB",
            f"{found['late_s']:.1f} s",
        )
        for engine, found in one["samples"]["engines"].items()
    ]
    head = (
        "kept in",
        "organisations",
        "alarms",
        "start",
        "memory",
        "1,000 reminders at once: the last after",
    )
    return _table(head, rows)


def doors(parts: Parts) -> str:
    """Return how long people took from a link to each step."""
    one = parts.get("doors")
    if one is None:
        return f"Not measured: {kept.NEVER_RUN}.\n"
    names = {
        "link": "`!door` answered with the link",
        "page": "link opened: the page is there",
        "account": "the account is made",
        "client": "Element Web is there, signed in",
        "invited": "the invitation is shown",
        "joined": "the room is open",
        "read": "the first encrypted line is read",
    }
    steps = one["samples"]["steps"]
    shares = ("p50_s", "p95_s", "max_s")
    rows = [(what, *(f"{steps[name][share]:.1f} s" for share in shares)) for name, what in names.items()]
    return _table(("step", "half of them within", "95 of 100", "all"), rows)


def _answered(took: Sequence[float]) -> str:
    return f"{len(took)}, half of them answered within {percentile(took, 50):.2f} s, all within {max(took):.2f} s"


PASSAGES: Mapping[str, Callable[[Parts], str]] = {
    "goals": goals,
    "latencies": latencies,
    "cascade": cascade,
    "scale": scale,
    "doors": doors,
    "conditions": conditions,
    "runs": runs,
}


def fill(page: str, parts: Parts) -> str:
    """Return *page* with every passage between markers as *parts* have it; KeyError names an unknown passage."""
    pattern = re.compile(r"(<!-- measured: (?P<name>.+?) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{PASSAGES[found['name']](parts)}\n{found[3]}", page)


def summary(parts: Parts) -> str:
    """Return what the terminal shows at the end."""
    return f"{goals(parts)}\n{latencies(parts)}".strip()


def publish() -> None:
    """Bring the page and its pictures up to what is kept."""
    from bench import plot  # noqa: PLC0415 - matplotlib is slow to load and only wanted here

    parts = kept.parts()
    PAGE.write_text(fill(PAGE.read_text("utf-8"), parts), encoding="utf-8")
    plot.draw(parts)


def _hostile() -> tuple[str, ...]:
    """Return the row of what `make hostile` counted, which its tests keep."""
    told = kept.read(HOSTILE)
    tried, crashed, accepted = told["tried"], told["crashed"], told["accepted"]
    is_met = tried >= 100_000 and not crashed and not accepted
    measured = f"{tried:,} tried, {crashed} crashes, {accepted} accepted ({told['date']})"
    goal = "at least 100,000, no crash, none accepted"
    return ("hostile inputs", "the bot keeps answering", goal, measured, "", "yes" if is_met else "**no**")


def _figure(value: float, goal: Goal) -> str:
    return f"{value:,.{goal.digits}f}{goal.unit}"


def _between(interval: Any) -> str:
    return f"{interval[0]:.2f} and {interval[1]:.2f}" if interval else ""


def _begun(run: Kept) -> str:
    return str(run["date"])[:16].replace("T", " ")


def _load(run: Kept) -> str:
    return "" if run["load_before"] is None else f"{run['load_before']:.2f}"


def _machine(one: Kept) -> str:
    on = one["machine"]
    return (
        f"{on['cpu']}, {on['cores']} cores, {on['memory_gb']:.0f} GB of memory; {on['os']}, Python {on['python']};"
        " bots, homeserver and people all on this machine"
    )


def _versions(one: Kept) -> str:
    of = one["versions"]
    return (
        f"matrix-nio {of['matrix-nio']}, vodozemac {of['vodozemac']}, aiohttp {of['aiohttp']};"
        f" Synapse {of['synapse']} on SQLite"
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (" | ".join(row) for row in (head, ("---",) * len(head), *rows))
    return "".join(" ".join(f"| {line} |".split()) + "\n" for line in lines)


if __name__ == "__main__":
    kept.gather()
    publish()
