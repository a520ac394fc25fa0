"""Whatever a plan says, its draft lacks nothing but what is marked in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.language import Language
from bot.host.shipped import playbooks_folder
from bot.library import rules
from bot.library.plans.gaps import look
from bot.library.plans.understood import understand
from bot.library.plans.writing import Writer
from bot.library.playbooks import load, read_draft
from bot.library.problems import PlaybookError, Problem
from bot.library.reach import check_reach
from bot.papers.plans import Block, Kind, Place, PlanError, Where
from bot.papers.tables import shown

TODAY = date(2026, 11, 29)
RULES = rules.load(playbooks_folder())
PLAYBOOKS = tuple(load(playbooks_folder()).values())
PIECES = st.sampled_from(
    [
        *("Notifier la CNIL", "Qui : DSI", "Délai : 72 h", "plainte", "Action", "Étape", "Qui", "Téléphone", "Phase 1"),
        *(
            "# x",
            "## D · x",
            "### D1 · x",
            "---",
            "```",
            "- **Qui :** it",
            "[x](y)",
            "[TODO: x]",
            "**N1**",
            "`!fact x`",
        ),
        *(
            "06 39 98 00 07",
            "M. Exemple",
            "{x}",
            "<!-- when: x -->",
            "\\",
            ":",
            "(DSI)",
            "a" * 100,
            "ẞ",
            "\ue000phone\ue001",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=12), min_size=1, max_size=4).map(
    lambda pieces: "\n".join(" ".join(line.split()) for line in shown(" ".join(pieces)).split("\n")).strip() or "x"
)
KINDS = st.sampled_from([Kind.HEADING, Kind.ITEM, Kind.ITEM, Kind.LINE])


@st.composite
def blocks(draw: st.DrawFn) -> list[Block]:
    made: list[Block] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        if draw(st.booleans()):
            place, text = Place(where=Where.PARAGRAPH, number=number), draw(TEXTS)
            kind, level, bold = draw(KINDS), draw(st.integers(0, 3)), draw(st.sampled_from(["", text, text[:5]]))
            made.append(Block(kind=kind, place=place, cells=(text,), level=level, bold=bold))
        else:
            where, width = draw(st.sampled_from([Where.TABLE, Where.SHEET])), draw(st.integers(1, 4))
            for row in range(draw(st.integers(1, 4))):
                cells = tuple(draw(st.lists(TEXTS | st.just(""), min_size=width, max_size=width)))
                made.append(Block(kind=Kind.ROW, place=Place(where=where, number=number, row=row + 1), cells=cells))
    return made


def problems_of(text: str) -> Sequence[Problem]:
    try:
        read_draft(text, file="ours")
    except PlaybookError as wrong:
        return wrong.problems
    return ()


@settings(max_examples=100, deadline=None)
@given(blocks(), st.sampled_from([Language("fr"), Language("en")]))
def test_whatever_a_plan_says_its_draft_lacks_only_what_is_marked(plan: list[Block], language: Language) -> None:
    try:
        understood = understand(plan)
    except PlanError:
        return
    found = look(understood.steps(), RULES, PLAYBOOKS, TODAY)
    text = Writer(plan=understood, found=found, id="ours", language=language).text()
    assert "\ue000" not in text
    assert not [problem for problem in problems_of(text) if "still to be filled in" not in problem.message]
    filled = re.sub(r"(\*\*(?:Qui|Who)\s?:\*\*) \[(?:À COMPLÉTER|TODO).*", r"\1 coordinator", text)
    filled = re.sub(r"(\*\*(?:Pour|By)\s?:\*\*) \[(?:À COMPLÉTER|TODO).*", r"\1 48 h", filled)
    filled = re.sub(r"\\?\[(?:À COMPLÉTER|TODO)[^\]\n]*\]?", "filled", filled)
    assert not list(check_reach(read_draft(filled, file="ours").playbook))
