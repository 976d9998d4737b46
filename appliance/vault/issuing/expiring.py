# SPDX-License-Identifier: Apache-2.0
"""The job that forgets letters which nobody had printed in seven days (R187)."""

from collections.abc import Sequence
from dataclasses import replace

from appliance.model.journal import Entry, Kind
from appliance.model.time import Instant
from appliance.vault.core import Core
from appliance.vault.issuing.sealed import forget_unprinted, unprinted
from appliance.vault.records.issuing_tables import SealedLetter
from appliance.vault.records.transaction import Transaction

SECONDS = 600.0


async def forget_letters(core: Core) -> None:
    """Forget them, some at a time; the console then shows their offices as those that need a reissue."""
    now = core.clock.now()
    while gone := await core.read(lambda snapshot: unprinted(snapshot, now)):
        entries = [(letter, _entry(core, letter)) for letter in gone]
        await core.commit(lambda txn, entries=entries: _forget(txn, entries, now), vital=True)  # type: ignore[misc]


def _forget(txn: Transaction, entries: Sequence[tuple[SealedLetter, Entry]], now: Instant) -> None:
    for letter, entry in entries:
        if forget_unprinted(txn, letter, now):
            txn.journal(entry)


def _entry(core: Core, letter: SealedLetter) -> Entry:
    reason = f"printed {letter.prints} times, never confirmed" if letter.prints else "never printed"
    return replace(core.own_entry(Kind.LETTER_FORGOTTEN, thing=letter.id, reason=reason), office=letter.office)
