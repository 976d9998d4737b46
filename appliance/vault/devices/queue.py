# SPDX-License-Identifier: Apache-2.0
"""The desk's queue of requests for activation (有効化待ち, SC19), and what became of those that are decided."""

from collections.abc import Iterator

from appliance.link.messages.devices import ActivationPage, ActivationRow, ListActivations, ReadActivation, SamePC
from appliance.model.devices import ActivationRequest, Bond
from appliance.model.time import Instant, date_in_japan
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.deciding import decider, request_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.device_tables import UNSETTLED, activation_requests, bonds
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 200


async def list_activations(core: Core, caller: Caller, message: ListActivations) -> ActivationPage:
    """One page of what waits, the oldest first, or of what was decided, the latest first."""
    page = f"{message.decided}/{message.after}"
    await journal_reading(core, caller, page, reason="decided" if message.decided else "waiting")
    return await core.read(lambda snapshot: _page(snapshot, message, caller.now))


async def read_activation(core: Core, caller: Caller, message: ReadActivation) -> ActivationRow:
    """One of them. Raises Refused NOT_FOUND."""
    office = await core.read(lambda snapshot: request_of(snapshot, message.request).office)
    await journal_reading(core, caller, message.request, office, thing=message.request)
    return await core.read(lambda snapshot: row_of(snapshot, request_of(snapshot, message.request), caller.now))


def waiting(snapshot: Snapshot, most: int = 1_000) -> int:
    """How many wait, up to most."""
    return len(activation_requests.keys(snapshot, "promised", limit=most))


def late(snapshot: Snapshot, now: Instant) -> int:
    """How many still wait though their promised day is over (A6), up to 1,000."""
    return len(activation_requests.keys(snapshot, "promised", until=(date_in_japan(now).isoformat(),)))


def _page(snapshot: Snapshot, message: ListActivations, now: Instant) -> ActivationPage:
    limit = max(1, min(message.limit, MAX_ROWS))
    behind = activation_requests.get(snapshot, message.after) if message.after else None
    if behind is not None and (behind.state in UNSETTLED) is message.decided:
        behind = None
    index = "decided" if message.decided else "promised"
    found = activation_requests.scan(snapshot, index, behind=behind, limit=limit + 1)
    rows = tuple(row_of(snapshot, request, now) for request in found[:limit])
    more = found[limit - 1].id if len(found) > limit else ""
    return ActivationPage(rows, waiting(snapshot), late(snapshot, now), more)


def row_of(snapshot: Snapshot, request: ActivationRequest, now: Instant) -> ActivationRow:
    """A request as the desk sees it."""
    office = offices.get(snapshot, request.office)
    is_open = request.state in UNSETTLED
    return ActivationRow(
        id=request.id,
        office=request.office,
        office_name=office.name if office else "",
        contract_number=office.contract_number if office else "",
        seat=request.seat,
        at=request.at,
        state=request.state,
        short_code=request.claim.short_code,
        findings=request.findings,
        promised_on=request.promised_on,
        is_late=is_open and request.promised_on < date_in_japan(now).isoformat(),
        file_name=request.file_name,
        same=tuple(_same(snapshot, request)) if is_open else (),
        made_at=request.claim.made_at,
        decided_at=request.decided_at,
        decided_by=decider(snapshot, request),
        reason=request.reason,
    )


def _same(snapshot: Snapshot, request: ActivationRequest) -> Iterator[SamePC]:
    """The seats that were bound to the same PC when it was looked at last."""
    for id in request.same:
        bond = bonds.get(snapshot, id)
        if bond is not None:
            yield _same_pc(snapshot, bond)


def _same_pc(snapshot: Snapshot, bond: Bond) -> SamePC:
    office = offices.get(snapshot, bond.office)
    return SamePC(
        office=bond.office,
        office_name=office.name if office else "",
        contract_number=office.contract_number if office else "",
        seat=bond.seat,
        bound_at=bond.bound_at,
        is_active=not bond.ended_at,
    )
