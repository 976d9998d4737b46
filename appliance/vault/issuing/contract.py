# SPDX-License-Identifier: Apache-2.0
"""A contract begins: office, key, admin, download key, seats and the letter, in one commit (R226, A1, A12).

plan_contract() judges and draws; write_contract() writes, and may run twice.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Kind
from appliance.model.names import Kana
from appliance.model.things import Office
from appliance.model.time import date_in_japan
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.download_keys import give_download_key, new_download_key
from appliance.vault.issuing.sealed import seal_letter
from appliance.vault.issuing.seat_rooms import note_seats, open_seats
from appliance.vault.keys.keyring import OFFICE_RANDOM
from appliance.vault.people import fields
from appliance.vault.people.accounts import NewPerson, add_person, new_person
from appliance.vault.records.issuing_tables import SealedLetter, Serial, serials
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot, Transaction

LAST_SERIAL = 9_999_999


@dataclass(frozen=True, slots=True)
class NewContract:
    """What an office has registered, as typed.

    contract_number is "" for the next one, else one that another system gave out. more_seats is the fund's reason
    for more than three seats. download_key is that of another system, "" for a fresh one; first_password one
    that the office has filed, which is not printed (R311b). entered_on is the day of the form, None for today.
    """

    number: int
    office_name: str
    seats: int
    login: str
    name: str
    kana: str
    mail: str
    contract_number: str = ""
    entered_on: dt.date | None = None
    more_seats: str = ""
    download_key: str = field(default="", repr=False)
    first_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PlannedContract:
    """All that is to be written; the contract number of office is "" where the next one is to be given out."""

    office: Office
    office_key: bytes = field(repr=False)
    first: NewPerson
    kana: Kana
    download_key: str = field(repr=False)
    imported_key: bool
    letter: SealedLetter
    more_seats: str = field(default="", repr=False)


def plan_contract(core: Core, caller: Caller, new: NewContract) -> PlannedContract:
    """Judge what was typed, and draw all that chance gives. Raises fields.Unfit; nothing is written."""
    more_seats = fields.reason(new.more_seats) if new.more_seats.strip() else ""
    office = Office(
        id=core.new_id(),
        number=fields.office_number(new.number),
        contract_number=fields.contract_number(new.contract_number) if new.contract_number else "",
        name=fields.office_name(new.office_name),
        created_at=caller.now,
        seats=fields.seats(new.seats, allowed=bool(more_seats)),
    )
    kana = fields.person_kana(new.kana)
    first = new_person(
        core,
        caller,
        office=office.id,
        login=fields.user_id(new.login),
        name=fields.person_name(new.name),
        kana=kana.text,
        mail=fields.mail_address(new.mail),
        role=Role.OFFICE_ADMIN,
        password=new.first_password,
    )
    key = new.download_key or new_download_key(core.random)
    letter = SealedLetter(
        id=core.new_id(),
        office=office.id,
        account=first.account.id,
        made_at=caller.now,
        made_by=caller.actor,
        entered_on=(new.entered_on or date_in_japan(caller.now)).isoformat(),
        download_key=key,
        first_password="" if new.first_password else first.password,
        first_made_at=caller.now,
        first_filed=bool(new.first_password),
    )
    fresh = core.random.bytes(OFFICE_RANDOM)
    return PlannedContract(office, fresh, first, kana, key, bool(new.download_key), letter, more_seats)


def write_contract(core: Core, txn: Transaction, caller: Caller, planned: PlannedContract) -> Office:
    """Write it; the office, with its number. Raises Refused CONFLICT where a number or the login is taken.

    Its journal entry is of kind contract.added, whatever the message is.
    """
    office = planned.office
    if office.contract_number and is_taken(txn, office.contract_number):
        raise Refused(Why.CONFLICT, "contract_number.taken", {"field": "contract_number"})
    if offices.first(txn, "number", office.number):
        raise Refused(Why.CONFLICT, "office_number.taken", {"field": "office_number"})
    if not office.contract_number:
        office = replace(office, contract_number=next_number(txn, core.settings.fund.number))
    offices.put(txn, office)
    core.keyring.add_office(txn.txn, office.id, planned.office_key)
    add_person(txn, planned.first)
    give_download_key(core, txn, office.id, planned.download_key, caller.now, imported=planned.imported_key)
    note_seats(txn, caller, office, 0, reason=planned.more_seats, filed_on=planned.letter.entered_on)
    open_seats(txn, caller, office)
    seal_letter(txn, planned.letter)
    _journal(txn, caller, office, planned)
    return office


def next_number(txn: Transaction, fund: int) -> str:
    """The next contract number of a fund (A1). Those that came from elsewhere are passed over."""
    kept = serials.get(txn, fund)
    serial = kept.last if kept else 0
    while True:
        serial += 1
        if serial > LAST_SERIAL:
            raise Refused(Why.CONFLICT, "contract_number.none_left")
        number = f"{fund}-{serial:07d}"
        if not is_taken(txn, number):
            serials.put(txn, Serial(fund, serial))
            return number


def is_taken(snapshot: Snapshot, contract_number: str) -> bool:
    """Whether an office has this contract number."""
    blind = snapshot.sealing.blind("contract", contract_number)
    return offices.first(snapshot, "contract", blind) is not None


def _journal(txn: Transaction, caller: Caller, office: Office, planned: PlannedContract) -> None:
    account = planned.first.account
    named = {"name": office.name, "login": account.login}
    if planned.more_seats:
        named[TYPED] = planned.more_seats
    txn.journal(caller.entry(Kind.CONTRACT_ADDED, office=office.id, thing=account.id, personal=named))
