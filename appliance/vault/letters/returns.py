# SPDX-License-Identifier: Apache-2.0
"""Letters that came back: the account's mail state says so, and the journal (L8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.contracts.notifier import Notifier, Returned
from appliance.model.ids import is_id
from appliance.model.journal import Entry, Kind
from appliance.model.things import MailState
from appliance.model.time import Instant
from appliance.model.words import MailOutcome
from appliance.vault.core import Core
from appliance.vault.letters.settling import entry_about, quoted
from appliance.vault.records.tables import accounts, mail_states
from appliance.vault.records.transaction import Snapshot, Transaction

MOST_CALLS = 100


@dataclass(frozen=True, slots=True)
class _Bounce:
    """A letter that came back, of which we know whose it was."""

    state: MailState
    said: str
    entry: Entry


async def take_returns(core: Core, notifier: Notifier) -> None:
    """Note all letters that came back. What is noted twice, after a crash, is noted once. Raises Refused."""
    for _ in range(MOST_CALLS):
        returned = [one for one in await notifier.returns() if isinstance(one, Returned)]
        if not returned:
            return
        bounces = await core.read(lambda snapshot, found=returned: _bounces(core, snapshot, found))  # type: ignore[misc]
        now = core.clock.now()
        noted = await core.commit(lambda txn, b=bounces, now=now: _note_all(txn, b, now), vital=True)  # type: ignore[misc]
        core.post.counted[MailOutcome.RETURNED] += noted


def _bounces(core: Core, snapshot: Snapshot, returned: Sequence[Returned]) -> list[_Bounce]:
    return [bounce for one in returned if (bounce := _bounce(core, snapshot, one))]


def _bounce(core: Core, snapshot: Snapshot, returned: Returned) -> _Bounce | None:
    """None for a letter that nobody knows, or after which another of its kind was written."""
    if not is_id(returned.id) or (state := mail_states.first(snapshot, "letter", returned.id)) is None:
        return None
    account = accounts.get(snapshot, state.account)
    office, said = account.office if account else "", quoted(returned.said)
    return _Bounce(state, said, entry_about(core, Kind.MAIL_RETURNED, state.account, office, state.kind, said))


def _note_all(txn: Transaction, bounces: Sequence[_Bounce], now: Instant) -> int:
    return sum(_note(txn, bounce, now) for bounce in bounces)


def _note(txn: Transaction, bounce: _Bounce, now: Instant) -> bool:
    """Whether it was new."""
    state = mail_states.first(txn, "letter", bounce.state.letter)
    if state is None or state.outcome is MailOutcome.RETURNED:
        return False
    mail_states.put(txn, replace(state, at=now, outcome=MailOutcome.RETURNED, said=bounce.said))
    txn.journal(bounce.entry)
    return True
