# SPDX-License-Identifier: Apache-2.0
"""What an administrator does at the vault's own host: the handlers of the messages of the admin socket."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

from appliance import __version__
from appliance.host.system import DemoClock
from appliance.link.messages import (
    AccountAdded,
    AddAccount,
    AddOffice,
    AskStatus,
    BlockPlugin,
    ClockMoved,
    CutLink,
    ExportJournal,
    JournalVerdict,
    LinkCut,
    MoveClock,
    Nothing,
    OfficeAdded,
    Status,
    VerifyJournal,
)
from appliance.link.refusals import Refused, Why
from appliance.model.ids import CONTRACT_NUMBER, MAIL, STAFF_NAME, USER_ID, canonical, canonical_number
from appliance.model.journal import Kind, Result
from appliance.model.things import Account, Office, Secret
from appliance.model.time import SECOND
from appliance.model.words import PRESETS, AccountState
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.journal.bundle import export
from appliance.vault.journal.log import JournalDamaged
from appliance.vault.journal.verify import verify
from appliance.vault.keyring import OFFICE_RANDOM
from appliance.vault.passwords import FIRST_PASSWORD_LENGTH, readable
from appliance.vault.tables import Cut, accounts, cuts, offices, secrets, visits
from appliance.vault.transaction import Transaction
from appliance.vault.visits import VISITS_AT_ONCE, end_visit

MAX_OFFICE_NUMBER = 999_999
MAX_NAME = 100
MAX_REASON = 300


async def add_office(core: Core, caller: Caller, message: AddOffice) -> OfficeAdded:
    """A new office with a key of its own. The same number and contract number again change nothing."""
    number = canonical_number(message.contract_number)
    if not 1 <= message.number <= MAX_OFFICE_NUMBER or not CONTRACT_NUMBER.fullmatch(number):
        raise Refused(Why.INVALID, "office.number")
    if not 0 < len(message.name) <= MAX_NAME:
        raise Refused(Why.INVALID, "office.name")
    office = Office(core.new_id(), message.number, number, message.name, caller.now)
    key = core.random.bytes(OFFICE_RANDOM)

    def add(txn: Transaction) -> str:
        if known := _same_office(txn, office):
            return known
        offices.put(txn, office)
        core.keyring.add_office(txn.txn, office.id, key)
        txn.journal(caller.entry(office=office.id, thing=office.id, personal={"name": office.name}))
        return office.id

    return OfficeAdded(await core.commit(add))


def _same_office(txn: Transaction, office: Office) -> str:
    blind = txn.sealing.blind("contract", office.contract_number)
    by_contract = offices.first(txn, "contract", blind)
    by_number = offices.first(txn, "number", office.number)
    if by_contract is None and by_number is None:
        return ""
    if by_contract != by_number or by_contract is None:
        raise Refused(Why.CONFLICT, "office.taken")
    return by_contract.id


async def add_account(core: Core, caller: Caller, message: AddAccount) -> AccountAdded:
    """A new account with a first password that is shown this once."""
    login = canonical(message.login)
    form = USER_ID if message.contract_number else STAFF_NAME
    if message.role.of_fund == bool(message.contract_number):
        raise Refused(Why.INVALID, "account.role")
    if not form.fullmatch(login):
        raise Refused(Why.INVALID, "account.login")
    if not MAIL.fullmatch(message.mail):
        raise Refused(Why.INVALID, "account.mail")
    password = readable(core.random, FIRST_PASSWORD_LENGTH)
    secret = Secret(
        core.new_id(), await core.passwords.hash(password), made_at=caller.now, last_sign_in_at=caller.now
    )
    number = canonical_number(message.contract_number)

    def add(txn: Transaction) -> None:
        office = _office_id(txn, number) if number else ""
        if accounts.first(txn, "login", txn.sealing.blind(f"login/{office}", login)):
            raise Refused(Why.CONFLICT, "account.taken")
        rights = PRESETS.get(message.role, frozenset())
        account = Account(
            secret.account, office, login, message.name, message.mail, message.role, rights, caller.now
        )
        account = replace(account, state=AccountState.ACTIVE, mail_confirmed_at=caller.now)
        accounts.put(txn, account)
        secrets.put(txn, secret)
        txn.journal(caller.entry(office=office, thing=account.id, personal={"login": login}))

    await core.commit(add)
    return AccountAdded(secret.account, password)


def _office_id(txn: Transaction, number: str) -> str:
    office = offices.first(txn, "contract", txn.sealing.blind("contract", number))
    if office is None:
        raise Refused(Why.NOT_FOUND, "office.unknown")
    return office.id


async def cut_link(core: Core, caller: Caller, message: CutLink) -> LinkCut:
    """All visits of a site end, some in each transaction, and nothing that was begun through it goes on.

    The entry says how many visits ended.
    """
    ended = 0
    while count := await core.commit(lambda txn: _end_some(txn, message), vital=True):
        ended += count
    entry = caller.entry(thing=message.of_site.value, reason=f"{ended} visits ended")

    def cut(txn: Transaction) -> None:
        cuts.put(txn, Cut(message.of_site, caller.now))
        txn.journal(entry)

    await core.commit(cut, vital=True)
    return LinkCut(ended)


def _end_some(txn: Transaction, message: CutLink) -> int:
    some = visits.scan(txn, "site", (message.of_site.value,), limit=VISITS_AT_ONCE)
    for visit in some:
        end_visit(txn, visit)
    return len(some)


async def move_clock(core: Core, caller: Caller, message: MoveClock) -> ClockMoved:
    """The demo's clock goes forward (design §10)."""
    if not isinstance(core.clock, DemoClock) or message.seconds < 0:
        raise Refused(Why.INVALID, "demo.clock")
    now = core.clock.move(message.seconds * SECOND)
    entry = replace(caller, now=now).entry(reason=f"{message.seconds} seconds forward")
    await core.commit(lambda txn: txn.journal(entry))
    return ClockMoved(now)


