"""What is found in a record, and what is said to be altered where."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from bot.core.record.canonical import canonical
from bot.core.record.tree import Tree, leaf_hash
from bot.papers.record import verify_record
from bot.papers.record.keys import RecordKey
from tests.record.build import KEY, exported, record
from tests.record.mutations import repacked

WHOLE = exported(record(12))
PART = exported(record(12, wanted=(1, 3, 4, 9)))
OTHER = RecordKey(bytes(32))
Change = Callable[[dict[str, Any]], object]


def found(data: bytes, key: str | None = None) -> tuple[str, dict[str, Any]]:
    """Return the finding about a record that is not whole."""
    with pytest.raises(verify_record.Altered) as altered:
        verify_record.check(data, key)
    what, where = altered.value.args
    return what, where


def changed(data: bytes, change: Change) -> bytes:
    """Return a record that was changed by somebody who has the key, and sealed again."""
    written, files = verify_record.read(data)
    change(written)
    return repacked(canonical(written), files)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (WHOLE, 17),
        (PART, 4),
        (exported(record(12, purged=(2, 3))), 15),
        (exported(record(12, wanted=(3, 4), purged=(4,))), 1),
    ],
)
def test_a_whole_record_is_found_whole(data: bytes, shown: int) -> None:
    said = dict(verify_record.check(data))
    assert said["whole"] == {"shown": shown, "size": 17}
    assert said["signer"] == {"key": KEY.public}
    assert said["at"]["number"] == 3
    assert verify_record.check(data, f" {KEY.public[:8]} {KEY.public[8:]}= ")


def test_a_purged_entry_is_counted() -> None:
    assert dict(verify_record.check(exported(record(12, purged=(2, 3)))))["purged"] == {"count": 2}


def test_another_key_than_the_expected_one_is_found() -> None:
    assert found(WHOLE, OTHER.public) == ("key", {"key": KEY.public})
    assert found(exported(record(12, key=OTHER), OTHER), KEY.public)[0] == "key"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%\xe9\xeb\xf1\xbf\n%%EOF\n", b"PK\x03\x04", b"x" * 10_000])
def test_a_file_that_is_no_record_is_none(data: bytes) -> None:
    assert found(data) == ("other", {})


def test_a_record_cut_at_any_byte_is_found() -> None:
    """Cut within its first two lines it says nowhere that it was a record."""
    for size in range(0, len(WHOLE), 7):
        assert found(WHOLE[:size])[0] == ("other" if size < 30 else "cut")
    assert found(WHOLE[:-1])[0] == "cut"


def test_any_byte_that_is_another_is_found() -> None:
    for place in range(0, len(PART), 53):
        assert found(PART[:place] + bytes([PART[place] ^ 4]) + PART[place + 1 :])


def test_what_is_put_behind_the_end_is_found() -> None:
    assert found(WHOLE + b"\n")[0] == "cut"
    assert found(WHOLE + WHOLE)[0] != "other"


def set_text(written: dict[str, Any]) -> None:
    written["entries"][3]["body"]["text"] = "something else"


def swap(written: dict[str, Any]) -> None:
    written["entries"][2:4] = reversed(written["entries"][2:4])


def swap_and_renumber(written: dict[str, Any]) -> None:
    swap(written)
    for number in (3, 4):
        written["entries"][number - 1]["number"] = number


def sign_anew(written: dict[str, Any]) -> None:
    """Rewrite history to its end, and sign for that."""
    set_text(written)
    written["leaves"] = [leaf_hash(canonical(entry)).hex() for entry in written["entries"]]
    words = written["head"].split(" ")
    words[3] = Tree([bytes.fromhex(leaf) for leaf in written["leaves"]]).root().hex()
    statement = " ".join(words[:5])
    written["head"] = f"{statement} {KEY.public} {KEY.sign(statement)}"


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (set_text, ("entry", {"number": 4})),
        (swap, ("order", {"number": 4, "before": 2})),
        (swap_and_renumber, ("entry", {"number": 3})),
        (lambda it: it["entries"].pop(5), ("order", {"number": 7, "before": 5})),
        (lambda it: it["entries"].pop(), ("root", {"size": 17})),
        (lambda it: it["entries"].insert(2, it["entries"][2]), ("order", {"number": 3, "before": 3})),
        (lambda it: it["leaves"].reverse(), ("entry", {"number": 1})),
        (lambda it: it["checkpoints"].pop(1), ("posted", {"number": 11})),
        (lambda it: it["checkpoints"].reverse(), ("hours", {"number": 2})),
        (
            lambda it: it["checkpoints"][1].update(line=it["head"] + "A"),
            ("checkpoint", {"number": 2}),
        ),
        (lambda it: it.update(head=it["checkpoints"][0]["line"]), ("head", {})),
        (lambda it: it.update(head=it["head"].replace(" 17 ", " 18 ")), ("head", {})),
        (lambda it: it.update(incident="another"), ("head", {})),
        (lambda it: it["attachments"].pop("verify.html"), ("attachment", {"name": "verify.html"})),
        (lambda it: it.pop("proofs"), ("form", {})),
        (sign_anew, ("checkpoint", {"number": 1})),
    ],
)
def test_what_a_holder_of_the_key_changes_is_found_and_where(
    change: Change, finding: tuple[str, dict[str, Any]]
) -> None:
    assert found(changed(WHOLE, change)) == finding


def test_a_part_that_an_entry_names_and_that_is_gone_is_found() -> None:
    what, where = found(changed(WHOLE, lambda it: it["parts"].popitem()))
    assert (what, len(where["name"])) == ("part", 12)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda it: it["entries"][1]["body"].update(text="else"), ("entry", {"number": 3})),
        (lambda it: it["proofs"][2].pop(), ("entry", {"number": 4})),
        (lambda it: it["proofs"][2].append("00" * 32), ("entry", {"number": 4})),
        (lambda it: it["proofs"].reverse(), ("entry", {"number": 1})),
        (lambda it: it["checkpoints"][0]["proof"].reverse(), ("checkpoint", {"number": 1})),
        (lambda it: it["checkpoints"][0].update(proof=[]), ("checkpoint", {"number": 1})),
    ],
)
def test_in_a_part_every_proof_counts(change: Change, finding: tuple[str, dict[str, Any]]) -> None:
    assert found(changed(PART, change)) == finding


def claim(hour: str) -> Change:
    """Sign a checkpoint more, of this very tree, for that hour."""

    def change(written: dict[str, Any]) -> None:
        statement = " ".join((*written["head"].split(" ")[:4], hour))
        line = f"{statement} {KEY.public} {KEY.sign(statement)}"
        written["checkpoints"].append({"line": line, "proof": [], "stamp": None})

    return change


@pytest.mark.parametrize("data", [WHOLE, PART])
@pytest.mark.parametrize(
    "hour", ["", "z\x1b[2J\x1b[1A", "2099-01-01", "2099-01-01T00:00:00Z\n", "2099-01-01T00:00:0\u0661Z", "2099\u202e"]
)
def test_a_checkpoint_signed_for_an_hour_that_is_none_is_found(data: bytes, hour: str) -> None:
    assert verify_record.check(changed(data, claim("2099-01-01T00:00:00Z")))
    assert found(changed(data, claim(hour))) == ("checkpoint", {"number": 4})


def test_a_head_signed_for_so_many_entries_in_other_digits_is_none() -> None:
    words = verify_record.read(WHOLE)[0]["head"].split(" ")
    for size in ("\u0661\u0667", "+17", "1_7", "1" * 16):
        statement = " ".join((*words[:2], size, *words[3:5]))
        line = f"{statement} {KEY.public} {KEY.sign(statement)}"
        with pytest.raises(verify_record.Altered):
            verify_record.parse_line(line)


def test_a_number_is_a_whole_one() -> None:
    assert found(changed(WHOLE, lambda it: it["entries"][0].update(number=True))) == ("form", {})


def der(tag: int, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return bytes([tag, len(inside)]) + inside


def time_stamp(line: str, hour: bytes) -> str:
    """Return the shortest answer of an authority that has a hash and an hour, signed by nobody."""
    algorithm = der(0x30, der(6, bytes.fromhex("608648016503040201")))
    imprint = der(0x30, algorithm, der(4, sha256(line.encode()).digest()))
    told = der(0x30, der(2, b"\1"), der(6, b"*"), imprint, der(2, b"\1"), der(24, hour))
    content = der(0x30, der(6, b"*"), der(0xA0, der(4, told)))
    signed = der(0x30, der(2, b"\3"), der(0x31), content)
    answer = der(0x30, der(0x30, der(2, b"\0")), der(0x30, der(6, b"*"), der(0xA0, signed)))
    return b64encode(answer).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("hour", "is_one"),
    [
        (b"20261124170000Z", True),
        (b"20261124170000.25Z", True),
        (b"20261124170000Z\n", False),
        (b"20261124170000", False),
        (b"\x1b[2J\x1b[1A", False),
    ],
)
def test_a_time_stamp_of_an_hour_that_is_none_is_found(hour: bytes, is_one: bool) -> None:
    def change(written: dict[str, Any]) -> None:
        kept = written["checkpoints"][2]
        kept["stamp"] = time_stamp(kept["line"], hour)

    data = changed(PART, change)
    if is_one:
        assert dict(verify_record.check(data))["stamped"] == {"number": 3, "at": hour.decode()}
    else:
        assert found(data) == ("form", {})


@pytest.mark.parametrize(
    ("name", "is_told_as"),
    [
        ("\x1b[2J.py", "?[2J.py"),
        ("a\nb", "a?b"),
        ("\u202efdp", "?fdp"),
        ("\ud800", "?"),
        ("é \U0001f600", "? ?"),
        ("\x9b", "?"),
    ],
)
def test_a_name_is_told_without_what_a_terminal_would_obey(name: str, is_told_as: str) -> None:
    assert found(changed(WHOLE, lambda it: it["attachments"].update({name: ""}))) == (
        "attachment",
        {"name": is_told_as},
    )
    assert found(changed(WHOLE, lambda it: it["parts"].update({name: ""}))) == ("part", {"name": is_told_as})


def test_a_record_that_is_written_otherwise_is_found() -> None:
    written, files = verify_record.read(WHOLE)
    assert found(repacked(json.dumps(written).encode(), files)) == ("form", {})
    assert found(repacked(b"{}", files)) == ("form", {})
    assert found(repacked(b"[" * 100_000, files)) == ("form", {})


def test_a_record_sealed_by_somebody_else_is_found() -> None:
    written, files = verify_record.read(WHOLE)
    assert found(repacked(canonical(written), files, OTHER)) == ("seal", {})


@pytest.mark.parametrize("key", ["", "AAAA", "A" * 43, KEY.public + "=", OTHER.public, "é" * 43])
def test_a_signature_of_another_key_or_of_none_is_none(key: str) -> None:
    assert not verify_record.signed(key, "text", KEY.sign("text"))


@pytest.mark.parametrize("signature", ["", "A" * 86, "A" * 85 + "B", KEY.sign("other")])
def test_a_signature_over_something_else_is_none(signature: str) -> None:
    assert verify_record.signed(KEY.public, "text", KEY.sign("text"))
    assert not verify_record.signed(KEY.public, "text", signature)
