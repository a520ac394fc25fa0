"""`cellule cascade` at a bot that runs in this process, on fakes."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Collection, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.cli.cascade import CascadeRefusedError, NotReachedError, RoomsRefusedError, Wanted, cascade
from bot.config import Config, load
from bot.console import cascades
from bot.console.cascades import MOST_SHOWN, ListRefusedError
from bot.console.socket import ConsoleSocket, NotRunningError
from bot.core.commands import OpenCascade
from bot.core.facts import Severity
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.accounts import Found
from tests.config.files import changed, fill, write
from tests.console import cellule
from tests.core.build import ALICE, BOB, ERIN, MINUTE
from tests.service.cascades import children_of, firms, parent_of
from tests.service.meddling import SameRooms
from tests.service.organisations.test_cascades import SomeRefused
from tests.service.shell import Shell

FAST_S = 0.001


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def config(tmp_path: Path) -> Config:
    folder = fill(tmp_path)
    people = {ALICE: ["admin", "coordinator"], BOB: ["dpo"], ERIN: ["observer"]}
    return load(write(folder, changed(people=people)))


@asynccontextmanager
async def running(config: Config, shell: Shell) -> AsyncIterator[None]:
    """Let the console reach the service of *shell*, which goes on by itself."""
    await asyncio.to_thread(config.state.folder.mkdir, mode=0o700, exist_ok=True)
    async with shell.life() as service:
        console = ConsoleSocket(cascades.answers(service.cascades, "Europe/Paris"))
        await console.open(config.state.folder)
        try:
            yield
        finally:
            await console.close()


async def listed(tmp_path: Path, text: str, name: str = "firms.csv") -> Path:
    path = tmp_path / name
    await asyncio.to_thread(path.write_text, text, "utf-8")
    return path


async def play(config: Config, path: Path, out: io.StringIO, *, by: str | None = None, **options: object) -> str:
    command = OpenCascade(title="Host down", **options)  # type: ignore[arg-type]
    await cascade(config, Wanted(path=path, command=command, by=by), every_s=FAST_S, out=out)
    return out.getvalue()


async def test_rooms_are_opened_and_the_same_command_again_changes_nothing(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    async with running(config, shell):
        path = await listed(tmp_path, firms(20))
        said = await play(config, path, io.StringIO(), severity=Severity.CRISIS, language=Language("fr"), drill=True)
        parent = parent_of(shell)
        assert said.splitlines()[0] == "a new incident: 20 rooms to make"
        assert f"\n{parent.codename}: 20 new, 0 there already\n" in said
        assert said.splitlines()[-1] == "20 of 20 rooms open"
        assert (parent.severity, parent.language, parent.drill) == (Severity.CRISIS, Language("fr"), True)
        assert parent.opened_by == ALICE
        again = await play(config, path, io.StringIO(), drill=True)
        assert again.splitlines()[0] == f"{parent.codename}: 0 rooms to make, 20 there already"
        assert again.splitlines()[-2:] == [f"{parent.codename}: 0 new, 20 there already", "20 of 20 rooms open"]
        assert len(children_of(shell, parent.id)) == 20
        assert parent_of(shell).title == "Host down"


async def test_what_a_list_says_otherwise_is_shown_and_applied_when_that_is_asked_for(
    config: Config, tmp_path: Path
) -> None:
    shell = Shell()
    async with running(config, shell):
        await play(config, await listed(tmp_path, firms(3)), io.StringIO())
        path = await listed(tmp_path, firms(3).replace("@c2:", "@new:"))
        await shell.pass_time(MINUTE)
        shown = await play(config, path, io.StringIO())
        change = "- Firm 2: comes: @new:firm.example (coordinator) · not named any more: @c2:firm.example"
        assert change in shown
        assert "Nothing of that was changed. At the machine, --apply applies it." in shown
        parent = parent_of(shell)
        assert UserId("@new:firm.example") not in children_of(shell, parent.id)[1].roster
        await shell.pass_time(MINUTE)
        out = io.StringIO()
        await cascade(config, wanted(path, amends=True), every_s=FAST_S, out=out)
        assert change in out.getvalue()
        assert "This is applied now" in out.getvalue()
        await shell.settle()
        assert UserId("@new:firm.example") in children_of(shell, parent.id)[1].roster
        assert "Firm 2" not in await play(config, path, io.StringIO())


def wanted(path: Path, *, amends: bool) -> Wanted:
    return Wanted(path=path, command=OpenCascade(title="Host down"), by=None, amends=amends)


async def test_on_a_terminal_a_bar_fills(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    async with running(config, shell):
        said = await play(config, await listed(tmp_path, firms(100)), Terminal())
    bars = [bar for bar in said.split("\r\x1b[K") if "rooms open" in bar]
    assert bars[-1] == f"[{'#' * 30}] 100 of 100 rooms open\n"
    assert not any("\n" in bar for bar in bars[:-1])


async def test_rooms_that_are_refused_are_told_and_are_a_failure(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    async with shell.life():
        shell.chat = SomeRefused(shell)
    async with running(config, shell):
        out = io.StringIO()
        with pytest.raises(RoomsRefusedError, match="rooms are not open"):
            await play(config, await listed(tmp_path, firms(20)), out)
        assert "refused" in out.getvalue().splitlines()[-1]


async def test_who_cannot_be_invited_is_counted_and_is_a_failure(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    shell.chat.impossible = {UserId("@c2:firm.example"), UserId("@d2:firm.example"), UserId("@c4:firm.example")}
    async with running(config, shell):
        out = io.StringIO()
        with pytest.raises(RoomsRefusedError, match=r"^in 2 of 5 rooms somebody of the list could not be invited"):
            await play(config, await listed(tmp_path, firms(5)), out)
        assert out.getvalue().splitlines()[-1] == "5 of 5 rooms open; in 2 somebody could not be invited"


async def test_it_speaks_the_language_of_the_locale(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    shell = Shell()
    async with running(config, shell):
        said = await play(config, await listed(tmp_path, firms(2)), io.StringIO())
        with pytest.raises(ListRefusedError, match=r"firms\.csv contient 1 erreur"):
            await play(config, await listed(tmp_path, firms(3) + "\nDupont;bob;;"), io.StringIO())
    lines = said.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert lines[:3] == ["un nouvel incident : 2 salles à créer", "Ses colonnes :", "- nom : organisation"]
    assert f"[{'#' * 30}]  4  peut lire tout de suite" in lines
    assert [line.partition(": ")[2] or line for line in lines[-2:]] == [
        "2 nouvelles, 0 déjà là",
        "2 salles ouvertes sur 2",
    ]


async def test_mistakes_are_told_by_line_and_nothing_is_opened(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    async with running(config, shell):
        with pytest.raises(ListRefusedError) as refused:
            await play(config, await listed(tmp_path, firms(3) + "\nDupont;bob;;"), io.StringIO())
        assert "firms.csv has 1 mistake" in str(refused.value)
        assert "line 5: bob begins with no Matrix id" in str(refused.value)
        assert shell.service.books.incidents() == ()


@pytest.mark.parametrize(
    ("by", "options", "told"),
    [
        (ERIN, {}, "needs the role"),
        (ALICE, {"playbook": "nosuch"}, "There is no playbook nosuch"),
        (ALICE, {"parent_playbook": "nosuch"}, "There is no playbook nosuch"),
    ],
)
async def test_what_a_rule_refuses_is_said(
    config: Config, tmp_path: Path, by: str, options: dict[str, str], told: str
) -> None:
    shell = Shell()
    async with running(config, shell):
        with pytest.raises(ListRefusedError, match=told):
            await play(config, await listed(tmp_path, firms(3)), io.StringIO(), by=by, **options)


async def test_a_file_that_is_no_list_is_not_even_sent(config: Config, tmp_path: Path) -> None:
    for path in (
        tmp_path / "nowhere.csv",
        await listed(tmp_path, firms(1), "firms.txt"),
        await listed(tmp_path, "x" * 5_000_001, "large.csv"),
    ):
        with pytest.raises(CascadeRefusedError, match=path.name):
            await play(config, path, io.StringIO())
    with pytest.raises(NotRunningError):
        await play(config, await listed(tmp_path, firms(1)), io.StringIO())


async def test_interrupted_it_says_that_the_bot_goes_on(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    async with running(config, shell):
        out = io.StringIO()
        watching = asyncio.ensure_future(play(config, await listed(tmp_path, firms(100)), out))
        while " new, " not in out.getvalue():  # noqa: ASYNC110 - it is the output that is waited for
            await asyncio.sleep(0)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching
        assert "The bot goes on by itself" in out.getvalue()
        await shell.settle()
        assert len(children_of(shell, parent_of(shell).id)) == 100


async def test_the_command_says_plainly_what_is_wrong(tmp_path: Path) -> None:
    config = write(fill(tmp_path), changed())
    path = await listed(tmp_path, firms(2))
    away = await cellule("cascade", path, "--config", config, "--title", "Host down")
    assert (away.code, away.err.splitlines()[0][:27]) == (1, "the bot does not run on " + away.err[24:27])
    none = await cellule("cascade", tmp_path / "nowhere.csv", "--config", config, "--title", "Host down")
    assert (none.code, "nowhere.csv" in none.err) == (2, True)
    untitled = await cellule("cascade", path, "--config", config)
    assert (untitled.code, "--title" in untitled.err) == (2, True)
    dry = await cellule("cascade", path, "--config", config, "--check")
    assert dry.code == 1, "it needs a bot, and no title"


async def test_a_dry_run_names_who_is_not_reached_and_opens_nothing(config: Config, tmp_path: Path) -> None:
    shell, path = Shell(), await listed(tmp_path, f"{firms(3)}\nFi\x1b[2Jrm'1;@c1:firm.example;;law")
    shell.chat.accounts = {UserId("@c2:firm.example"): Found.NO_ACCOUNT, UserId("@d3:firm.example"): Found.AWAY}
    command, out = OpenCascade(title="Host down"), io.StringIO()
    async with running(config, shell):
        with pytest.raises(NotReachedError, match=r"^not reached as yet: 2 of 6 people of the list$"):
            await cascade(config, Wanted(path=path, command=command, by=None, opens=False), every_s=FAST_S, out=out)
        assert shell.service.books.incidents() == ()
    lines = out.getvalue().splitlines()
    assert lines[0] == "a new incident: 4 rooms to make"
    assert lines[lines.index("") + 1 :] == [
        f"[{'#' * 20}{'.' * 10}]  4  can read at once",
        f"[{'#' * 5}{'.' * 25}]  1  no such account",
        f"[{'#' * 5}{'.' * 25}]  1  server does not answer",
        "",
        "line  organisation  Matrix id         account",
        "3     Firm 2        @c2:firm.example  no such account",
        "4     Firm 3        @d3:firm.example  server does not answer",
        "Whoever registers an id without an account later reads its room and all its bulletins.",
        "",
    ]
    assert "\x1b" not in out.getvalue()


async def test_of_very_many_the_first_are_named_and_the_rest_counted(config: Config, tmp_path: Path) -> None:
    shell, out = Shell(), io.StringIO()
    shell.chat.accounts = {UserId(f"@c{number}:firm.example"): Found.NO_DEVICE for number in range(1, 80)}
    wanted = Wanted(
        path=await listed(tmp_path, firms(80)), command=OpenCascade(title="Host down"), by=None, opens=False
    )
    async with running(config, shell):
        with pytest.raises(NotReachedError, match="79 of 160"):
            await cascade(config, wanted, every_s=FAST_S, out=out)
    assert out.getvalue().count("@c") == MOST_SHOWN
    assert re.search(r"… +\+ 29 +account without a device", out.getvalue())


async def test_rooms_open_all_the_same_and_who_is_not_reached_is_a_failure(config: Config, tmp_path: Path) -> None:
    shell, out = Shell(), io.StringIO()
    shell.chat.accounts = {UserId("@c2:firm.example"): Found.NO_ACCOUNT}
    async with running(config, shell):
        with pytest.raises(NotReachedError, match="1 of 10 people"):
            await play(config, await listed(tmp_path, firms(5)), out)
        assert len(children_of(shell, parent_of(shell).id)) == 5
    assert out.getvalue().splitlines()[-1] == "5 of 5 rooms open"


class Slow(SameRooms):
    """A homeserver that says something of one person, and of the others once somebody looked."""

    is_seen = asyncio.Event()

    async def look_up(self, users: Collection[UserId], found: MutableMapping[UserId, Found]) -> None:
        found[min(users)] = Found.PROVED
        await self.is_seen.wait()
        found.update(dict.fromkeys(users, Found.PROVED))


class Watched(Terminal):
    def __init__(self, seen: asyncio.Event) -> None:
        super().__init__()
        self._seen = seen

    def write(self, text: str) -> int:
        if "asked about" in text:
            self._seen.set()
        return super().write(text)


async def test_on_a_terminal_a_bar_shows_how_many_people_were_asked_about(config: Config, tmp_path: Path) -> None:
    shell = Shell()
    async with shell.life():
        pass
    shell.chat = slow = Slow(shell)
    out = Watched(slow.is_seen)
    wanted = Wanted(path=await listed(tmp_path, firms(5)), command=OpenCascade(title="Host down"), by=None, opens=False)
    async with running(config, shell):
        await cascade(config, wanted, every_s=FAST_S, out=out)
    bars = [bar for bar in out.getvalue().split("\r\x1b[K") if "asked about" in bar]
    assert bars[0] == f"[{'#' * 3}{'.' * 27}] 1 of 10 people asked about"
    assert out.getvalue().split("\r\x1b[K")[-1].startswith("a new incident: 5 rooms to make\n")
