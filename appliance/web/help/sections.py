# SPDX-License-Identifier: Apache-2.0
"""The sections of the help, by site. Each is a template of its name; pages lead to one by #id."""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.config.settings import OtpPolicy, Settings
from appliance.model.words import Site


@dataclass(frozen=True, slots=True)
class Section:
    """One section. of_filings: it is there only where the fund takes filings (R5)."""

    id: str
    title: str
    sites: frozenset[Site]
    of_filings: bool = False


_ALL = frozenset({Site.PUBLIC, Site.PORTAL, Site.CONSOLE})
_INSIDE = frozenset({Site.PORTAL, Site.CONSOLE})
_OFFICE, _FUND = frozenset({Site.PORTAL}), frozenset({Site.CONSOLE})
SECTIONS = (
    Section("order", "はじめから終わりまで", _ALL),
    Section("filing", "届書を送る", _OFFICE, of_filings=True),
    Section("notice", "帳票を受け取る", _OFFICE),
    Section("receive", "届書を受け付ける", _FUND, of_filings=True),
    Section("deliver", "帳票を配信する", _FUND),
    Section("people", "利用者と職員", _FUND),
    Section("letters", "お知らせと契約の変更", _FUND),
    Section("calls", "電話を受けたとき", _FUND),
    Section("proof", "履歴", _FUND),
    Section("zip", "ZIP とパスワード", _INSIDE),
    Section("rights", "権限", _OFFICE),
    Section("served", "いくつもの事業所の手続き", _INSIDE),
    Section("time", "時間と大きさの制限", _ALL),
    Section("states", "状態の意味", _INSIDE),
    Section("keys", "キーボードでの操作", _ALL),
    Section("access", "アクセシビリティ", _ALL),
    Section("contact", "お問い合わせ", _ALL),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the fund has set, as the help tells it: hours as HH:MM, a visit in minutes, a file in MiB."""

    opens: str
    closes: str
    minutes: int
    mib: int
    otp_days: int
    otp_always: bool
    years: int


def those_of(sections: Iterable[Section], site: Site, *, filings: bool) -> tuple[Section, ...]:
    """Those that people of a site see, in order; filings: the fund takes them."""
    return tuple(one for one in sections if site in one.sites and (filings or not one.of_filings))


def limits_of(settings: Settings, site: Site) -> Limits:
    """As they hold for who reads at this site; the public site tells of the portal."""
    own = settings.sites.of(Site.PORTAL if site is Site.PUBLIC else site)
    return Limits(
        settings.calendar.open,
        settings.calendar.close,
        own.visit_minutes,
        own.max_upload_mib,
        settings.door.otp_after_days,
        settings.door.otp_policy is OtpPolicy.ALWAYS,
        settings.vault.retention_years,
    )
