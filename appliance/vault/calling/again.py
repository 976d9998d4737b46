# SPDX-License-Identifier: Apache-2.0
"""Mails that the desk sends while somebody calls: a test mail, and the last letter of a kind once more."""

from appliance.link.messages import Nothing
from appliance.link.messages.calling import SendAgain, SendTestMail
from appliance.link.refusals import Refused, Why
from appliance.model.things import Account, MailState
from appliance.model.time import MINUTE, Instant
from appliance.model.words import AccountState, MailOutcome
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.letters import LetterKind, write
from appliance.vault.letters.kinds import TRAITS
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import mail_states, somebody
from appliance.vault.records.transaction import Snapshot, Transaction

# They say nothing but that something is there, which is so whenever they come.
SAFE = frozenset(
    {
        LetterKind.REGISTRATION_DONE,
        LetterKind.NOTICE_DELIVERED,
        LetterKind.FILING_WAITING,
        LetterKind.FILING_RECEIVED,
        LetterKind.PERMISSIONS_CHANGED,
    }
)
PAUSE = 10 * MINUTE
assert not any(TRAITS[kind].given for kind in SAFE), "what is said only once cannot be said again"


def office_of_person(snapshot: Snapshot, caller: Caller, message: SendTestMail | SendAgain) -> str:
    """The office of whom the mail is for. Raises Refused NOT_FOUND, also for the fund's own people."""
    return _person(snapshot, message.account).office


def is_safe_again(state: MailState) -> bool:
    """Whether it may be sent anew: it holds no secret, and it is not on its way."""
    return state.kind in SAFE and state.outcome not in (MailOutcome.WAITING, MailOutcome.LATER)


async def send_test_mail(core: Core, caller: Caller, message: SendTestMail) -> Nothing:
    """To the registered address and no other. Raises Refused CONFLICT when one went a short while ago."""
    return await _send(core, caller, message.account, LetterKind.TEST_MAIL, "")


async def send_again(core: Core, caller: Caller, message: SendAgain) -> Nothing:
    """The last letter of a kind. Raises Refused CONFLICT for one that is not safe, or on its way."""
    if message.kind not in SAFE:
        raise Refused(Why.CONFLICT, "calling.not_again")
    return await _send(core, caller, message.account, LetterKind(message.kind), message.kind)


async def _send(core: Core, caller: Caller, account: str, kind: LetterKind, reason: str) -> Nothing:
    def send(txn: Transaction) -> None:
        person = _person(txn, account)
        before = mail_states.get(txn, account, kind)
        if reason and (before is None or not is_safe_again(before)):
            raise Refused(Why.CONFLICT, "calling.not_again")
        if _went_just_now(before, caller.now):
            raise Refused(Why.CONFLICT, "calling.too_soon")
        write(txn, kind, account, account, {}, caller.now)
        remember(txn, caller, Nothing())
        txn.journal(caller.entry(office=person.office, thing=account, reason=reason))

    await core.commit(send, seen=caller.seen)
    return Nothing()


def _went_just_now(before: MailState | None, now: Instant) -> bool:
    return before is not None and now - before.at < PAUSE


def _person(snapshot: Snapshot, account: str) -> Account:
    person = somebody(snapshot, account)
    if person is None or not person.office or person.state is AccountState.REMOVED:
        raise Refused(Why.NOT_FOUND)
    return person
