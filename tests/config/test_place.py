"""Which configuration is meant when no flag names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.config import place as places
from bot.config.place import place, place_to_write

NAMED = {"CELLULE_CONFIG": "/srv/cellule/config.yaml"}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the machine, in a folder of ours; we stand in another one."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(places, "OF_THE_MACHINE", tmp_path / "etc/config.yaml")
    (tmp_path / "etc").mkdir()
    return tmp_path / "etc/config.yaml"


def test_the_flag_goes_before_the_environment_and_that_before_what_is_found(machine: Path) -> None:
    machine.touch()
    assert place(Path("ours.yaml"), NAMED) == Path("ours.yaml")
    assert place(None, NAMED) == Path("/srv/cellule/config.yaml")
    assert place(None, {"CELLULE_CONFIG": ""}) == machine
    Path("config.yaml").touch()
    assert place(None, {}) == Path("config.yaml")


def test_where_there_is_none_all_that_was_tried_is_named_on_one_line(machine: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        place(None, {})
    assert str(refused.value).count("\n") == 0
    for tried in ("CELLULE_CONFIG", str(Path("config.yaml").absolute()), str(machine), "--config FILE", "cellule init"):
        assert tried in str(refused.value)


@pytest.mark.usefixtures("machine")
def test_a_new_one_is_written_where_it_is_named_or_here() -> None:
    assert place_to_write(None, {}) == Path("config.yaml")
    assert place_to_write(None, NAMED) == Path("/srv/cellule/config.yaml")
    assert place_to_write(Path("ours.yaml"), NAMED) == Path("ours.yaml")
