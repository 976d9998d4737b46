# SPDX-License-Identifier: Apache-2.0
"""Every setting of the appliance, with its default; a test keeps config.example.toml in step."""

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from appliance.config.bounds import within
from appliance.config.office_settings import Devices, DocumentSettings, Exchange, RegistrationSettings
from appliance.config.tunnel_settings import Tunnels
from appliance.model.calendar import Hours, YearEnd, minute_of_day
from appliance.model.words import WEB_SITES, PasswordProfile, Site, Tier

T = TypeVar("T")
_TOP_PORT = 65535
_SITE_URL = re.compile(r"https://[a-z0-9.\[\]:-]{1,253}/", re.ASCII)


@dataclass(frozen=True)
class Fund:
    """Who runs the appliance: shown on pages and letters.

    public_url and portal_url are where offices go, from the Internet and inside the VPN (R52 to R55): letters and
    kits say so, and both end with a slash.
    """

    name: str = "れんけい企業年金基金"
    number: int = 123456
    contact: str = "業務課 電話 03-0000-0000 (平日 9:00〜17:00)"
    public_url: str = "https://renkei.example.jp/"
    portal_url: str = "https://10.0.0.10/"

    def __post_init__(self) -> None:
        """The number is the first part of every contract number (R22, A1). Addresses are of HTTPS."""
        within("number", self.number, 100_000, 9_999_999)
        for key in ("public_url", "portal_url"):
            if not _SITE_URL.fullmatch(getattr(self, key)):
                raise ValueError(f"`{key}` must be like https://renkei.example.jp/")


@dataclass(frozen=True)
class SiteSettings:
    """One web site. hosts are the names it answers to, with the port where it is not 443; no others.

    certificate is a PEM file of the chain; the key is the credential `tls-<site>.key`.
    """

    address: str
    port: int = 443
    hosts: tuple[str, ...] = ()
    certificate: str = ""
    visit_minutes: int = 90
    max_upload_mib: int = 200
    metrics: str = ""

    def __post_init__(self) -> None:
        """Ports are ports; a visit lasts at most a day."""
        within("port", self.port, 0, _TOP_PORT)
        within("visit_minutes", self.visit_minutes, 1, 24 * 60)
        within("max_upload_mib", self.max_upload_mib, 1, 4_096)


@dataclass(frozen=True)
class Sites:
    """The three sites; where a table is missing from the file, its defaults hold."""

    public: SiteSettings = SiteSettings(address="127.0.0.11")
    portal: SiteSettings = SiteSettings(address="127.0.0.12")
    console: SiteSettings = SiteSettings(address="127.0.0.13", visit_minutes=480)

    def of(self, site: Site) -> SiteSettings:
        """The settings of a web site."""
        found = {Site.PUBLIC: self.public, Site.PORTAL: self.portal, Site.CONSOLE: self.console}
        return found[site]

    @property
    def told(self) -> tuple[Site, ...]:
        """Those of which the file says something: systemd starts no others (systemd/renkei-generator)."""
        defaults = Sites()
        return tuple(site for site in WEB_SITES if self.of(site) != defaults.of(site))

    @property
    def here(self) -> tuple[Site, ...]:
        """Those of this host: all of which the file says something, and all where it says nothing."""
        return self.told or WEB_SITES


@dataclass(frozen=True)
class Groups:
    """On one host: the group that may open the Unix socket of each caller, by name or number.

    "" leaves the socket to the user who listens, and to that user's own group. vault is the gate's one caller; its
    group is one that only gate and vault share, never the vault's own, which opens the administrator's socket.
    """

    public: str = ""
    portal: str = ""
    console: str = ""
    admin: str = ""
    vault: str = ""

    def of(self, caller: Site | Tier) -> str | None:
        """The group of a caller, None where none is named. Raises AttributeError for who never calls."""
        group: str = getattr(self, caller.value)
        return group or None


