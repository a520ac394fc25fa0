"""Draws docs/images/rollup.png: thirteen invented organisations, three days after their provider fell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot import voice  # noqa: E402 - the checkout's own, whatever is installed
from bot.core.clocks.rules import in_force  # noqa: E402
from bot.core.facts import Answered, BulletinRead, ClockFiled, ClockSetAside, Fact, Joined, StepDone  # noqa: E402
from bot.core.incident import Incident  # noqa: E402
from bot.core.language import Language  # noqa: E402
from bot.core.names import Question, RuleId, StepId  # noqa: E402
from bot.core.organisations.reach import Watch  # noqa: E402
from bot.core.organisations.rollup import Rollup, rollup  # noqa: E402
from bot.host.shipped import playbooks_folder  # noqa: E402
from bot.library import playbooks, rules  # noqa: E402
from bot.papers import chart  # noqa: E402
from tests.core.build import ALICE, HOUR, NOW, grow, started  # noqa: E402
from tests.core.cascades import child, parent, person_of, row, sent, told  # noqa: E402

PICTURE = ROOT / "docs" / "images" / "rollup.png"
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa", "Lambda", "Mu")
CNIL, COMPLAINT, INSURER = RuleId("GDPR-33-1"), RuleId("FR-LOPMI"), RuleId("FR-INS-5")
FIRST, BULLETIN = sent(1, at=NOW + 14 * HOUR), sent(2, at=NOW + 40 * HOUR)


def main() -> None:
    """Write the picture, and print the message that goes with it."""
    found = _found()
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(chart.draw(voice.rollup_chart(found)))
    sys.stdout.write(voice.rollup(found).body + "\n")


def _found() -> Rollup:
    folder = playbooks_folder()
    book = playbooks.load(folder)["provider-hit", Language("en")]
    watched = {one.rule for one in book.clocks}
    known = tuple(rule for id, rule in in_force(rules.load(folder), NOW.date()).items() if id in watched)
    children = [_child(number, name, playbook=book, rules=known) for number, name in enumerate(NAMES)]
    whole = parent(FIRST, BULLETIN, rows=(*map(row, NAMES), row("Nu")))
    return rollup(whole, children, Watch(now=NOW + 73 * HOUR))


def _child(number: int, name: str, **opened: Any) -> Incident:
    """Return an organisation: some filed, one is late, the last have not begun."""
    person, at = person_of(name), NOW + number * HOUR
    facts: list[Fact] = [Answered(at=at, by=ALICE, question=Question("personal-data"), value="yes")]
    if number < 10:
        facts += [Joined(at=at, user=person), started(CNIL, at=at), started(COMPLAINT, at=at)]
    if 2 <= number < 7:
        facts.append(ClockFiled(at=at + HOUR, by=person, rule=CNIL, reference=f"CNIL-{number}", filed_at=at + HOUR))
    if 1 <= number < 5:
        facts.append(ClockFiled(at=at + HOUR, by=person, rule=COMPLAINT, reference="PV", filed_at=at + HOUR))
    if number == 5:
        facts.append(ClockSetAside(at=at + HOUR, by=person, rule=COMPLAINT, reason="not insured"))
    if number < 8:
        facts.append(ClockFiled(at=at + HOUR, by=person, rule=INSURER, reference="claim", filed_at=at + HOUR))
    steps = [step.id for step in opened["playbook"].steps() if step.mandatory or step.id == StepId("P2")]
    done = steps[: len(steps) if number in (1, 2) else 9 - number if number else 2]
    facts += [StepDone(at=at + HOUR, by=person, step=step, result="") for step in done]
    made = child(row(name), *facts, **opened)
    made = grow(made, told(FIRST, made), BulletinRead(at=BULLETIN.at, by=person, numbers=(1,)))
    if number < 11:
        made = grow(made, told(BULLETIN, made))
    return grow(made, BulletinRead(at=BULLETIN.at, by=person, numbers=(2,))) if number < 7 else made


if __name__ == "__main__":
    main()
