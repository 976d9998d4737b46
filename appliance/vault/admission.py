# SPDX-License-Identifier: Apache-2.0
"""The door: who sends this message?

1. A message whose row asks for a visit is nobody's without the token of a visit that goes on, at this very site.
2. A message that changes something and comes from a web site needs the visit's form token as well.
3. The site is the listener's; the source address is written down and decides nothing.
4. A visit before the registration does what its row allows to it, and nothing else. Who is suspended, or is of an
   office that is, has no visit.
5. A visit that was begun in a VPN session is good in that one, and in no other (tunnels/inside.py).
6. A visit that is about another office than its account's rests on a delegation, which is looked at each time, and
   does what is done for others, and nothing else (R240, decision 37).

How a visit begins, and where secrets are verified, is door/.
"""

import hmac
from dataclasses import replace

from appliance.link.messages.grouping_rows import FOR_ANOTHER_OFFICE, WAYS_OUT
from appliance.link.refusals import Refused, Why
from appliance.model.things import Office, Visit
from appliance.model.time import Instant
from appliance.model.words import COUNTER, WEB_SITES, AccountState, Site
from appliance.vault.caller import ADMIN, Caller, form_token
from appliance.vault.door.passwords import keyed_hash
from appliance.vault.fetching.proving import mark_of
from appliance.vault.grouping.serving import delegation_of
from appliance.vault.records.device_tables import download_keys
from appliance.vault.records.grouping_tables import moved_visits
from appliance.vault.records.tables import accounts, offices, visits
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.inside import speaks_for


class NotSignedIn(Refused):
    """There is no such visit. reason goes into the journal."""

    def __init__(self, reason: str) -> None:
        """reason is a fixed word."""
        super().__init__(Why.NOT_SIGNED_IN)
        self.reason = reason


class Unready(Refused):
    """The account waits for its registration (初回ログイン待ち)."""

    reason = "not registered yet"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "door.unready")


class Switched(NotSignedIn):
    """The visit goes on under another token: somebody chose another office elsewhere."""

    def __init__(self) -> None:
        """Always the same."""
        super().__init__("the visit is about another office now")
        self.text = "grouping.switched"


class Lapsed(Refused):
    """The delegation that the visit rests on has ended."""

    reason = "the delegation has ended"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "grouping.lapsed")


def token_hash(pepper: bytes, token: str) -> bytes:
    """What is kept of a visit's token."""
    return keyed_hash(pepper, "visit", token)


def admitted(snapshot: Snapshot, pepper: bytes, unknown: Caller) -> Caller:
    """Who the caller is. Raises NotSignedIn (contract 1 and 3)."""
    call, now = unknown.call, unknown.now
    if not call.row.visit:
        return replace(unknown, actor=ADMIN if call.site is Site.ADMIN else "")
    hashed = token_hash(pepper, call.token)
    visit = visits.get(snapshot, hashed) if call.token else None
    if visit is None:
        raise _nobody(snapshot, call.token, hashed, now)
    if visit.site is not call.site:
        raise NotSignedIn("token of another site")
    if now >= visit.ends_at:
        raise NotSignedIn("visit is over")
    if visit.tunnel != (unknown.tunnel.id if unknown.tunnel else ""):
        raise NotSignedIn("visit of another VPN session")
    if not visit.account:
        return _with_ticket(snapshot, pepper, unknown, visit)
    account = accounts.get(snapshot, visit.account)
    if account is None or account.state is AccountState.REMOVED:
        raise NotSignedIn("account is gone")
    if account.state is AccountState.SUSPENDED:
        raise NotSignedIn("account is suspended")
    office = offices.get(snapshot, account.office) if account.office else None
    _need_in_use(office)
    if not speaks_for(snapshot, unknown.tunnel, account.office, now):
        raise NotSignedIn("the office of the PC does not serve this one any more")
    form = form_token(pepper, call.token)
    caller = replace(unknown, actor=account.id, form=form, visit=visit, account=account, office=office)
    return caller if visit.office == account.office else _serving(snapshot, caller)


def _need_in_use(office: Office | None) -> None:
    """Raise NotSignedIn for an office that the fund has suspended (contract 4)."""
    if office is not None and office.suspended is not None:
        raise NotSignedIn("office is suspended")


def _nobody(snapshot: Snapshot, token: str, hashed: bytes, now: Instant) -> NotSignedIn:
    moved = moved_visits.get(snapshot, hashed) if token else None
    if moved is not None and now < moved.ends_at:
        return Switched()
    return NotSignedIn("unknown token" if token else "no token")


def _serving(snapshot: Snapshot, caller: Caller) -> Caller:
    """The caller as whom the delegation makes them at the office that the visit is about (contract 6)."""
    visit, person = caller.visiting, caller.person
    delegation = delegation_of(snapshot, visit, caller.now)
    office = offices.get(snapshot, visit.office) if delegation else None
    if delegation is None or office is None:
        return replace(caller, lapsed=True)
    served = replace(person, office=office.id, role=delegation.role, permissions=delegation.permissions)
    return replace(caller, account=served, office=office, own=caller.office)


def _with_ticket(snapshot: Snapshot, pepper: bytes, unknown: Caller, ticket: Visit) -> Caller:
    """Whoever has the letter of an office, as long as it is the latest one (R234)."""
    key, office = download_keys.get(snapshot, ticket.office), offices.get(snapshot, ticket.office)
    if key is None or office is None or mark_of(key) != ticket.rests_on:
        raise NotSignedIn("the download key is another")
    _need_in_use(office)
    return replace(unknown, actor=COUNTER, form=form_token(pepper, unknown.call.token), visit=ticket, office=office)


def need_form_token(caller: Caller) -> None:
    """Raise Refused FORGED if the message needs the visit's form token and has not got it (contract 2)."""
    call = caller.call
    if not call.row.changes or call.site not in WEB_SITES:
        return
    if hmac.compare_digest(caller.form.encode(), call.form.encode()):
        return
    if caller.visit is not None and caller.visit.serves:
        # It may be a page of another office: what was typed there is not shown again here (contract 6).
        raise Refused(Why.NOT_ALLOWED, "grouping.other_page")
    raise Refused(Why.FORGED)


def need_for_others(caller: Caller) -> None:
    """Raise Refused for what nobody does for others, and Lapsed where it is not done any more (contract 6)."""
    shape = caller.call.row.shape
    if caller.lapsed and shape not in WAYS_OUT:
        raise Lapsed
    if caller.is_serving and shape not in FOR_ANOTHER_OFFICE:
        raise Refused(Why.NOT_ALLOWED, "grouping.own_only")


def need_ready(caller: Caller) -> None:
    """Raise Unready for what nobody does before the registration (R105, contract 4)."""
    account = caller.account
    if account is not None and account.state is not AccountState.ACTIVE and not caller.call.row.unready:
        raise Unready