@dataclass(frozen=True)
class Link:
    """How the tiers reach each other.

    With empty addresses they use Unix sockets below run. With addresses ("host:port") the edge sites and the gate
    are reached over mTLS: authority and certificate are PEM files, the key is the credential `link.key`.
    A host with several sites or tiers writes {who} into certificate: it stands for "portal", "gate" and so on, and
    the keys are the credentials `link-<who>.key`. The console and the administrator always use the sockets.
    """

    vault_address: str = ""
    gate_address: str = ""
    authority: str = ""
    certificate: str = ""
    timeout_seconds: float = 10.0
    groups: Groups = Groups()

    def __post_init__(self) -> None:
        """No call may wait for ever."""
        within("timeout_seconds", self.timeout_seconds, 0.01, 300)

    def identity(self, who: Site | Tier) -> tuple[str, str]:
        """The path of a caller's certificate, and the name of the credential that is its key."""
        if "{who}" not in self.certificate:
            return self.certificate, "link.key"
        return self.certificate.replace("{who}", who), f"link-{who}.key"


@dataclass(frozen=True)
class Vault:
    """The vault. rights names the one policy plugin that may allow.

    reaches are machines with which it may speak beside the servers that tables of plugins name: addresses, networks
    or names, or "any"; systemd/renkei-generator tells them to systemd.
    tax_retention_years is for the kinds of documents on which taxes may depend (A16).
    """

    rights: str = "policy_permissions"
    metrics: str = "127.0.0.1:9611"
    reaches: tuple[str, ...] = ()
    refuse_uploads_at: float = 0.85
    refuse_changes_at: float = 0.95
    checkpoint_seconds: float = 1.0
    unfinished_upload_hours: int = 24
    retention_years: int = 7
    tax_retention_years: int = 10

    def __post_init__(self) -> None:
        """Uploads are refused before other changes are (design §5); nothing is kept for less than the law says."""
        within("refuse_uploads_at", self.refuse_uploads_at, 0.0, 1.0)
        within("refuse_changes_at", self.refuse_changes_at, self.refuse_uploads_at, 1.0)
        within("checkpoint_seconds", self.checkpoint_seconds, 0.01, 3600)
        within("unfinished_upload_hours", self.unfinished_upload_hours, 1, 24 * 30)
        within("retention_years", self.retention_years, 7, 100)
        within("tax_retention_years", self.tax_retention_years, self.retention_years, 100)


@dataclass(frozen=True)
class Gate:
    """The gate. portal and ports are all that a VPN session reaches, once it is open (R88)."""

    metrics: str = "127.0.0.1:9612"
    report_seconds: float = 5.0
    portal: str = "10.0.0.10"
    ports: tuple[int, ...] = (443,)

    def __post_init__(self) -> None:
        """A report at least every minute, or the vault takes the gate for dead."""
        within("report_seconds", self.report_seconds, 0.01, 60)
        _formed("portal", ipaddress.IPv4Address, self.portal)
        if not self.ports:
            raise ValueError("`ports` must name at least one")
        for port in self.ports:
            within("ports", port, 1, _TOP_PORT)


@dataclass(frozen=True)
class CalendarSettings:
    """When the service is open (R6, A15): on weekdays that are no public holidays, from open until before close.

    grace_minutes is how long visits go on after that. year_end is "" for none. closed_days and open_days are the
    fund's own; holidays is the path of a newer table of the Cabinet Office, "" for the one that is shipped.
    """

    open: str = "08:00"
    close: str = "20:00"
    grace_minutes: int = 10
    year_end: str = "12-29..01-03"
    closed_days: tuple[dt.date, ...] = ()
    open_days: tuple[dt.date, ...] = ()
    holidays: str = ""

    def __post_init__(self) -> None:
        """The texts have their forms, and no day is both open and closed."""
        opens, closes = _formed("open", minute_of_day, self.open), _formed("close", minute_of_day, self.close)
        _formed("close", Hours, opens, closes, self.grace_minutes)
        if self.year_end:
            _formed("year_end", YearEnd.parse, self.year_end)
        if both := sorted({*self.closed_days} & {*self.open_days}):
            raise ValueError(f"`closed_days` and `open_days` both name {both[0]}")

    @property
    def hours(self) -> Hours:
        """The hours of a business day."""
        return Hours(minute_of_day(self.open), minute_of_day(self.close), self.grace_minutes)

    @property
    def rest(self) -> YearEnd | None:
        """The days around New Year."""
        return YearEnd.parse(self.year_end) if self.year_end else None


