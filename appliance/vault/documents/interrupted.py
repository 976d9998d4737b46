# SPDX-License-Identifier: Apache-2.0
"""Downloads whose visit, or whose vault, ended first: nobody can say any more that they came to their end."""

from collections.abc import Callable
from dataclasses import replace

from appliance.model.journal import Entry, Kind
from appliance.model.things import Visit
from appliance.vault.core import Core
from appliance.vault.documents.downloads import KINDS, Thing, things_of
from appliance.vault.records.tables import Download, Goods, downloads, visits
from appliance.vault.records.transaction import Snapshot, Transaction

# A download may be of many documents, each with an entry of its own.
AT_ONCE = 10

# A download with its visit and its documents, as far as they are there.
Facts = tuple[Download, Visit | None, list[Thing]]


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
        entries = [entry for facts in some for entry in _entries(core, *facts, reason)]
        ids = [download.id for download, _, _ in some]
        await core.commit(lambda txn, ids=ids, entries=entries: _forget(txn, ids, entries), vital=True)  # type: ignore[misc]


def _facts(snapshot: Snapshot, download: Download) -> Facts:
    return download, visits.get(snapshot, download.token_hash), things_of(snapshot, download)


def _entries(core: Core, download: Download, visit: Visit | None, things: list[Thing], reason: str) -> list[Entry]:
    actor = visit.account if visit else ""
    if download.goods is Goods.TAKEN_OUT:
        return [core.own_entry(Kind.FILING_DOWNLOAD_CUT, actor=actor, reason=reason)]
    cut, known = KINDS[download.goods].cut, {thing.id: thing for thing in things}
    entries = []
    for id in download.things or ("",):
        entry = core.own_entry(cut, actor=actor, thing=id, reason=reason)
        thing = known.get(id)
        entries.append(entry if thing is None else _of(entry, thing))
    return entries


def _of(entry: Entry, thing: Thing) -> Entry:
    personal = {"file_name": thing.file_name}
    return replace(entry, office=thing.office, sha256=thing.sha256.hex(), personal=personal)


def _forget(txn: Transaction, ids: list[str], entries: list[Entry]) -> None:
    for id in ids:
        downloads.delete(txn, id)
    txn.entries.extend(entries)
