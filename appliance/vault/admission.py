# SPDX-License-Identifier: Apache-2.0
"""The door: who sends this message?

1. A message whose row asks for a visit is nobody's without the token of a visit that goes on, at this very site.
2. A message that changes something and comes from a web site needs the visit's form token as well.
3. The site is the listener's; the source address is written down and decides nothing.
4. A visit before the registration does what its row allows to it, and nothing else. Who is suspended has no visit.

How a visit begins, and where secrets are verified, is door/.
"""

import hmac
from dataclasses import replace

from appliance.link.refusals import Refused, Why
from appliance.model.words import WEB_SITES, AccountState, Site
from appliance.vault.caller import ADMIN, Caller, form_token
from appliance.vault.door.passwords import keyed_hash
from appliance.vault.records.tables import accounts, offices, visits
from appliance.vault.records.transaction import Snapshot


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


def token_hash(pepper: bytes, token: str) -> bytes:
    """What is kept of a visit's token."""
    return keyed_hash(pepper, "visit", token)


def admitted(snapshot: Snapshot, pepper: bytes, unknown: Caller) -> Caller:
    """Who the caller is. Raises NotSignedIn (contract 1 and 3)."""
    call, now = unknown.call, unknown.now
    if not call.row.visit:
        return replace(unknown, actor=ADMIN if call.site is Site.ADMIN else "")
    visit = visits.get(snapshot, token_hash(pepper, call.token)) if call.token else None
    if visit is None:
        raise NotSignedIn("unknown token" if call.token else "no token")
    if visit.site is not call.site:
        raise NotSignedIn("token of another site")
    if now >= visit.ends_at:
        raise NotSignedIn("visit is over")
    account = accounts.get(snapshot, visit.account)
    if account is None or account.state is AccountState.REMOVED:
        raise NotSignedIn("account is gone")
    if account.state is AccountState.SUSPENDED:
        raise NotSignedIn("account is suspended")
    office = offices.get(snapshot, account.office) if account.office else None
    form = form_token(pepper, call.token)
    return replace(unknown, actor=account.id, form=form, visit=visit, account=account, office=office)


def need_form_token(caller: Caller) -> None:
    """Raise Refused FORGED if the message needs the visit's form token and has not got it (contract 2)."""
    call = caller.call
    if not call.row.changes or call.site not in WEB_SITES:
        return
    if not hmac.compare_digest(caller.form.encode(), call.form.encode()):
        raise Refused(Why.FORGED)


def need_ready(caller: Caller) -> None:
    """Raise Unready for what nobody does before the registration (R105, contract 4)."""
    account = caller.account
    if account is not None and account.state is not AccountState.ACTIVE and not caller.call.row.unready:
        raise Unready
