# SPDX-License-Identifier: Apache-2.0
"""A walk says what is proven, and where it stops being so."""

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.vault.journal.leaf import leaf_of
from appliance.vault.journal.merkle import leaf_hash
from appliance.vault.journal.note import NoteSigner
from appliance.vault.journal.walk import Broken, Walk, outside, size_of

if TYPE_CHECKING:
    from tests.appliance.vault.journal.conftest import Rig

SIGNER = NoteSigner("x.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def walked(rig: "Rig", count: int) -> Walk:
    walk = Walk()
    for seq in range(count):
        leaf = leaf_of(seq, rig.entry(seq))
        walk.leaf(leaf_hash(leaf), leaf)
    return walk


def test_a_walk_knows_how_far_it_is_proven(rig: "Rig") -> None:
    walk = walked(rig, 5)
    assert (walk.size, walk.proven) == (5, 0)
    walk.note(SIGNER.sign(5, walk.frontier.root()), SIGNER.verifier)
    assert walk.proven == 5
    with pytest.raises(Broken, match="from entry 5 on") as caught:
        walk.root(bytes(32), "the head")
    assert (caught.value.first_bad, walk.proven) == (5, 5)


def test_a_bad_leaf_is_not_added(rig: "Rig") -> None:
    walk = walked(rig, 3)
    before = walk.frontier.root()
    late = leaf_of(4, rig.entry(4))
    for kept, leaf in ((bytes(32), leaf_of(3, rig.entry(3))), (leaf_hash(b"{}"), b"{}"), (leaf_hash(late), late)):
        with pytest.raises(Broken) as caught:
            walk.leaf(kept, leaf)
        assert caught.value.first_bad == 3
    assert (walk.size, walk.frontier.root()) == (3, before)


def test_the_completed_nodes_of_the_last_leaf(rig: "Rig") -> None:
    assert [len(walked(rig, count).completed) for count in range(6)] == [0, 1, 2, 1, 3, 1]


def test_a_checkpoint_of_another_size_proves_nothing(rig: "Rig") -> None:
    walk = walked(rig, 5)
    with pytest.raises(Broken, match="over 4 entries stands at 5"):
        walk.note(SIGNER.sign(4, walk.frontier.root()), SIGNER.verifier)
    assert walk.proven == 0


def test_a_checkpoint_from_outside_is_nobodys_fault() -> None:
    assert outside(SIGNER.sign(4, bytes(32)), SIGNER.verifier) == (4, bytes(32))
    with pytest.raises(Broken) as caught:
        outside("garbage", SIGNER.verifier)
    assert caught.value.first_bad is None


def test_the_size_that_a_note_claims() -> None:
    assert size_of(SIGNER.sign(4, bytes(32)), 2) == 4
    with pytest.raises(Broken) as caught:
        size_of("garbage", 2)
    assert caught.value.first_bad == 2
