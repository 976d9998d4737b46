# SPDX-License-Identifier: Apache-2.0
"""SubmitFiling: a complete upload is judged, and each document in it becomes a filing (A32, A45, A48).

1. Filings, journal entries, letters and outcome are one transaction, which takes the upload away. What was
   sealed in vain because somebody was faster is deleted; a vault that ends leaves it to the sweep of orphans.
2. If anything is wrong, nothing is made, the upload is gone, and the person is told all of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from appliance.link.messages import FiledAs, SubmitFiling, Submitted
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.journal import Kind
from appliance.model.problems import Problem
from appliance.model.things import Filing, Part, Upload
from appliance.model.time import Instant, date_in_japan
from appliance.model.words import FilingState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.keeping import give_up, let_go
from appliance.vault.documents.uploads import own_upload
from appliance.vault.filings.drafting import Draft, Drafted, drafted, waits_for_scanner
from appliance.vault.filings.known import known_filing
from appliance.vault.filings.naming import Chosen
from appliance.vault.filings.offered import where_offered
from appliance.vault.filings.stepping import KINDS, begun, entry_of, facts_of, follower_of, stepped
from appliance.vault.filings.telling import tell_of_waiting
from appliance.vault.filings.typed import date_of, note_of
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import filings, uploads, zip_passwords
from appliance.vault.records.transaction import Moved, Snapshot, Transaction
from appliance.vault.workflow.filing import Command

# Nobody reads more, and the outcome has to fit into a record.
MAX_PROBLEMS, MAX_BYTES = 100, 32 * 1024


@where_offered
async def submit_filing(core: Core, caller: Caller, message: SubmitFiling) -> Submitted:
    """Filings, or problems. Raises Refused for what no page sends, and for a follower of what was not returned."""
    note, chosen = note_of(message.note), _chosen(core, caller, message)
    upload, password = await core.read(lambda snapshot: _facts(snapshot, caller, message))
    made = await _drafted(core, upload, password, chosen, caller.now)
    try:
        if made.problems:
            reply = await _refuse(core, caller, upload, made)
        else:
            drafts = [replace(one, filing=replace(one.filing, note=note)) for one in made.drafts]
            reply = await _write(core, caller, upload, drafts, message.follows)
    except (Refused, Moved) as error:
        await give_up(core, _parts(upload, made), error)
        raise
    core.hashes.forget(upload.id)
    await let_go(core, _parts(upload, made))
    return reply


async def _drafted(core: Core, upload: Upload, password: str, chosen: Chosen, now: Instant) -> Drafted:
    """What comes of the upload. Raises Moved if somebody has submitted it meanwhile: then its bytes may be gone."""
    try:
        return await drafted(core, upload, password, chosen, now)
    except Refused as error:
        if await core.read(lambda snapshot: uploads.get(snapshot, upload.id)) is None:
            raise Moved from error
        raise


def _chosen(core: Core, caller: Caller, message: SubmitFiling) -> Chosen:
    """What the person said, as far as it can be. Raises Refused INVALID for what no page offers."""
    kind = core.catalogue.sent(message.type, Direction.TO_FUND) if message.type else None
    filed_on = date_of(message.filed_on)
    if (message.type and kind is None) or (message.filed_on and filed_on is None):
        raise Refused(Why.INVALID, "filing.type")
    return Chosen(caller.employer.number, date_in_japan(caller.now), kind, filed_on, message.event_on)


def _facts(snapshot: Snapshot, caller: Caller, message: SubmitFiling) -> tuple[Upload, str]:
    """The upload, whole and as it was sent, and the office's password for ZIPs. Raises Refused."""
    upload = own_upload(snapshot, caller, message.upload)
    if sum(part.size for part in upload.parts) != upload.size:
        raise Refused(Why.CONFLICT, "upload.order", {"next": str(len(upload.parts))})
    if upload.parts[-1].sha256 != message.sha256:
        raise Refused(Why.INVALID, "upload.hash")
    if message.follows:
        _followed(snapshot, caller, message.follows, upload.id)
    kept = zip_passwords.get(snapshot, upload.office)
    return upload, kept.password if kept else ""


def _followed(snapshot: Snapshot, caller: Caller, id: str, by: str) -> Filing:
    """The filing that was returned, with the one that is sent in its place. Raises Refused."""
    returned = known_filing(snapshot, caller, id)
    if returned.state is not FilingState.RETURNED:
        raise Refused(Why.CONFLICT, "filing.not_returned")
    facts = replace(facts_of(caller), followed_by=by, follower=follower_of(snapshot, returned))
    return stepped(snapshot, caller, returned, Command.FOLLOW, facts)


async def _write(core: Core, caller: Caller, upload: Upload, drafts: Sequence[Draft], follows: str) -> Submitted:
    """All of it, or nothing."""

    def write(txn: Transaction) -> Submitted:
        own_upload(txn, caller, upload.id)
        uploads.delete(txn, upload.id)
        made = [_written(txn, caller, draft, follows) for draft in drafts]
        if follows:
            filings.put(txn, _followed(txn, caller, follows, made[0].id))
        tell_of_waiting(txn, made, upload.id, caller.now)
        pairs = zip(made, drafts, strict=True)
        reply = Submitted(tuple(_filed_as(filing, draft.came_as) for filing, draft in pairs))
        remember(txn, caller, reply)
        return reply

    return await core.commit(write, seen=caller.seen)


def _written(txn: Transaction, caller: Caller, draft: Draft, follows: str) -> Filing:
    command = Command.HOLD if waits_for_scanner(draft) else Command.UPLOAD
    filing = begun(caller, replace(draft.filing, follows=follows), command)
    filings.put(txn, filing)
    txn.journal(entry_of(caller, filing, KINDS[command]))
    return filing


def _filed_as(filing: Filing, came_as: str) -> FiledAs:
    return FiledAs(filing.id, filing.type, filing.file_name, filing.state, came_as)


async def _refuse(core: Core, caller: Caller, upload: Upload, made: Drafted) -> Submitted:
    """Nothing is made; the entry names the rules, and the file by its name and its bytes."""
    reply = Submitted(problems=tuple(_first(made.problems)))
    rules = ", ".join(dict.fromkeys(problem.rule.value for problem in made.problems))

    def refuse(txn: Transaction) -> None:
        own_upload(txn, caller, upload.id)
        uploads.delete(txn, upload.id)
        remember(txn, caller, reply)
        entry = caller.entry(
            Kind.FILING_REFUSED,
            thing=upload.id,
            reason=rules,
            sha256=upload.parts[-1].sha256,
            personal={"file_name": upload.file_name},
        )
        txn.journal(entry)

    await core.commit(refuse, seen=caller.seen)
    return reply


def _first(problems: Sequence[Problem]) -> Iterator[Problem]:
    """As many as can be told; one at least."""
    size = 0
    for number, problem in enumerate(problems[:MAX_PROBLEMS]):
        size += len(msgspec.msgpack.encode(problem))
        if number and size > MAX_BYTES:
            return
        yield problem


def _parts(upload: Upload, made: Drafted) -> list[Part]:
    """Every piece that was sealed; those that no record names by now are not needed any more."""
    return [*upload.parts, *(part for draft in made.drafts for part in draft.filing.parts)]
