# SPDX-License-Identifier: Apache-2.0
"""Downloads that were on their way when the vault ended: nobody can say any more that they came to their end."""

from dataclasses import replace

from appliance.model.journal import Entry, Kind
from appliance.vault.core import Core
from appliance.vault.tables import Download, downloads, notices, visits
from appliance.vault.transaction import Snapshot, Transaction

AT_ONCE = 100


async def cut_interrupted(core: Core) -> None:
    """Journal each as cut, and forget it. To be called before anybody is answered."""
    while found := await core.read(lambda snapshot: downloads.scan(snapshot, "visit", limit=AT_ONCE)):
        entries = [await core.read(lambda snapshot, one=one: _entry(core, snapshot, one)) for one in found]  # type: ignore[misc]
        await core.commit(lambda txn, found=found, entries=entries: _forget(txn, found, entries), vital=True)  # type: ignore[misc]


def _entry(core: Core, snapshot: Snapshot, download: Download) -> Entry:
    visit, notice = visits.get(snapshot, download.token_hash), notices.get(snapshot, download.notice)
    entry = core.own_entry(
        Kind.NOTICE_DOWNLOAD_CUT,
        actor=visit.account if visit else "",
        thing=download.notice,
        reason="the vault ended first",
    )
    if notice is None:
        return entry
    return replace(
        entry, office=notice.office, sha256=notice.sha256.hex(), personal={"file_name": notice.file_name}
    )


def _forget(txn: Transaction, found: list[Download], entries: list[Entry]) -> None:
    for download in found:
        downloads.delete(txn, download.id)
    txn.entries.extend(entries)
