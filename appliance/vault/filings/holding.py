# SPDX-License-Identifier: Apache-2.0
"""What waits for a scanner is shown to it again and again, until it says something (A48, lesson 10)."""

from dataclasses import replace
from functools import partial

from appliance.model.journal import Entry, Kind
from appliance.model.things import Filing
from appliance.model.words import FilingState, ScanState
from appliance.vault.core import Core
from appliance.vault.documents.keeping import let_go
from appliance.vault.documents.scanning import Looked, look, need_scanner
from appliance.vault.filings.drafting import format_of
from appliance.vault.filings.telling import tell_of_refusal, tell_of_waiting
from appliance.vault.records.tables import filings
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.filing import Command, Facts, step

SECONDS = 30
A_RUN = 100
# So many that wait one behind the other: the scanner is away, and the rest can be spared the trouble.
GIVE_UP = 5


class Holding:
    """Goes round those that wait, the oldest first. It remembers where it was: none that is bad blocks the rest."""

    def __init__(self, core: Core) -> None:
        """Begins with the oldest."""
        self._core = core
        self._last: Filing | None = None

    async def run(self) -> None:
        """One round, or as much of it as the scanner takes."""
        waiting = 0
        for filing in await self._next():
            self._last = filing
            waiting = 0 if await self._again(filing) else waiting + 1
            if waiting == GIVE_UP:
                return
        self._last = None

    async def _next(self) -> list[Filing]:
        found = await self._core.read(
            lambda snapshot: filings.scan(snapshot, "held", behind=self._last, limit=A_RUN)
        )
        if found or self._last is None:
            return found
        self._last = None
        return await self._next()

    async def _again(self, filing: Filing) -> bool:
        """Whether the scanners have said something."""
        core = self._core
        looked = await look(core, filing, format_of(filing))
        kind = core.catalogue.types.get(filing.type)
        unseen = looked.state is ScanState.UNSCANNED and kind is not None and need_scanner(core, kind)
        if looked.state is ScanState.WAITING or unseen:
            return False
        refuses = looked.problem is not None
        entry = self._entry(filing, Kind.FILING_REFUSED if refuses else Kind.FILING_RELEASED, looked.named)
        await core.commit(partial(_settle, filing, looked, entry), vital=refuses)
        if refuses:
            await let_go(core, filing.parts)
        return True

    def _entry(self, filing: Filing, kind: Kind, named: str) -> Entry:
        entry = self._core.own_entry(kind, thing=filing.id, reason=named)
        personal = {"file_name": filing.file_name}
        return replace(entry, office=filing.office, sha256=filing.sha256.hex(), personal=personal)


def _settle(filing: Filing, looked: Looked, entry: Entry, txn: Transaction) -> None:
    """Let it go on, or destroy it; nothing if somebody has taken it back meanwhile."""
    now = filings.get(txn, filing.id)
    if now is None or now.state is not FilingState.HELD:
        return
    facts = Facts("", entry.at, scan=looked.state, engine=looked.engine, reason=looked.named)
    settled = step(now, Command.REFUSE if looked.problem else Command.RELEASE, facts)
    filings.put(txn, settled)
    if looked.problem:
        tell_of_refusal(txn, settled)
    else:
        tell_of_waiting(txn, [settled], settled.id, entry.at)
    txn.journal(entry)
