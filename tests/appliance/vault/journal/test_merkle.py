# SPDX-License-Identifier: Apache-2.0
"""The tree is the tree of RFC 6962: published vectors, a naive reference, and every proof against every change."""

import itertools
from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.vault.journal import merkle
from appliance.vault.journal.merkle import BadProof, Frontier

# The inputs and roots of certificate-transparency's own merkle tree tests (RFC 6962).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (leaf, size): path, of the same tests
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def nodes_of(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    def node(level: int, index: int) -> bytes:
        piece = leaves[index << level : (index + 1) << level]
        assert len(piece) == 1 << level, "a proof asked for a subtree that is not complete"
        return naive_root(piece)

    return node


def grown(leaves: Sequence[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(merkle.leaf_hash(leaf))
    return frontier


def numbered(count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(count)]


def test_the_published_roots() -> None:
    assert grown([]).root() == merkle.EMPTY_ROOT
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for size, root in enumerate(ROOTS, 1):
        assert grown(LEAVES[:size]).root().hex() == root


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_published_inclusion_proofs(index: int, size: int) -> None:
    proof = merkle.inclusion_proof(index, size, nodes_of(LEAVES))
    assert [step.hex() for step in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_published_consistency_proofs(old: int, new: int) -> None:
    proof = merkle.consistency_proof(old, new, nodes_of(LEAVES))
    assert [step.hex() for step in proof] == CONSISTENCY[old, new]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_root_is_that_of_the_naive_tree(leaves: list[bytes]) -> None:
    assert grown(leaves).root() == naive_root(leaves)


def test_an_append_tells_the_subtrees_that_it_completes() -> None:
    leaves, frontier = numbered(40), Frontier()
    for seq, leaf in enumerate(leaves):
        completed = frontier.append(merkle.leaf_hash(leaf))
        for level, found in enumerate(completed):
            assert found == naive_root(leaves[seq + 1 - (1 << level) : seq + 1])
        assert (seq + 1) % (1 << len(completed)) != 0, "a completed subtree was left out"


@given(st.integers(min_value=0, max_value=300))
def test_a_frontier_survives_its_bytes(size: int) -> None:
    frontier = grown(numbered(size))
    again = Frontier.from_bytes(frontier.to_bytes())
    assert (again.size, again.root()) == (size, frontier.root())


def test_the_largest_frontier_fits_into_two_kibibytes() -> None:
    raw = Frontier(merkle.MAX_SIZE, [bytes(32)] * 63).to_bytes()
    assert len(raw) <= 2048
    assert Frontier.from_bytes(raw).size == merkle.MAX_SIZE


@pytest.mark.parametrize(
    "raw", [b"", bytes(7), bytes(9), bytes(40), b"\xff" * 8 + bytes(32 * 64), (3).to_bytes(8, "big") + bytes(32)]
)
def test_bytes_that_are_no_frontier(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"leaves|frontier"):
        Frontier.from_bytes(raw)


def test_every_inclusion_proof_of_every_small_tree() -> None:
    leaves = numbered(20)
    node = nodes_of(leaves)
    for size in range(1, 21):
        root = naive_root(leaves[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, node)
            merkle.verify_inclusion(index, size, merkle.leaf_hash(leaves[index]), root, proof)


def test_every_consistency_proof_of_every_small_tree() -> None:
    leaves = numbered(20)
    node = nodes_of(leaves)
    for old, new in itertools.combinations_with_replacement(range(21), 2):
        proof = merkle.consistency_proof(old, new, node)
        merkle.verify_consistency(old, new, naive_root(leaves[:old]), naive_root(leaves[:new]), proof)


@given(st.data(), st.integers(min_value=1, max_value=100))
def test_an_inclusion_proof_proves_nothing_else(data: st.DataObject, size: int) -> None:
    leaves = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, nodes_of(leaves))
    root, leaf = naive_root(leaves), merkle.leaf_hash(leaves[index])
    other = data.draw(st.integers(0, size))
    changes: list[tuple[int, int, bytes, bytes, list[bytes]]] = [
        (index, size, merkle.leaf_hash(b"another"), root, proof),
        (index, size, leaf, bytes(32), proof),
        (index, size, leaf, root, [*proof, bytes(32)]),
        (size, size, leaf, root, proof),
        (-1, size, leaf, root, proof),
    ]
    if other != index:
        changes.append((other, size, leaf, root, proof))
    if proof:
        spot = data.draw(st.integers(0, len(proof) - 1))
        changes.append((index, size, leaf, root, proof[:-1]))
        changes.append((index, size, leaf, root, [*proof[:spot], bytes(32), *proof[spot + 1 :]]))
    for changed in changes:
        with pytest.raises(BadProof):
            merkle.verify_inclusion(*changed)


@given(st.data(), st.integers(min_value=2, max_value=100))
def test_a_consistency_proof_proves_nothing_else(data: st.DataObject, new: int) -> None:
    leaves = numbered(new)
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.consistency_proof(old, new, nodes_of(leaves))
    before, after = naive_root(leaves[:old]), naive_root(leaves)
    spot = data.draw(st.integers(0, len(proof) - 1))
    for changed in (
        (old, new, bytes(32), after, proof),
        (old, new, before, bytes(32), proof),
        (new, old, before, after, proof),
        (-1, new, before, after, proof),
        (old, new, before, after, proof[:-1]),
        (old, new, before, after, []),
        (old, new, before, after, [*proof, bytes(32)]),
        (old, new, before, after, [*proof[:spot], bytes(32), *proof[spot + 1 :]]),
    ):
        with pytest.raises(BadProof):
            merkle.verify_consistency(*changed)


def test_trees_of_one_size_need_one_root_and_no_proof() -> None:
    merkle.verify_consistency(3, 3, b"a" * 32, b"a" * 32, [])
    merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, b"a" * 32, [])
    for changed in ((3, 3, b"a" * 32, b"b" * 32, []), (3, 3, b"a", b"a", [bytes(32)]), (0, 3, b"x", b"a", [])):
        with pytest.raises(BadProof):
            merkle.verify_consistency(*changed)


def test_proofs_that_cannot_be() -> None:
    node = nodes_of(LEAVES)
    with pytest.raises(ValueError, match="leaf 8"):
        merkle.inclusion_proof(8, 8, node)
    with pytest.raises(ValueError, match="leaf -1"):
        merkle.inclusion_proof(-1, 8, node)
    with pytest.raises(ValueError, match="tree of 8"):
        merkle.consistency_proof(8, 7, node)
