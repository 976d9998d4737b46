# SPDX-License-Identifier: Apache-2.0
"""Notices on their way to their office: as they are, or in an AES-256 ZIP under its ZIP password."""

from collections.abc import Sequence
from pathlib import PurePath

from appliance.link.messages import DownloadNotice, DownloadNotices
from appliance.link.refusals import Refused, Why
from appliance.model.things import Notice
from appliance.model.time import in_japan
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.distinct_names import distinct
from appliance.vault.documents.downloads import Going, need_bytes, plain, send
from appliance.vault.documents.notices import known_notice
from appliance.vault.documents.opening import proven
from appliance.vault.documents.packing import Entry, packed, packed_size
from appliance.vault.records.tables import Goods, zip_passwords
from appliance.vault.records.transaction import Snapshot

MAX_NOTICES = 99


def office_of_notices(snapshot: Snapshot, caller: Caller, message: DownloadNotices) -> str:
    """The one office of all these notices. Raises Refused NOT_FOUND if one of them is not the visitor's own."""
    if not 0 < len(message.notices) <= MAX_NOTICES:
        raise Refused(Why.INVALID, "download.count", {"max": str(MAX_NOTICES)})
    offices = {known_notice(snapshot, id).office for id in message.notices}
    if len(offices) != 1:
        raise Refused(Why.NOT_FOUND)
    return offices.pop()


async def download_notice(core: Core, caller: Caller, message: DownloadNotice) -> Streamed:
    """One notice, as the fund allows it. Raises Refused."""
    notice = await core.read(lambda snapshot: known_notice(snapshot, message.notice))
    need_bytes(notice)
    if not message.packed:
        _need_allowed(core.settings.exchange.plain_downloads, "download.plain_off")
        return await send(core, caller, plain(core, Goods.NOTICES, notice, message.start, message.stop))
    if message.start or message.stop:
        raise Refused(Why.INVALID, "download.range", {"size": "0"})
    name = PurePath(notice.file_name).stem + ".zip"
    return await send(core, caller, await _package(core, [notice], name))


async def download_notices(core: Core, caller: Caller, message: DownloadNotices) -> Streamed:
    """Several notices of the own office in one ZIP (まとめてダウンロード); one named twice goes out once."""
    wanted = dict.fromkeys(message.notices)
    found = await core.read(lambda snapshot: [known_notice(snapshot, id) for id in wanted])
    for notice in found:
        need_bytes(notice)
    name = f"帳票_{in_japan(caller.now):%Y%m%d_%H%M%S}.zip"
    return await send(core, caller, await _package(core, found, name))


async def _package(core: Core, found: Sequence[Notice], name: str) -> Going:
    _need_allowed(core.settings.exchange.zip_downloads, "download.zip_off")
    password = await _zip_password(core, found[0].office)
    names = distinct([notice.file_name for notice in found])
    entries = [
        Entry(shown, notice.size, notice.delivered_at, lambda notice=notice: proven(core, notice))  # type: ignore[misc]
        for shown, notice in zip(names, found, strict=True)
    ]
    return Going(
        Goods.NOTICES,
        tuple(found),
        name,
        lambda: packed(entries, password),
        packed_size([(entry.name, entry.size) for entry in entries], secret=True),
        packed=True,
        note="as a ZIP",
    )


async def _zip_password(core: Core, office: str) -> str:
    kept = await core.read(lambda snapshot: zip_passwords.get(snapshot, office))
    if kept is None:
        raise Refused(Why.CONFLICT, "zip.no_password")
    return kept.password


def _need_allowed(allowed: bool, text: str) -> None:
    if not allowed:
        raise Refused(Why.NOT_ALLOWED, text)
