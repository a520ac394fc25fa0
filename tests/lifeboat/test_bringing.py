"""A state is brought into a lifeboat once, whole, and into none that has one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from bot.core.names import UserId
from bot.lifeboat import making
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.folder import Folder
from bot.lifeboat.making import make
from tests.lifeboat.stage import NOW, texts, wanted

ALICE, OTHER = UserId("@alice:example.org"), UserId("@alice:other.example")


class Origin:
    """What a state is brought from; it can be opened but so often."""

    def __init__(self, *people: UserId, works: int = 9) -> None:
        self._people = people
        self._works = works
        self.keys: list[bytes] = []

    def fill(self, place: Path, key: bytes) -> Collection[UserId]:
        place.mkdir()
        (place / "state.db").write_bytes(b"the state")
        self.keys.append(key)
        if len(self.keys) > self._works:
            raise KeyboardInterrupt
        return self._people

    def is_in(self, place: Path, key: bytes) -> bool:
        return key in self.keys and (place / "state.db").exists()


def test_it_is_brought_under_the_key_of_the_lifeboat_after_a_trial_under_another(tmp_path: Path) -> None:
    origin = Origin()
    make(wanted(tmp_path, origin=origin), NOW)
    folder = tmp_path / "boat"
    trial, key = origin.keys
    assert key == (folder / "secrets/state.key").read_bytes() != trial
    assert (folder / "state/state.db").read_bytes() == b"the state"
    assert (folder / "config.yaml").exists()


def test_called_again_it_is_not_brought_again(tmp_path: Path) -> None:
    origin = Origin()
    make(wanted(tmp_path, origin=origin), NOW)
    before = texts(tmp_path / "boat")
    make(wanted(tmp_path, origin=origin), NOW)
    assert (len(origin.keys), texts(tmp_path / "boat")) == (2, before)


def test_a_lifeboat_that_was_made_and_never_ran_takes_one(tmp_path: Path) -> None:
    make(wanted(tmp_path), NOW)
    key = (tmp_path / "boat/secrets/state.key").read_bytes()
    origin = Origin()
    make(wanted(tmp_path, origin=origin), NOW)
    assert origin.keys[-1] == key


def test_what_fails_on_trial_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(wanted(tmp_path, origin=Origin(works=0)), NOW)
    assert not (tmp_path / "boat").exists()


@pytest.mark.parametrize("cut", ["fill", "rename"])
def test_killed_while_it_is_brought_it_does_not_run_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    folder, origin = tmp_path / "boat", Origin(works=1 if cut == "fill" else 9)
    if cut == "rename":
        monkeypatch.setattr(making, "_signing_key", _killed)
    with pytest.raises(KeyboardInterrupt):
        make(wanted(tmp_path, origin=origin), NOW)
    monkeypatch.undo()
    assert not all((folder / name).exists() for name in making.NEEDED)
    key = (folder / "secrets/state.key").read_bytes()
    again = origin if cut == "rename" else Origin()
    make(wanted(tmp_path, origin=again), NOW)
    assert (folder / "secrets/state.key").read_bytes() == key
    assert (folder / "state/state.db").read_bytes() == b"the state"
    assert all((folder / name).exists() for name in making.NEEDED)


def _killed() -> str:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["state.db", "state.db.moved"])
def test_nothing_is_written_over_a_state(tmp_path: Path, name: str) -> None:
    make(wanted(tmp_path), NOW)
    Folder(tmp_path / "boat").write(f"state/{name}", b"another")
    before = texts(tmp_path / "boat")
    with pytest.raises(LifeboatError, match="holds a state already, and nothing is written over"):
        make(wanted(tmp_path, origin=Origin()), NOW)
    assert texts(tmp_path / "boat") == before


@pytest.mark.parametrize("people", [(), (ALICE, OTHER)])
def test_whoever_was_nobody_there_or_one_of_several_is_named(tmp_path: Path, people: tuple[UserId, ...]) -> None:
    (tmp_path / "list.csv").write_text("name,role,was\nAlice,admin,alice\n")
    with pytest.raises(LifeboatError, match=r"says that somebody was alice, and nobody .* or several"):
        make(wanted(tmp_path, origin=Origin(*people)), NOW)
    assert not (tmp_path / "boat").exists()


def test_whoever_was_somebody_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(f"name,role,was\nAlice,admin,{OTHER}\n")
    made = make(wanted(tmp_path, origin=Origin(ALICE, OTHER)), NOW)
    assert [person.was for person in made.people] == [OTHER]
    assert (tmp_path / "boat/people.csv").read_text() == f"name,role,was\nAlice,admin,{OTHER}\n"
