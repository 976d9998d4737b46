# SPDX-License-Identifier: Apache-2.0
"""Letters about the PCs of an office: to its admin, whoever sent the 確認コード (A30, R180, R184)."""

from collections.abc import Mapping

from appliance.model.devices import FOREIGN, ActivationRequest, Ended, Seat
from appliance.model.time import Instant
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.tables import admin_of
from appliance.vault.records.transaction import Transaction

# What comes after the steps that every PC has (R113).
FIRST_SEAT = "3. 契約番号とユーザーIDを入れて、ログインします。"
FURTHER_SEAT = "3. 管理者の方が「利用者」の「追加」で、使う方を登録します。"
NTH_PC = "{seat}台目の端末"
SENT_CODE = "お送りいただいた確認コード"
_WHY: Mapping[Ended, str] = {
    Ended.REPLACED: "端末の入れ替え",
    Ended.LOST: "紛失・盗難の届け出",
    Ended.RETURNED: "端末の返却",
    Ended.ADMIN_CHANGED: "管理者の変更",
    Ended.OVERRIDDEN: "同じパソコンでの別の端末の有効化",
    Ended.WITHDRAWN: "基金による停止",
}


def tell_of_activation(txn: Transaction, seat: Seat, request: str, now: Instant) -> None:
    """Its PC may connect (R180)."""
    following = FIRST_SEAT if seat.number == 1 else FURTHER_SEAT
    fields = {"seat": str(seat.number), "next": following}
    _tell(txn, LetterKind.ACTIVATION_DONE, seat.office, request, fields, now)


def tell_of_refusal(txn: Transaction, request: ActivationRequest, now: Instant) -> None:
    """It could not be activated, and why (R184). Of what is none of the office's, not even the seat is named."""
    what = SENT_CODE if set(request.findings) & FOREIGN else NTH_PC.format(seat=request.seat)
    fields = {"what": what, "reason": request.reason}
    _tell(txn, LetterKind.ACTIVATION_REFUSED, request.office, request.id, fields, now)


def tell_of_end(txn: Transaction, seat: Seat, why: Ended, now: Instant) -> None:
    """Its PC may connect no more (T19, A37)."""
    fields = {"seat": str(seat.number), "why": _WHY[why]}
    _tell(txn, LetterKind.SEAT_ENDED, seat.office, f"{seat.number}/{now}", fields, now)


def _tell(
    txn: Transaction, kind: LetterKind, office: str, about: str, fields: Mapping[str, str], now: Instant
) -> None:
    admin = admin_of(txn, office)
    if admin is not None:
        write(txn, kind, admin.id, about, fields, now)
