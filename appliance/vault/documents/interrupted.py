# SPDX-License-Identifier: Apache-2.0
"""Downloads whose visit, or whose vault, ended first: nobody can say any more that they came to their end."""

from collections.abc import Callable
from dataclasses import replace

from appliance.model.journal import Entry, Kind
from appliance.model.things import Notice, Visit
from appliance.vault.core import Core
from appliance.vault.records.tables import Download, downloads, notices, visits
from appliance.vault.records.transaction import Snapshot, Transaction

AT_ONCE = 100

# A download with its visit and its notice, as far as they are there.
Facts = tuple[Download, Visit | None, Notice | None]


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
    def found(snapshot: Snapshot) -> list[Facts]:
        over = (one for one in downloads.scan(snapshot, "visit") if is_over(snapshot, one))
        return [_facts(snapshot, one) for one, _ in zip(over, range(AT_ONCE), strict=False)]

    while some := await core.read(found):
        entries = [_entry(core, *facts, reason) for facts in some]
        ids = [download.id for download, _, _ in some]
        await core.commit(lambda txn, ids=ids, entries=entries: _forget(txn, ids, entries), vital=True)  # type: ignore[misc]


def _facts(snapshot: Snapshot, download: Download) -> Facts:
    return download, visits.get(snapshot, download.token_hash), notices.get(snapshot, download.notice)


def _entry(core: Core, download: Download, visit: Visit | None, notice: Notice | None, reason: str) -> Entry:
    actor = visit.account if visit else ""
    entry = core.own_entry(Kind.NOTICE_DOWNLOAD_CUT, actor=actor, thing=download.notice, reason=reason)
    if notice is None:
        return entry
    personal = {"file_name": notice.file_name}
    return replace(entry, office=notice.office, sha256=notice.sha256.hex(), personal=personal)


def _forget(txn: Transaction, ids: list[str], entries: list[Entry]) -> None:
    for id in ids:
        downloads.delete(txn, id)
    txn.entries.extend(entries)
