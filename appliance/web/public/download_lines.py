# SPDX-License-Identifier: Apache-2.0
"""The download list in words (R58 to R60): a row for each manual, and for each PC and kind of PC its installer."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.link.messages import Counter, CounterKit, CounterManual, CounterSeat
from appliance.model.devices import SeatState
from appliance.web import japanese
from appliance.web.language import _

# In the order in which offices look for them.
FIRST = "Windows"


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file. path is "" where it cannot be fetched; about then says why, and whom to ask.

    size is in bytes with separators, dated "2026/06/09" (R58).
    """

    title: str
    file_name: str = ""
    size: str = ""
    dated: str = ""
    path: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """How far one PC is."""

    name: str
    state: str
    tone: str
    about: str
    since: str


def file_lines(counter: Counter) -> list[FileLine]:
    """All rows, manuals first."""
    return [*map(_manual, counter.manuals), *(line for seat in counter.seats for line in _of_seat(seat))]


def _manual(manual: CounterManual) -> FileLine:
    scanned = ""
    if manual.engine:
        scanned = _("検査済み（{engine}、{time}）", engine=manual.engine, time=japanese.moment(manual.scanned_at))
    path = f"/download/manuals/{manual.id}/file"
    return FileLine(manual.title, manual.file_name, grouped(manual.size), slashed(manual.dated), path, scanned)


def _of_seat(seat: CounterSeat) -> Iterator[FileLine]:
    title = installer(seat.number)
    kits = sorted(seat.kits, key=lambda kit: (kit.name != FIRST, kit.name))
    ready = [kit for kit in kits if not kit.missing]
    for kit in ready:
        named = f"{title} {kit.name}" if len(kits) > 1 or kit.name != FIRST else title
        yield _kit(seat.number, named, kit)
    if not ready:
        yield FileLine(title, about=_why_not(seat))


def _kit(number: int, title: str, kit: CounterKit) -> FileLine:
    path = f"/download/kits/{number}/{kit.platform}/file"
    return FileLine(title, kit.file_name, grouped(kit.size), slashed(kit.made_on), path)


def _why_not(seat: CounterSeat) -> str:
    if seat.state is SeatState.CLOSED:
        return _("このパソコンの席は、まだ開かれていません。必要な場合は、下の連絡先へお問い合わせください。")
    return _(
        "基金の準備が済んでいないため、まだダウンロードできません。お急ぎの場合は、下の連絡先へお問い合わせください。"
    )


def installer(number: int) -> str:
    """What people call the installer of a PC (R60)."""
    if number == 1:
        return _("インストーラー(1台目用)(管理者用)")
    return _("インストーラー({number}台目用)", number=number)


def grouped(octets: int) -> str:
    """1,607,507 (R58)."""
    return f"{octets:,}"


def slashed(iso: str) -> str:
    """2026/06/09 (R58)."""
    return iso.replace("-", "/")


# --- how far the PCs are ------------------------------------------------------------------------------------------

_STATES = {
    SeatState.CLOSED: ("未払出", "", "このパソコンの席は、まだ開かれていません。"),
    SeatState.READY: (
        "ダウンロードできます",
        "new",
        "インストーラーをダウンロードして、使うパソコンに入れてください。",
    ),
    SeatState.DOWNLOADED: ("ダウンロード済", "new", "「インストール確認」で確認コードを作り、送信してください。"),
    SeatState.REQUESTED: ("確認中", "new", "確認コードを受け付けました。基金が確認しています。"),
    SeatState.FAILED: ("個別にご連絡します", "bad", "確認のため、基金からご連絡します。お待ちください。"),
    SeatState.ACTIVE: ("有効", "good", "このパソコンから接続できます。"),
    SeatState.OVERRIDDEN: (
        "無効（上書き）",
        "bad",
        "同じパソコンに別のインストーラーを入れたため、無効になりました。",
    ),
    SeatState.REVOKED: ("失効", "bad", "このパソコンからは接続できません。必要な場合は、お問い合わせください。"),
}


def seat_lines(counter: Counter) -> list[SeatLine]:
    """How far each PC of the office is."""
    return [_seat(seat) for seat in counter.seats]


def _seat(seat: CounterSeat) -> SeatLine:
    state, tone, about = _STATES[seat.state]
    said = _(about)
    if seat.state is SeatState.REQUESTED and seat.promised_on:
        said += _("{day}までにご連絡します。", day=japanese.day(seat.promised_on))
    name = _("1台目（管理者用）") if seat.number == 1 else _("{number}台目", number=seat.number)
    return SeatLine(name, _(state), tone, said, japanese.moment(seat.since))
