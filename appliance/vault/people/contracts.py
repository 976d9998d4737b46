# SPDX-License-Identifier: Apache-2.0
"""The administrator adds a contract: the handler of AddContract."""

from appliance.link.messages.people import AddContract, ContractAdded
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.contract import NewContract, plan_contract, write_contract
from appliance.vault.people.registration import kana_notes


async def add_contract(core: Core, caller: Caller, message: AddContract) -> ContractAdded:
    """A new office with a key of its own, and its admin, who waits for the first sign-in."""
    planned = plan_contract(
        core,
        caller,
        NewContract(
            number=message.number,
            office_name=message.office_name,
            seats=message.seats,
            login=message.login,
            name=message.name,
            kana=message.kana,
            mail=message.mail,
            contract_number=message.contract_number,
        ),
    )
    office = await core.commit(lambda txn: write_contract(core, txn, caller, planned))
    first = planned.first
    notes = kana_notes(planned.kana)
    return ContractAdded(office.id, first.account.id, first.password, notes, office.contract_number)
