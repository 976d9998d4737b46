# SPDX-License-Identifier: Apache-2.0
"""The rows of the messages about what an office does before it has a PC: it fetches kits and sends 確認コード.

At the public site no policy is asked: nobody there is a person with rights. A ticket opens the office's own kits
and its own 確認コード, and nothing else.
"""

from appliance.link.messages import fetching as f
from appliance.link.messages.notices import Download
from appliance.link.messages.row import Carries, Message, Nothing
from appliance.model.journal import Kind
from appliance.model.words import Site

_PUBLIC, _CONSOLE = frozenset({Site.PUBLIC}), frozenset({Site.CONSOLE})
_DOWN = Carries.BYTES_DOWN

FETCHING_MESSAGES: tuple[Message, ...] = (
    Message(f.OpenCounter, f.CounterOpened, _PUBLIC, Kind.COUNTER_OPENED, visit=False),
    Message(f.ReadCounter, f.Counter, _PUBLIC, Kind.COUNTER_READ),
    Message(f.FetchKit, Download, _PUBLIC, Kind.COUNTER_FILE_STARTED, carries=_DOWN),
    Message(f.FetchManual, Download, _PUBLIC, Kind.COUNTER_FILE_STARTED, carries=_DOWN),
    Message(f.FetchFinished, Nothing, _PUBLIC, Kind.COUNTER_FILE_FETCHED),
    Message(f.SendCodes, f.CodesSent, _PUBLIC, Kind.COUNTER_CODES_SENT, changes=True),
    Message(f.LeaveCounter, Nothing, _PUBLIC, Kind.COUNTER_LEFT, changes=True),
    Message(f.UnlockCounter, Nothing, _CONSOLE, Kind.COUNTER_UNLOCKED, action="lock.release", changes=True),
)

FETCHING_SAFE_AGAIN: frozenset[type] = frozenset({f.ReadCounter})
