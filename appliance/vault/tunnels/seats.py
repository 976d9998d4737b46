# SPDX-License-Identifier: Apache-2.0
"""Which PCs may connect: those that the engines admit, by which certificate, and from which address."""

import ipaddress
from datetime import datetime

from cryptography import x509

from appliance.link.messages import AdmittedSeat
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Bond
from appliance.model.tunnels import Cause
from appliance.vault.devices.standing import may_connect
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.row_keys import end_of
from appliance.vault.records.tables import is_suspended
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.records.tunnel_tables import SeatAddress, seat_addresses, seat_blocks

# The first one of the network is the engine's own.
FIRST_ADDRESS = 2


def bond_named(snapshot: Snapshot, name: str) -> Bond | None:
    """The bond of the PC that an engine calls so: the id of its kit. None where no seat is held by it."""
    return bonds.first(snapshot, "kit", name)


def names_of(snapshot: Snapshot, office: str) -> dict[int, str]:
    """How the engines call the PCs of an office, by the numbers of the seats that one has."""
    start = seats.key(office)
    held = [seat for seat in seats.walk(snapshot, start, end_of(start)) if seat.bond]
    return {seat.number: bond.claim.kit for seat in held if (bond := bonds.get(snapshot, seat.bond)) is not None}


def kept_out(snapshot: Snapshot, office: str, number: int) -> Cause | None:
    """Why no PC may connect as this seat, whenever it would come; None where one may."""
    if is_suspended(snapshot, office):
        return Cause.SUSPENDED
    if seat_blocks.get(snapshot, office, number) is not None:
        return Cause.BLOCKED
    return None if may_connect(snapshot, office, number) is not None else Cause.SEAT


def admitted_bond(snapshot: Snapshot, office: str, number: int) -> Bond | None:
    """By which bond a PC may connect as this seat: it stands, and nobody keeps it out."""
    return may_connect(snapshot, office, number) if kept_out(snapshot, office, number) is None else None


def admitted_seat(snapshot: Snapshot, office: str, number: int, addresses: str = "") -> AdmittedSeat | None:
    """The same as the gate is told it; addresses is the network of the settings, "" where no address is wanted."""
    bond = admitted_bond(snapshot, office, number)
    return None if bond is None else as_admitted(bond, given_address(snapshot, office, number, addresses))


def as_admitted(bond: Bond, address: str = "") -> AdmittedSeat:
    """What the gate is told of the PC of a bond."""
    claim = bond.claim
    return AdmittedSeat(claim.kit, claim.certificate, claim.wireguard_key, address, not_after(claim.certificate))


def given_address(snapshot: Snapshot, office: str, number: int, addresses: str) -> str:
    """The address of a seat inside the tunnel, "" as long as it was given none."""
    row = seat_addresses.get(snapshot, office, number) if addresses else None
    return "" if row is None else str(ipaddress.IPv4Network(addresses)[row.number])


def address_of(txn: Transaction, office: str, number: int, addresses: str) -> str:
    """The same, given now where there was none; it stays that of the seat for ever.

    Raises Refused CONFLICT when the network is full.
    """
    if given := given_address(txn, office, number, addresses):
        return given
    network = ipaddress.IPv4Network(addresses)
    last = seat_addresses.scan(txn, "number", limit=1, reverse=True)
    place = last[0].number + 1 if last else FIRST_ADDRESS
    if place >= network.num_addresses - 1:
        raise Refused(Why.CONFLICT, "tunnel.no_address")
    seat_addresses.put(txn, SeatAddress(office, number, place))
    return str(network[place])


def not_after(certificate: bytes) -> int:
    """When a certificate ends, in seconds since 1970; 0 for what is none, which no engine lets in anyhow."""
    try:
        ends: datetime = x509.load_der_x509_certificate(certificate).not_valid_after_utc
    except ValueError:
        return 0
    return int(ends.timestamp())
