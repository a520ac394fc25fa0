"""No name that is known stays in a text, however it is written; and the text stays one that can be read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.lessons.roles import Called, Roles, Spoken, folded, parts_of

FRENCH = Spoken(
    nobody="un intervenant",
    account="[adresse]",
    phone="[téléphone]",
    titles=frozenset({"mme", "maitre", "m"}),
    elisions={"d": "de", "qu": "que", "l": ""},
    joins={("de", "le"): "du", ("à", "le"): "au"},
)
ENGLISH = Spoken(nobody="a responder", account="[address]", phone="[telephone]")
PEOPLE = (
    Called(
        role="le pilote",
        names=("alice.martin",),
        accounts=("@alice.martin:example.org", "alice@firm.example"),
        phones=("+33612345678",),
    ),
    Called(role="le DPO", names=("bob",), accounts=("@bob:example.org",)),
    Called(role="l'administrateur", names=("jean-pierre",), accounts=("@jean-pierre:example.org",)),
    Called(role="un contact", exact=("Maître Zoé Durand", "Durand")),
    Called(role="le juriste n° 2", names=("dpo",), accounts=("@dpo:example.org",)),
    Called(role="le juriste n° 1", names=("sam.bob",), accounts=("@sam.bob:example.org",)),
    Called(
        role="le RSSI",
        names=("lecoeur", "mueller", "soren.olesen", "lukasz", "jlebrun", "oconnor", "jeanpierre.leroy", "orange"),
    ),
    Called(role="un robot", names=("1234", "42", "x")),
)
ROLES = Roles.of(PEOPLE, FRENCH, frozenset({"dpo", "maitre"}))


@pytest.mark.parametrize(
    ("typed", "put"),
    [
        ("Alice a vu", "le pilote a vu"),
        ("ALICE, alicé, aLiCe", "le pilote, le pilote, le pilote"),
        ("al\u200bice et a\u0301lice", "le pilote et le pilote"),
        ("Alice Martin, A.MARTIN, alicemartin", "le pilote, A.le pilote, le pilote"),
        ("le poste d'Alice, celui d’ALICE", "le poste du pilote, celui du pilote"),
        ("D'Alice à Bob", "Du pilote au DPO"),
        ("qu'Alice, l'Alice, s'Alice", "que le pilote, le pilote, s'le pilote"),
        ("d'Alice-Martin et de Jean Pierre", "du pilote et de l'administrateur"),
        ("Bob’s laptop, PC-ALICE01, alice_bob", "Roles"),
        ("Maître Zoé Durand, Mme Durand, M. Bob", "un contact, un contact, le DPO"),
        ("malice, bobine, martinet", "malice, bobine, martinet"),
        ("sam.bob et Sam", "le juriste n° 1 et le juriste n° 1"),
        ("le DPO", "le DPO"),
        ("Maître Lecœur, Léa Müller, Søren Ølesen, Łukasz", "le RSSI, Léa le RSSI, le RSSI, le RSSI"),
        (
            "J. Lebrun, M. Lebrun, le brun ; O'Connor, Jean-Pierre Le Roy",
            "le RSSI, le RSSI, le RSSI ; le RSSI, le RSSI",
        ),
        ("orange, la mule, un dup", "le RSSI, la mule, un dup"),
        ("@dpo dit, @dpo:example.org aussi.", "le juriste n° 2 dit, le juriste n° 2 aussi."),
        ("@bob:example.org, @zoe:example.org", "le DPO, [adresse]"),
        ("https://matrix.to/#/%40bob%3Aexample.org", "le DPO"),
        ("alice@firm.example et who@firm.example", "le pilote et [adresse]"),
        ("06 12 34 56 78, +33 6 12 34 56 78, 0033698765432", "le pilote, le pilote, [téléphone]"),
        ("le 2026-11-30 10:26, 192.168.10.250", "le 2026-11-30 10:26, 192.168.10.250"),
        ("code 1234, 42 fois, x", "code un robot, 42 fois, x"),
        ("@home, un @ seul", "@home, un @ seul"),
        ("", ""),
    ],
)
def test_names_become_roles(typed: str, put: str) -> None:
    expected = "le DPO’s laptop, PC-le pilote01, le pilote_le DPO" if put == "Roles" else put
    assert ROLES.put(typed) == expected


def test_a_name_of_several_people_is_nobodys() -> None:
    two = Roles.of(
        (
            Called(role="the DPO", names=("sam.one",), accounts=("@sam:one.example",)),
            Called(role="the counsel", names=("sam.two",), accounts=("@sam:two.example",)),
        ),
        ENGLISH,
        frozenset(),
    )
    assert two.put("Sam One and Sam Two; Sam; @sam") == "the DPO and the counsel; a responder; a responder"
    assert two.put("@sam:one.example") == "the DPO"


def test_nobody_is_known() -> None:
    none = Roles.of((), FRENCH, frozenset())
    assert none.put("Alice de le Bob") == "Alice de le Bob"


def test_the_parts_of_a_name_begin_with_a_capital() -> None:
    assert parts_of("Maître Zoé Durand, avocate au barreau") == ("Maître", "Zoé", "Durand")


LETTERS = st.text("abcdefghijklmnoprstuvyzéèïçßœ", min_size=3, max_size=9)
NAMES = st.lists(st.lists(LETTERS, min_size=1, max_size=3).map(".".join), min_size=1, max_size=6, unique=True)
WAYS = (
    str,
    str.upper,
    str.title,
    lambda name: name.replace(".", " "),
    lambda name: name.replace(".", "-").title(),
    "\u200b".join,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: f"d'{name}",
    lambda name: f"@{name}:example.org",
    lambda name: f"https://matrix.to/#/@{name}:example.org",
    lambda name: f"{name}@firm.example",
    lambda name: f"{name}'s",
    lambda name: f"_{name}_7",
    lambda name: name.replace(".", ""),
)


def stands_in(name: str, text: str) -> bool:
    """Say whether *name*, or a part of it, stands in *text* as a word, in whatever case and accents."""
    words = re.findall(r"[^\W\d_]+", folded(text))
    return any(folded(part) in words for part in (*name.split("."), name.replace(".", "")))


@given(NAMES, st.lists(st.tuples(st.integers(0, 5), st.sampled_from(WAYS), st.text(max_size=20)), max_size=12))
@example(["li.xyz"], [(0, str.upper, "\ufb01")])
def test_no_name_of_the_roster_stands_in_any_text(names: list[str], said: list[tuple[int, object, str]]) -> None:
    people = [
        Called(role=f"rôle n° {number}", names=(name,), accounts=(f"@{name}:example.org",))
        for number, name in enumerate(names)
    ]
    roles = Roles.of(people, FRENCH, frozenset({"role"}))
    text = " ".join(f"{way(names[at % len(names)])} {other}" for at, way, other in said)  # type: ignore[operator]
    put = roles.put(text)
    ours = {"role", "un", "intervenant", "adresse", "telephone", "de", "du", "que", "n"}
    for name in names:
        if not set(map(folded, name.split("."))) & ours:
            assert not stands_in(name, put), (name, put)
