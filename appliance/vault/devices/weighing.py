# SPDX-License-Identifier: Apache-2.0
"""What is to be thought of a claim: is it of this seat, and of a PC that is known already (T19, A9, A36, A39, A40)?

1. Facts come from a snapshot, the binder is asked outside of any transaction, and what is written afterwards
   requires that no fact has moved, and that no PC that is alike has come (stands()).
2. The binder says which bonds are of the same PC; what follows from it is decided here, and by people.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.contracts.device import BinderAway, Likeness, Recognised
from appliance.contracts.plugin import PluginError
from appliance.contracts.records import MAX_ROWS
from appliance.host.refused import ProviderFailed
from appliance.model.devices import LAST_SEAT, ActivationRequest, Bond, Claim, Ended, Finding, RequestState, Seat
from appliance.model.things import Office
from appliance.vault.core import Core
from appliance.vault.devices.binder import MAX_TRAITS, binder_of
from appliance.vault.records.device_tables import activation_requests, bonds, same_trait, seats
from appliance.vault.records.transaction import Moved, Snapshot, Transaction

# Of PCs that share a trait, those that share most are compared; one that shares none of them is another PC.
MAX_ALIKE = 500
# What stands for a waiting request among the bonds that the binder compares.
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the seat that a claim names, and of PCs that may be the same. keys are those of the latter.

    seen are the rows that all this was read from.
    """

    seat: Seat | None
    bond: Bond | None
    waiting: ActivationRequest | None
    alike: tuple[Bond, ...]
    keys: tuple[bytes, ...]
    was_lost: bool
    seen: Mapping[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What follows: findings, in the order of their kinds; the seat's bond, if it is of this very PC.

    elsewhere are the bonds by which the same PC holds other seats.
    """

    facts: Facts
    findings: tuple[Finding, ...]
    renews: Bond | None = None
    elsewhere: tuple[Bond, ...] = ()


async def weigh(core: Core, office: Office, claim: Claim, request: str = "") -> Weighed:
    """Everything about a claim that an office sent. request is its own, if it waits already. Raises BinderAway."""
    facts = await core.read(lambda snapshot: _facts(snapshot, office, claim, request))
    wrong = foreign(office, claim, facts.seat)
    if wrong is not None:
        return Weighed(facts, (wrong,))
    try:
        known = await binder_of(core).recognise(claim, _compared(facts))
    except (ProviderFailed, PluginError) as error:
        raise BinderAway(str(error)) from error
    return _weighed(office, claim, facts, known)


def foreign(office: Office, claim: Claim, seat: Seat | None) -> Finding | None:
    """Why a claim is none of this office's (A39)."""
    if claim.contract_number != office.contract_number:
        return Finding.OTHER_CONTRACT
    return Finding.NO_SEAT if seat is None else None


def need_same(txn: Transaction, claim: Claim, facts: Facts) -> None:
    """Raise Moved unless all stands that was weighed, and nothing new is alike."""
    txn.require(facts.seen)
    if _alike(txn, claim) != facts.keys:
        raise Moved


def _facts(snapshot: Snapshot, office: Office, claim: Claim, request: str) -> Facts:
    own = claim.contract_number == office.contract_number and 0 < claim.seat <= LAST_SEAT
    seat = seats.get(snapshot, office.id, claim.seat) if own else None
    if seat is None:
        return Facts(None, None, None, (), _alike(snapshot, claim), False, dict(snapshot.seen))
    keys = _alike(snapshot, claim)
    found = bonds.opened(snapshot, keys)
    bond = bonds.get(snapshot, seat.bond) if seat.bond else None
    waiting = activation_requests.get(snapshot, seat.request) if seat.request not in ("", request) else None
    if waiting is not None and waiting.state is not RequestState.WAITING:
        waiting = None
    return Facts(
        seat=seat,
        bond=bond,
        waiting=waiting,
        alike=tuple(one for one in found if not one.ended_at),
        keys=keys,
        was_lost=any(one.ended is Ended.LOST for one in found),
        seen=dict(snapshot.seen),
    )


def _alike(snapshot: Snapshot, claim: Claim) -> tuple[bytes, ...]:
    """The keys of bonds with the same certificate, ended ones too, or with traits in common; most of them first."""
    blind = snapshot.sealing.blind
    counted: Counter[bytes] = Counter()
    for name, value in sorted(claim.fingerprint.items())[:MAX_TRAITS]:
        counted.update(bonds.keys(snapshot, "trait", (same_trait(blind, name, value),), limit=MAX_ROWS))
    same_key = bonds.keys(snapshot, "certificate", (blind("certificate", claim.certificate.hex()),))
    alike = sorted(counted, key=lambda key: (-counted[key], key))
    return tuple(dict.fromkeys((*same_key, *alike[:MAX_ALIKE])))


def _compared(facts: Facts) -> tuple[Bond, ...]:
    """What the binder compares: bonds that hold, the seat's own, and the request that waits as if it were one."""
    found = {bond.id: bond for bond in (*facts.alike, *filter(None, [facts.bond]))}
    if facts.waiting is not None:
        waiting = facts.waiting
        found[WAITING] = Bond(WAITING, waiting.office, waiting.seat, "", waiting.claim)
    return tuple(found.values())


def _weighed(office: Office, claim: Claim, facts: Facts, known: Recognised) -> Weighed:
    bond = facts.bond
    renews = bond if bond is not None and bond.id in known.bonds and not _is_copied(claim, bond.claim) else None
    elsewhere = tuple(one for one in facts.alike if one.id in known.bonds and (bond is None or one.id != bond.id))
    own_key = renews is not None and known.bonds[renews.id] is Likeness.SAME_KEY
    found = _hints(claim, renews)
    found |= {Finding.SAME_PC_SEAT for one in elsewhere if one.office == office.id}
    found |= {Finding.SAME_PC_OFFICE for one in elsewhere if one.office != office.id}
    so = {
        Finding.WORTHLESS: known.worthless and not own_key,
        Finding.CHANGED: bond is not None and renews is None,
        Finding.TWO_PCS: facts.waiting is not None and WAITING not in known.bonds,
        Finding.OLD_KIT: facts.seat is not None and claim.kit != facts.seat.kit,
        Finding.REPORTED_LOST: facts.was_lost,
    }
    found |= {finding for finding, holds in so.items() if holds}
    return Weighed(facts, tuple(one for one in Finding if one in found), renews, elsewhere)


def _is_copied(claim: Claim, held: Claim) -> bool:
    """Whether nothing of the two PCs is the same, as when a key was copied to another one."""
    comparable = claim.fingerprint_version == held.fingerprint_version and claim.fingerprint and held.fingerprint
    return bool(comparable) and not _values(claim) & _values(held)


def _values(claim: Claim) -> set[tuple[str, str]]:
    return {(name.partition(".")[0], value) for name, value in claim.fingerprint.items()}


def _hints(claim: Claim, renews: Bond | None) -> set[Finding]:
    """What the kit saw (A40), but for what the desk has let pass before with the same PC."""
    known = renews.claim.hints if renews is not None else frozenset()
    return {Finding(hint.value) for hint in claim.hints - known}
