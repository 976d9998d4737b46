# SPDX-License-Identifier: Apache-2.0
"""Messages about notices (帳票)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BeginUpload:
    """A document for an office is about to come. size in bytes. command makes a repeat harmless."""

    office: str
    file_name: str
    size: int
    command: str


@dataclass(frozen=True, slots=True)
class UploadBegun:
    """Send the parts, numbered from 0, each part_size bytes but the last."""

    upload: str
    part_size: int


@dataclass(frozen=True, slots=True)
class PutPart:
    """One part; its bytes go with the message. A repeat of a kept part with the same bytes changes nothing."""

    upload: str
    number: int


@dataclass(frozen=True, slots=True)
class PartKept:
    """The part is sealed and durable. sha256 is of the document up to the end of this part."""

    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class DeliverNotice:
    """The upload is complete: deliver it. sha256 is of the whole document, 32 bytes; period is "YYYY-MM"."""

    upload: str
    type: str
    period: str
    sha256: bytes
    command: str


@dataclass(frozen=True, slots=True)
class NoticeDelivered:
    """The office can see the notice."""

    notice: str


@dataclass(frozen=True, slots=True)
class DownloadNotice:
    """The bytes of a notice, please; they come with the reply."""

    notice: str


@dataclass(frozen=True, slots=True)
class Download:
    """What follows: size bytes of a document. Report with DownloadFinished when the last byte has gone out."""

    download: str
    file_name: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class DownloadFinished:
    """How a download ended: sent is the number of bytes handed to the visitor's connection."""

    download: str
    sent: int
