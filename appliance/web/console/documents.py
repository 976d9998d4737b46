# SPDX-License-Identifier: Apache-2.0
"""The kinds of documents (書類の種類) of the fund, both ways, to be looked up; fund IT changes them (R176)."""

from dataclasses import dataclass

from aiohttp.web import StreamResponse

from appliance.config.catalogue import years_of
from appliance.link.messages import OpenMenu
from appliance.model.documents import Direction, DocumentType, Frequency, Retention, ScanPolicy
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.request import Request


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One kind, in words. notes are what is particular about it."""

    id: str
    name: str
    aliases: str
    way: str
    by_post: bool
    frequency: str
    kept: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeTable:
    """The kinds that go one way."""

    title: str
    lines: tuple[TypeLine, ...]


async def show_documents(request: Request) -> StreamResponse:
    """The catalogue, read only."""
    answered = await request.ask(OpenMenu())
    house = request.house
    tables = tuple(
        TypeTable(
            house.texts.word("direction", direction),
            tuple(_line(house, found) for found in house.catalogue if found.direction is direction),
        )
        for direction in Direction
        if direction is Direction.TO_OFFICE or house.settings.exchange.filings_enabled
    )
    return shown(request, "console/documents", answered, tables=tables)


def _line(house: House, found: DocumentType) -> TypeLine:
    return TypeLine(
        found.id,
        found.name,
        _("、").join(found.aliases),
        _("郵送") if found.by_post else _("・").join(format.value.upper() for format in found.formats),
        found.by_post,
        _frequency(house, found),
        _("{years} 年", years=years_of(house.settings.vault, found.retention)),
        tuple(_notes(house, found)),
    )


def _frequency(house: House, found: DocumentType) -> str:
    if found.frequency is Frequency.IN_MONTHS:
        return _("・").join(map(japanese.month_name, found.months))
    return house.texts.word("frequency", found.frequency)


def _notes(house: House, found: DocumentType) -> list[str]:
    notes = []
    if found.statutory:
        notes.append(_("法定期限あり（事由発生から 30 日、または翌月 14 日の早い方）"))
    if found.importer:
        notes.append(_("はぐONE に取り込めます"))
    if found.retention is Retention.TAX:
        notes.append(_("税務に関わるため長く保管します"))
    if found.scan is ScanPolicy.REQUIRED:
        notes.append(_("ウイルス検査が済むまで受け付けません"))
    if found.explains:
        names = _("」「").join(house.type_name(id) for id in found.explains)
        notes.append(_("「{names}」の金額のもとになる書類です", names=names))
    return notes
