"""Files that are no playbooks, or worse: one clear answer each, and nothing is taken of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.exchange.formats import Format, export, take
from bot.exchange.markdown import write
from bot.exchange.sheet import Card, Chapter, Sheet
from bot.exchange.to_cacao import EXTENSION
from bot.exchange.untrusted import MOST_BYTES, ExchangeError
from bot.host.shipped import playbooks_folder
from bot.library.body import Label
from bot.library.playbooks import read_text
from bot.library.problems import PlaybookError
from tests.exchange.files import (
    END,
    ENGLISH,
    WHEN,
    A,
    B,
    C,
    Json,
    action,
    cacao,
    chain,
    id_of,
    losses,
    mattermost,
    playbook,
    read,
    schema,
)

IF, WHILE = id_of("if-condition", 1), id_of("while-condition", 1)


def refusal(content: bytes, written_in: Format | None = None) -> str:
    with pytest.raises(ExchangeError) as refused:
        take(content, written_in, ENGLISH)
    return str(refused.value)


def refused(found: Json) -> str:
    return refusal(json.dumps(found).encode())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"x" * (10 << 20), "the file is larger than 1 MB, and no playbook is"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "the file is nested deeper than any playbook"),
        (b'{"a":' * 100_000, "the file is nested deeper than any playbook"),
        (b'{"workflow": {}, "a":' + b"[" * 60 + b"]" * 60 + b"}", "the file is nested deeper than any playbook"),
        (b"", "the file is not a JSON object"),
        (b"\xff\xfe", "the file is not a JSON object"),
        (b"[]", "the file is not a JSON object"),
        (b'{"a": NaN}', "the file is not a JSON object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "the file is not a JSON object"),
        (b'{"a": 1, "a": 2}', "the file says something twice under the same name, and only one of the two could count"),
        (
            b'{"a": 1, "a\\u202e": 2}',
            "the file says something twice under the same name, and only one of the two could count",
        ),
        (b"{}", "the file is neither a playbook of CACAO nor an export of Mattermost\u2019s playbooks"),
    ],
)
def test_what_is_no_file_of_that_kind_is_refused_with_one_sentence(content: bytes, told: str) -> None:
    assert refusal(content) == told


def test_the_largest_that_is_read_is_larger_than_any_of_ours() -> None:
    assert MOST_BYTES > 1_000_000


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"workflow_start": "start--no"}, "workflow_start names “start--no”, which is no step of the file"),
        ({"workflow_start": None}, "workflow_start names “”, which is no step of the file"),
        ({"spec_version": "1.0"}, "the file is of CACAO 1.0; only cacao-2.0 is read"),
        ({"workflow": {"a": []}}, "the file is no playbook of CACAO: it has no"),
        ({"workflow": []}, "the file is no playbook of CACAO: it has no"),
        ({"type": "bundle"}, "the file is no playbook of CACAO: it has no"),
    ],
)
def test_what_is_no_playbook_of_cacao_is_refused_with_one_sentence(more: Json, told: str) -> None:
    assert refused({**cacao(chain("One")), **more}).startswith(told)


def test_a_format_that_was_named_is_the_one_that_is_read() -> None:
    told = refusal(json.dumps(cacao(chain("One"))).encode(), Format.MATTERMOST)
    assert told.startswith("the file is no export of Mattermost")


def test_a_workflow_without_an_action_and_one_without_end_are_refused() -> None:
    assert refused(cacao({END: {"type": "end"}})) == "the file has no step that a person or a machine does"
    many = cacao(chain(*(f"Step {number}" for number in range(301))))
    assert refused(many) == "the file has 301 steps; nobody goes through more than 300 in an incident"
    more = cacao(chain(*(f"Step {number}" for number in range(1300))))
    assert refused(more).startswith("the file has 1302 steps")


# --- circles ------------------------------------------------------------------------------------------------


def test_a_loop_is_refused_and_names_the_two_steps() -> None:
    told = refused(cacao({A: action("One", B), B: action("Two", C), C: action("Three", B)}))
    assert told == "the steps go in a circle: “Three” leads back to “Two”, and a list of steps has an end"


def test_a_step_that_leads_to_itself_is_a_loop_also_where_nothing_leads_from_the_start() -> None:
    assert "“Two” leads back to “Two”" in refused(cacao({A: action("One", END), B: action("Two", B)}))


def test_the_body_of_a_while_leads_back_to_it_and_nothing_else_may() -> None:
    loop = {"type": "while-condition", "name": "Online?", "condition": "x", "on_true": A, "on_completion": B}
    assert [
        step.title for step in playbook(cacao({WHILE: loop, A: action("Look", WHILE), B: action("Lock", END)})).steps()
    ] == [
        "Look",
        "Lock",
    ]
    assert "“Lock” leads back to “Online?”" in refused(
        cacao({WHILE: loop, A: action("Look", WHILE), B: action("Lock", WHILE)})
    )


def test_a_step_that_leads_nowhere_is_named() -> None:
    told = refused(cacao({A: action("One", id_of("action", 9))}))
    assert told == f"“One” leads to {id_of('action', 9)}, which is no step of the file"


def test_a_chain_of_three_hundred_steps_and_branches_in_branches_are_read() -> None:
    assert len(list(playbook(cacao(chain(*(f"Step {number}" for number in range(300))))).steps())) == 300
    nested: Json = {}
    for number in range(1, 100):
        then = id_of("if-condition", number + 1) if number < 99 else A
        nested[id_of("if-condition", number)] = {"type": "if-condition", "condition": "x", "on_true": then}
    assert len(list(playbook(cacao({**nested, A: action("Deep", END)})).steps())) == 1


# --- signatures ---------------------------------------------------------------------------------------------


def signature(**more: object) -> Json:
    return {
        "type": "jss",
        "id": id_of("jss", 1),
        "created": WHEN,
        "modified": WHEN,
        "signee": "Example CERT",
        "related_to": id_of("playbook", 1),
        "related_version": WHEN,
        "hash_algorithm": "sha-256",
        "algorithm": "RS256",
        "thumbprint": "ab12",
        "value": "A" * 342,
        **more,
    }


def test_a_signature_is_not_verified_and_that_is_said_first() -> None:
    found = cacao(chain("One"), signatures=[signature()])
    assert schema().is_valid(found)
    assert losses(found)[0] == (
        "it is signed (“Example CERT”), and this signature was NOT verified: ask its author whether the file is theirs"
    )


@pytest.mark.parametrize(
    ("signatures", "told"),
    [
        ([signature(related_version="2026-11-25T10:00:00.000Z")], "of another playbook or another version"),
        ([signature(related_to=id_of("playbook", 2))], "of another playbook or another version"),
        ([signature(value="!")], "not formed as CACAO wants it"),
        ([signature(value=None)], "not formed as CACAO wants it"),
        ([signature(value="A")], "not formed as CACAO wants it"),
        ([signature(type="jws")], "not formed as CACAO wants it"),
        ([signature(public_key="ab")], "not formed as CACAO wants it"),
        (["signed"], "not formed as CACAO wants it"),
        ([], "not formed as CACAO wants it"),
        ("signed", "not formed as CACAO wants it"),
    ],
)
def test_a_signature_that_cannot_be_one_of_this_file_is_refused(signatures: object, told: str) -> None:
    assert told in refused(cacao(chain("One"), signatures=signatures))


KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def keyed(**more: object) -> Json:
    return {key: value for key, value in signature(**more).items() if key != "thumbprint"}


def signed(**more: object) -> Json:
    """Return a playbook that is signed as OASIS has it: the digest of its canonical form, in hexadecimal."""
    found = {**cacao(chain("One")), **more}
    alone = keyed(public_key=PUBLIC)
    del alone["value"]
    canonical = json.dumps({**found, "signatures": [alone]}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    value = base64.urlsafe_b64encode(KEY.sign(digest.encode(), PKCS1v15(), SHA256())).decode().rstrip("=")
    return {**found, "signatures": [{**alone, "value": value}]}


def test_a_signature_by_the_key_in_the_file_says_that_nobody_changed_it_and_not_whose_it_is() -> None:
    told = losses(signed(description="Déjà\tvu"))[0]
    assert told.startswith("it is signed (“Example CERT”), and was not changed since")
    assert told.endswith("whose key that is was NOT verified")


def test_a_file_that_was_changed_since_it_was_signed_is_refused() -> None:
    told = refused({**signed(), "name": "Another"})
    assert told.startswith("the signature in the file (“Example CERT”) is wrong")


def test_a_key_of_another_kind_or_none_at_all_is_refused() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    other = base64.b64encode(curve.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    for key in (other, "AAAA", "no base64"):
        assert "not formed as CACAO wants it" in refused(cacao(chain("One"), signatures=[keyed(public_key=key)]))


@pytest.mark.parametrize(
    ("more", "signature_more"),
    [
        ({}, {"algorithm": "ES256"}),
        ({}, {"hash_algorithm": "md5"}),
        ({}, {"signature": {}}),
        ({}, {"public_key": PUBLIC * 9}),
        ({"impact": 1.5}, {}),
        ({"impact": 1 << 60}, {}),
        ({"é": 1}, {}),
        ({"labels": ["\ud800"]}, {}),
    ],
)
def test_what_cannot_be_verified_is_said_to_be_not(more: Json, signature_more: Json) -> None:
    found = cacao(chain("One"), **more)
    found["signatures"] = [keyed(**{"public_key": PUBLIC, **signature_more})]
    assert "this signature was NOT verified" in losses(found)[0]
    assert "this signature was NOT verified" in losses({**signed(), "signatures": [*signed()["signatures"] * 2]})[0]


# --- whatever -----------------------------------------------------------------------------------------------

_TEXT = st.text(alphabet=st.sampled_from("ab #`*-·:.\n\r\t\\|>1[]<&\u00a0\u2028\ufeff\ud800é"), max_size=40)
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda part: st.lists(part) | st.dictionaries(_TEXT, part),
    max_leaves=5,
)
_KEYS = (
    "type",
    "name",
    "description",
    "commands",
    "agent",
    "external_references",
    "step_extensions",
    "targets",
    "on_failure",
)


@settings(max_examples=150, deadline=None)
@given(_TEXT, _TEXT, _TEXT)
def test_any_text_of_others_becomes_a_step_and_nothing_else(name: str, told: str, summary: str) -> None:
    found = cacao({A: action(name, B, description=told), B: action("Then", END)}, name=name, description=summary)
    first, second = playbook(found).steps()
    assert (first.id, second.id, second.title) == ("A1", "A2", "Then")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(_KEYS), _ANY), _ANY)
def test_whatever_stands_where_a_text_should_it_is_read_or_refused(more: Json, part: object) -> None:
    found = cacao(
        {A: {**action("One", END), **more}}, playbook_variables=part, agent_definitions=part, description=part
    )
    with suppress(ExchangeError):
        assert read(found).text


def _places(part: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    rows = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in rows:
        yield from _places(value, (*above, key))


@settings(max_examples=80, deadline=None)
@given(st.data(), st.sampled_from(Format), _ANY)
def test_one_of_ours_with_anything_anywhere_is_read_or_refused(data: st.DataObject, out: Format, part: object) -> None:
    text = (playbooks_folder() / "coordinator.en.md").read_text("utf-8")
    found = json.loads(export(text, out, datetime(2026, 11, 29, tzinfo=UTC)))
    *above, last = data.draw(st.sampled_from([place for place in _places(found) if place]))
    inside = found
    for key in above:
        inside = inside[key]
    inside[last] = part
    with suppress(ExchangeError, PlaybookError):
        assert read(found).text


@pytest.mark.parametrize(
    "text", [" " * 300_000 + "x", "- **" + " " * 300_000 + "x", "#" * 300_000, "```\n" * 75_000, "*`" * 150_000]
)
def test_a_text_made_to_take_long_does_not(text: str) -> None:
    assert read(cacao({A: action("One", END, description=text)}, description=text)).text
    assert read(cacao({A: {**action("", END), "name": text}}, name=text)).text
    assert read(mattermost({"title": "One", "description": text})).text


def test_a_playbook_that_asks_thousands_of_questions_is_refused() -> None:
    rows = [{"name": f"q-{number}", "values": ["unknown"]} for number in range(5_000)]
    told = refused(cacao(chain("One"), playbook_extensions={EXTENSION: {"questions": rows}}))
    assert told == "the file has 5000 rows under questions; no playbook has more than 300"


def test_nothing_that_the_console_says_of_a_file_moves_its_cursor() -> None:
    evil = "\x1b[2J\u202eevil\r\x07"
    step = action(evil, END, commands=[{"type": evil, "command": evil}], **{evil: evil})
    found = cacao({A: step}, signatures=[signature(signee=evil)], **{evil: evil})
    item = {"title": evil, "command": evil, "description": f"x\n```cellule\n{json.dumps({'source': evil})}\n```"}
    own = json.dumps({"preface": evil, "phases": [{"letters": "A", "intro": evil}]})
    ours = mattermost(item, description=f"x\n```cellule\n{own}\n```", **{evil: evil})
    for each in (found, ours):
        said = read(each).text + "".join(losses(each))
        assert "evil" in said
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", said)
    wrong = {**signed(), "name": "Another"}
    wrong["signatures"][0]["signee"] = evil
    assert "\x1b" not in refused(wrong)
    with pytest.raises(PlaybookError) as told:
        read(cacao(chain("One"), playbook_extensions={EXTENSION: {"rank": evil}}))
    assert "\x1b" not in str(told.value)


def test_what_the_disk_gives_back_is_what_was_judged(tmp_path: Path) -> None:
    block = json.dumps({"phases": [{"letters": "A", "intro": "a\r## Z · Smuggled\rb"}], "preface": "a\r# b"})
    found = read(mattermost({"title": "One"}, description=f"x\n```cellule\n{block}\n```"))
    card = Card(title="a\rb", action="a\r### A2 · Smuggled", id="A1", fields={Label.WHO: "it", Label.SOURCE: "a\r\rb"})
    chapter = Chapter(letters="A", name="a\rb", intro="a\r## Z · Smuggled", cards=(card,))
    sheet = Sheet(front={"language": "en", "title": "a\rb"}, preface="a\r\n# b", chapters=(chapter,))
    for text in (found.text, write(sheet)):
        (tmp_path / "foreign.en.md").write_text(text, "utf-8", newline="")
        assert read_text(tmp_path / "foreign.en.md") == text
        assert not re.search("^## Z|^### A2", text, re.MULTILINE)
