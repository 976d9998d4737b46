# SPDX-License-Identifier: Apache-2.0
"""A 確認コード comes in: examined, checked, and put into the fund's queue, or approved at once (R64, R65, R231).

1. The same file again gets the same answer, and changes nothing.
2. What is of another contract, or of no seat, waits until the desk has spoken with the office; the sender learns
   no more.
3. The same PC at the same seat is let in again by itself (A36); anybody else only where the fund has switched it
   on, and never with a finding (T19, A9, A40).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from appliance.contracts.device import BinderAway, EvidenceUnusable
from appliance.link.messages.devices import SentFile, Taken, TakenIn
from appliance.model.devices import FOREIGN, ActivationRequest, Claim, RequestState, Seat
from appliance.model.journal import Kind, Result
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.binder import examined
from appliance.vault.devices.binding import bind
from appliance.vault.devices.stepping import facts_of, stepped, supersede
from appliance.vault.devices.weighing import Weighed, need_same, weigh
from appliance.vault.records.device_tables import activation_requests, bonds, same_evidence
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.seat import Command, leads_from

MAX_FILE_NAME = 200


async def take_in(core: Core, caller: Caller, office: Office, files: Sequence[SentFile]) -> tuple[TakenIn, ...]:
    """What became of each file that was sent for an office, in their order; each is journaled.

    The caller has proven the office's contract number and download password. Raises Refused where the vault cannot
    write; what was taken in before stays, and is known when it comes again.
    """
    return tuple([await _taken_in(core, caller, office, file) for file in files])


async def _taken_in(core: Core, caller: Caller, office: Office, file: SentFile) -> TakenIn:
    answer = await _looked_at(core, caller, office, file)
    return replace(answer, file_name=file.file_name)


async def _looked_at(core: Core, caller: Caller, office: Office, file: SentFile) -> TakenIn:
    try:
        new = _request(core, caller, office, file, await examined(core, file.content))
        return await core.decided(lambda: _attempt(core, caller, office, file, new))
    except EvidenceUnusable as unusable:
        await _journal_refusal(core, caller, office, file, f"unusable: {unusable.why}")
        return TakenIn("", Taken.UNUSABLE, unusable.why.value)
    except BinderAway as away:
        await _journal_refusal(core, caller, office, file, f"nobody can look at it: {away}")
        return TakenIn("", Taken.AWAY)


async def _attempt(core: Core, caller: Caller, office: Office, file: SentFile, new: ActivationRequest) -> TakenIn:
    """One try to take it in, on facts that must still stand. Raises Moved, BinderAway."""
    known = await core.read(lambda snapshot: _known(snapshot, new))
    if known is not None:
        return known
    weighed = await weigh(core, office, new.claim)
    seat = weighed.facts.seat
    request = replace(new, findings=weighed.findings, same=tuple(bond.id for bond in weighed.elsewhere))
    if set(weighed.findings) & FOREIGN:
        return await core.commit(lambda txn: _set_aside(txn, caller, request))
    assert seat is not None
    if not leads_from(seat.state, Command.REQUEST):
        await _journal_refusal(core, caller, office, file, f"seat {seat.number} is {seat.state}")
        return TakenIn("", Taken.NOT_OPEN, seat=seat.number)
    return await core.commit(lambda txn: _put(core, txn, caller, request, seat, weighed))


def _put(
    core: Core, txn: Transaction, caller: Caller, request: ActivationRequest, seat: Seat, weighed: Weighed
) -> TakenIn:
    need_same(txn, request.claim, weighed.facts)
    supersede(txn, caller, seat)
    facts = replace(facts_of(caller), request=request.id, promised_on=request.promised_on)
    waiting = stepped(txn, caller, seat, Command.REQUEST, facts)
    activation_requests.put(txn, request)
    _journal(txn, caller, request)
    if is_automatic(core, weighed):
        bind(core, txn, caller, request, waiting, weighed)
        return replace(_answer(request), taken=Taken.ACTIVE)
    return _answer(request)


def is_automatic(core: Core, weighed: Weighed) -> bool:
    """Whether nobody needs to look at it. Nothing with a finding is (T19, A9)."""
    return not weighed.findings and (weighed.renews is not None or core.settings.devices.auto_approve)


def _set_aside(txn: Transaction, caller: Caller, request: ActivationRequest) -> TakenIn:
    activation_requests.put(txn, replace(request, state=RequestState.CONTACT))
    _journal(txn, caller, request)
    return TakenIn("", Taken.CONTACT)


def _request(core: Core, caller: Caller, office: Office, file: SentFile, claim: Claim) -> ActivationRequest:
    promised = core.calendar.business_days_after(caller.now, core.settings.devices.answer_days)
    return ActivationRequest(
        id=core.new_id(),
        office=office.id,
        seat=claim.seat,
        at=caller.now,
        claim=claim,
        state=RequestState.WAITING,
        file_name=file.file_name[:MAX_FILE_NAME],
        promised_on=promised.isoformat(),
        sha256=hashlib.sha256(file.content).digest(),
    )


def _known(snapshot: Snapshot, new: ActivationRequest) -> TakenIn | None:
    """The answer to a 確認コード that came before, as things are now."""
    evidence = same_evidence(snapshot.sealing.blind, new.claim)
    request = activation_requests.first(snapshot, "evidence", new.office, evidence)
    if request is None:
        return None
    return _answer(request) if request.state is not RequestState.APPROVED else _of_approved(snapshot, request)


def _answer(request: ActivationRequest) -> TakenIn:
    if request.state is RequestState.CONTACT or set(request.findings) & FOREIGN:
        return TakenIn("", Taken.CONTACT)
    taken = Taken.WAITING if request.state is RequestState.WAITING else Taken.USED
    promised = request.promised_on if taken is Taken.WAITING else ""
    return TakenIn("", taken, seat=request.seat, short_code=request.claim.short_code, promised_on=promised)


def _of_approved(snapshot: Snapshot, request: ActivationRequest) -> TakenIn:
    """ACTIVE while its PC holds the seat."""
    found = bonds.scan(
        snapshot, "certificate", (snapshot.sealing.blind("certificate", request.claim.certificate.hex()),)
    )
    holds = any(not bond.ended_at and (bond.office, bond.seat) == (request.office, request.seat) for bond in found)
    return replace(_answer(request), taken=Taken.ACTIVE if holds else Taken.USED)


def _journal(txn: Transaction, caller: Caller, request: ActivationRequest) -> None:
    said = ", ".join((f"seat {request.seat}", *request.findings))
    personal = {"file_name": request.file_name}
    entry = caller.entry(
        Kind.ACTIVATION_ASKED, office=request.office, thing=request.id, reason=said, personal=personal
    )
    txn.journal(replace(entry, sha256=request.sha256.hex()))


async def _journal_refusal(core: Core, caller: Caller, office: Office, file: SentFile, reason: str) -> None:
    """What was sent has an id of its own, so that each of several files has an entry of its own."""
    personal = {"file_name": file.file_name[:MAX_FILE_NAME]}
    entry = caller.entry(
        Kind.ACTIVATION_ASKED,
        result=Result.REFUSED,
        office=office.id,
        thing=core.new_id(),
        reason=reason,
        personal=personal,
    )
    await core.commit(lambda txn: txn.journal(entry))
