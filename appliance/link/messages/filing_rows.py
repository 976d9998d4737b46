# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about filings: the part of the table that table.py takes in."""

from appliance.link.messages import filings as f
from appliance.link.messages import notices as n
from appliance.link.messages.row import Carries, Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Permission, Site

_BOTH = frozenset({Site.PORTAL, Site.CONSOLE})
_PORTAL, _CONSOLE = frozenset({Site.PORTAL}), frozenset({Site.CONSOLE})


def _office(shape: type, kind: Kind, action: str, needs: Permission | None, reply: type = f.FilingNow) -> Message:
    """What an office does with a filing of its own."""
    return Message(shape, reply, _PORTAL, kind, action=action, needs=needs, changes=True)


def _fund(shape: type, kind: Kind, action: str, reply: type = f.FilingNow) -> Message:
    """What the fund does."""
    return Message(shape, reply, _CONSOLE, kind, action=action, changes=True)


# In the order in which they happen. Whoever uploaded it may take it back, with the permission or without (A11b);
# any of four permissions opens it: the machine and the table of rights see to that.
FILING_MESSAGES: tuple[Message, ...] = (
    _office(f.SubmitFiling, Kind.FILING_UPLOADED, "filing.upload", Permission.UPLOAD, f.Submitted),
    Message(f.ListFilings, f.FilingPage, _BOTH, Kind.FILING_LIST_READ, action="filing.list"),
    Message(f.ReadFiling, f.FilingDetail, _BOTH, Kind.FILING_READ, action="filing.list"),
    _office(f.ApproveFiling, Kind.FILING_APPROVED, "filing.approve", Permission.APPROVE),
    _office(f.DeliverFiling, Kind.FILING_DELIVERED, "filing.deliver", Permission.DELIVER),
    _office(f.CancelFiling, Kind.FILING_CANCELLED, "filing.cancel", None),
    _fund(f.ReceiveFiling, Kind.FILING_RECEIVED, "filing.receive"),
    _fund(f.AcceptFiling, Kind.FILING_ACCEPTED, "filing.settle"),
    _fund(f.ReturnFiling, Kind.FILING_RETURNED, "filing.settle"),
    _fund(f.CompleteFiling, Kind.FILING_DONE, "filing.settle"),
    Message(f.ReadOfficeRules, f.OfficeRules, _PORTAL, Kind.OFFICE_RULES_READ, action="office.rules"),
    _office(f.ChangeOfficeRules, Kind.OFFICE_RULES_CHANGED, "office.rules", None, Nothing),
)

# Documents that go out, filings and notices.
OUTGOING_MESSAGES: tuple[Message, ...] = (
    Message(
        f.DownloadFiling,
        n.Download,
        _BOTH,
        Kind.FILING_OPENED,
        action="filing.open",
        carries=Carries.BYTES_DOWN,
    ),
    Message(
        f.TakeOut,
        n.Download,
        _CONSOLE,
        Kind.FILING_TAKEN_OUT,
        action="filing.take_out",
        carries=Carries.BYTES_DOWN,
    ),
    _fund(n.DeliverCopies, Kind.NOTICE_DELIVERED, "notice.deliver", n.CopiesDelivered),
    _fund(n.CancelNotice, Kind.NOTICE_CANCELLED, "notice.cancel", Nothing),
    Message(
        n.DownloadNotices,
        n.Download,
        _PORTAL,
        Kind.NOTICE_DOWNLOAD_STARTED,
        action="notice.download",
        needs=Permission.DOWNLOAD,
        carries=Carries.BYTES_DOWN,
    ),
)

FILING_SAFE_AGAIN: frozenset[type] = frozenset({f.ListFilings, f.ReadFiling, f.ReadOfficeRules})
