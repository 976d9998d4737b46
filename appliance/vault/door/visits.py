# SPDX-License-Identifier: Apache-2.0
"""Visits begin and end; one person has one visit at a site."""

import base64
from dataclasses import replace

from appliance.link.messages import SignedOut, SignOut
from appliance.model.journal import Kind
from appliance.model.things import Secret, Visit
from appliance.model.time import MINUTE, Instant
from appliance.model.words import Site
from appliance.vault.admission import token_hash
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.grouping.serving import serves_any
from appliance.vault.records.tables import accounts, cut_at, is_suspended, secrets, visits
from appliance.vault.records.transaction import Moved, Transaction
from appliance.vault.tunnels.inside import leave, still_open

TOKEN_BYTES = 32
# A visit hangs together with up to 130 rows and index entries, and a transaction writes at most 10,000.
VISITS_AT_ONCE = 50


def new_token(core: Core) -> str:
    """A token of a visit; only its hash is ever kept."""
    return base64.urlsafe_b64encode(core.random.bytes(TOKEN_BYTES)).decode().rstrip("=")


async def begin_visit(core: Core, caller: Caller, proven: Secret, until: Instant | None) -> tuple[str, Visit]:
    """A visit of the caller, who has proven who it is, and its token. Older ones at this site end.

    proven is what the proof rests on. Raises Moved where it or the account is another by now, the site was cut off
    or the office suspended: the visit would outlive the reset, the removal or the cut that is just being done.
    """
    token = new_token(core)
    person, site = caller.person, caller.call.site
    ends_at = caller.now + core.settings.sites.of(site).visit_minutes * MINUTE
    if until is not None:
        ends_at = min(ends_at, until)
    if caller.tunnel is not None:
        ends_at = min(ends_at, caller.tunnel.ends_at)
    visit = Visit(token_hash(core.pepper, token), person.id, person.office, site, caller.now, ends_at)
    visit = replace(visit, tunnel=caller.tunnel.id if caller.tunnel else "")

    def begin(txn: Transaction) -> Visit:
        secret = secrets.get(txn, person.id)
        if secret is None or not _is_same(secret, proven) or accounts.get(txn, person.id) != person:
            raise Moved
        if cut_at(txn, site) >= caller.now or is_suspended(txn, person.office):
            raise Moved
        still_open(txn, caller.tunnel)
        if ended := end_visits_of(txn, person.id, site=site):
            txn.journal(caller.entry(Kind.VISIT_ENDED, thing=person.id, reason=f"{ended} ended by a new sign-in"))
        begun = replace(visit, serves=serves_any(txn, person.id))
        visits.put(txn, begun)
        secrets.put(txn, replace(secret, last_sign_in_at=caller.now))
        txn.journal(caller.entry())
        return begun

    return token, await core.commit(begin)


def _is_same(secret: Secret, proven: Secret) -> bool:
    """Whether it is still what was proven: every try writes the lock, and every visit its beginning."""
    return replace(secret, lock=proven.lock, last_sign_in_at=proven.last_sign_in_at) == proven


async def sign_out(core: Core, caller: Caller, message: SignOut) -> SignedOut:
    """The visit ends at once, with all that hangs on it; the VPN session soon after, if nobody else is in it."""

    def end(txn: Transaction) -> bool:
        end_visit(txn, caller.visiting)
        txn.journal(caller.entry())
        return leave(txn, caller.tunnel, caller.now)

    return SignedOut(await core.commit(end, seen=caller.seen, vital=True))


def end_visit(txn: Transaction, visit: Visit) -> None:
    """Remove a visit. Its open downloads stop by themselves; housekeeping journals them as cut."""
    visits.delete(txn, visit.token_hash)


def end_visits_of(txn: Transaction, account: str, *, site: Site | None = None, keep: bytes = b"") -> int:
    """End the visits of an account, at one site or everywhere, but for that of a token hash to keep; how many."""
    ended = 0
    for visit in visits.scan(txn, "account", (account,), limit=VISITS_AT_ONCE):
        if visit.token_hash != keep and site in (None, visit.site):
            end_visit(txn, visit)
            ended += 1
    return ended
