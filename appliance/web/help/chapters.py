# SPDX-License-Identifier: Apache-2.0
"""The chapters of the operation manual (R248), by site; each is a template of its name."""

from appliance.model.words import Site
from appliance.web.help.sections import Section

_OFFICE, _FUND = frozenset({Site.PORTAL}), frozenset({Site.CONSOLE})
_BOTH = _OFFICE | _FUND
CHAPTERS = (
    Section("beginning", "はじめに", _BOTH),
    Section("onetime", "ワンタイムパスワードを発行する", _OFFICE),
    Section("signing_in", "ログインする", _OFFICE),
    Section("staff_signing_in", "ログインする", _FUND),
    Section("menu", "メニュー", _BOTH),
    Section("month", "今月のページ", _OFFICE),
    Section("sending", "届書を送る", _OFFICE, of_filings=True),
    Section("approving", "承認して配信する", _OFFICE, of_filings=True),
    Section("downloading", "帳票を受け取る", _OFFICE),
    Section("users", "利用者を管理する", _OFFICE),
    Section("receiving", "届書を受け付ける", _FUND, of_filings=True),
    Section("delivering", "帳票を配信する", _FUND),
    Section("announcing", "お知らせを出す", _FUND),
    Section("unlocking", "ログインの停止を解除する", _FUND),
    Section("staff", "職員を管理する", _FUND),
    Section("proving", "履歴を調べる", _BOTH),
    Section("trouble", "困ったときは", _BOTH),
    Section("leaving", "終わるとき", _OFFICE),
)
