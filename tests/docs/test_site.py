"""The site: every document of the repository is in it, and reads there as it does in git."""

from pathlib import Path, PurePosixPath

import pytest

from docs import site
from tests.docs.pages import read


def _laid_out(text: str, tmp_path: Path) -> str:
    page = tmp_path / "docs/page.md"
    page.parent.mkdir()
    page.write_text(text, encoding="utf-8")
    for name in ("README.md", "code.py", "shown.csv"):
        (tmp_path / name).touch()
    known = {page: PurePosixPath("page.md"), tmp_path / "README.md": PurePosixPath("index.md")}
    return site.lay_out(page, known, tmp_path)[0]


def test_every_page_stands_in_one_chapter_of_the_site() -> None:
    assert not site.strays(site.pages().values())


def test_a_link_to_a_page_leads_there_and_one_to_code_is_its_path(tmp_path: Path) -> None:
    told = "[home](../README.md#try) [code.py](../code.py) [its code](../code.py) [list](../shown.csv) [x](#here)"
    assert (
        _laid_out(told, tmp_path)
        == "[home](index.md#try) `code.py` its code (`code.py`) [list](shown.csv) [x](#here)\n"
    )


def test_a_dead_link_is_no_path_of_code(tmp_path: Path) -> None:
    with pytest.raises(site.DeadLinkError, match="leads nowhere"):
        _laid_out("[nothing](nothing.md)", tmp_path)


def test_a_list_is_set_apart_and_what_is_in_it_stays_in_it(tmp_path: Path) -> None:
    code = "```text\n- as it is\n  [x](y.md)\n```"
    told = f"Two:\n- one\n  more\n\n  ```sh\n  ls\n  ```\n1. first\n   more\n\n{code}"
    seen = "Two:\n\n- one\n    more\n\n    ```sh\n    ls\n    ```\n1. first\n    more\n\n"
    assert _laid_out(told, tmp_path) == f"{seen}{code}\n"


def test_a_bar_in_code_in_a_table_is_shown_without_its_mark(tmp_path: Path) -> None:
    assert _laid_out("| `fr\\|en` | a\\|b |", tmp_path) == "| `fr|en` | a\\|b |\n"


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "font: false" in read("mkdocs.yml")
    assert "http" not in read("mkdocs.yml") + read("docs/theme/main.html")
