"""The page on plans shows what comes of a firm's page."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

from docx import Document

from bot.cli.planning import draft
from bot.host.shipped import playbooks_folder
from tests.docs.pages import read
from tests.library.plans.files import add_table, saved

PAGE = "docs/plans.md"


def test_the_example_of_the_page_is_what_comes_of_it(tmp_path: Path) -> None:
    quoted = re.findall(r"^> ?(.*)$", read(PAGE), re.MULTILINE)
    document = Document()
    document.add_heading(quoted[0].strip("*"), 1)
    for line in quoted:
        if found := re.match(r"\d\. (.*)", line):
            document.add_paragraph(found[1], "List Number")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in quoted if re.match(r"\| [^-]", line)]
    add_table(document, rows)
    plan = tmp_path / "plan.docx"
    plan.write_bytes(saved(document))
    folder = Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))

    tuple(draft(plan, folder / "our-plan.en.md", None, playbooks_folder(), date(2026, 11, 29)))

    (shown,) = re.findall(r"^```markdown\n(.*?)^```$", read(PAGE), re.DOTALL | re.MULTILINE)
    made = (folder / "our-plan.en.md").read_text("utf-8").replace("\u00a0", " ")
    assert made[made.index("## A ·") :].strip() == shown.strip()
