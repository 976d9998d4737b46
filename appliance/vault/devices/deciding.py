# SPDX-License-Identifier: Apache-2.0
"""The desk decides about a request for activation: ApproveActivation and RefuseActivation (R231, T19, A9).

1. What is approved is weighed once more: more than the page showed stops it, and the page shows it then.
2. The PC's other seats of the same office end with it; those of other offices only if a person says so.
3. A refusal is told with its reason: in a letter, and wherever the office looks after its seats.
"""

from dataclasses import replace

from appliance.contracts.device import BinderAway
from appliance.link.messages import Nothing
from appliance.link.messages.devices import ApproveActivation, ReadActivation, RefuseActivation
from appliance.link.refusals import Refused, Why
from appliance.model.devices import FOREIGN, ActivationRequest, Bond, Finding, RequestState
from appliance.model.journal import TYPED, Kind
from appliance.model.names import NotAName, name_of
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.binding import bind, override
from appliance.vault.devices.stepping import facts_of, seat_of, settle, stepped
from appliance.vault.devices.telling import tell_of_refusal
from appliance.vault.devices.weighing import Weighed, need_same, weigh
from appliance.vault.outcomes import remember
from appliance.vault.people.fields import Unfit
from appliance.vault.records.device_tables import UNSETTLED, activation_requests
from appliance.vault.records.tables import accounts, offices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.seat import Command

# A line of a letter: what the office is told of a refusal.
MAX_TOLD = 100


def request_of(snapshot: Snapshot, id: str) -> ActivationRequest:
    """A request for activation. Raises Refused NOT_FOUND."""
    request = activation_requests.get(snapshot, id)
    if request is None:
        raise Refused(Why.NOT_FOUND)
    return request


def office_of_request(
    snapshot: Snapshot, caller: Caller, message: ReadActivation | ApproveActivation | RefuseActivation
) -> str:
    """The office that sent it. Raises Refused NOT_FOUND."""
    return request_of(snapshot, message.request).office


async def approve_activation(core: Core, caller: Caller, message: ApproveActivation) -> Nothing:
    """The PC may connect. Raises Refused CONFLICT where it was decided, or where more is found than was shown."""
    request, office = await core.read(lambda snapshot: _waiting(snapshot, message.request))
    if set(request.findings) & FOREIGN:
        raise Refused(Why.CONFLICT, "activation.foreign")
    weighed = await _weighed_again(core, office, request)
    if set(weighed.findings) - set(message.findings):
        await core.commit(lambda txn: _show_more(txn, message.request, weighed))
        raise Refused(Why.CONFLICT, "activation.found_more")

    def work(txn: Transaction) -> None:
        waiting, _ = _waiting(txn, message.request)
        need_same(txn, waiting.claim, weighed.facts)
        seat = seat_of(txn, office.id, waiting.seat)
        override(txn, caller, [bond for bond in weighed.elsewhere if message.end_others or _is_own(bond, office)])
        bind(core, txn, caller, waiting, seat, weighed)
        remember(txn, caller, Nothing())

    await core.commit(work, seen=caller.seen)
    return Nothing()


async def refuse_activation(core: Core, caller: Caller, message: RefuseActivation) -> Nothing:
    """It stays as it was; the office is told why. Raises Refused CONFLICT where it was decided."""
    told = _told(message.reason)

    def work(txn: Transaction) -> None:
        request, _ = _waiting(txn, message.request)
        settle(txn, caller, request, RequestState.REFUSED, told)
        if request.state is RequestState.WAITING:
            seat = seat_of(txn, request.office, request.seat)
            command = Command.KEEP if seat.bond else Command.REFUSE
            stepped(txn, caller, seat, command, replace(facts_of(caller), told=told))
        tell_of_refusal(txn, replace(request, reason=told), caller.now)
        remember(txn, caller, Nothing())
        personal = {"file_name": request.file_name, TYPED: told}
        kind = Kind.ACTIVATION_REFUSED
        txn.journal(caller.entry(kind, office=request.office, thing=request.id, personal=personal))

    await core.commit(work, seen=caller.seen)
    return Nothing()


def decider(snapshot: Snapshot, request: ActivationRequest) -> str:
    """The name of who decided, "" for the appliance itself."""
    account = accounts.get(snapshot, request.decided_by) if request.decided_by else None
    return account.name if account else request.decided_by


def _waiting(snapshot: Snapshot, id: str) -> tuple[ActivationRequest, Office]:
    """A request that nobody has decided. Raises Refused CONFLICT with who was faster."""
    request = request_of(snapshot, id)
    if request.state not in UNSETTLED:
        values = {"by": decider(snapshot, request), "done_at": str(request.decided_at)}
        raise Refused(Why.CONFLICT, f"activation.now_{request.state}", values)
    office = offices.get(snapshot, request.office)
    if office is None:
        raise Refused(Why.NOT_FOUND)
    return request, office


async def _weighed_again(core: Core, office: Office, request: ActivationRequest) -> Weighed:
    try:
        return await weigh(core, office, request.claim, request.id)
    except BinderAway as away:
        raise Refused(Why.AWAY, "activation.binder_away") from away


def _show_more(txn: Transaction, id: str, weighed: Weighed) -> None:
    request, _ = _waiting(txn, id)
    findings = tuple(one for one in Finding if one in {*request.findings, *weighed.findings})
    same = tuple(bond.id for bond in weighed.elsewhere)
    activation_requests.put(txn, replace(request, findings=findings, same=same))


def _is_own(bond: Bond, office: Office) -> bool:
    return bond.office == office.id


def _told(typed: str) -> str:
    try:
        return name_of(typed, MAX_TOLD)
    except NotAName as wrong:
        raise Unfit("reason", wrong.reason, max=str(MAX_TOLD)) from wrong