def _formed(key: str, make: Callable[..., T], *values: object) -> T:
    """What make makes of values; its ValueError then begins with the key."""
    try:
        return make(*values)
    except ValueError as error:
        raise ValueError(f"`{key}`: {error}") from error


@dataclass(frozen=True)
class Letters:
    """Letters to people. mail names the notifier that carries mail; "" is the only one that there is.

    templates is a folder of the fund's own texts, `<kind>.txt`; "" leaves all to the product's.
    at_once letters are on their way at most; per_minute, 0 for no limit, spares a mail server that refuses more.
    """

    mail: str = ""
    templates: str = ""
    at_once: int = 8
    per_minute: int = 0

    def __post_init__(self) -> None:
        """A letter at a time at least."""
        within("at_once", self.at_once, 1, 100)
        within("per_minute", self.per_minute, 0, 1_000_000)


class OtpPolicy(StrEnum):
    """When an office user needs a one-time password (A7): when R103 says so, or each time."""

    RISK = "risk"
    ALWAYS = "always"


@dataclass(frozen=True)
class Door:
    """Who comes in, by which second factors; each is the name of a plugin.

    mailed_factor sends its codes by mail; staff_factor is what the fund's staff always needs (A46). app_factor is
    what an office user may enrol instead of mailed codes, "" for none. password_profile is the rule for passwords.
    names_of_source is at how many names one address may fail within an hour; 0 is no limit, for a portal that sees
    all of its visitors at one address.
    """

    otp_policy: OtpPolicy = OtpPolicy.RISK
    otp_after_days: int = 90
    mailed_factor: str = "otp_email"
    staff_factor: str = "otp_totp"
    app_factor: str = ""
    password_profile: PasswordProfile = PasswordProfile.ERENKEI
    names_of_source: int = 50

    def __post_init__(self) -> None:
        """Nobody goes without a second factor."""
        within("otp_after_days", self.otp_after_days, 1, 366)
        within("names_of_source", self.names_of_source, 0, 10_000)
        if not self.mailed_factor or not self.staff_factor:
            raise ValueError("`mailed_factor` and `staff_factor` must each name a plugin")

    @property
    def factors(self) -> dict[str, str]:
        """Each key that names a second factor, with the name."""
        named = {key: getattr(self, key) for key in ("mailed_factor", "staff_factor", "app_factor")}
        return {key: name for key, name in named.items() if name}


@dataclass(frozen=True)
class Demo:
    """The demo: its own clock and certificates, and the admin message MoveClock (design §10)."""

    enabled: bool = False
    clock_start: str = "2026-06-09T10:00:00+09:00"

    def __post_init__(self) -> None:
        """The clock starts at an instant, which needs a time zone."""
        try:
            aware = dt.datetime.fromisoformat(self.clock_start).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError("`clock_start` must be an instant such as 2026-06-09T10:00:00+09:00")


class LogLevel(StrEnum):
    """The least of what the log holds."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Settings:
    """The whole file. plugins holds each `[plugins.<name>]` table as it is; the plugin itself decodes it.

    grants names, for a plugin of the vault, the actions that it may ask for on its own (link/messages).
    """

    run: str = "/run/renkei"
    state: str = "/var/lib/renkei"
    credentials: str = ""
    plugins_dir: str = "/etc/renkei/plugins.d"
    log_level: LogLevel = LogLevel.INFO
    fund: Fund = Fund()
    sites: Sites = Sites()
    link: Link = Link()
    vault: Vault = Vault()
    gate: Gate = Gate()
    calendar: CalendarSettings = CalendarSettings()
    letters: Letters = Letters()
    door: Door = Door()
    devices: Devices = field(default_factory=Devices)
    tunnels: Tunnels = field(default_factory=Tunnels)
    registration: RegistrationSettings = field(default_factory=RegistrationSettings)
    demo: Demo = Demo()
    exchange: Exchange = field(default_factory=Exchange)
    documents: Mapping[str, DocumentSettings] = field(default_factory=dict)
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
