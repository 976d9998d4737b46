# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about an office that calls, and about the manuals that offices get."""

from appliance.link.messages import calling as c
from appliance.link.messages import manuals as n
from appliance.link.messages.row import Carries, Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_CONSOLE = frozenset({Site.CONSOLE})
_BOTH = frozenset({Site.PORTAL, Site.CONSOLE})

CALLING_MESSAGES: tuple[Message, ...] = (
    Message(c.ReadCaller, c.CallerCard, _CONSOLE, Kind.CALLER_READ, action="caller.read"),
    Message(c.ListCauses, c.CausePage, _CONSOLE, Kind.CALLER_READ, action="caller.read"),
    Message(c.SendTestMail, Nothing, _CONSOLE, Kind.MAIL_TESTED, action="caller.mail", changes=True),
    Message(c.SendAgain, Nothing, _CONSOLE, Kind.LETTER_SENT_AGAIN, action="caller.mail", changes=True),
    Message(
        c.JudgeDiagnosis, c.DiagnosisJudged, _CONSOLE, Kind.DIAGNOSIS_FILE_READ, action="caller.read", changes=True
    ),
    Message(n.ListManuals, n.ManualPage, _BOTH, Kind.MANUAL_LIST_READ, action="manual.list"),
    Message(
        n.OpenManual, n.ManualOpened, _BOTH, Kind.MANUAL_READ, action="manual.list", carries=Carries.BYTES_DOWN
    ),
    Message(
        n.AddManual,
        n.ManualAdded,
        _CONSOLE,
        Kind.MANUAL_ADDED,
        action="manual.change",
        changes=True,
        carries=Carries.BYTES_UP,
    ),
    Message(n.WithdrawManual, Nothing, _CONSOLE, Kind.MANUAL_WITHDRAWN, action="manual.change", changes=True),
)

CALLING_SAFE_AGAIN: frozenset[type] = frozenset({c.ReadCaller, c.ListCauses, n.ListManuals})
