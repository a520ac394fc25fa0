"""The tree of RFC 9162: known roots, and every proof of every small tree, held against the words of the RFC."""

from __future__ import annotations

from hashlib import sha256

import pytest

from bot.core.record.tree import EMPTY, Tree, leaf_hash, node_hash

# Of the test vectors that Certificate Transparency publishes.
ENTRIES = tuple(
    bytes.fromhex(entry)
    for entry in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = tuple(map(leaf_hash, ENTRIES))
SIZES = range(1, 34)


def some(size: int) -> Tree:
    return Tree([leaf_hash(b"%d" % number) for number in range(size)])


def by_the_rfc(leaves: tuple[bytes, ...]) -> bytes:
    """Return MTH(D[n]), word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    k = max(2**power for power in range(10) if 2**power < len(leaves))
    return node_hash(by_the_rfc(leaves[:k]), by_the_rfc(leaves[k:]))


def test_the_published_roots_come_out() -> None:
    tree = Tree(LEAVES)
    assert [tree.root(size).hex() for size in range(1, 9)] == list(ROOTS)
    assert tree.root().hex() == ROOTS[-1]


def test_no_entries_have_the_hash_of_nothing() -> None:
    assert Tree(()).root() == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("size", SIZES)
def test_every_root_is_that_of_the_rfc(size: int) -> None:
    tree = some(size)
    assert all(tree.root(count) == by_the_rfc(tuple(tree.leaves[:count])) for count in range(size + 1))


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_leads_to_the_root(size: int) -> None:
    tree = some(size)
    for index in range(size):
        place, last, hash_ = index, size - 1, tree.leaves[index]
        for other in tree.inclusion(index):
            if place % 2 or place == last:
                hash_ = node_hash(other, hash_)
                while place and not place % 2:
                    place, last = place // 2, last // 2
            else:
                hash_ = node_hash(hash_, other)
            place, last = place // 2, last // 2
        assert (last, hash_) == (0, tree.root())


def test_the_example_proofs_of_the_rfc() -> None:
    """Section 2.1.5: seven entries, d0 to d6."""
    tree = some(7)
    a, b, c, d, e, f = tree.leaves[:6]
    j, g, h, i = tree.leaves[6], node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l_ = node_hash(g, h), node_hash(i, j)
    assert tree.inclusion(0) == (b, h, l_)
    assert tree.inclusion(3) == (c, g, l_)
    assert tree.inclusion(4) == (f, j, k)
    assert tree.inclusion(6) == (i, k)
    assert tree.consistency(3) == (c, d, g, l_)
    assert tree.consistency(4) == (l_,)
    assert tree.consistency(6) == (i, j, k)
    assert tree.consistency(7) == ()
