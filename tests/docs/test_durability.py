"""What the page about durability says was found is what the kept run says."""

from __future__ import annotations

from bench import kept
from tests.docs.pages import passage, read

PAGE = "docs/durability.md"


def test_the_figures_of_the_page_are_those_of_the_run() -> None:
    run = kept.parts()["chaos"]
    figures, samples = run["figures"], run["samples"]
    assert (figures["chaos_lost"], figures["chaos_doubled"], samples["invented"]) == (0, 0, 0)
    once = samples["exactly_once"]
    said = " ".join(passage(read(PAGE), "What was found").split())
    for words in (
        f"{figures['chaos_kills']} kills",
        f"seed {samples['seed']}",
        run["date"][:10],
        f"{once['fact']:,} facts",
        f"{once['answer']:,} answers",
        f"{once['reminder']:,} reminders",
        f"{once['reminder message']:,} messages",
        f"{once['notice']:,} notices",
        f"{sum(samples['faults'].values()):,} requests",
    ):
        assert words in said
