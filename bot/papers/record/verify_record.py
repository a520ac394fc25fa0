#!/usr/bin/env python3
"""Check a record of Cellule. Usage: python3 verify_record.py FILE [KEY].

It needs Python 3.9 or later and nothing else: no network, no package. It ends with 0 when the record is whole, with 1
when it was altered, cut or put into another order, and with 2 when FILE is no record at all.

What it checks:
 1. record.json, attached to the PDF, is canonical JSON (RFC 8785): nothing can hide in how it is written.
 2. Every entry shown gives, with its salt, the leaf that the tree has at its number (RFC 9162: SHA-256 over 0x00 and
    the entry, over 0x01 and two hashes for a pair). Of what is not shown there are hashes only.
 3. The tree has the root that the head of the record was signed for, and at each checkpoint the root that the bot
    signed and posted then. A checkpoint is a line: its last word is the signature over what stands before the key.
 4. A time-stamp (RFC 3161) is one of exactly that checkpoint. The signature of its authority is not checked here:
    `openssl ts -verify` and `cellule record verify` do that.
 5. A line near the end of the file holds a signature (Ed25519, RFC 8032) over every other byte of it.

Whose key that is, no file can prove: compare it with what the bot showed (`!about`), or give it as KEY.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

MARK, HEAD, SEAL = b"cellule-record-1", "cellule-checkpoint-1", "cellule-seal-1"
HOUR = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
LINE = re.compile(rf"{HEAD} [^ ]+ \d{{1,15}} [0-9a-f]{{64}} (-|{HOUR}) [^ ]+ [^ ]+", re.ASCII)
SLOT = re.compile(rb"%cellule-seal-1 ([A-Za-z0-9+/]{86})\n(?=startxref\n\d+\n%%EOF\n\Z)")
WORDS: dict[str, str] = {}
Finding = tuple[str, dict[str, Any]]


class Altered(Exception):
    """Something does not fit: its arguments are what, and where."""


# --- Ed25519 (RFC 8032, section 5.1) ------------------------------------------------------------------------

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _point(data: bytes) -> Any:
    """Return the point that 32 bytes stand for. Raises ValueError when there is none."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (not x and sign):
        raise ValueError
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _add(p: Any, q: Any) -> Any:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Any) -> Any:
    result: Any = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key: str, text: str, signature: str) -> bool:
    """Say whether *signature* is that of *key* over *text*; key and signature in base64 without padding."""
    try:
        public, both = unpadded(key, 32), unpadded(signature, 64)
        point, commitment, scalar = _point(public), _point(both[:32]), int.from_bytes(both[32:], "little")
    except ValueError:
        return False
    hashed = int.from_bytes(hashlib.sha512(both[:32] + public + text.encode()).digest(), "little") % L
    left, right = _times(scalar, BASE), _add(commitment, _times(hashed, point))
    same = [(left[axis] * right[2] - right[axis] * left[2]) % P == 0 for axis in (0, 1)]
    return scalar < L and all(same)


def unpadded(text: str, size: int | None) -> bytes:
    """Return what base64 without padding stands for. Raises ValueError when it is not written in the one way."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    if len(data) != (size or len(data)) or base64.b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError
    return data


# --- canonical JSON (RFC 8785) ------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """Write JSON as there is one way to. Half of a surrogate pair, which RFC 8785 does not know, is escaped."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", _written(value)).encode()


def _written(value: Any) -> str:
    if isinstance(value, str):
        return json.encoder.encode_basestring(value)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if not isinstance(value, float):
        return json.dumps(value)
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


