"""The playbooks are found in a checkout and in an installed wheel."""

from pathlib import Path

import pytest

import bot
from bot.host import shipped


def _package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = folder / "bot"
    package.mkdir()
    monkeypatch.setattr(bot, "__file__", str(package / "__init__.py"))
    return package


def test_a_checkout_keeps_them_at_its_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, monkeypatch)
    (tmp_path / "playbooks").mkdir()
    assert shipped.playbooks_folder() == tmp_path / "playbooks"


def test_a_wheel_carries_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _package(tmp_path, monkeypatch)
    (tmp_path / "playbooks").mkdir()
    (package / "playbooks").mkdir()
    assert shipped.playbooks_folder() == package / "playbooks"


def test_the_example_of_a_configuration_is_carried_with_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _package(tmp_path, monkeypatch)
    (package / "config.example.yaml").write_text("# é\n", "utf-8")
    assert shipped.example_configuration() == "# é\n"


def test_a_broken_installation_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, monkeypatch)
    with pytest.raises(FileNotFoundError, match="install cellule again"):
        shipped.playbooks_folder()
