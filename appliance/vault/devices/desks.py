# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about the PCs of an office: requests for activation, seats and bonds."""

from collections.abc import Mapping

from appliance.link.messages import devices as d
from appliance.vault.devices import at_host, deciding, ending, giving_up, queue, seat_list
from appliance.vault.office_list import named_office
from appliance.vault.reception import Desk

DEVICES_DESKS: Mapping[type, Desk] = {
    d.ListActivations: Desk(queue.list_activations),
    d.ReadActivation: Desk(queue.read_activation, deciding.office_of_request),
    d.ApproveActivation: Desk(deciding.approve_activation, deciding.office_of_request),
    d.RefuseActivation: Desk(deciding.refuse_activation, deciding.office_of_request),
    d.ListOwnSeats: Desk(seat_list.list_own_seats),
    d.ListSeats: Desk(seat_list.list_seats, named_office),
    d.FindSeats: Desk(seat_list.find_seats),
    d.RevokeSeat: Desk(ending.revoke_seat, ending.office_of_seat),
    d.OpenSeat: Desk(ending.open_again, ending.office_of_seat),
    d.AskSeatCode: Desk(giving_up.ask_seat_code),
    d.GiveUpSeat: Desk(giving_up.give_up_seat),
    d.AskSeats: Desk(at_host.ask_seats),
    d.RevokeSeats: Desk(at_host.revoke_seats),
}
