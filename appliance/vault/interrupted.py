# SPDX-License-Identifier: Apache-2.0
"""Downloads whose visit, or whose vault, ended first: nobody can say any more that they came to their end."""

from collections.abc import Callable
from dataclasses import replace

from appliance.model.journal import Entry, Kind
from appliance.vault.core import Core
from appliance.vault.tables import Download, downloads, notices, visits
from appliance.vault.transaction import Snapshot, Transaction

AT_ONCE = 100

Found = list[tuple[Download, Entry]]


async def cut_interrupted(core: Core) -> None:
    """Journal every open download as cut. To be called at the start, before anybody is answered."""
    await _cut(core, "the vault ended first", lambda snapshot, download: True)


async def cut_abandoned(core: Core) -> None:
    """Journal as cut what is open of visits that are over."""
    await _cut(
        core,
        "the visit ended first",
        lambda snapshot, download: snapshot.peek(visits.key(download.token_hash)) is None,
    )


async def _cut(core: Core, reason: str, is_over: Callable[[Snapshot, Download], bool]) -> None:
    def found(snapshot: Snapshot) -> Found:
        over = (one for one in downloads.scan(snapshot, "visit") if is_over(snapshot, one))
        return [(one, _entry(core, snapshot, one, reason)) for one, _ in zip(over, range(AT_ONCE), strict=False)]

    while some := await core.read(found):
        await core.commit(lambda txn, some=some: _forget(txn, some), vital=True)  # type: ignore[misc]


def _entry(core: Core, snapshot: Snapshot, download: Download, reason: str) -> Entry:
    visit, notice = visits.get(snapshot, download.token_hash), notices.get(snapshot, download.notice)
    actor = visit.account if visit else ""
    entry = core.own_entry(Kind.NOTICE_DOWNLOAD_CUT, actor=actor, thing=download.notice, reason=reason)
    if notice is None:
        return entry
    personal = {"file_name": notice.file_name}
    return replace(entry, office=notice.office, sha256=notice.sha256.hex(), personal=personal)


def _forget(txn: Transaction, some: Found) -> None:
    for download, _ in some:
        downloads.delete(txn, download.id)
    txn.entries.extend(entry for _, entry in some)
