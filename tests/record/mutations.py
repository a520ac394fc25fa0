"""Records changed at random in every way there is, each of which the three verifiers must find.

`python -m tests.record.mutations N` tries N of them; `make mutants-record` does that with 100,000.

Some change bytes of the file, as anybody can who has it. The others change what is in it and put the seal on again,
with the key of the bot: what somebody can do who has that, and cannot take back the checkpoints that were posted.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.core.record.canonical import canonical
from bot.papers.record import verify_record
from bot.papers.record.container import MARK, sealed
from bot.papers.record.keys import RecordKey
from tests.record.build import KEY, exported, record
from tests.record.verifiers import NODE, Page, Verdict, by_console, by_script

OTHER = RecordKey(bytes(32))
Chance = random.Random
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A changed file, and what was done to it."""

    name: str
    data: bytes


# --- bytes of the file, without any key -------------------------------------------------------------------------


def flip(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, chance: Chance) -> bytes:
    return data[: chance.randrange(64, len(data))]


def drop(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 40) :]


def insert(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randint(1, 40)) + data[at:]


def swap(data: bytes, chance: Chance) -> bytes:
    size = chance.randint(1, 60)
    one = chance.randrange(len(data) - 2 * size)
    other = chance.randrange(one + size, len(data) - size)
    first, second = data[one : one + size], data[other : other + size]
    return data[:one] + second + data[one + size : other] + first + data[other + size :]


BYTES: Mapping[str, Callable[[bytes, Chance], bytes]] = {
    "a bit": flip,
    "the end cut off": cut,
    "bytes taken out": drop,
    "bytes put in": insert,
    "bytes exchanged": swap,
}


# --- what is in it, sealed again --------------------------------------------------------------------------------


def _text(payload: Payload, chance: Chance) -> None:
    entry = _shown(payload, chance)
    name = chance.choice([name for name in entry if name not in ("number", "incident")])
    entry[name] = _other(entry[name], chance)


def _field(payload: Payload, chance: Chance) -> None:
    body = _shown(payload, chance)["body"]
    name = chance.choice(list(body))
    body[name] = _other(body[name], chance)


def _extra(payload: Payload, chance: Chance) -> None:
    chance.choice(payload["entries"])["more"] = chance.random()


def _renumbered(payload: Payload, chance: Chance) -> None:
    chance.choice(payload["entries"])["number"] += chance.choice((-3, -1, 1, 2, 100))


def _exchanged(payload: Payload, chance: Chance) -> None:
    entries = payload["entries"]
    one, other = chance.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]


def _taken_out(payload: Payload, chance: Chance) -> None:
    del payload["entries"][chance.randrange(len(payload["entries"]))]


def _doubled(payload: Payload, chance: Chance) -> None:
    at = chance.randrange(len(payload["entries"]))
    payload["entries"].insert(at, payload["entries"][at])


def _invented(payload: Payload, chance: Chance) -> None:
    payload["entries"].append({**_shown(payload, chance), "number": payload["entries"][-1]["number"] + 1})


def _leaf(payload: Payload, chance: Chance) -> None:
    _hash_in(payload["leaves"] or chance.choice(payload["proofs"]), chance)


def _proof(payload: Payload, chance: Chance) -> None:
    found = [*payload["proofs"], *(kept["proof"] for kept in payload["checkpoints"])]
    proof = chance.choice([one for one in found if one] or [payload["leaves"]])
    chance.choice((_hash_in, _one_less, _one_more))(proof, chance)


def _signature(payload: Payload, chance: Chance) -> None:
    if payload["checkpoints"] and chance.random() < 0.7:
        kept = chance.choice(payload["checkpoints"])
        kept["line"] = _other(kept["line"], chance)
    else:
        payload["head"] = _other(payload["head"], chance)


def _checkpoints(payload: Payload, chance: Chance) -> None:
    kept = payload["checkpoints"]
    one, other = chance.sample(range(len(kept)), 2)
    if payload["leaves"] and chance.random() < 0.5:
        del kept[one]
    else:
        kept[one], kept[other] = kept[other], kept[one]


