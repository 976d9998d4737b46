# SPDX-License-Identifier: Apache-2.0
"""What the doorman is asked, and what he answers: words that the vault and its worker share."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.problems import Problem, Rule
from appliance.model.sheets import Sheet
from appliance.model.words import Format

MIB = 1024 * 1024
# All that a package may hold when it is open (lesson 8).
MOST_OPENED = 400 * MIB
ZIP = ".zip"


@dataclass(frozen=True, slots=True)
class Asked:
    """One file: its name decides whether it is a container (.zip) or a bare document; size is in bytes.

    formats are those that its kind has (A45). password opens the container. most is how many bytes all documents
    may have together. sealed: only what can be told without a password, nothing is opened. as_sheets: workbooks and
    CSVs are read as well.
    """

    file_name: str
    size: int
    formats: frozenset[Format]
    password: str = field(default="", repr=False)
    accept_zipcrypto: bool = False
    most: int = MOST_OPENED
    sealed: bool = False
    as_sheets: bool = False

    @property
    def is_container(self) -> bool:
        """Whether the documents are inside."""
        return self.file_name.lower().endswith(ZIP)


class Encryption(StrEnum):
    """How an entry is locked."""

    AES256 = "aes256"
    AES192 = "aes192"
    AES128 = "aes128"
    ZIPCRYPTO = "zipcrypto"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Member:
    """An entry as its ZIP declares it; name is "" where it cannot be read."""

    name: str
    size: int
    encrypted: Encryption


@dataclass(frozen=True, slots=True)
class Found:
    """A document as it really is."""

    name: str
    format: Format
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the worker says: no problems, the documents, and their sheets if asked; or problems and none.

    fault is for the log: which error of the program made it give up.
    """

    problems: tuple[Problem, ...] = ()
    members: tuple[Member, ...] = ()
    documents: tuple[Found, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    fault: str = ""


class Fault(Exception):
    """A defect after which nothing more can be told of the file, or of the entry."""

    def __init__(self, rule: Rule, entry: str = "") -> None:
        """entry is the name that it is about, "" for the whole file."""
        super().__init__(rule, entry)
        self.problem = Problem(rule, entry)
