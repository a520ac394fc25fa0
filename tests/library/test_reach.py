"""What people would look for in vain: found by the linter, with the part that says it."""

from __future__ import annotations

import pytest

from bot.library.playbooks import parse
from bot.library.reach import check_reach

TEXT = """\
---
id: sample
language: en
title: A sample
summary: For tests.
version: 1.0
roles: [coordinator, it]
questions:
  - name: insured
    text: Insured?
  - name: scope
    text: How far?
    values: [none, all, unknown]
clocks:
  - rule: FR-LOPMI
    when: insured = yes or unknown
---

## D · Detect

Look first.

### D1 · Look

- **Who:** it
- **Source:** experience

Look, then answer `!fact insured`; see **D2**.

### D2 · Complain

- **Who:** coordinator
- **When:** insured = yes or unknown
- **Clock:** FR-LOPMI
- **Source:** the law

Go to the police, then `!filed FR-LOPMI NUMBER`.
"""
WHEN = "- **When:** insured = yes or unknown\n"
ALL = "- **When:** scope = all\n"
NOT_ALL = """
### D3 · Complain all the same

- **Who:** coordinator
- **When:** scope = none or unknown
- **Clock:** FR-LOPMI
- **Source:** the law

Go to the police.
"""


def found(text: str) -> list[tuple[str, str]]:
    return list(check_reach(parse(text)))


def test_a_sound_playbook_leads_somewhere_everywhere() -> None:
    assert found(TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("- **Who:** it", "- **Who:** hr", "step D1", "`D1` is for `hr`, whom `roles` does not invite"),
        ("### D1 · Look", "### D1 · *Look*", "step D1", "`D1` has `*` or a backtick outside its action"),
        ("- **Source:** experience", "- **Source:** `x`", "step D1", "`D1` has `*` or a backtick outside its action"),
        ("see **D2**", "see **D9**", "step D1", "`D1` points to the step `D9`, which does not exist"),
        ("`!fact insured`", "`!fact weather`", "step D1", "`D1` has people answer `weather`, which is no question"),
        ("`!fact insured`", "`!constat meteo no`", "step D1", "`D1` has people answer `meteo`, which is no question"),
        ("`!filed FR-LOPMI", "`!filed GDPR-33-1", "step D2", "`D2` has people type the clock `GDPR-33-1`, which"),
        ("`!filed FR-LOPMI", "`!declare GDPR-34", "step D2", "`D2` has people type the clock `GDPR-34`, which"),
    ],
)
def test_what_leads_nowhere_is_named(old: str, new: str, place: str, message: str) -> None:
    assert TEXT.count(old) == 1

    ((where, what),) = found(TEXT.replace(old, new))

    assert where == place
    assert what.startswith(message)


@pytest.mark.parametrize("detail", ["next-update", "prochain-point", "nature"])
def test_a_detail_that_every_incident_has_may_be_asked_for(detail: str) -> None:
    assert found(TEXT.replace("`!fact insured`", f"`!fact {detail} tomorrow 18:00`")) == []


def test_a_step_for_the_admins_needs_no_invitation() -> None:
    assert found(TEXT.replace("- **Who:** it", "- **Who:** admin")) == []


def test_a_clock_whose_step_can_be_hidden_is_named_with_the_answers_that_hide_it() -> None:
    ((where, what),) = found(TEXT.replace(WHEN, ALL))

    assert where == "clock FR-LOPMI"
    assert what.startswith(
        "with insured = yes and scope = none the clock `FR-LOPMI` is there and its step (`D2`) is not"
    )


def test_two_steps_may_serve_a_clock_in_turn() -> None:
    assert found(TEXT.replace(WHEN, ALL) + NOT_ALL) == []
