# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about what an office is given: numbers, keys, letters, seats and another admin."""

from collections.abc import Mapping

from appliance.link.messages import issuing as i
from appliance.vault.issuing import cards, letter_list, printing, reissuing, seat_changes
from appliance.vault.office_list import named_office
from appliance.vault.people import hand_over, zip_rotation
from appliance.vault.reception import Desk

ISSUING_DESKS: Mapping[type, Desk] = {
    i.ListLetters: Desk(letter_list.list_letters),
    i.PrintLetters: Desk(printing.print_letters),
    i.ConfirmLetters: Desk(printing.confirm_letters),
    i.ReissueLetter: Desk(reissuing.reissue_letter, named_office),
    i.ReadIssued: Desk(cards.read_issued, named_office),
    i.ReadOwnIssued: Desk(cards.read_own_issued),
    i.AskReissue: Desk(reissuing.ask_reissue),
    i.ChangeSeats: Desk(seat_changes.change_seats, named_office),
    i.NameSuccessor: Desk(hand_over.name_successor),
    i.ConfirmSuccessor: Desk(hand_over.confirm_successor),
    i.DropSuccessor: Desk(hand_over.drop_successor),
    i.HandOver: Desk(hand_over.hand_over),
    i.AllowZipChange: Desk(zip_rotation.allow_zip_change, named_office),
    i.ChangeZipPassword: Desk(zip_rotation.change_zip_password),
}
