# SPDX-License-Identifier: Apache-2.0
"""Messages about notices (帳票)."""

from dataclasses import dataclass

from appliance.model.problems import Problem


@dataclass(frozen=True, slots=True)
class BeginUpload:
    """A document is about to come: at the console for an office, at the portal from the visitor's own.

    size in bytes. command makes a repeat harmless.
    """

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
    """The office can see the notice; or notice is "": the document has these problems, and the upload is gone.

    had: the office has this document of this type and period already, as this notice, and got no second one.
    """

    notice: str
    problems: tuple[Problem, ...] = ()
    had: bool = False


@dataclass(frozen=True, slots=True)
class DeliverCopies:
    """Deliver the same document to more offices, at most 100 a message; who has it already gets no second one."""

    notice: str
    offices: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class CopiesDelivered:
    """To how many offices it went by this message."""

    delivered: int


@dataclass(frozen=True, slots=True)
class CancelNotice:
    """Take back a notice that nobody has opened (誤配信); reason is for the fund's own records."""

    notice: str
    reason: str
    command: str


@dataclass(frozen=True, slots=True)
class DownloadNotice:
    """The bytes of a notice, please; they come with the reply.

    packed: as an AES-256 ZIP under the office's ZIP password. Else from start to before stop; 0, 0 is all of it.
    """

    notice: str
    packed: bool = False
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class DownloadNotices:
    """Several notices in one AES-256 ZIP under the office's ZIP password (まとめてダウンロード), at most 99."""

    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Download:
    """What follows: size bytes of a document, of which this is from start on; whole is the size of all of it.

    size is 0 where it is not known before the end. Report with DownloadFinished when the last byte has gone out.
    sha256 is b"" for what is made on the way.
    """

    download: str
    file_name: str
    size: int
    sha256: bytes
    start: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class DownloadFinished:
    """How a download ended: sent is the number of bytes handed to the visitor's connection."""

    download: str
    sent: int
