# SPDX-License-Identifier: Apache-2.0
"""VPN sessions as people are shown them: with names, with the latest bytes, and with who is signed in."""

from collections.abc import Sequence

from appliance.link.messages import TunnelPerson, TunnelRow
from appliance.model.ids import is_id
from appliance.model.things import Office
from appliance.model.tunnels import TunnelSession
from appliance.vault.records.tables import accounts, offices, visits
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.connected import Connected

PEOPLE = 3


def rows_of(tunnels: Connected, snapshot: Snapshot, found: Sequence[TunnelSession]) -> tuple[TunnelRow, ...]:
    """As people are shown them; each office is looked up once."""
    known = {one.office: offices.get(snapshot, one.office) for one in found if one.office}
    return tuple(_row(tunnels, snapshot, one, known.get(one.office)) for one in found)


def _row(tunnels: Connected, snapshot: Snapshot, one: TunnelSession, office: Office | None) -> TunnelRow:
    live = tunnels.seen(one.id)
    return TunnelRow(
        id=one.id,
        office=one.office if office else "",
        contract_number=office.contract_number if office else "",
        office_name=office.name if office else "",
        seat=one.seat,
        engine=one.engine,
        address=one.address,
        source=one.source,
        state=one.state,
        appeared_at=one.appeared_at,
        began_at=one.began_at,
        ends_at=one.ends_at,
        ended_at=one.ended_at,
        cause=one.cause,
        by=name_by(snapshot, one.by),
        told=one.told,
        bytes_in=live.bytes_in if live else one.bytes_in,
        bytes_out=live.bytes_out if live else one.bytes_out,
        people=_people(snapshot, one.id) if tunnels.of(one.id) else (),
    )


def _people(snapshot: Snapshot, session: str) -> tuple[TunnelPerson, ...]:
    found = visits.scan(snapshot, "tunnel", (session,), limit=PEOPLE)
    known = [accounts.get(snapshot, visit.account) for visit in found]
    return tuple(TunnelPerson(one.id, one.login, one.name) for one in known if one is not None)


def name_by(snapshot: Snapshot, actor: str) -> str:
    """What somebody is called who has ended or blocked something; the administrator has no name."""
    account = accounts.get(snapshot, actor) if is_id(actor) else None
    return account.name if account else actor
