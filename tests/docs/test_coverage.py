"""Every statement of the article has its row, and every row names things that exist."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from bot.commands import ROWS
from bot.core.documents.drafts import Hole
from bot.core.language import Language
from bot.core.names import DraftId, StepId
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.sentences import languages
from tests.docs.pages import code_of, read

STATEMENTS = range(1, 64)
STATES = {"served", "left out"}
SHELF = playbooks.load(playbooks_folder())
DRAFTS = drafts.load(playbooks_folder())
CLOCKS = {rule.id for rule in rules.load(playbooks_folder())}
COMMANDS = {f"!{word}" for row in ROWS for words in row.words.values() for word in words}

WORDS: Mapping[str, tuple[str, ...]] = {
    "1": ("nobody hit", "the provider only", "cannot do without"),
    "2": ("ask again every day", "keep that hour", "fixed hours"),
    "3": ("message from the profession", "the profession's council"),
    "4": ("motive 5°", "exceptional circumstances"),
    "5": ("regional practice of 2023",),
    "6": ("certificate of unavailability", "the host's certificate"),
    "7": ("copy of the complaint", "complaint of its own|its own complaint", "72 hours"),
    "8": ("certificate on cover against data piracy",),
    "9": ("R5122-1 to R5122-4", "R5122-3"),
    "10": ("link and its date|link and date", "screenshot"),
    "11": ("each version with its hour|each version, with its hour", "Bulletin {version}"),
    "12": ("roughly what share", "from your own copy", "what did it cost"),
    "13": ("roughly what share", "unavailable|loss of availability"),
    "14": ("cuts your clients off", "For each: cut, restrict or keep"),
    "15": ("is a claim until it is shown", "claims until logs show it"),
    "16": (
        "only technical data left",
        "a claim until it is shown",
        "how sure",
        "one column for each kind of data|one column for each",
    ),
    "17": ("initial notification", "complement"),
    "18": ("backups", "restore"),
    "19": ("certificate of unavailability",),
    "20": ("dispatch log", "client"),
    "21": ("ransom note", "Operation Cronos"),
    "22": ("price follows your size|price fits your size|size",),
    "23": ("countdown", "not a legal", "do not pay"),
    "24": ("phishing", "unpatched|not patched", "VPN"),
    "25": ("one at a time|one service at a time|service by service", "before the first restore"),
    "26": ("at your clients' side",),
    "27": ("The groups stay active|indicators others can search for", "constant"),
    "28": ("many calls", "five answers ready", "hundreds will call"),
    "29": ("updates", "backups", "antivirus", "firewall"),
    "30": ("systems, software, applications|Systems, software, applications",),
    "31": ("offline|off line", "restore"),
    "32": ("phishing",),
    "33": ("phishing", "filter"),
    "34": ("antivirus",),
    "35": ("VPN", "firewall"),
    "36": ("policy", "apply it to all"),
    "37": ("plan",),
    "38": ("what changes|must change|to change",),
    "39": ("nobody hit", "the profession's council"),
    "40": ("what changes|decide what changes|What helped", "timeline"),
    "41": ("Speak with the provider directly", "not in public"),
    "42": ("the attackers probably watch", "the attacker reads|attacker may be reading|reads them"),
    "43": ("application|app", "second way|second means|another way"),
    "44": ("no 72 h", "without undue delay", "your own 72 hours"),
    "45": ("Missing details do not stop the clock", "reasons"),
    "46": ("only with its official notice", "proves nothing for the next one", "Official notice on which we rely"),
    "47": (
        "Write to each body",
        "authorities of your sector",
        "even if the provider files too",
        "even if a group policy",
    ),
    "49": ("mailing tool that respects the GDPR",),
    "50": ("substitute address|another host",),
    "51": ("mailing tool|another host|sending tool",),
    "52": ("Teams or Slack",),
    "54": ("guides",),
    "55": ("exercise|drill", "ten minutes are enough"),
    "56": ("in this room or by phone", "fixed hours"),
    "57": ("Set one time for each role", "Trust services|trust services"),
    "61": ("Gmail", "second factor|multi-factor"),
    "62": ("register", "map"),
    "63": ("no advertising",),
}
"""What the steps and drafts of a row must say to serve it; `|` parts two ways to say it."""


def rows() -> list[tuple[str, str, str, str]]:
    found = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", read("docs/coverage.md"), re.MULTILINE)
    return [(number, said, served, state) for number, said, served, state in found]


def exists(name: str) -> bool:
    playbook, space, step = name.partition(" ")
    if not space:
        return name in CLOCKS or name in COMMANDS
    if playbook == "!draft":
        return all((DraftId(step), language) in DRAFTS for language in languages())
    return all(
        (playbook, language) in SHELF and SHELF[playbook, language].step(StepId(step)) is not None
        for language in languages()
    )


def test_every_statement_has_one_row_in_order() -> None:
    assert [int(number) for number, *_ in rows()] == list(STATEMENTS)
    assert {state for *_, state in rows()} == STATES


@pytest.mark.parametrize(("number", "said", "served", "state"), rows(), ids=[row[0] for row in rows()])
def test_a_row_names_steps_clocks_and_commands_that_exist(number: str, said: str, served: str, state: str) -> None:
    names = code_of(served)

    assert [name for name in names if not exists(name)] == []
    assert names or state == "left out", "what serves it?"
    assert ("a commercial offer" in served) == (state == "left out"), "what is left out has its reason"


def text_of(name: str) -> str:
    """Return the English words of a step or a draft; empty for a clock or a command."""
    first, space, second = name.partition(" ")
    if not space:
        return ""
    if first == "!draft":
        blocks = DRAFTS[DraftId(second), Language("en")].blocks
        spans = (span for block in blocks for span in block.spans)
        return " ".join(f"{{{span.name}}}" if isinstance(span, Hole) else span for span in spans)
    book = SHELF[first, Language("en")]
    step = book.step(StepId(second))
    assert step is not None
    phase = next(phase for phase in book.phases if step in phase.steps)
    return "\n".join((phase.intro, step.title, step.action, step.evidence, step.target_text, step.source))


def words_of(served: str) -> str:
    return re.sub(r"\s+", " ", " ".join(map(text_of, code_of(served)))).lower()


@pytest.mark.parametrize(("number", "said", "served", "state"), rows(), ids=[row[0] for row in rows()])
def test_the_steps_and_drafts_of_a_row_say_what_it_claims(number: str, said: str, served: str, state: str) -> None:
    found = words_of(served)

    assert (number in WORDS) == (bool(found) and state == "served"), "which words serve it?"
    missing = [words for words in WORDS.get(number, ()) if not any(way.lower() in found for way in words.split("|"))]
    assert missing == []


def test_a_word_that_no_step_says_is_missed() -> None:
    assert "roughly what share" in words_of("`ransomware D2`")
    assert "measures the defence" not in words_of("`prepare E4`")


def test_the_check_knows_what_does_not_exist() -> None:
    assert not exists("provider-hit Z9")
    assert not exists("nothing D1")
    assert not exists("GDPR-99")
    assert not exists("!fly")
    assert not exists("!draft love-letter")
    assert exists("!draft complaint")
    assert exists("prepare B2")


def test_the_two_misleading_statements_are_corrected_and_the_third_is_narrowed() -> None:
    marked = {number for number, said, *_ in rows() if "**" in said}

    assert marked == {"44", "45", "46"}
