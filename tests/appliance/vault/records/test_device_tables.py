# SPDX-License-Identifier: Apache-2.0
"""The tables of seats, requests and bonds: what leads to them, and what does not any more."""

from dataclasses import replace

from appliance.model.devices import ActivationRequest, Bond, Claim, RequestState, Seat, SeatState
from appliance.vault.records.device_tables import DownloadKey as Key
from appliance.vault.records.device_tables import (
    activation_requests,
    bonds,
    download_keys,
    same_evidence,
    same_trait,
    seats,
)
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import World

CLAIM = Claim("123456-0000001", 1, "kit", b"certificate", 5, "ABC", 1, {"board": "b1", "disk": "d1"})
BOND = Bond("b" * 26, "office", 1, "device_code", CLAIM, 7)
REQUEST = ActivationRequest("r" * 26, "office", 1, 7, CLAIM, RequestState.WAITING, promised_on="2026-06-11")


async def test_a_seat_is_found_by_its_state_and_its_kit(world: World) -> None:
    seat = Seat("office", 2, SeatState.READY, 9, "clerk", kit="kit")

    def work(txn: Transaction) -> None:
        seats.put(txn, seat)
        assert seats.first(txn, "kit", "kit") == seats.first(txn, "state", "ready") == seat
        seats.put(txn, replace(seat, state=SeatState.CLOSED, kit=""))
        assert seats.first(txn, "kit", "kit") is None and seats.first(txn, "state", "ready") is None

    await world.core.commit(work)


async def test_a_pc_is_found_by_its_traits_while_it_holds_a_seat(world: World) -> None:
    def work(txn: Transaction) -> None:
        blind = txn.sealing.blind
        bonds.put(txn, BOND)
        for name, value in CLAIM.fingerprint.items():
            assert bonds.keys(txn, "trait", (same_trait(blind, name, value),)) == [bonds.key_of(BOND)]
        assert bonds.keys(txn, "trait", (same_trait(blind, "board", "d1"),)) == []
        assert bonds.opened(txn, [bonds.key_of(BOND), bonds.key("x" * 26)]) == [BOND]
        bonds.put(txn, replace(BOND, ended_at=9))
        assert bonds.keys(txn, "trait", (same_trait(blind, "board", "b1"),)) == []
        assert bonds.first(txn, "certificate", blind("certificate", CLAIM.certificate.hex())) is not None

    await world.core.commit(work)


def test_disks_are_the_same_in_any_order() -> None:
    def blind(label: str, text: str) -> bytes:
        return f"{label} {text}".encode()

    assert same_trait(blind, "disk.1", "x") == same_trait(blind, "disk.2", "x") != same_trait(blind, "mac.1", "x")


async def test_a_request_waits_until_it_is_decided(world: World) -> None:
    def work(txn: Transaction) -> None:
        activation_requests.put(txn, REQUEST)
        evidence = same_evidence(txn.sealing.blind, CLAIM)
        assert activation_requests.first(txn, "evidence", "office", evidence) == REQUEST
        assert activation_requests.first(txn, "evidence", "other", evidence) is None
        assert activation_requests.keys(txn, "promised", until=("2026-06-11",)) == []
        assert len(activation_requests.keys(txn, "promised", until=("2026-06-12",))) == 1
        activation_requests.put(txn, replace(REQUEST, state=RequestState.CONTACT))
        assert len(activation_requests.keys(txn, "promised")) == 1
        activation_requests.put(txn, replace(REQUEST, state=RequestState.REFUSED, decided_at=9))
        assert activation_requests.keys(txn, "promised") == []
        assert len(activation_requests.keys(txn, "decided")) == 1

    await world.core.commit(work)


async def test_a_download_key_is_its_offices(world: World) -> None:
    key = Key("office", "verifier", 5, 8)
    await world.core.commit(lambda txn: download_keys.put(txn, key))
    assert await world.core.read(lambda snapshot: download_keys.get(snapshot, "office")) == key
    assert "verifier" not in repr(key)