# --- the tree (RFC 9162, section 2.1) -----------------------------------------------------------------------


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots(leaves: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Return the root over the first so many leaves, for each of *sizes*."""
    found: dict[int, bytes] = {}
    peaks: list[tuple[int, bytes]] = []  # whole subtrees from left to right, each with how many leaves it has
    for count, leaf in enumerate(leaves, 1):
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            (size, right), (_, left) = peaks.pop(), peaks.pop()
            peaks.append((2 * size, pair(left, right)))
        if count in sizes:
            found[count] = peaks[-1][1]
            for _, left in reversed(peaks[:-1]):
                found[count] = pair(left, found[count])
    return found


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Say whether *leaf* is at *index*, from 0, among *size* under *root*: section 2.1.3.2."""
    sides = _sides(index, size - 1, proof)
    for other, is_left in sides or ():
        leaf = pair(other, leaf) if is_left else pair(leaf, other)
    return sides is not None and 0 <= index < size and leaf == root


def goes_on(earlier: int, size: int, proof: list[bytes], old: bytes, new: bytes) -> bool:
    """Say whether *new*, over *size* leaves, goes on where *old*, over *earlier*, ended: section 2.1.4.2."""
    path = proof if earlier & (earlier - 1) else [old, *proof]
    if not 0 < earlier < size or not path:
        return earlier == size and not proof and old == new
    whole = (earlier & -earlier).bit_length() - 1  # of the last subtree that the earlier tree filled
    sides = _sides((earlier - 1) >> whole, (size - 1) >> whole, path[1:])
    first = second = path[0]
    for other, is_left in sides or ():
        first = pair(other, first) if is_left else first
        second = pair(other, second) if is_left else pair(second, other)
    return sides is not None and first == old and second == new


def _sides(place: int, last: int, proof: list[bytes]) -> list[tuple[bytes, bool]] | None:
    """Say of each hash of a proof whether it stands on the left; None when there are too many or too few."""
    sides = []
    for other in proof:
        is_left = bool(place & 1) or place == last
        while is_left and place and not place & 1:
            place, last = place >> 1, last >> 1
        if not last:
            return None
        sides.append((other, is_left))
        place, last = place >> 1, last >> 1
    return None if last else sides


# --- the file -----------------------------------------------------------------------------------------------


def attached(pdf: bytes) -> dict[str, bytes]:
    """Return what is attached to a PDF, by name. Only what Cellule writes is read: a plain table, plain objects."""
    end = pdf.rindex(b"startxref\n") + 10
    table = pdf[int(pdf[end : pdf.index(b"\n", end)]) :]
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    found: dict[str, bytes] = {}
    for place in places:
        head = pdf[place : place + 2000].partition(b"endobj")[0]
        if b"/Type /Filespec" in head:
            name = re.findall(rb"/F \(([\w.-]+)\)", head)[0].decode()
            if name in found:
                raise ValueError
            found[name] = _stream(pdf, places[int(re.findall(rb"/EF <</F (\d+) 0 R>>", head)[0]) - 1])
    return found


def _stream(pdf: bytes, place: int) -> bytes:
    start = pdf.index(b"stream\n", place)
    head = pdf[place:start]
    data = pdf[start + 7 : start + 7 + int(re.findall(rb"/Length (\d+)", head)[0])]
    if b"/FlateDecode" in head:
        inflating = zlib.decompressobj()
        data = inflating.decompress(data, 1 << 30)
        if not inflating.eof or inflating.unused_data:
            raise ValueError
    return data


def stamped(response: bytes) -> tuple[str, str]:
    """Return the SHA-256 that a time-stamp is of, in hex, and its hour, from the answer of an authority (DER)."""
    status, token = _parts(_parts(response)[0])[:2]
    content = _parts(_parts(_parts(_parts(token)[1])[0])[2])[1]
    imprint, _, hour = _parts(_parts(_parts(content)[0])[0])[2:5]
    algorithm, digest = _parts(imprint)
    if _parts(status)[0] not in (b"\x00", b"\x01") or _parts(algorithm)[0].hex() != "608648016503040201":
        raise ValueError
    return digest.hex(), re.findall(rb"\A\d{14}(?:\.\d+)?Z\Z", hour)[0].decode()


def _parts(data: bytes) -> list[bytes]:
    """Split DER into what its elements hold. Raises ValueError when one goes beyond the end."""
    found, at = [], 0
    while at < len(data):
        size, start = data[at + 1], at + 2
        if size & 128:
            start, size = start + (size & 127), int.from_bytes(data[start : start + (size & 127)], "big")
        if start + size > len(data):
            raise ValueError
        found.append(data[start : start + size])
        at = start + size
    return found


# --- the record ---------------------------------------------------------------------------------------------


def check(data: bytes, key: str | None = None) -> list[Finding]:
    """Return what is to be said of a record that is whole. Raises Altered."""
    slot, is_cut = SLOT.search(data), not data.endswith(b"%%EOF\n")
    if not slot and MARK not in data[:64]:
        raise Altered("other", {})
    try:
        record, files = read(data)
        head = parse_line(record["head"])
        if (record["format"], record["incident"], "-") != (MARK.decode(), head["incident"], head["at"]):
            raise Altered("head", {})
        if key is not None and "".join(key.split()).rstrip("=") != head["key"]:
            raise Altered("key", {"key": head["key"]})
        said = [*_entries(record, head), *_checkpoints(record, head)]
        _beside(record, files)
    except Altered:
        raise
    except Exception:  # whatever it stumbled over, the file is not as it was written
        raise Altered("cut" if is_cut else "form", {}) from None
    rest = slot and hash_of(data[: slot.start()] + data[slot.end() :])
    if slot is None or not signed(head["key"], f"{SEAL} {rest}", slot[1].decode()):
        raise Altered("cut" if is_cut else "seal", {})
    return [*said, ("signer", {"key": head["key"]})]


def read(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the record in a file, and what is attached beside it. Raises ValueError, among others."""
    files = attached(data)
    written = files.pop("record.json")
    record = json.loads(written.decode("utf-8"))
    if canonical(record) != written:
        raise ValueError
    return record, files


def parse_line(line: str, number: int = 0) -> dict[str, Any]:
    """Return what a checkpoint says. Raises Altered when it is none, or its signature is wrong."""
    words = line.split(" ")
    if not LINE.fullmatch(line) or not signed(words[5], " ".join(words[:5]), words[6]):
        raise Altered("checkpoint", {"number": number}) if number else Altered("head", {})
    return {"incident": words[1], "size": int(words[2]), "root": _hash(words[3]), "at": words[4], "key": words[5]}


def _entries(record: dict[str, Any], head: dict[str, Any]) -> Iterator[Finding]:
    """Find every entry where it says it is."""
    size, entries, leaves = head["size"], record["entries"], list(map(_hash, record["leaves"]))
    if (leaves and len(leaves) != size) or len(record["proofs"]) != (0 if leaves else len(entries)):
        raise ValueError
    before, shown = 0, 0
    for place, entry in enumerate(entries):
        number, is_shown = entry["number"], "salt" in entry
        if type(number) is not int:
            raise ValueError
        if not before < number <= size or (leaves and number != before + 1):
            raise Altered("order", {"number": number, "before": before})
        before, shown = number, shown + is_shown
        leaf = _hash(hash_of(b"\x00" + canonical(entry)) if is_shown else entry["purged"])
        proof = [] if leaves else list(map(_hash, record["proofs"][place]))
        is_there = leaf == leaves[number - 1] if leaves else included(leaf, number - 1, size, proof, head["root"])
        if not is_there or (entry["incident"] != head["incident"] if is_shown else len(entry) != 2):
            raise Altered("entry", {"number": number})
    if leaves and (before != size or roots(leaves, {size})[size] != head["root"]):
        raise Altered("root", {"size": size})
    yield "whole", {"shown": shown, "size": size}
    yield "purged", {"count": len(entries) - shown}


def _hash(written: str) -> bytes:
    if not re.fullmatch("[0-9a-f]{64}", written):
        raise ValueError
    return bytes.fromhex(written)


def _checkpoints(record: dict[str, Any], head: dict[str, Any]) -> Iterator[Finding]:
    """Find every checkpoint to be one of this tree, in the order of their hours."""
    leaves, kept = list(map(_hash, record["leaves"])), record["checkpoints"]
    lines = [parse_line(one["line"], number) for number, one in enumerate(kept, 1)]
    known = roots(leaves, {line["size"] for line in lines})
    before: dict[str, Any] = {"size": 0, "at": ""}
    for number, line in enumerate(lines, 1):
        size, root, proof = line["size"], line["root"], list(map(_hash, kept[number - 1]["proof"]))
        fits = (
            not proof and known.get(size) == root if leaves else goes_on(size, head["size"], proof, root, head["root"])
        )
        if not fits or (line["incident"], line["key"]) != (head["incident"], head["key"]):
            raise Altered("checkpoint", {"number": number})
        if size < before["size"] or line["at"] < before["at"]:
            raise Altered("hours", {"number": number})
        yield "at", {"number": number, "size": size, "at": line["at"]}
        if (stamp := kept[number - 1]["stamp"]) is not None:
            digest, hour = stamped(unpadded(stamp, None))
            if digest != hash_of(kept[number - 1]["line"].encode()):
                raise Altered("stamp", {"number": number})
            yield "stamped", {"number": number, "at": hour}
        before = line
    told = {(one["line"], one["stamp"] and one["stamp"] + "=" * (-len(one["stamp"]) % 4)) for one in kept}
    for entry in record["entries"]:
        if entry.get("kind") == "CheckpointPosted" and (entry["body"]["line"], entry["body"]["stamp"]) not in told:
            raise Altered("posted", {"number": entry["number"]})


def _beside(record: dict[str, Any], files: dict[str, bytes]) -> None:
    """Find what is attached, and what entries name by its hash, to be what was meant."""
    for name in sorted({*files, *record["attachments"]}):
        if hash_of(files.get(name, b"")) != record["attachments"].get(name):
            raise Altered("attachment", {"name": re.sub("[^ -~]", "?", name)})
    bodies = [entry["body"] for entry in record["entries"] if entry.get("kind") == "Opened"]
    apart = [body[part] for body in bodies for part in ("playbook", "rules", "closed_days")]
    named = {digest for digest in apart if isinstance(digest, str)}
    for name in sorted({*named, *record["parts"]}):
        if name not in named or hash_of(record["parts"].get(name, "").encode()) != name:
            raise Altered("part", {"name": re.sub("[^ -~]", "?", name[:12])})


def main(words: list[str]) -> int:
    if not 2 <= len(words) <= 3:
        print(__doc__)
        return 2
    try:
        with open(words[1], "rb") as file:
            said, code = check(file.read(), words[2] if len(words) == 3 else None), 0
    except Altered as found:
        said, code = [found.args], 2 if found.args[0] == "other" else 1
    except OSError as unread:
        said, code = [(str(unread), {})], 2
    for what, where in said:
        if where.get("count") != 0:
            print(WORDS[what].format(**where) if what in WORDS else f"{what} {where}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv))
