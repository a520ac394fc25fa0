"""The shell blocks of a page, and a terminal into which they are typed."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import read
from tests.patience import PATIENCE_S

_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<how>not run|run by [^:\n]+): (?P<why>[^\n]+?) -->\n)?^(?P<indent> *)```sh\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)


_TOLD = 2_000
"""How much of the end of what a terminal showed a failure tells: it stopped there."""

Answer = tuple[str, str | Callable[[], Awaitable[str]]]
"""The words that a terminal shows, and what is then typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    page: str
    line: int
    text: str
    how: str
    """Empty: typed as it stands, by the ordinary tests. Else `not run`, or `run by` whom."""
    why: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line} {self.how or 'run'}{self.why and f': {self.why}'}"


def blocks(page: str) -> list[Block]:
    """Return the shell blocks of *page* in their order."""
    text = read(page)
    return [
        Block(
            page=page,
            line=text.count("\n", 0, found.start()) + 1,
            text=re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE),
            how=found["how"] or "",
            why=found["why"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def script(page: Sequence[Block], instead: Mapping[str, str]) -> str:
    """Return what is typed for these blocks; *instead* are the names of the reader's world, and what they are here."""
    typed = "\n".join(f"# {block}\n{block.text}" for block in page)
    for theirs, ours in instead.items():
        typed = typed.replace(theirs, ours)
    return typed


async def type_into_a_terminal(commands: str, folder: Path, answers: Sequence[Answer], env: Mapping[str, str]) -> str:
    """Type *commands* in *folder*, and what *answers* have whenever the terminal shows what they wait for.

    Returns all that the terminal showed. Each command must succeed.
    """
    # With job control, as the shell of a person: Ctrl-C is for the command alone.
    (folder / ".typed.sh").write_text(f"set -eumx\n{commands}\n", encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *("script", "-qefc", shlex.join(("bash", ".typed.sh")), "/dev/null"),
        cwd=folder,
        env={**os.environ, **env},
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
    )
    shown = ""
    try:
        shown = await _converse(process, answers)
        ended = await process.wait()
        assert ended == 0, f"ended with {ended}: {shown[-_TOLD:]}"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return shown


async def _converse(process: asyncio.subprocess.Process, answers: Sequence[Answer]) -> str:
    """Read the terminal to its end, and type each answer once for each time that its words are shown."""
    assert process.stdin is not None
    assert process.stdout is not None
    shown, answered = "", 0
    waited_for = re.compile("|".join(f"({re.escape(words)})" for words, _ in answers))
    while True:
        try:
            async with asyncio.timeout(PATIENCE_S):
                heard = await process.stdout.read(4096)
        except TimeoutError:
            raise TimeoutError(shown[-_TOLD:]) from None
        if not heard:
            return shown
        shown += heard.decode(errors="replace")
        while found := waited_for.search(shown, answered):
            answered = found.end()
            typed = answers[(found.lastindex or 1) - 1][1]
            process.stdin.write((typed if isinstance(typed, str) else await typed()).encode())