def _stamp(payload: Payload, chance: Chance) -> None:
    """Give a checkpoint the time-stamp of another one, or none that can be read."""
    stamped = [kept for kept in payload["checkpoints"] if kept["stamp"]]
    one, other = chance.sample(stamped, 2)
    one["stamp"] = chance.choice(
        (other["stamp"], one["stamp"][: chance.randrange(40)], "AAAA", _without_hour(one["stamp"], chance))
    )


def _without_hour(stamp: str, chance: Chance) -> str:
    """Put something else where a time-stamp has its hour."""
    data = b64decode(stamp + "=" * (-len(stamp) % 4))
    found = re.search(rb"\d{14}Z", data)
    assert found is not None
    other = chance.choice((b"\x1b[2J".ljust(15), b"20261124170000+", b"20261124 70000Z"))
    return b64encode(data[: found.start()] + other + data[found.end() :]).rstrip(b"=").decode()


def _hour(payload: Payload, chance: Chance) -> None:
    """Sign a checkpoint more, of this very tree, for an hour that is none."""
    words = payload["head"].split(" ")
    hour = chance.choice(("now", "2099-01-01", "2099-01-01T00:00:00Z\n", "2099-01-01T00:00:0\u0661Z", "z\x1b[2J"))
    statement = " ".join((*words[:4], hour))
    line = f"{statement} {KEY.public} {KEY.sign(statement)}"
    payload["checkpoints"].append({"line": line, "proof": [], "stamp": None})


def _part(payload: Payload, chance: Chance) -> None:
    parts = payload["parts"]
    name = chance.choice(list(parts))
    match chance.randrange(3):
        case 0:
            del parts[name]
        case 1:
            parts[name] = _other(parts[name], chance)
        case _:
            parts["0" * 64] = "{}"


def _foreign(payload: Payload, chance: Chance) -> None:
    """Sign the head with another key, as if it were that of the bot."""
    words = payload["head"].split(" ")
    payload["head"] = " ".join((*words[:5], OTHER.public, OTHER.sign(" ".join(words[:5]))))


def _whose(payload: Payload, chance: Chance) -> None:
    name = chance.choice(("incident", "format"))
    payload[name] = _other(payload[name], chance)


CONTENT: Mapping[str, Callable[[Payload, Chance], None]] = {
    "an entry": _text,
    "a field of an entry": _field,
    "a field too many": _extra,
    "a number": _renumbered,
    "two entries exchanged": _exchanged,
    "an entry taken out": _taken_out,
    "an entry twice": _doubled,
    "an entry invented": _invented,
    "a leaf": _leaf,
    "a proof": _proof,
    "a signature": _signature,
    "the checkpoints": _checkpoints,
    "a time-stamp": _stamp,
    "an hour": _hour,
    "a part": _part,
    "another key": _foreign,
    "whose record": _whose,
}


def _shown(payload: Payload, chance: Chance) -> Payload:
    found: Payload = chance.choice([entry for entry in payload["entries"] if "salt" in entry])
    return found


def _other(value: object, chance: Chance) -> Any:
    """Return another value of the same kind, near it."""
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        letter = chance.choice([sign for sign in "0123456789abcdefXYZ+/ é" if sign != value[at]])
        return value[:at] + letter + value[at + 1 :]
    if isinstance(value, bool | int | float) and value is not None:
        return not value if isinstance(value, bool) else value + 1
    return {"else": 1} if value != {"else": 1} else None


def _hash_in(hashes: list[str], chance: Chance) -> None:
    at = chance.randrange(len(hashes))
    hashes[at] = chance.choice((chance.randbytes(32).hex(), hashes[at].upper() + "0", hashes[at][:-2]))


def _one_less(hashes: list[str], chance: Chance) -> None:
    del hashes[chance.randrange(len(hashes))]


def _one_more(hashes: list[str], chance: Chance) -> None:
    hashes.insert(chance.randrange(len(hashes) + 1), chance.randbytes(32).hex())


