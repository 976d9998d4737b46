# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about several offices in one person's hands, and what is done for another office."""

from appliance.link.messages import filings as f
from appliance.link.messages import grouping as g
from appliance.link.messages import live as v
from appliance.link.messages import month as mo
from appliance.link.messages import notices as n
from appliance.link.messages import own as o
from appliance.link.messages import pages as pg
from appliance.link.messages import plugins as pl
from appliance.link.messages.door import SignOut
from appliance.link.messages.row import Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Permission, Site

_BOTH = frozenset({Site.PORTAL, Site.CONSOLE})
_PORTAL, _CONSOLE = frozenset({Site.PORTAL}), frozenset({Site.CONSOLE})

GROUPING_MESSAGES: tuple[Message, ...] = (
    Message(g.ListServed, g.ServedPage, _PORTAL, Kind.SERVED_LIST_READ, action="served.list"),
    Message(g.ListClients, g.Clients, _PORTAL, Kind.SERVED_LIST_READ, action="served.list"),
    Message(g.SwitchOffice, g.Switched, _PORTAL, Kind.OFFICE_SWITCHED, action="served.switch", changes=True),
    Message(g.FindOffices, g.OfficesFound, _CONSOLE, Kind.OFFICE_LIST_READ, action="office.list"),
    Message(
        g.AddDelegations,
        g.DelegationsAdded,
        _CONSOLE,
        Kind.DELEGATION_ADDED,
        action="delegation.add",
        changes=True,
    ),
    Message(g.ListDelegations, g.DelegationPage, _BOTH, Kind.DELEGATION_LIST_READ, action="delegation.list"),
    Message(g.EndDelegation, Nothing, _BOTH, Kind.DELEGATION_ENDED, action="delegation.end", changes=True),
    Message(
        g.NarrowDelegation, Nothing, _PORTAL, Kind.DELEGATION_CHANGED, action="delegation.narrow", changes=True
    ),
    Message(
        g.AskApproval,
        g.ApprovalAskedFor,
        _PORTAL,
        Kind.FILING_APPROVAL_ASKED,
        action="filing.ask_approval",
        needs=Permission.UPLOAD,
        changes=True,
    ),
)

GROUPING_SAFE_AGAIN: frozenset[type] = frozenset({g.ListServed, g.ListClients, g.FindOffices, g.ListDelegations})

# Where somebody goes, and how it ends: possible whatever has become of the delegation meanwhile.
WAYS_OUT: frozenset[type] = frozenset({SignOut, g.ListServed, g.ListClients, g.SwitchOffice})

# All that anybody does for another office than the own one. What concerns persons, their accounts, passwords,
# permissions and rules stays with the office's own people, also what is added to the table later.
FOR_ANOTHER_OFFICE: frozenset[type] = WAYS_OUT | {
    pg.OpenMenu,
    pg.ListNotices,
    pg.ReadHistory,
    mo.ReadMonth,
    v.Follow,
    o.ReadOwn,
    n.BeginUpload,
    n.PutPart,
    n.DownloadNotice,
    n.DownloadNotices,
    n.DownloadFinished,
    f.SubmitFiling,
    f.ListFilings,
    f.ReadFiling,
    f.ApproveFiling,
    f.DeliverFiling,
    f.CancelFiling,
    f.DownloadFiling,
    g.AskApproval,
    pl.Act,
    pl.Look,
}
