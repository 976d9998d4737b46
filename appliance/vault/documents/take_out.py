# SPDX-License-Identifier: Apache-2.0
"""The filings of a period leave for the fund's core system: one ZIP with an index, streamed."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from appliance.link.messages import TakeOut
from appliance.link.refusals import Refused, Why
from appliance.model.csv_text import ENCODINGS, CsvText, Replaced
from appliance.model.documents import Catalogue
from appliance.model.things import Filing, Office
from appliance.model.time import JST, Instant, in_japan, instant
from appliance.model.words import FilingState
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.distinct_names import distinct
from appliance.vault.documents.downloads import Bytes, Going, entry, send
from appliance.vault.documents.opening import proven
from appliance.vault.documents.packing import Entry, packed, packed_size
from appliance.vault.filings.offered import where_offered
from appliance.vault.records.tables import Goods, filings, offices
from appliance.vault.records.transaction import Snapshot, Transaction

MAX_LOOKED_AT = 3_000
AT_ONCE = 500
INDEX, UNENCODABLE = "index.csv", "unencodable.csv"
STATES = {
    FilingState.RECEIVED: "受信済",
    FilingState.ACCEPTED: "受理",
    FilingState.RETURNED: "差戻し",
    FilingState.DONE: "処理完了",
}
HEADER = (
    "受付番号",
    "事業所番号",
    "契約番号",
    "届書種類コード",
    "届書種類",
    "届出年月日",
    "事由発生年月日",
    "期限",
    "配信日時",
    "受信日時",
    "状態",
    "ファイル名",
    "サイズ",
    "SHA-256",
)


@where_offered
async def take_out(core: Core, caller: Caller, message: TakeOut) -> Streamed:
    """All that the fund has received of what was delivered in the period, in the order of delivery.

    An entry for each filing, and one with their number, are durable before the first byte. The cost grows with the
    period, not with what is kept. Raises Refused TOO_LARGE for too long a period, NOT_FOUND for an empty one.
    """
    since, until = _period(message)
    if message.encoding not in ENCODINGS:
        raise Refused(Why.INVALID)
    found = [filing for filing in await _delivered(core, since, until) if _wanted(filing, message.type)]
    if not found:
        raise Refused(Why.NOT_FOUND, "take_out.empty")
    known = await core.read(lambda snapshot: _offices(snapshot, found))
    names = _names(core.catalogue, known, found)
    entries = [
        *_index(core.catalogue, known, found, names, caller.now, message),
        *(_document(core, filing, name) for filing, name in zip(found, names, strict=True)),
    ]
    await _journal(core, caller, found)
    return await send(core, caller, _going(message, entries, len(found)))


def _period(message: TakeOut) -> tuple[Instant, Instant]:
    """The first instant of the first day, and the one after the last day."""
    try:
        first, last = (dt.date.fromisoformat(day) for day in (message.since, message.until))
        ends = [dt.datetime.combine(day, dt.time(), JST) for day in (first, last + dt.timedelta(days=1))]
    except (ValueError, OverflowError) as error:
        raise Refused(Why.INVALID, "take_out.period") from error
    if first > last:
        raise Refused(Why.INVALID, "take_out.period")
    return max(instant(ends[0]), 0), max(instant(ends[1]), 0)


async def _delivered(core: Core, since: Instant, until: Instant) -> list[Filing]:
    """What was delivered meanwhile, page by page. Raises Refused TOO_LARGE."""
    found: list[Filing] = []

    def page(snapshot: Snapshot) -> list[Filing]:
        behind = found[-1] if found else None
        return filings.scan(snapshot, "delivered", since=(since,), until=(until,), behind=behind, limit=AT_ONCE)

    while some := await core.read(page):
        found += some
        if len(found) > MAX_LOOKED_AT:
            raise Refused(Why.TOO_LARGE, "take_out.too_many", {"max": str(MAX_LOOKED_AT)})
    return found


def _wanted(filing: Filing, type: str) -> bool:
    return filing.state in STATES and type in ("", filing.type)


def _offices(snapshot: Snapshot, found: Sequence[Filing]) -> dict[str, Office]:
    known = {id: offices.get(snapshot, id) for id in {filing.office for filing in found}}
    return {id: office for id, office in known.items() if office is not None}


def _names(catalogue: Catalogue, known: Mapping[str, Office], found: Sequence[Filing]) -> list[str]:
    """Such as `0123_加入者資格取得届_20260524.pdf`, no two alike."""
    return distinct(
        f"{known[filing.office].number:04d}_{catalogue.name_of(filing.type)}_{filing.filed_on.replace('-', '')}"
        + PurePath(filing.file_name).suffix.lower()
        for filing in found
    )


def _index(
    catalogue: Catalogue,
    known: Mapping[str, Office],
    found: Sequence[Filing],
    names: Sequence[str],
    now: Instant,
    message: TakeOut,
) -> list[Entry]:
    """The table of what is in the ZIP, and where its encoding could not carry a sign, a table of those."""
    table = CsvText(message.encoding, for_people=message.for_people)
    lines = [table.row(HEADER)]
    for filing, name in zip(found, names, strict=True):
        lines.append(table.row(_line(catalogue, known[filing.office], filing, name)))
    index = [_made(INDEX, lines, now)]
    return [*index, _made(UNENCODABLE, _unencodable(table.replaced), now)] if table.replaced else index


def _line(catalogue: Catalogue, office: Office, filing: Filing, name: str) -> tuple[str, ...]:
    return (
        filing.id,
        f"{office.number:04d}",
        office.contract_number,
        filing.type,
        catalogue.name_of(filing.type),
        filing.filed_on,
        filing.event_on,
        filing.due_on,
        _shown(filing.delivered_at),
        _shown(filing.received_at),
        STATES[filing.state],
        name,
        str(filing.size),
        filing.sha256.hex(),
    )


def _shown(at: Instant) -> str:
    return f"{in_japan(at):%Y-%m-%d %H:%M:%S}"


def _unencodable(replaced: Iterable[Replaced]) -> list[bytes]:
    table = CsvText()
    lines = [table.row(("行", "列", "文字", "コードポイント"))]
    for one in replaced:
        lines.append(table.row((str(one.row), HEADER[one.column - 1], one.sign, f"U+{ord(one.sign):04X}")))
    return lines


def _made(name: str, lines: Sequence[bytes], now: Instant) -> Entry:
    content = b"".join(lines)

    async def pieces() -> Bytes:
        yield content

    return Entry(name, len(content), now, pieces)


def _document(core: Core, filing: Filing, name: str) -> Entry:
    return Entry(name, filing.size, filing.delivered_at, lambda: proven(core, filing))


async def _journal(core: Core, caller: Caller, found: Sequence[Filing]) -> None:
    """An entry each, some at a time: a transaction bears only so many writes."""
    rest = iter(found)
    while some := list(itertools.islice(rest, AT_ONCE)):

        def write(txn: Transaction, some: Sequence[Filing] = some) -> None:
            for filing in some:
                txn.journal(entry(caller, filing))

        await core.commit(write, seen=caller.visit_seen, vital=True)


def _going(message: TakeOut, entries: Sequence[Entry], count: int) -> Going:
    days = f"{message.since.replace('-', '')}_{message.until.replace('-', '')}"
    return Going(
        Goods.TAKEN_OUT,
        (),
        f"届書_{days}.zip",
        lambda: packed(entries),
        packed_size([(one.name, one.size) for one in entries], secret=False),
        packed=True,
        note=f"{count} filings delivered from {message.since} to {message.until}",
    )
