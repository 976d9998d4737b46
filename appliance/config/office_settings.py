# SPDX-License-Identifier: Apache-2.0
"""The settings of what offices have and do: their PCs, what goes to and fro, and the kinds of documents."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.config.bounds import within
from appliance.model.documents import Direction, Frequency, Retention, ScanPolicy
from appliance.model.words import Format


@dataclass(frozen=True)
class Devices:
    """The PCs of offices. binder is the plugin that makes of a 確認コード what it claims.

    auto_approve: a request without any finding is approved at once (never with one, T19, A9). answer_days are the
    business days by which an answer is promised (A6). users_after_activation: further users can be added only as
    PCs of the office become active (R113). authority is a PEM file of the portal's own authority, for PCs to trust;
    "" is the one beside the portal's certificate, where there is one.
    """

    binder: str = "device_code"
    auto_approve: bool = False
    answer_days: int = 2
    users_after_activation: bool = True
    authority: str = ""

    def __post_init__(self) -> None:
        """An answer within a month."""
        within("answer_days", self.answer_days, 1, 20)


@dataclass(frozen=True)
class RegistrationSettings:
    """How offices register. web_form: the public site offers the form, and the fund's staff decides about each."""

    web_form: bool = False


class ScannerNeed(StrEnum):
    """Whether a document may go on where no scanner is configured (A48)."""

    IF_THERE = "if_there"
    REQUIRED = "required"


@dataclass(frozen=True)
class Exchange:
    """What goes to and fro. filings_enabled: offices may send filings (R5).

    Documents leave as they are, or as a ZIP with the office's password, as the fund allows. accept_zipcrypto: ZIPs
    with the old encryption come in, too (A45). uploads_per_day and mib_per_day bound what one office may send.
    zip_password_rotation: the fund may let an office choose another ZIP password (A33).
    """

    filings_enabled: bool = True
    plain_downloads: bool = True
    zip_downloads: bool = True
    accept_zipcrypto: bool = False
    scanner: ScannerNeed = ScannerNeed.IF_THERE
    uploads_per_day: int = 500
    mib_per_day: int = 4_096
    zip_password_rotation: bool = False

    def __post_init__(self) -> None:
        """Who may see a document can also take it away."""
        within("uploads_per_day", self.uploads_per_day, 1, 100_000)
        within("mib_per_day", self.mib_per_day, 1, 1_048_576)
        if not self.plain_downloads and not self.zip_downloads:
            raise ValueError("`plain_downloads` and `zip_downloads` cannot both be false: nobody could download")


@dataclass(frozen=True)
class DocumentSettings:
    """What a fund changes of a kind of document, or all of one of its own (R176); None keeps what is shipped.

    The keys are those of model.documents.DocumentType; config.catalogue makes the kinds of it.
    """

    name: str | None = None
    aliases: tuple[str, ...] | None = None
    direction: Direction | None = None
    formats: tuple[Format, ...] | None = None
    by_post: bool | None = None
    statutory: bool | None = None
    frequency: Frequency | None = None
    months: tuple[int, ...] | None = None
    retention: Retention | None = None
    importer: bool | None = None
    scan: ScanPolicy | None = None
    explains: tuple[str, ...] | None = None
    offered: bool | None = None