def repacked(written: bytes, files: Mapping[str, bytes], key: RecordKey = KEY) -> bytes:
    """Return a file with this record in it and a seal that fits: a page would be drawn anew each time for nothing."""
    data, places = b"%PDF-1.7\n%\xe9\xeb\xf1\xbf" + MARK + b"\n", list[int]()
    for name, content in (("record.json", written), *files.items()):
        packed, number = zlib.compress(content, 1), len(places) + 1
        for body in (
            b"<<\n/Filter /FlateDecode\n/Length %d\n/Type /EmbeddedFile\n>>\nstream\n%b\nendstream"
            % (len(packed), packed),
            b"<<\n/EF <</F %d 0 R>>\n/F (%b)\n/Type /Filespec\n>>" % (number, name.encode()),
        ):
            places.append(len(data))
            data += b"%d 0 obj\n%b\nendobj\n" % (len(places), body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<<\n>>\nstartxref\n%d\n%%%%EOF\n"
    return sealed(data + end % (len(places) + 1, table, len(data)), key)


# --- the run ----------------------------------------------------------------------------------------------------


def samples(stamp: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """Yield whole records: all, parts, purged ones."""
    yield exported(record(14, stamp=stamp))
    yield exported(record(14, wanted=(1, 2, 3, 7, 11, 12), stamp=stamp))
    yield exported(record(14, purged=(2, 5, 9), stamp=stamp))
    yield exported(record(14, wanted=(1, 4, 9, 13), purged=(4, 8), stamp=stamp))


def mutations(whole: list[bytes], chance: Chance) -> Iterator[Mutation]:
    """Yield changed files without an end: half of them in their bytes, half in what they say."""
    read = [verify_record.read(data) for data in whole]
    while True:
        at = chance.randrange(len(whole))
        if chance.random() < 0.5:
            name = chance.choice(list(BYTES))
            changed = BYTES[name](whole[at], chance)
        else:
            name, changed = _changed(*read[at], chance)
        if changed != whole[at]:
            yield Mutation(name=name, data=changed)


def _changed(record_: Payload, files: Mapping[str, bytes], chance: Chance) -> tuple[str, bytes]:
    """Change what a record says, or what is attached to it, and seal it again."""
    if chance.random() < 0.1:
        name, beside = chance.choice(list(files)), dict(files)
        match chance.randrange(3):
            case 0:
                del beside[name]
            case 1:
                beside[name] = flip(beside[name], chance)
            case _:
                beside["more.json"] = b"{}"
        return "an attachment", repacked(canonical(record_), beside)
    while True:
        payload = json.loads(json.dumps(record_))
        name = chance.choice(list(CONTENT))
        if name == "a part" and not payload["parts"]:
            continue
        CONTENT[name](payload, chance)
        if payload != record_:
            return name, repacked(canonical(payload), files)


@dataclass(slots=True)
class Score:
    """How many were tried, and which were not found by whom."""

    tried: Counter[str]
    missed: list[tuple[str, str, Verdict]]
    apart: list[tuple[str, Verdict, Verdict, Verdict]]
    """Where the three did not say the same."""


def run(count: int, page: Callable[[bytes], Verdict], whole: list[bytes], seed: int = 1) -> Score:
    """Try so many mutations. Whole records must be found whole before and after."""
    chance, score = random.Random(seed), Score(Counter(), [], [])
    found = mutations(whole, chance)
    for data in whole:
        assert [by_console(data), by_script(data), page(data)] == [(0, "")] * 3, "a false alarm"
    for _ in range(count):
        mutation = next(found)
        score.tried[mutation.name] += 1
        said = by_console(mutation.data), by_script(mutation.data), page(mutation.data)
        for who, one in zip(("console", "script", "page"), said, strict=True):
            if one[0] == 0:
                score.missed.append((who, mutation.name, one))
        if len(set(said)) > 1:
            score.apart.append((mutation.name, *said))
    for data in whole:
        assert [by_console(data), by_script(data), page(data)] == [(0, "")] * 3, "a false alarm"
    return score


def main(count: int, seed: int) -> int:
    if NODE is None:
        print("Node.js is not here: the page cannot be tried")
        return 1
    from tests.record.authority import Authority

    # Most signatures are those of the record that was changed, and are slow to check in plain Python.
    verify_record.signed = lru_cache(100_000)(verify_record.signed)
    with tempfile.TemporaryDirectory() as folder:
        page, authority = Page(Path(folder)), Authority(Path(folder))
        score = run(count, page, list(samples(authority.stamp)), seed)
        page.close()
    for name, tried in sorted(score.tried.items()):
        print(f"{tried:8} {name}")
    print(f"{count} mutations, seed {seed}")
    print(f"not found: {score.missed[:10]}; not the same verdict: {score.apart[:10]} ({len(score.apart)})")
    return 1 if score.missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
