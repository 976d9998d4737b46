# SPDX-License-Identifier: Apache-2.0
"""The kinds of documents that go to and fro (R130 to R137, R150 to R176), and the catalogue of a fund."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.words import Format


class Direction(StrEnum):
    """Filings (届書) go to the fund, notices (帳票) to the office."""

    TO_FUND = "to_fund"
    TO_OFFICE = "to_office"


class Frequency(StrEnum):
    """How often the fund sends a kind of notice."""

    AS_NEEDED = "as_needed"
    MONTHLY = "monthly"
    ON_CHANGE = "on_change"
    IN_MONTHS = "in_months"


class Retention(StrEnum):
    """How long it is kept (A16): as all documents, or longer because taxes may depend on it."""

    STANDARD = "standard"
    TAX = "tax"


class ScanPolicy(StrEnum):
    """Whether a document may go on unscanned: as [exchange] scanner says, or never."""

    DEFAULT = "default"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One kind. name is what people see; aliases are other names by which it is meant (A52).

    by_post: not electronic, only listed as 「郵送」 (R131, R170). statutory: the date of the event is asked, and
    gives the legal deadline (A50). importer: a file that はぐONE takes in. explains names the kinds that are shown
    beside it because they explain its amount (R158). months are those of IN_MONTHS. offered: the fund uses it.
    """

    id: str
    name: str
    direction: Direction
    formats: tuple[Format, ...] = (Format.PDF,)
    aliases: tuple[str, ...] = ()
    by_post: bool = False
    statutory: bool = False
    frequency: Frequency = Frequency.AS_NEEDED
    months: tuple[int, ...] = ()
    retention: Retention = Retention.STANDARD
    importer: bool = False
    scan: ScanPolicy = ScanPolicy.DEFAULT
    explains: tuple[str, ...] = ()
    offered: bool = True


@dataclass(frozen=True)
class Catalogue:
    """All kinds of one fund, in the order in which people see them."""

    types: Mapping[str, DocumentType] = field(default_factory=dict)

    def __iter__(self) -> Iterator[DocumentType]:
        """Those that the fund uses."""
        return (found for found in self.types.values() if found.offered)

    def of(self, direction: Direction, *, by_post: bool = False) -> tuple[DocumentType, ...]:
        """Those that go one way: electronically, or by post."""
        return tuple(found for found in self if found.direction is direction and found.by_post is by_post)

    def sent(self, id: str, direction: Direction) -> DocumentType | None:
        """The kind of this id, if one of the fund's that goes this way electronically."""
        found = self.types.get(id)
        usable = found is not None and found.offered and found.direction is direction and not found.by_post
        return found if usable else None

    def name_of(self, id: str) -> str:
        """What people see, of every kind that ever was; the id of one that is gone."""
        found = self.types.get(id)
        return found.name if found else id
