# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about what an office does before it has a PC: it fetches kits and sends 確認コード."""

from collections.abc import Mapping

from appliance.link import messages as m
from appliance.vault.fetching import activating, counter, locks, sending, tickets
from appliance.vault.office_list import named_office
from appliance.vault.reception import Desk

FETCHING_DESKS: Mapping[type, Desk] = {
    m.OpenCounter: Desk(tickets.open_counter),
    m.ReadCounter: Desk(counter.read_counter),
    m.FetchKit: Desk(sending.fetch_kit),
    m.FetchManual: Desk(sending.fetch_manual),
    m.FetchFinished: Desk(sending.fetch_finished),
    m.SendCodes: Desk(activating.send_codes),
    m.LeaveCounter: Desk(tickets.leave_counter),
    m.UnlockCounter: Desk(locks.unlock_counter, named_office),
}
