"""How messages look: plain where there is no terminal, inside any width, rings and edits told apart."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.core.language import Language
from bot.core.names import EventId, RoomId, UserId
from bot.demo.paint import PLAIN_WIDTH, Painter, changed, console_for, sentence
from bot.demo.responder import Said
from bot.demo.seen import Seen
from bot.demo.transcript import print_transcript
from bot.sentences import languages

ALICE, BOB, BOT = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "cellule"))
CARD = Said(
    id=EventId("$card"),
    room=RoomId("!room"),
    sender=BOT,
    at=datetime(2026, 11, 24, 13, 30, tzinfo=UTC),
    body="Card\nProgress 0 of 18",
    html="<p><strong>Card</strong><br>Progress 0 of 18</p><ul><li>a long line of a list, to be wrapped</li></ul>",
    rings=False,
)
BELL = replace(CARD, id=EventId("$bell"), rings=True, mentions=frozenset({BOB}), html="", body="GDPR-33-1: in 6\u00a0h")
EDIT = replace(CARD, id=EventId("$edit"), replaces=CARD.id, html=CARD.html.replace("0 of", "1 of"))
STORED = Seen(
    order=1,
    id="$card",
    room="!room",
    type="m.room.encrypted",
    sender=BOT,
    keys=(),
    size=2814,
    name=None,
    ciphertext="AwgAEoAFXH1cAAAA",
)


def painted(width: int, language: Language = Language("en")) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=False, color_system=None)
    messages = [(replace_id(STORED, said), said) for said in (CARD, BELL, EDIT)]
    print_transcript(console, Painter(language=language, zone=UTC), messages, {"!room": "Amber Fox"}, language)
    return out.getvalue()


def replace_id(stored: Seen, said: Said) -> Seen:
    return replace(stored, id=str(said.id))


@pytest.mark.parametrize("width", [30, 44, 80, 100, 160])
@pytest.mark.parametrize("language", languages())
def test_a_transcript_fits_its_width_and_shows_both_sides(width: int, language: Language) -> None:
    text = painted(width, language)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    for said in ("m.room.encrypted", "Amber Fox", "AwgAEoAFXH1c…", "@cellule", "GDPR-33-1: in 6\u00a0h"):
        assert said in text


def test_a_wide_transcript_has_both_sides_on_one_line() -> None:
    assert any("@cellule" in line and "m.room.encrypted" in line for line in painted(100).splitlines())
    assert not any("@cellule" in line and "m.room.encrypted" in line for line in painted(44).splitlines())


def test_a_reminder_says_whom_it_rings() -> None:
    assert "rings @bob" in painted(100)
    assert "sonne pour @bob" in painted(100, Language("fr"))


def test_only_what_changed_of_an_edit_is_told() -> None:
    assert [line.plain for line in changed(CARD, EDIT)] == ["Progress 1 of 18"]
    assert changed(CARD, replace(EDIT, html=CARD.html)) == ()


def test_what_is_too_long_is_cut_and_says_so() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=False, color_system=None)
    long = replace(CARD, html="", body="\n".join(f"line {number}" for number in range(30)))
    console.print(Painter(language=Language("en"), zone=UTC).message(long, longest=5))
    assert "line 3" in out.getvalue()
    assert "line 4" not in out.getvalue()
    assert "… 26 more lines" in out.getvalue()


def test_without_a_terminal_the_text_is_plain_and_as_wide_as_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for columns, width in (("44", 44), ("", PLAIN_WIDTH), ("wide", PLAIN_WIDTH), ("0", PLAIN_WIDTH), ("5", 30)):
        monkeypatch.setenv("COLUMNS", columns)
        out = io.StringIO()
        console = console_for(out)
        console.print(sentence("**bold** and `code`"))
        assert (console.width, out.getvalue()) == (width, "bold and code\n")
