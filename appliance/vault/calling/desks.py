# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about an office that calls, and about manuals: the part that vault/desks.py takes in."""

from collections.abc import Mapping

from appliance.link.messages import calling as c
from appliance.link.messages import manuals as n
from appliance.vault.calling import again, cards, causes, diagnosing
from appliance.vault.manuals import keeping
from appliance.vault.office_list import named_office
from appliance.vault.reception import Desk

CALLING_DESKS: Mapping[type, Desk] = {
    c.ReadCaller: Desk(cards.read_caller, named_office),
    c.ListCauses: Desk(causes.list_causes),
    c.SendTestMail: Desk(again.send_test_mail, again.office_of_person),
    c.SendAgain: Desk(again.send_again, again.office_of_person),
    c.JudgeDiagnosis: Desk(diagnosing.judge_diagnosis, named_office),
    n.ListManuals: Desk(keeping.list_manuals),
    n.OpenManual: Desk(keeping.open_one),
    n.AddManual: Desk(keeping.add_manual),
    n.WithdrawManual: Desk(keeping.withdraw_manual),
}
