# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a file that somebody sends: one rule each, for pages, journal and command line alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Rule(StrEnum):
    """The rules. The pages have a text for each, the command line an English sentence; tests hold both complete."""

    # The container (ZIP), judged without a password.
    ZIP_NONE = "zip.none"  # no ZIP, or no whole end record
    ZIP_TRAILING = "zip.trailing"  # bytes after the end, or before the beginning
    ZIP_ENDS = "zip.ends"  # several end records
    ZIP_ZIP64 = "zip.zip64"  # zip64 records that contradict the plain ones, or are not needed
    ZIP_DIRECTORY = "zip.directory"  # the central directory is cut, or does not end where it says
    ZIP_SPLIT = "zip.split"  # several disks
    ZIP_EMPTY = "zip.empty"  # no entry
    ZIP_COUNT = "zip.count"  # more than 99 entries
    ZIP_OVERLAP = "zip.overlap"  # entries share bytes, or leave gaps
    ZIP_LOCAL = "zip.local"  # a local header differs from the central one
    ZIP_SIZE = "zip.size"  # declared sizes beyond the limit
    ZIP_RATIO = "zip.ratio"  # packed too tightly
    ZIP_METHOD = "zip.method"  # a compression that is not stored or deflate
    ZIP_ENCRYPTION = "zip.encryption"  # not encrypted, or by an unknown kind
    ZIP_ZIPCRYPTO = "zip.zipcrypto"  # the old encryption
    ZIP_MIXED = "zip.mixed"  # entries encrypted in different ways
    ENTRY_FOLDER = "entry.folder"  # a folder, or a file in one
    ENTRY_PATH = "entry.path"  # traversal, absolute, drive, UNC
    ENTRY_DEVICE = "entry.device"  # CON, NUL, COM1 and so on
    ENTRY_STREAM = "entry.stream"  # an alternate data stream
    ENTRY_CHARACTERS = "entry.characters"  # NUL, control or direction signs
    ENTRY_NAME = "entry.name"  # a name that cannot be read, is empty or too long
    ENTRY_TWICE = "entry.twice"  # two entries of one name
    ENTRY_ARCHIVE = "entry.archive"  # an archive inside
    ENTRY_LINK = "entry.link"  # a link or device file
    # What is inside, judged after opening.
    PASSWORD = "password"  # noqa: S105 - the name of a rule: it does not open with the password
    DAMAGED = "damaged"  # opens, but the check sum or the real size is another
    CONTENT_EMPTY = "content.empty"  # nothing in it
    CONTENT_SIZE = "content.size"  # really larger than the limit
    CONTENT_FORMAT = "content.format"  # not of a format that the type has
    PDF_NONE = "pdf.none"  # not a PDF, or a broken one
    PDF_TRAILING = "pdf.trailing"  # bytes after the end, or before the beginning
    PDF_ENCRYPTED = "pdf.encrypted"  # locked with a password of its own
    PDF_POLYGLOT = "pdf.polyglot"  # also something else
    XLSX_NONE = "xlsx.none"  # not an xlsx workbook
    XLSX_MACROS = "xlsx.macros"  # with macros
    XLSX_ENCRYPTED = "xlsx.encrypted"  # locked with a password of its own
    CSV_NONE = "csv.none"  # not text in UTF-8 or cp932, or with control signs
    JUDGE = "judge"  # looking at it took too long or too much: nobody can say that it is harmless
    # The name (R28).
    NAME_PARTS = "name.parts"  # not date_number_form
    NAME_DATE = "name.date"  # no such date
    NAME_OFFICE = "name.office"  # not the number of four digits or more
    NAME_OTHER_OFFICE = "name.other_office"  # the number of another office
    NAME_TYPE = "name.type"  # no such form
    NAME_PAPER = "name.paper"  # a form that goes by post (R131)
    NAME_ENDING = "name.ending"  # an ending other than .pdf and .zip
    NAME_SPACES = "name.spaces"  # blanks or invisible signs
    EVENT_DATE = "event.date"  # the date of the event is missing or cannot be
    # The scanners.
    INFECTED = "scan.infected"
    NOT_SCANNABLE = "scan.not_scannable"
    SCANNER_NONE = "scan.none"  # required, and there is none (A48)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. entry is the name in the ZIP that it is about, "" for the whole file; values fill the text."""

    rule: Rule
    entry: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
