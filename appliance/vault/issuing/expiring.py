# SPDX-License-Identifier: Apache-2.0
"""The job that forgets letters which nobody had printed in seven days (R187)."""

from dataclasses import replace

from appliance.model.journal import Entry, Kind
from appliance.vault.core import Core
from appliance.vault.issuing.sealed import AT_ONCE, forget_unprinted
from appliance.vault.records.issuing_tables import SealedLetter
from appliance.vault.records.transaction import Transaction

SECONDS = 600.0


async def forget_letters(core: Core) -> None:
    """Forget them, some at a time; the console then shows their offices as those that need a reissue."""
    while await core.commit(lambda txn: _forget(core, txn), vital=True) == AT_ONCE:
        continue


def _forget(core: Core, txn: Transaction) -> int:
    gone = forget_unprinted(txn, core.clock.now())
    for letter in gone:
        txn.journal(_entry(core, letter))
    return len(gone)


def _entry(core: Core, letter: SealedLetter) -> Entry:
    reason = f"printed {letter.prints} times, never confirmed" if letter.prints else "never printed"
    return replace(core.own_entry(Kind.LETTER_FORGOTTEN, thing=letter.id, reason=reason), office=letter.office)
