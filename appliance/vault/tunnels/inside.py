# SPDX-License-Identifier: Apache-2.0
"""At the portal from inside a VPN session: in which one, on whose PC, and for which offices (R77, R240, design §9).

1. Where the portal needs a VPN, each of its messages about people comes from the address of an open session.
2. Whoever signs in there is of the office of that PC's seat, or of one that somebody of that office serves. For all
   others no name is a name, whatever they know. That is looked at with each message, and before they go on to an
   office that they serve.
3. A visit is good in the session in which it began, and ends with it.
"""

from dataclasses import replace

from appliance.config.settings import Settings
from appliance.config.tunnel_settings import TunnelNeed
from appliance.link.messages import AskBanners, ReportRefusal, Watch
from appliance.link.refusals import Refused, Why
from appliance.model.time import SECOND, Instant
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.model.words import Site
from appliance.vault.caller import Caller
from appliance.vault.grouping.serving import serving
from appliance.vault.records.tables import visits
from appliance.vault.records.transaction import Moved, Snapshot, Transaction
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.present import session_at

# What the site asks for itself, and of nobody.
OF_THE_SITE = frozenset({AskBanners, ReportRefusal, Watch})
# The page that says so has to arrive before the line is cut.
LEAVING = 3 * SECOND


class NotConnected(Refused):
    """There is no open VPN session at this address."""

    reason = "no VPN session at this address"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "tunnel.needed")


def come_from(snapshot: Snapshot, settings: Settings, caller: Caller) -> Caller:
    """The caller, with the VPN session from which the message comes. Raises NotConnected (contract 1)."""
    call = caller.call
    if call.site is not Site.PORTAL or settings.tunnels.portal is TunnelNeed.NONE or call.row.shape in OF_THE_SITE:
        return caller
    session = session_at(snapshot, call.asserted.source, caller.now)
    if session is None:
        raise NotConnected
    return replace(caller, tunnel=session)


def speaks_for(snapshot: Snapshot, tunnel: TunnelSession | None, office: str, now: Instant) -> bool:
    """Whether somebody of this office may sign in on the PC of the session (contract 2)."""
    if tunnel is None or tunnel.office == office:
        return True
    return any(person.office == tunnel.office for person, _ in serving(snapshot, office, now))


def still_open(txn: Transaction, tunnel: TunnelSession | None) -> None:
    """Raise Moved where the session has ended, or is just ending: nothing begins in it any more (contract 3)."""
    if tunnel is not None:
        found = tunnel_sessions.get(txn, tunnel.id)
        if found is None or found.state is not SessionState.OPEN or found.leaves_at:
            raise Moved


def leave(txn: Transaction, tunnel: TunnelSession | None, now: Instant) -> bool:
    """The last visitor has left the portal: the session ends in a moment, and the Internet is back (R91).

    Whether it does.
    """
    if tunnel is None or visits.keys(txn, "tunnel", (tunnel.id,), limit=1):
        return False
    found = tunnel_sessions.get(txn, tunnel.id)
    if found is None or found.state is not SessionState.OPEN or found.leaves_at:
        return False
    tunnel_sessions.put(txn, replace(found, leaves_at=now + LEAVING))
    return True
