# SPDX-License-Identifier: Apache-2.0
"""Contracts: an office with its number, its seats and its first user; the handler of AddContract."""

from appliance.link.messages.people import AddContract, ContractAdded
from appliance.link.refusals import Refused, Why
from appliance.model.things import Office
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.keys.keyring import OFFICE_RANDOM
from appliance.vault.people import fields
from appliance.vault.people.accounts import NewPerson, add_person, new_person
from appliance.vault.people.registration import kana_notes
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Transaction


async def add_contract(core: Core, caller: Caller, message: AddContract) -> ContractAdded:
    """A new office with a key of its own, and its admin, who waits for the first sign-in."""
    office = _office(core, caller, message)
    kana = fields.person_kana(message.kana)
    first = new_person(
        core,
        caller,
        office=office.id,
        login=fields.user_id(message.login),
        name=fields.person_name(message.name),
        kana=kana.text,
        mail=fields.mail_address(message.mail),
        role=Role.OFFICE_ADMIN,
    )
    key = core.random.bytes(OFFICE_RANDOM)
    await core.commit(lambda txn: _add(core, txn, caller, office, key, first))
    return ContractAdded(office.id, first.account.id, first.password, kana_notes(kana))


def _office(core: Core, caller: Caller, message: AddContract) -> Office:
    return Office(
        id=core.new_id(),
        number=fields.office_number(message.number),
        contract_number=fields.contract_number(message.contract_number),
        name=fields.office_name(message.office_name),
        created_at=caller.now,
        seats=fields.seats(message.seats),
    )


def _add(core: Core, txn: Transaction, caller: Caller, office: Office, key: bytes, first: NewPerson) -> None:
    blind = txn.sealing.blind("contract", office.contract_number)
    if offices.first(txn, "contract", blind):
        raise Refused(Why.CONFLICT, "contract_number.taken", {"field": "contract_number"})
    if offices.first(txn, "number", office.number):
        raise Refused(Why.CONFLICT, "office_number.taken", {"field": "office_number"})
    offices.put(txn, office)
    core.keyring.add_office(txn.txn, office.id, key)
    add_person(txn, first)
    named = {"name": office.name, "login": first.account.login}
    txn.journal(caller.entry(office=office.id, thing=first.account.id, personal=named))
