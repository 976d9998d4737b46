# SPDX-License-Identifier: Apache-2.0
"""Which PCs the gate is told: those that stand, that nobody keeps out, each with an address of its own."""

import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.link.refusals import Refused, Why
from appliance.model.devices import Bond, Ended
from appliance.model.things import Office, Suspension
from appliance.model.tunnels import Cause
from appliance.vault.records.tables import offices
from appliance.vault.tunnels.seats import (
    address_of,
    admitted_seat,
    bond_named,
    given_address,
    kept_out,
    not_after,
)
from tests.appliance.vault.tunnels.connecting import Tunnels

NETWORK = "10.8.0.0/16"


async def out(tunnels: Tunnels, bond: Bond) -> Cause | None:
    """Why the seat of a bond is kept out."""
    return await tunnels.world.core.read(lambda snapshot: kept_out(snapshot, bond.office, bond.seat))


async def test_the_gate_is_told_what_the_pc_has_shown(tunnels: Tunnels, pc: Bond) -> None:
    seat = await tunnels.world.core.read(lambda snapshot: admitted_seat(snapshot, pc.office, pc.seat))
    assert seat is not None
    assert (seat.name, seat.certificate, seat.address) == (pc.claim.kit, pc.claim.certificate, "")
    assert await tunnels.world.core.read(lambda snapshot: bond_named(snapshot, pc.claim.kit)) == pc


async def test_each_why_of_staying_out(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    core = tunnels.world.core
    assert await out(tunnels, pc) is None
    await tunnels.block(pc)
    assert await out(tunnels, pc) is Cause.BLOCKED
    await core.commit(lambda txn: offices.put(txn, replace(sakura, suspended=Suspension(1, "staff", "理由"))))
    assert await out(tunnels, pc) is Cause.SUSPENDED
    assert await core.read(lambda snapshot: admitted_seat(snapshot, pc.office, pc.seat)) is None
    await core.commit(lambda txn: offices.put(txn, sakura))
    await tunnels.unblock(pc)
    await tunnels.scene.revoke(sakura, Ended.LOST)
    assert await out(tunnels, pc) is Cause.SEAT
    assert await core.read(lambda snapshot: bond_named(snapshot, pc.claim.kit)) is None


async def test_a_seat_keeps_its_address_for_ever(tunnels: Tunnels, pc: Bond) -> None:
    core = tunnels.world.core
    first = await core.commit(lambda txn: address_of(txn, pc.office, 1, NETWORK))
    second = await core.commit(lambda txn: address_of(txn, pc.office, 2, NETWORK))
    assert (first, second) == ("10.8.0.2", "10.8.0.3")
    assert await core.commit(lambda txn: address_of(txn, pc.office, 1, NETWORK)) == first
    assert await core.read(lambda snapshot: given_address(snapshot, pc.office, 1, NETWORK)) == first
    assert await core.read(lambda snapshot: given_address(snapshot, pc.office, 1, "")) == ""
    seat = await core.read(lambda snapshot: admitted_seat(snapshot, pc.office, 1, NETWORK))
    assert seat is not None and seat.address == first


async def test_a_network_that_is_full_says_so(tunnels: Tunnels, pc: Bond) -> None:
    core = tunnels.world.core
    given = [
        await core.commit(lambda txn, number=number: address_of(txn, pc.office, number, "10.8.0.0/29"))  # type: ignore[misc]
        for number in range(1, 6)
    ]
    assert given == [f"10.8.0.{last}" for last in range(2, 7)]
    with pytest.raises(Refused) as caught:
        await core.commit(lambda txn: address_of(txn, pc.office, 9, "10.8.0.0/29"))
    assert caught.value.why is Why.CONFLICT


def test_when_a_certificate_ends() -> None:
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pc")])
    ends = dt.datetime(2027, 6, 9, 14, 59, 59, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(ends - dt.timedelta(days=366)).not_valid_after(ends).sign(key, None)
    assert not_after(made.public_bytes(Encoding.DER)) == int(ends.timestamp())
    assert not_after(b"no certificate") == 0
