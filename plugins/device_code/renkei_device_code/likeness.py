# SPDX-License-Identifier: Apache-2.0
"""How like two PCs are: by their keys, then by weighed traits (L10).

A trait weighs as much as it tells: the board's identity most, the address of a network card least, since docks
lend it to others. Two PCs are the same if what they have in common weighs enough by itself, and more than that in
which they differ. So a new disk or a new network card leaves a PC the same, and neither a disk that moved into
another PC nor the copy of an installation makes one PC of two.
"""

from collections import defaultdict
from collections.abc import Mapping

from appliance.contracts.device import Likeness
from appliance.model.devices import Claim
from renkei_device_code.certificates import same_key

ENOUGH = 5
WEIGHTS = {"system-uuid": 4, "system-serial": 3, "board-serial": 2, "os-id": 3, "disk": 3, "mac": 2}


def likeness(one: Claim, other: Claim) -> Likeness | None:
    """SAME_KEY, SAME_PC or None. Fingerprints of different versions say nothing of each other."""
    if same_key(one.certificate, other.certificate):
        return Likeness.SAME_KEY
    if one.fingerprint_version != other.fingerprint_version:
        return None
    return Likeness.SAME_PC if is_same(one.fingerprint, other.fingerprint) else None


def is_same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether what two fingerprints have in common is enough."""
    common, apart = 0, 0
    mine, theirs = _by_kind(one), _by_kind(other)
    for kind in mine.keys() & theirs.keys():
        if mine[kind] & theirs[kind]:
            common += WEIGHTS[kind]
        else:
            apart += WEIGHTS[kind]
    return common >= ENOUGH and common > apart


def is_worthless(claim: Claim) -> bool:
    """Whether the claim holds too little to recognise this PC by."""
    return sum(WEIGHTS[kind] for kind in _by_kind(claim.fingerprint)) < ENOUGH


def _by_kind(fingerprint: Mapping[str, str]) -> dict[str, set[str]]:
    """The hashes of each kind: which of two disks was found first does not matter."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for name, value in fingerprint.items():
        kind = name.partition(".")[0]
        if kind in WEIGHTS:
            kinds[kind].add(value)
    return kinds
