"""Who is let in: a list in any of the forms people write, or one sentence that says what to mend."""

from __future__ import annotations

import pytest

from bot.core.language import Language
from bot.core.people.roster import Role
from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.people import MOST, Person, read, table

ALICE = Person(name="Alice", roles=(Role.ADMIN,))
BOB = Person(name="Bob", roles=(Role.DPO,))


@pytest.mark.parametrize(
    "text",
    [
        "name,role\nAlice,admin\nBob,dpo\n",
        "\ufeffNom;Rôle\r\nAlice;administratrice\r\nBob;DPD\r\n",
        "ROLE,mail,NAME\nAdmin,alice@example.org,Alice\nDPO,,Bob\n\n , ,\n",
        "Alice,admin\nBob,dpo\n",
        "admin;Alice\ndpo;Bob\n",
    ],
)
def test_a_table_is_read_with_a_head_and_without(text: str) -> None:
    assert read(text.encode(), "people.csv") == (ALICE, BOB)


@pytest.mark.parametrize("text", ["Alice: admin\nBob: [dpo]\n", "{Alice: [administrateur], Bob: DPO}"])
def test_a_mapping_is_read_too(text: str) -> None:
    assert read(text.encode(), "People.YML") == (ALICE, BOB)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("people.csv", "name,role\nAlice,admin+coordinator+admin\n"),
        ("people.csv", "admin + coordination,Alice\n"),
        ("people.yaml", "Alice: [admin, coordinator]\n"),
        ("people.yaml", "Alice: admin+coordinator\n"),
    ],
)
def test_a_person_may_have_several_roles(file: str, text: str) -> None:
    (alice,) = read(text.encode(), file)
    assert (alice.roles, alice.written) == ((Role.ADMIN, Role.COORDINATOR), "admin+coordinator")


@pytest.mark.parametrize(
    "text",
    [
        "name,role,was\nAlice,admin,@alice:example.org\nBob,dpo\n",
        "était;rôle;nom\n@alice:example.org;admin;Alice\n;dpo;Bob\n",
    ],
)
def test_a_table_says_who_somebody_was(text: str) -> None:
    people = read(text.encode(), "people.csv")
    assert [person.was for person in people] == ["@alice:example.org", ""]
    assert read(table(people).encode(), "people.csv") == people
    assert table(people).splitlines()[0] == "name,role,was"


def test_what_is_kept_is_read_as_the_same() -> None:
    people = (Person(name='A "quoted", one', roles=(Role.ADMIN, Role.IT)), BOB)
    assert read(table(people).encode(), "people.csv") == people


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("people.csv", b"name,role,was\na,admin,x\nb,it,X\n", "line 3 of people.csv: two people cannot both be X"),
        ("people.csv", b"name,role,was\na,admin," + 256 * b"x", "line 2 of people.csv must have"),
        ("people.csv", b"", "which column is the role"),
        ("people.csv", b"Alice\nBob\n", "which column is the role"),
        ("people.csv", b"Alice,chief\nBob,dpo\n", "which column is the role"),
        ("people.csv", b"admin,dpo\n", "which column is the role"),
        ("people.csv", b"name,role\n", "has nobody"),
        (
            "people.csv",
            b"name,role\nAlice,admin\nBob,chief\n",
            "line 3 of people.csv: chief is no role. The roles: admin,",
        ),
        ("people.csv", b"name,role\nAlice,admin+\n", "line 2 of people.csv:  is no role"),
        ("people.csv", b"name,role\nAlice\n", "line 2 of people.csv must have a role and a name"),
        ("people.csv", b"name,role\n,admin\n", "line 2 of people.csv must have a role and a name"),
        ("people.csv", b"name,role\nAli\x1bce,admin\n", "line 2 of people.csv must have a role and a name"),
        ("people.csv", b"name,role\n" + b"x" * 101 + b",admin\n", "line 2 of people.csv must have a role and a name"),
        ("people.csv", b"name,role\nAlice,admin\nALICE,dpo\n", "line 3 of people.csv: ALICE is there already"),
        ("people.csv", b"name,role\nAlice,dpo\n", "has no admin"),
        ("people.csv", b"name,role\nAl\xefce,admin\n", "neither CSV in UTF-8 nor YAML"),
        ("people.csv", b"x" * 300_000, f"more than {MOST} people"),
        ("people.csv", b"name,role\n" + b"".join(b"n%d,admin\n" % n for n in range(MOST + 1)), f"more than {MOST}"),
        ("people.yaml", b"- Alice\n", "neither CSV in UTF-8 nor YAML"),
        ("people.yaml", b"Alice: [admin\n", "neither CSV in UTF-8 nor YAML"),
        ("people.yaml", b"Alice: admin\nAlice: dpo\n", "neither CSV in UTF-8 nor YAML"),
        ("people.yaml", b"Alice: []\n", "is no role"),
        ("people.yaml", b"Alice: {role: admin}\n", "is no role"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_sentence(file: str, text: bytes, told: str) -> None:
    with pytest.raises(LifeboatError) as refused:
        read(text, file)
    said = str(refused.value)
    assert told in said
    assert "\n" not in said
    assert refused.value.to(Language("fr")) != said