async def block_plugin(core: Core, caller: Caller, message: BlockPlugin) -> Nothing:
    """The command writes the list that counts at the next start; here it is journaled first."""
    kind = Kind.PLUGIN_BLOCKED if message.blocked else Kind.PLUGIN_UNBLOCKED
    entry = caller.entry(kind, thing=message.name)
    await core.commit(lambda txn: txn.journal(entry))
    return Nothing()


async def export_journal(core: Core, caller: Caller, message: ExportJournal) -> Streamed:
    """The bundle, as it is after the entry of its own export."""
    entry = caller.entry()
    await core.commit(lambda txn: txn.journal(entry), vital=True)
    with suppress(JournalDamaged):  # a journal that must not be signed any more is evidence all the same
        await core.checkpoints.sign_if_grown()
    return Streamed(Nothing(), _bundle(core))


async def _bundle(core: Core) -> AsyncIterator[bytes]:
    async for piece in export(core.records, core.log, core.checkpoints):
        yield piece


async def verify_journal(core: Core, caller: Caller, message: VerifyJournal) -> JournalVerdict:
    """Check everything; the outcome is an entry of its own, and a failure never resets itself."""
    verdict = await verify(core.records, core.log, core.checkpoints, message.against)
    result = Result.DONE if verdict.ok else Result.REFUSED
    reason = "ok" if verdict.ok else f"first bad entry: {verdict.first_bad}: {verdict.reason}"
    entry = caller.entry(result=result, reason=f"{verdict.entries} entries, {reason}"[:MAX_REASON])
    await core.commit(lambda txn: txn.journal(entry), vital=True)
    return verdict


async def ask_status(core: Core, caller: Caller, message: AskStatus) -> Status:
    """Figures, nothing else; read often by monitoring, so that it is journaled once in ten minutes."""
    size = await core.read(lambda snapshot: core.log.size(snapshot.view))
    if core.reads.is_new(b"admin", caller.call.row.journal.value, "", caller.now):
        entry = caller.entry()
        await core.commit(lambda txn: txn.journal(entry), vital=True)
        core.reads.remember(b"admin", caller.call.row.journal.value, "", caller.now)
    return Status(
        version=__version__,
        now=caller.now,
        journal_size=size,
        records_ratio=core.room.records,
        blobs_ratio=core.room.blobs,
        gate_connected=core.gate.connected,
        sessions=len(core.gate.report.live),
    )
